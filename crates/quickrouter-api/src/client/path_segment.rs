//! Encodes text from outside as one path segment.

/// Percent-encodes a segment as progenitor does, and the backslash too: http URLs treat it as a
/// slash, so an id of `..\..\x` would escape its segment.
pub(crate) fn encode_path(segment: &str) -> String {
    // A literal `%5C` already has its `%` encoded, so nothing is encoded twice.
    let encoded = progenitor_client::encode_path(segment);
    if encoded.contains('\\') { encoded.replace('\\', "%5C") } else { encoded }
}
