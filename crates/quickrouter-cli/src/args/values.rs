//! Parsers of flag values: durations (`90s`, `10m`, `1h30m`), paths, and words with a meaning.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, Command, Error};

/// Units too long for a wait; humantime reads `M` as months.
const MONTHS: [&str; 3] = ["M", "month", "months"];
const YEARS: [&str; 5] = ["y", "yr", "yrs", "year", "years"];

/// Parses a duration longer than zero.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Some(unit) = units(text).find(|unit| MONTHS.contains(unit) || YEARS.contains(unit)) {
        return Err(match unit {
            "M" => format!("{text} means months; write {} for minutes", text.replace('M', "m")),
            _ => format!("{unit} is too long a unit for a wait; use days (d) or less"),
        });
    }
    if text.starts_with(['"', '\'']) {
        return Err("the value is in quotes; leave them out".to_owned());
    }
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("must be longer than zero".to_owned()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(format!("{error}; write it like 500ms, 90s, 10m or 1h30m")),
    }
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

/// Parses text with a function whose message needs no words of clap's around it.
#[derive(Clone)]
pub(super) struct StandsAlone<T>(pub(super) fn(&str) -> Result<T, String>);

impl<T: Clone + Send + Sync + 'static> TypedValueParser for StandsAlone<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let Some(text) = value.to_str() else {
            return Err(Error::new(ErrorKind::InvalidUtf8).with_cmd(command));
        };
        self.0(text).map_err(|message| invalid(command, message))
    }
}

fn invalid(command: &Command, message: String) -> Error {
    command.clone().error(ErrorKind::InvalidValue, message)
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
        path(arg, value, source).map_err(|message| invalid(command, message))
    }
}

/// A file that contains a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyFile {
    /// Or what is wrong with the variable: a command that needs no key does not fail because of it.
    pub(crate) path: Result<PathBuf, String>,
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
fn path(arg: Option<&Arg>, value: &OsStr, source: ValueSource) -> Result<PathBuf, String> {
    let Some(text) = value.to_str().filter(|_| source == ValueSource::EnvVariable) else {
        return Ok(PathBuf::from(value));
    };
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let is_quoted = |quote| text.starts_with(quote) && text.ends_with(quote);
    if text.len() > 1 && ['"', '\''].into_iter().any(is_quoted) {
        let flag = arg.and_then(Arg::get_long).unwrap_or_default();
        // The value is not shown: some people put the key itself there.
        return Err(format!("the variable for --{flag} has quotes in its value; leave them out"));
    }
    Ok(PathBuf::from(text))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn durations_are_written_with_their_units() {
        assert_eq!(duration("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration(" 2min\r\n"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("\u{feff}1d"), Ok(Duration::from_secs(86_400)));
        assert!(duration("600").unwrap_err().contains("write it like"));
        assert!(duration("0s").is_err());
    }

    #[test]
    fn months_and_years_are_refused_and_minutes_suggested() {
        for text in ["10M", "1h10M", "10 M", "1M30s"] {
            let message = duration(text).unwrap_err();
            let meant = text.replace('M', "m");
            assert_eq!(message, format!("{text} means months; write {meant} for minutes"));
        }
        for text in ["1month", "2 months", "1y", "1year 2d", "3yrs"] {
            assert!(duration(text).unwrap_err().contains("too long a unit"), "{text}");
        }
        assert!(duration("'10m'").unwrap_err().contains("in quotes"));
        assert!(duration("99999999999999999999w").is_err());
    }
}
