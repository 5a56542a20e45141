//! What holds for every text that comes out, whatever came in.

use quickrouter::{Error, Prediction};

use super::logs::check_progress;
use super::service::KEY;

/// The longest message, in characters: at most five parts of a server's, each cut at 1000. One
/// about outputs that were not saved may have two such parts for each.
const LONGEST: usize = 6000;

/// A body without the byte order mark before it, which is passed over.
pub(super) fn unmarked(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// A message is never empty, fits on a screen, cannot steer a terminal, and never shows the key.
pub(super) fn check_error(error: &Error) {
    let text = error.to_string();
    assert!(!text.is_empty(), "{error:?}");
    let parts = if let Error::Output(output) = error { output.failed.len() } else { 1 };
    assert!(text.chars().count() <= LONGEST * parts, "{} characters: {text}", text.len());
    let steering = text.chars().find(|c| *c != '\n' && steers(*c));
    assert_eq!(steering, None, "{text:?}");
    assert!(!text.contains(KEY), "{text}");
    assert!(!format!("{error:?}").contains(KEY), "{error:?}");
}

/// Control characters, and those that turn the order of what is read (Unicode's Bidi_Control).
fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns
}

/// Everything can be asked of a prediction, and it serializes as it came.
pub(super) fn check_prediction(prediction: &Prediction) {
    let raw = prediction.raw();
    // An empty text is as good as none.
    let text = |key: &str| {
        let text = raw.get(key).and_then(serde_json::Value::as_str);
        text.filter(|text| !text.trim().is_empty())
    };
    let told = [
        ("model", prediction.model()),
        ("version", prediction.version()),
        ("created_at", prediction.created_at()),
        ("started_at", prediction.started_at()),
        ("completed_at", prediction.completed_at()),
        ("logs", Some(prediction.logs()).filter(|logs| !logs.trim().is_empty())),
    ];
    for (key, told) in told {
        assert_eq!(told, text(key), "{key}");
    }
    let mut stored = serde_json::to_value(prediction).unwrap();
    // The response to a poll need not repeat the id; what is stored has it.
    let adds_id = raw.get("id").is_none_or(serde_json::Value::is_null);
    if let (Some(id), Some(stored), true) = (prediction.id(), stored.as_object_mut(), adds_id) {
        assert_eq!(stored.get("id").and_then(serde_json::Value::as_str), Some(id.as_str()));
        match raw.get("id") {
            Some(null) => stored.insert("id".to_owned(), null.clone()),
            None => stored.shift_remove("id"),
        };
    }
    assert_eq!(&stored, raw);
    assert_eq!(&serde_json::from_str::<serde_json::Value>(&raw.to_string()).unwrap(), raw);
    if let Some(seconds) = prediction.predict_time() {
        assert!(seconds.is_finite());
    }
    check_progress(prediction);
    let _ = format!("{prediction:?} {:?}", prediction.outputs());
    let _ = (prediction.seed(), prediction.error(), prediction.data_removed());
    let _ = (prediction.input(), prediction.warnings(), prediction.is_terminal());
}
