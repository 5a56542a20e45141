//! Prediction ids as they are pasted: in quotes, with white space, or inside a URL.

use quickrouter::PredictionId;
use quickrouter::catalog::routes;

use crate::exit::Failure;

/// The id in a text: itself, or what a URL of the API has in the place of one.
pub(crate) fn read(text: &str) -> Result<PredictionId, Failure> {
    let is_quote =
        |c| matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}');
    let is_around =
        |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') || is_quote(c);
    let inner = text.trim_matches(is_around);
    // With control characters inside it was not pasted but taken from a gateway that writes such ids.
    let text = if inner.contains(char::is_control) { text } else { inner };
    let is_url = text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    });
    let id = match in_path(text) {
        Some(id) => id,
        None if is_url => {
            let route = routes::GET_PREDICTION.path;
            let message =
                format!("{text:?} is a URL without {route} in it; give the prediction's id");
            return Err(Failure::refused(message));
        }
        None => text,
    };
    Ok(PredictionId::new(id).map_err(quickrouter::Error::from)?)
}

/// The part of a URL or a path that stands where a prediction's route has its id.
fn in_path(text: &str) -> Option<&str> {
    let path = text.split(['?', '#']).next()?;
    let (before, _) = routes::GET_PREDICTION.path.split_once('{')?;
    // The last, since a base URL may have a prefix of any form.
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
            let failure = read(text).unwrap_err();
            assert_eq!(failure.code, 2);
            assert!(failure.message.contains("is a URL"), "{}", failure.message);
        }
        for text in ["", "\"\"", " ", ".."] {
            assert_eq!(read(text).unwrap_err().code, 2, "{text:?}");
        }
    }
}
