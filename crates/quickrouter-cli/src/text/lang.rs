//! The language of help and listings: Chinese if the locale says so, otherwise English.

/// A language of the contract's descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    English,
    Chinese,
}

impl Lang {
    /// The language that the environment requests.
    pub(crate) fn from_env() -> Self {
        Self::from_locale(|name| std::env::var(name).ok())
    }

    /// The first non-empty variable of the locale decides, as POSIX requires.
    pub(crate) fn from_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty());
        match locale {
            Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// The wording in this language.
    pub(crate) fn of<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    fn with(set: &[(&str, &str)]) -> Lang {
        Lang::from_locale(|name| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_first_variable_that_is_not_empty_decides() {
        assert_eq!(with(&[]), Lang::English);
        assert_eq!(with(&[("LANG", "zh_CN.UTF-8")]), Lang::Chinese);
        assert_eq!(with(&[("LC_ALL", ""), ("LANG", "zh_TW")]), Lang::Chinese);
        assert_eq!(with(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Lang::English);
        assert_eq!(with(&[("LC_MESSAGES", "zh"), ("LANG", "en_US")]), Lang::Chinese);
    }
}
