//! Parsers of flag values: durations (`90s`, `10m`, `1h30m`), paths, and words with a meaning.

use std::ffi::OsStr;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{BoolishValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{Arg, Command, Error};

use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// Units too long for a wait; humantime reads `M` as months.
const MONTHS: [&str; 3] = ["M", "month", "months"];
const YEARS: [&str; 5] = ["y", "yr", "yrs", "year", "years"];

/// Why a value is not accepted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unaccepted {
    pub(crate) why: Message,
    /// Whether it names the value itself.
    pub(crate) stands_alone: bool,
}

impl Unaccepted {
    /// A message that names the value.
    pub(super) fn alone(why: Message) -> Self {
        Self { why, stands_alone: true }
    }
}

impl From<Message> for Unaccepted {
    fn from(why: Message) -> Self {
        Self { why, stands_alone: false }
    }
}

/// For clap, which carries errors; people get the message in their language.
impl fmt::Display for Unaccepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why.to_text(Lang::English))
    }
}

impl std::error::Error for Unaccepted {}

/// Parses a duration longer than zero.
pub(super) fn duration(text: &str) -> Result<Duration, Unaccepted> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Some(unit) = units(text).find(|unit| MONTHS.contains(unit) || YEARS.contains(unit)) {
        return Err(match unit {
            "M" => Unaccepted::from(message!(
                "value-months",
                value = text,
                meant = text.replace('M', "m")
            )),
            _ => message!("value-long-unit", unit = unit).into(),
        });
    }
    if text.starts_with(['"', '\'']) {
        return Err(message!("value-quoted").into());
    }
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err(message!("value-zero-duration").into()),
        Ok(duration) => Ok(duration),
        Err(_) => Err(message!("value-duration").into()),
    }
}

/// Parses a whole number within a range.
pub(super) fn whole<T>(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<T, Unaccepted> + Clone
where
    T: TryFrom<u64>,
{
    move |text: &str| {
        let number = text.trim().parse().ok().filter(|number| range.contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
            let (least, most) = (*range.start(), *range.end());
            Unaccepted::from(match most {
                u64::MAX => message!("value-whole-from", least = least.to_string()),
                _ => message!("value-whole", least = least.to_string(), most = most.to_string()),
            })
        })
    }
}

/// Parses a number.
pub(super) fn number(text: &str) -> Result<f64, Unaccepted> {
    text.trim().parse().map_err(|_| message!("value-number").into())
}

/// Parses what a variable says of a flag without a value.
pub(super) fn switch(text: &str) -> Result<bool, Unaccepted> {
    let command = Command::new("");
    let parsed = BoolishValueParser::new().parse_ref(&command, None, OsStr::new(text));
    parsed.map_err(|_| message!("value-switch").into())
}

/// The units in a duration.
fn units(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|unit| !unit.is_empty())
}

/// Parses one of some words into what it means.
pub(super) fn one_of<T: Clone + Send + Sync + 'static, const N: usize>(
    words: [(&'static str, T); N],
) -> impl TypedValueParser<Value = T> {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    PossibleValuesParser::new(names).map(move |typed: String| {
        let meant = words.iter().find(|(name, _)| *name == typed);
        meant.map(|(_, meaning)| meaning.clone()).expect("clap accepts no other word")
    })
}

/// Parses with another parser, and offers some values to shells, which it may accept more than.
#[derive(Clone)]
pub(super) struct Offering<P> {
    pub(super) parser: P,
    pub(super) offers: Vec<String>,
}

impl<P: TypedValueParser> TypedValueParser for Offering<P> {
    type Value = P::Value;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<P::Value, Error> {
        self.parser.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.offers.iter().map(PossibleValue::new)))
    }
}

/// The error of a value, as clap makes it for functions that parse.
fn refused<T>(
    command: &Command,
    arg: Option<&Arg>,
    value: &OsStr,
    why: Unaccepted,
) -> Result<T, Error>
where
    T: Clone + Send + Sync + 'static,
{
    let refuse = move |_: &str| -> Result<T, Unaccepted> { Err(why.clone()) };
    refuse.parse_ref(command, arg, value)
}

