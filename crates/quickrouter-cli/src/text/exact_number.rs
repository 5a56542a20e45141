//! Finds numbers that would be rounded before they are sent: another seed makes another picture.

/// The least and the greatest whole number that is sent exactly.
pub(crate) const EXACT: (i64, u64) = (i64::MIN, u64::MAX);

/// From 2^53 on, an f64 cannot represent every whole number.
const ALL_EXACT: f64 = 9_007_199_254_740_992.0;

/// The first number in a JSON text that would be sent as another whole number.
pub(crate) fn rounded(json: &str) -> Option<&str> {
    let mut rest = json;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = &rest[start..];
        if let Some(text) = rest.strip_prefix('"') {
            rest = after_string(text);
            continue;
        }
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        if !is_exact(number) {
            return Some(number);
        }
        rest = after;
    }
    None
}

/// Whether the whole part of a number is sent as written.
pub(crate) fn is_exact(number: &str) -> bool {
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return true;
    }
    match number.parse::<f64>() {
        Ok(held) if held.abs() >= ALL_EXACT => digits(number) == digits(&format!("{held:e}")),
        // Text that is not a number is refused elsewhere.
        _ => true,
    }
}

/// The significant digits of a number.
fn digits(number: &str) -> String {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

/// What follows the end of a string; a backslash escapes the next character.
fn after_string(text: &str) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn a_whole_number_that_would_change_is_found() {
        for (json, number) in [
            (r#"{"seed": 18446744073709551616}"#, "18446744073709551616"),
            (r#"{"seed":-9223372036854775809,"a":1}"#, "-9223372036854775809"),
            (r#"{"a": [1, {"seed": 9007199254740993.0}]}"#, "9007199254740993.0"),
            (
                r#"{"a": "\"1", "seed": 123456789012345678901234567890}"#,
                "123456789012345678901234567890",
            ),
        ] {
            assert_eq!(rounded(json), Some(number), "{json}");
        }
    }

    #[test]
    fn what_is_sent_as_it_is_written_is_not() {
        for json in [
            r#"{"seed": 18446744073709551615}"#,
            r#"{"seed": -9223372036854775808}"#,
            r#"{"a": 1e20, "b": 1E+300, "c": -0, "d": 0.1234567890123456789}"#,
            r#"{"prompt": "18446744073709551616 \" 18446744073709551616"}"#,
            r#"{"unfinished": "18446744073709551616"#,
        ] {
            assert_eq!(rounded(json), None, "{json}");
        }
    }
}
