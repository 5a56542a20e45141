//! The page's language: the chosen one, or else the one that the browser prefers.

use http::{HeaderMap, header};

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Chinese,
}

impl Language {
    /// The language that `lang=` in a link names.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// As it stands in a link.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// As it stands in HTML.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// What `Accept-Language` likes better; English where it knows neither.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut best = (0.0, Self::English);
        let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
        for range in values.filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(',')) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let primary = tag.split('-').next().unwrap_or_default().trim().to_ascii_lowercase();
            // Of two that are liked as well, the first.
            if let Some(language) = Self::named(&primary).filter(|_| weight > best.0) {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, value.parse().unwrap());
        Language::of(&headers)
    }

    #[test]
    fn the_language_that_is_liked_best_is_spoken() {
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(of("en-US,en;q=0.9,zh-CN;q=0.8"), Language::English);
        assert_eq!(of("en;q=0.2, ZH-hant;q=0.3"), Language::Chinese);
        assert_eq!(of("fr, de;q=0.9, zh;q=0.1"), Language::Chinese);
        assert_eq!(of("zh;q=0"), Language::English);
        assert_eq!(of("fr"), Language::English);
        assert_eq!(of("zh;q=much, en;q=0.1"), Language::English);
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
    }
}
