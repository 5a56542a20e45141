//! How many pictures an input of a model that the contract does not know asks for.

use quickrouter::catalog::models;
use rmcp::model::JsonObject;
use serde_json::Value;

/// What models beside the contract's call the number of pictures: bytedance/seedream-4 makes, and
/// bills, up to 15 by `max_images`, jagilley/controlnet-scribble takes `num_samples`, also as text, and
/// logerzhu/ad-inpaint `image_num`, by their pages at Replicate; OpenAI's pictures have `n`.
const OTHER_NAMES: [&str; 7] = [
    "image_num",
    "max_images",
    "n",
    "num_images",
    "num_results",
    "num_samples",
    "number_of_images",
];

/// The largest number in an input that the contract's models, or others, name the count by; at least 1.
pub(super) fn asked_for(input: &JsonObject) -> u64 {
    let documented = models().iter().filter_map(|model| model.input_schema()["x-outputs"].as_str());
    let names = documented.chain(OTHER_NAMES);
    names.filter_map(|name| input.get(name).and_then(number)).max().unwrap_or(1).max(1)
}

/// A number, rounded up, also as text: models take both, since Replicate's are checked by pydantic, which
/// reads `4.0` and `"4"` as 4 (its documentation, Conversion Table).
fn number(value: &Value) -> Option<u64> {
    let written = match value {
        Value::String(text) => text.trim().parse().ok()?,
        other => return other.as_u64().or_else(|| other.as_f64().map(rounded_up)),
    };
    Some(rounded_up(written))
}

/// Saturates; what is no number is 0.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "meant")]
fn rounded_up(number: f64) -> u64 {
    number.ceil() as u64
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::asked_for;

    fn asked(input: &Value) -> u64 {
        asked_for(input.as_object().unwrap())
    }

    #[test]
    fn a_count_is_read_however_it_is_written() {
        for count in [json!(4), json!(4.0), json!(3.2), json!("4"), json!(" 4.0 "), json!("4e0")] {
            assert_eq!(asked(&json!({"num_outputs": count})), 4, "{count}");
        }
        for count in [json!(1e300), json!(u64::MAX), json!("99999999999999999999999")] {
            assert_eq!(asked(&json!({"num_outputs": count})), u64::MAX, "{count}");
        }
    }

    #[test]
    fn what_is_no_count_is_one_picture() {
        for count in [json!(-4), json!(0), json!("-4"), json!("four"), json!(null), json!([4])] {
            assert_eq!(asked(&json!({"num_outputs": count})), 1, "{count}");
        }
        assert_eq!(asked(&json!({"steps": 50, "seed": 7})), 1);
    }

    #[test]
    fn the_largest_count_of_any_known_name_is_taken() {
        assert_eq!(asked(&json!({"num_outputs": 2, "max_images": 15})), 15);
        assert_eq!(asked(&json!({"num_samples": "4"})), 4);
    }
}
