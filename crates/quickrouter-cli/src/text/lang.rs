//! The language of everything that people read: as asked for, otherwise the locale's.

use std::ffi::OsString;

/// The variable that names the language.
pub(crate) const LANG_VARIABLE: &str = "QUICKROUTER_LANG";

/// A language of the messages and of the contract's descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    English,
    Chinese,
}

impl Lang {
    /// The language of `--lang`, else of its variable, else of the locale. Help and usage errors are in
    /// it, too, so the flag is looked for before the command line is parsed.
    pub(crate) fn choose(argv: &[OsString]) -> Self {
        let variable = || std::env::var(LANG_VARIABLE).ok();
        let named = |name: String| Self::named(&name);
        typed(argv).or_else(|| variable().and_then(named)).unwrap_or_else(Self::from_env)
    }

    /// The language of a locale's name: `zh`, `zh_CN.UTF-8`, `zh-Hant`, `en-US`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        match name.split(['-', '_', '.', '@']).next() {
            Some("zh") => Some(Self::Chinese),
            Some("en") => Some(Self::English),
            _ => None,
        }
    }

    /// The language that the environment requests.
    fn from_env() -> Self {
        let posix = Self::from_locale(|name| std::env::var(name).ok());
        // Windows and macOS keep it elsewhere.
        let system = || sys_locale::get_locale().and_then(|locale| Self::named(&locale));
        posix.or_else(system).unwrap_or(Self::English)
    }

    /// The first non-empty variable of the locale decides, as POSIX requires.
    fn from_locale(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty())?;
        Some(Self::named(&locale).unwrap_or(Self::English))
    }

    /// The contract's wording in this language.
    pub(crate) fn of<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// The language of `--lang` on a command line; the last one counts. `scaffold --lang python` names none.
fn typed(argv: &[OsString]) -> Option<Lang> {
    let mut found = None;
    let mut words = argv.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let name = match word.strip_prefix("--lang") {
            _ if word == "--" => break,
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        found = name.and_then(Lang::named).or(found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Lang, typed};

    fn with(set: &[(&str, &str)]) -> Option<Lang> {
        Lang::from_locale(|name| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_first_variable_that_is_not_empty_decides() {
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[("LANG", "zh_CN.UTF-8")]), Some(Lang::Chinese));
        assert_eq!(with(&[("LC_ALL", ""), ("LANG", "zh_TW")]), Some(Lang::Chinese));
        assert_eq!(with(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Some(Lang::English));
        assert_eq!(with(&[("LC_MESSAGES", "zh"), ("LANG", "en_US")]), Some(Lang::Chinese));
    }

    #[test]
    fn the_flag_is_found_before_the_command_line_is_parsed() {
        let of = |line: &str| typed(&line.split(' ').map(Into::into).collect::<Vec<_>>());
        assert_eq!(of("quickrouter --lang zh models"), Some(Lang::Chinese));
        assert_eq!(of("quickrouter models --lang=en"), Some(Lang::English));
        assert_eq!(of("quickrouter models --language zh"), None);
        assert_eq!(of("quickrouter generate -- --lang zh"), None);
        assert_eq!(of("quickrouter --lang"), None);
        assert_eq!(of("quickrouter --lang zh scaffold p1 --lang python"), Some(Lang::Chinese));
    }
}
