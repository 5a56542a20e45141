//! Text from outside as one segment of a path.

/// Percent-encodes a segment: as progenitor does, and the backslash too, which URLs of http take
/// for a slash, so that an id of `..\..\x` would leave its place.
pub(crate) fn encode_path(segment: &str) -> String {
    // What stands for a backslash already has its `%` encoded, so nothing is encoded twice.
    let encoded = progenitor_client::encode_path(segment);
    if encoded.contains('\\') { encoded.replace('\\', "%5C") } else { encoded }
}
