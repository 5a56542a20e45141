//! A page of the list of predictions.

use serde_json::Value;
use url::Url;

/// Returns the entries of a page. A `null` is an empty list: Go serializes a nil slice that way
/// (<https://pkg.go.dev/encoding/json#Marshal>), and the common relays are written in Go.
pub(crate) fn results_of(page: &Value) -> Option<&[Value]> {
    match page.get("results")? {
        Value::Null => Some(&[]),
        results => results.as_array().map(Vec::as_slice),
    }
}

/// Returns the cursor in an absolute or a relative URL.
pub(crate) fn cursor_in(next: &str) -> Option<String> {
    let anywhere = Url::parse("http://localhost/").ok()?;
    let url = anywhere.join(next).ok()?;
    let (_, cursor) = url.query_pairs().find(|(key, _)| key == "cursor")?;
    Some(cursor.into_owned())
}