/// Parses a path.
#[derive(Clone)]
pub(super) struct PathParser;

impl TypedValueParser for PathParser {
    type Value = PathBuf;

    fn parse_ref(&self, _: &Command, _: Option<&Arg>, value: &OsStr) -> Result<PathBuf, Error> {
        Ok(PathBuf::from(value))
    }

    fn parse_ref_(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
        source: ValueSource,
    ) -> Result<PathBuf, Error> {
        path(arg, value, source).or_else(|why| refused(command, arg, value, why))
    }
}

/// A file that contains a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyFile {
    /// Or what is wrong with the variable: a command that needs no key does not fail because of it.
    pub(crate) path: Result<PathBuf, Unaccepted>,
    /// Whether it was typed; it then takes precedence over the variable that contains a key.
    pub(crate) typed: bool,
}

/// Parses the path of a file that contains a key.
#[derive(Clone)]
pub(super) struct KeyFileParser;

impl TypedValueParser for KeyFileParser {
    type Value = KeyFile;

    fn parse_ref(&self, _: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<KeyFile, Error> {
        Ok(KeyFile { path: path(arg, value, ValueSource::CommandLine), typed: true })
    }

    fn parse_ref_(
        &self,
        _: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
        source: ValueSource,
    ) -> Result<KeyFile, Error> {
        let typed = source == ValueSource::CommandLine;
        Ok(KeyFile { path: path(arg, value, source), typed })
    }
}

/// The path that a value means. A shell strips quotes and line breaks; `docker run --env-file` keeps
/// them.
fn path(arg: Option<&Arg>, value: &OsStr, source: ValueSource) -> Result<PathBuf, Unaccepted> {
    let Some(text) = value.to_str().filter(|_| source == ValueSource::EnvVariable) else {
        return Ok(PathBuf::from(value));
    };
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let is_quoted = |quote| text.starts_with(quote) && text.ends_with(quote);
    if text.len() > 1 && ['"', '\''].into_iter().any(is_quoted) {
        let flag = arg.and_then(Arg::get_long).unwrap_or_default();
        // The value is not shown: some people put the key itself there.
        return Err(Unaccepted::alone(message!("value-quoted-variable", flag = flag)));
    }
    Ok(PathBuf::from(text))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Unaccepted, duration, whole};
    use crate::text::message::Message;

    /// The id of the message and its values.
    fn refusal(text: &str) -> Message {
        duration(text).unwrap_err().why
    }

    #[test]
    fn durations_are_written_with_their_units() {
        assert_eq!(duration("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration(" 2min\r\n"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("\u{feff}1d"), Ok(Duration::from_secs(86_400)));
        assert_eq!(refusal("600"), Message::new("value-duration"));
        assert_eq!(refusal("0s"), Message::new("value-zero-duration"));
    }

    #[test]
    fn months_and_years_are_refused_and_minutes_suggested() {
        for text in ["10M", "1h10M", "10 M", "1M30s"] {
            let meant = text.replace('M', "m");
            let message = Message::new("value-months").with("value", text).with("meant", meant);
            assert_eq!(refusal(text), message);
        }
        for (text, unit) in [("1month", "month"), ("2 months", "months"), ("1y", "y")] {
            assert_eq!(refusal(text), Message::new("value-long-unit").with("unit", unit));
        }
        assert_eq!(refusal("'10m'"), Message::new("value-quoted"));
        assert!(duration("99999999999999999999w").is_err());
    }

    #[test]
    fn whole_numbers_keep_to_their_range() {
        let port = whole::<u16>(0..=65_535);
        assert_eq!(port(" 80 "), Ok(80));
        for text in ["65536", "-1", "80.5", "", "eighty"] {
            assert!(matches!(port(text), Err(Unaccepted { stands_alone: false, .. })), "{text}");
        }
        assert_eq!(
            whole::<u64>(1..=u64::MAX)("0").unwrap_err().to_string(),
            "a whole number of 1 or more is expected"
        );
    }
}
