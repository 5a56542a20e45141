//! [`Detail`]: one fact of an error as a stable code with values, beside its English words.

pub(crate) mod code;

use std::fmt;
use std::path::Path;
use std::time::Duration;

pub use self::code::DetailCode;

/// A [`Detail`] of a code, with its English words: `detail!(NotAnId, "{text:?} is no id", text = id)`.
/// Every value is named in the words.
macro_rules! detail {
    ($code:ident, $words:literal $(,)?) => {
        $crate::detail::Detail::new(
            $crate::detail::DetailCode::$code,
            Vec::new(),
            $words.to_owned(),
        )
    };
    ($code:ident, $words:literal $(, $name:ident = $value:expr)+ $(,)?) => {
        match ($($value,)+) {
            ($($name,)+) => $crate::detail::Detail::new(
                $crate::detail::DetailCode::$code,
                vec![$((stringify!($name), $crate::detail::DetailValue::from(&$name))),+],
                format!($words),
            ),
        }
    };
}
pub(crate) use detail;

/// One fact of an error, such as a cause or what to do next: its English words, and a stable code with
/// values by which a program can word it in another language.
///
/// # Examples
/// ```
/// use quickrouter::PredictionId;
/// use quickrouter::error::DetailCode;
///
/// let invalid = PredictionId::new("..").unwrap_err();
/// assert_eq!(invalid.reason.code(), DetailCode::NotAPredictionId);
/// assert_eq!(invalid.reason.code().as_str(), "not_a_prediction_id");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Detail(Box<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    code: DetailCode,
    values: Vec<(&'static str, DetailValue)>,
    text: String,
}

impl Detail {
    pub(crate) fn new(
        code: DetailCode,
        values: Vec<(&'static str, DetailValue)>,
        text: String,
    ) -> Self {
        debug_assert_eq!(
            values.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            code.values(),
            "{code:?}"
        );
        Self(Box::new(Parts { code, values, text }))
    }

    /// Returns what it says, as a stable code.
    pub fn code(&self) -> DetailCode {
        self.0.code
    }

    /// Returns its values by name, those of [`DetailCode::values`].
    pub fn values(&self) -> &[(&'static str, DetailValue)] {
        &self.0.values
    }

    /// Where a key comes from, for [`ClientBuilder::api_key_source`](crate::ClientBuilder::api_key_source):
    /// the file that a flag names.
    pub fn key_in_file(flag: &str, file: &Path) -> Self {
        let file = file.display().to_string();
        detail!(KeyInFile, "in {flag} {file}", flag = flag, file = file)
    }

    /// Where a key comes from: a variable.
    pub fn key_in_variable(variable: &str) -> Self {
        detail!(KeyInVariable, "in the variable {variable}", variable = variable)
    }

    /// Where a key comes from: the file that a variable names.
    pub fn key_in_file_of_variable(file: &Path, variable: &str) -> Self {
        let file = file.display().to_string();
        detail!(
            KeyInFileOfVariable,
            "in the file {file}, which {variable} names",
            file = file,
            variable = variable
        )
    }

    /// Where a key comes from: the output of a program.
    pub fn key_printed(program: &str) -> Self {
        detail!(KeyPrinted, "printed by the key command {program:?}", program = program)
    }

    /// Where a key comes from: a file of a profile's.
    pub fn key_kept(file: &Path) -> Self {
        let file = file.display().to_string();
        detail!(KeyKept, "in the file {file}", file = file)
    }

    /// Where a key comes from: the platform's keyring.
    pub fn key_in_keyring() -> Self {
        detail!(KeyInKeyring, "in the platform's keyring")
    }

    /// Where a key comes from: a person gave it, to be kept.
    pub fn key_given() -> Self {
        detail!(KeyGiven, "that was given")
    }

    /// No response came in this time, for [`CancelOutcome::Unconfirmed`](crate::error::CancelOutcome).
    pub fn no_response_in(time: Duration) -> Self {
        let time = format!("{} s", time.as_secs());
        detail!(NoResponseIn, "no response in {time}", time = time)
    }

    /// A person interrupted it, for [`CancelOutcome::Unconfirmed`](crate::error::CancelOutcome).
    pub fn interrupted() -> Self {
        detail!(Interrupted, "interrupted")
    }

    /// Returns its English words.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }
}

/// Words that no code stands for; they are shown as they are.
impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::new(DetailCode::Verbatim, vec![("text", DetailValue::Text(text.clone()))], text)
    }
}

impl From<&str> for Detail {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl PartialEq<str> for Detail {
    fn eq(&self, text: &str) -> bool {
        self.0.text == text
    }
}

impl PartialEq<&str> for Detail {
    fn eq(&self, text: &&str) -> bool {
        self.0.text == *text
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.text, f)
    }
}

/// A value of a [`Detail`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DetailValue {
    /// Text: a name, an address, a time with its unit, or the words of a gateway or a system.
    Text(String),
    /// A number.
    Number(u64),
    /// Another detail.
    Detail(Detail),
    /// Words of the contract in both languages.
    #[non_exhaustive]
    Contract {
        /// In English.
        english: String,
        /// In Chinese.
        chinese: String,
    },
}

impl From<&&str> for DetailValue {
    fn from(text: &&str) -> Self {
        Self::Text((*text).to_owned())
    }
}

impl From<&String> for DetailValue {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&&String> for DetailValue {
    fn from(text: &&String) -> Self {
        Self::Text((*text).clone())
    }
}

impl From<&char> for DetailValue {
    fn from(c: &char) -> Self {
        Self::Text(c.to_string())
    }
}

impl From<&u64> for DetailValue {
    fn from(number: &u64) -> Self {
        Self::Number(*number)
    }
}

impl From<&u16> for DetailValue {
    fn from(number: &u16) -> Self {
        Self::Number(u64::from(*number))
    }
}

impl From<&usize> for DetailValue {
    fn from(number: &usize) -> Self {
        Self::Number(*number as u64)
    }
}

impl From<&Detail> for DetailValue {
    fn from(detail: &Detail) -> Self {
        Self::Detail(detail.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Detail, DetailCode, DetailValue};

    #[test]
    fn a_detail_has_words_and_values() {
        let detail =
            detail!(ChangedSize, "went from {had} to {has} bytes", had = 1_u64, has = 2_u64);
        assert_eq!(detail.to_string(), "went from 1 to 2 bytes");
        let values = [("had", DetailValue::Number(1)), ("has", DetailValue::Number(2))];
        assert_eq!(detail.values(), values);
        assert_eq!(Detail::from("as it is").code(), DetailCode::Verbatim);
    }

    #[test]
    fn every_code_has_a_word_of_its_own() {
        let words: BTreeSet<_> = DetailCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), DetailCode::ALL.len());
        let fits = |word: &&str| {
            word.bytes().all(|b| b.is_ascii_lowercase() || b"_0123456789".contains(&b))
        };
        assert!(words.iter().all(fits), "{words:?}");
    }
}
