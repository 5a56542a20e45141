//! Prediction ids as people paste them: in quotes, with white space, or inside a URL.

use quickrouter_api::routes;

use crate::model::invalid_id::InvalidId;
use crate::model::prediction_id::PredictionId;
use crate::text::pasted::{is_blank, is_quote};

impl PredictionId {
    /// Extracts the id from pasted text: the text without quotes and white space around it, or the id in
    /// a URL of the API.
    ///
    /// ```
    /// use quickrouter::PredictionId;
    ///
    /// let url = "https://api.replicate.com/v1/predictions/abc123/cancel";
    /// assert_eq!(PredictionId::from_pasted(url)?, PredictionId::from_pasted("\"abc123\"")?);
    /// # Ok::<(), quickrouter::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidId`] if there is no id in it.
    pub fn from_pasted(text: &str) -> Result<Self, InvalidId> {
        let inner = text.trim_matches(|c| is_blank(c) || is_quote(c));
        // Control characters inside mean that it was not pasted: a gateway uses such ids.
        let text = if inner.contains(char::is_control) { text } else { inner };
        let is_url = text.split_once("://").is_some_and(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
        });
        match in_path(text) {
            Some(id) => Self::new(id),
            None if is_url => Err(InvalidId::url_without(text, routes::GET_PREDICTION.path)),
            None => Self::new(text),
        }
    }
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
    use crate::model::prediction_id::PredictionId;

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
            assert_eq!(PredictionId::from_pasted(text).unwrap().as_str(), "abc123", "{text:?}");
        }
    }

    #[test]
    fn a_url_without_an_id_is_refused_as_such() {
        for text in ["https://replicate.com/p/abc123", "https://x/v1/predictions/", "HTTP://x"] {
            let message = PredictionId::from_pasted(text).unwrap_err().to_string();
            assert!(message.contains("is a URL"), "{message}");
        }
        for text in ["", "\"\"", " ", ".."] {
            assert!(PredictionId::from_pasted(text).is_err(), "{text:?}");
        }
    }
}
