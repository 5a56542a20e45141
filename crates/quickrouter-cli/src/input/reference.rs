//! References to outputs of earlier predictions in file inputs: `@last`, `@ID`, `@ID/1`.

use quickrouter::PredictionId;

use crate::text::message::{Message, message};

/// An output of an earlier prediction, in place of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reference {
    /// The input's name.
    pub(crate) input: &'static str,
    /// The flag's name, without its dashes.
    pub(crate) flag: String,
    /// As typed.
    pub(crate) text: String,
    pub(crate) of: Which,
    /// Which output, counted from 0 as in the names of saved files; by default the first file.
    pub(crate) index: Option<usize>,
}

/// The prediction of a reference.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Which {
    Last,
    Id(PredictionId),
}

/// Reads a reference: `None` for what does not begin with `@`.
///
/// # Errors
/// It is neither `@last` nor `@ID`.
pub(crate) fn parse(text: &str) -> Option<Result<(Which, Option<usize>), Message>> {
    let rest = text.strip_prefix('@')?;
    Some(read(rest).ok_or_else(|| message!("reference-malformed", text = text)))
}

/// Whether a text has the form of a reference.
pub(crate) fn is_reference(text: &str) -> bool {
    matches!(parse(text), Some(Ok(_)))
}

fn read(text: &str) -> Option<(Which, Option<usize>)> {
    let (name, index) = match text.split_once('/') {
        Some((name, index)) => (name, Some(digits(index)?)),
        None => match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((name, index)) => (name, Some(digits(index)?)),
            None => (text, None),
        },
    };
    // Ids that are anything else cannot be told from file names.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || !name.bytes().all(plain) {
        return None;
    }
    let which = match name {
        "last" => Which::Last,
        id => Which::Id(PredictionId::new(id).ok()?),
    };
    Some((which, index))
}

fn digits(text: &str) -> Option<usize> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all_digits)
}

#[cfg(test)]
mod tests {
    use super::{Which, parse};

    #[test]
    fn a_reference_names_a_prediction_and_perhaps_an_output() {
        let id = || Which::Id("ab_C-1".parse().unwrap());
        for (text, expected) in [
            ("@last", (Which::Last, None)),
            ("@last/1", (Which::Last, Some(1))),
            ("@ab_C-1", (id(), None)),
            ("@ab_C-1/0", (id(), Some(0))),
            ("@ab_C-1[2]", (id(), Some(2))),
        ] {
            assert_eq!(parse(text), Some(Ok(expected)), "{text}");
        }
    }

    #[test]
    fn anything_else_behind_an_at_sign_is_refused_and_a_path_is_no_reference() {
        for text in ["@", "@a.png", "@a/b", "@a/", "@a/+1", "@a[1", "@a[]", "@../a", "@画", "@a b"]
        {
            assert!(matches!(parse(text), Some(Err(_))), "{text}");
        }
        for text in ["./@last", "a@b", "", "https://example.com/@a"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
