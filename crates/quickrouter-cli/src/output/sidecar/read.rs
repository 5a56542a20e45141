//! Reads a sidecar that anybody may have written.

use serde_json::Value;

use super::format::{FORMAT, Sidecar};
use crate::text::encoding::decoded;
use crate::text::exact_number;
use crate::text::message::{Message, message};

/// Reads a sidecar: `None` if it is something else.
///
/// # Errors
/// It is a sidecar, but cannot be used.
pub(crate) fn read(bytes: Vec<u8>) -> Result<Option<Sidecar>, Message> {
    let Ok(text) = decoded(bytes) else { return Ok(None) };
    // Nesting is limited by serde_json, to 128 levels.
    let Ok(json) = serde_json::from_str::<Value>(&text) else { return Ok(None) };
    match json.get("quickrouter_sidecar").and_then(Value::as_u64) {
        None => return Ok(None),
        Some(FORMAT) => {}
        Some(version) => return Err(message!("again-sidecar-version", version = version)),
    }
    if let Some(number) = exact_number::rounded(&text) {
        return Err(message!("again-inexact", number = number));
    }
    match serde_json::from_value(json) {
        Ok(sidecar) => Ok(Some(sidecar)),
        Err(error) => Err(message!("again-sidecar-damaged", why = error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::read;

    const SIDECAR: &str = r#"{"quickrouter_sidecar": 1, "prediction_id": null, "model": "a/b",
        "version": null, "input": {"prompt": "a"}, "seed": 7,
        "picture": {"name": "a.png", "index": 0, "bytes": 3, "sha256": "00"}}"#;

    #[test]
    fn what_is_no_sidecar_is_told_from_one_that_cannot_be_used() {
        let sidecar = read(SIDECAR.into()).unwrap().unwrap();
        assert_eq!(sidecar.model.as_deref(), Some("a/b"));
        for other in
            ["", "{}", "[]", "{\"quickrouter_sidecar\": \"1\"}", "\u{0}", "{", &"[".repeat(1 << 20)]
        {
            assert!(matches!(read(other.into()), Ok(None)), "{other:.40}");
        }
        let newer = SIDECAR.replace("sidecar\": 1", "sidecar\": 2");
        let inexact = SIDECAR.replace("\"seed\": 7", "\"seed\": 18446744073709551616");
        let damaged = SIDECAR.replace("\"index\": 0", "\"index\": -1");
        for unusable in [newer, inexact, damaged] {
            assert!(read(unusable.clone().into()).is_err(), "{unusable}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_a_sidecar_it_is_read_or_not(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        ) {
            let mut file = SIDECAR.as_bytes().to_vec();
            for (at, byte) in changes {
                let at = at.index(file.len());
                file[at] = byte;
            }
            let _ = read(file);
        }
    }
}
