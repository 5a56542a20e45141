//! Prediction ids as people paste them: in quotes, with white space, or inside a URL.

use quickrouter::PredictionId;
use quickrouter::catalog::routes;

/// Extracts the id from a text: the text itself, or the id in a URL of the API.
///
/// # Errors
/// A message if there is no id in it.
pub(crate) fn read(text: &str) -> Result<PredictionId, String> {
    let is_quote =
        |c| matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}');
    let is_around =
        |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') || is_quote(c);
    let inner = text.trim_matches(is_around);
    // Control characters inside mean that it was not pasted: a gateway uses such ids.
    let text = if inner.contains(char::is_control) { text } else { inner };
    let is_url = text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    });
    let id = match in_path(text) {
        Some(id) => id,
        None if is_url => {
            let route = routes::GET_PREDICTION.path;
            let message = format!("{text:?} is a URL without {route}; give the prediction's id");
            return Err(message);
        }
        None => text,
    };
    PredictionId::new(id).map_err(|error| error.to_string())
}

/// The part of a URL or a path where a prediction's route has its id.
fn in_path(text: &str) -> Option<&str> {
    let path = text.split(['?', '#']).next()?;
    let (before, _) = routes::GET_PREDICTION.path.split_once('{')?;
    // The last one, since the prefix of a base URL may have any form.
    let (_, rest) = path.rsplit_once(before)?;
    rest.split('/').next().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_id_is_found_in_what_was_pasted() {
        for text in [
            "abc123",
            " abc123\r\n",
            "\u{feff}abc123",
            "\"abc123\"",
            "'abc123'",
            "“abc123”",
            "https://api.replicate.com/v1/predictions/abc123",
            "\"https://x/replicate/v1/predictions/abc123/cancel?a=b#c\"",
            "/v1/predictions/abc123/",
        ] {
            assert_eq!(read(text).unwrap().as_str(), "abc123", "{text:?}");
        }
    }

    #[test]
    fn a_url_without_an_id_is_refused_as_such() {
        for text in ["https://replicate.com/p/abc123", "https://x/v1/predictions/", "HTTP://x"] {
            let message = read(text).unwrap_err();
            assert!(message.contains("is a URL"), "{message}");
        }
        for text in ["", "\"\"", " ", ".."] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }
}
