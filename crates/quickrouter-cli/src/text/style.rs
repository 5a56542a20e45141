//! Colors: whether a stream gets any, and which. Nothing else decides about them.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::text::message::{Message, message};

const ERROR: Style = bold(AnsiColor::Red);
const WARNING: Style = bold(AnsiColor::Yellow);
const HINT: Style = bold(AnsiColor::Cyan);
/// Of headings and of the heads of columns.
pub(crate) const HEAD: Style = Style::new().bold();

const fn bold(color: AnsiColor) -> Style {
    color.on_default().bold()
}

/// What a line is: a word in front of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Label {
    Error,
    Warning,
    Hint,
}

impl Label {
    /// The word, as it stands in front of a text.
    pub(crate) fn message(self) -> Message {
        match self {
            Self::Error => message!("error", text = ""),
            Self::Warning => message!("warning", text = ""),
            Self::Hint => message!("hint", text = ""),
        }
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Error => ERROR,
            Self::Warning => WARNING,
            Self::Hint => HINT,
        }
    }
}

/// A styled text as a stream with or without colors shows it.
pub(crate) fn shown(text: &str, colors: bool) -> Cow<'_, str> {
    if colors { text.into() } else { anstream::adapter::strip_str(text).to_string().into() }
}

/// What the environment says about terminals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wishes {
    /// Whether there are colors, whatever the stream is.
    colors: Option<bool>,
    /// `TERM=dumb`, or none: the terminal may obey no control sequence.
    dumb: bool,
    /// A build server: its log keeps every line.
    ci: bool,
}

impl Wishes {
    pub(crate) fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// `NO_COLOR` as <https://no-color.org> says, `CLICOLOR` and `CLICOLOR_FORCE` as
    /// <https://bixense.com/clicolors> says; `CI` is what GitHub, GitLab and others set.
    pub(crate) fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is_on = |name: &str| set(name).is_some_and(|value| value != "0" && value != "false");
        // Windows' consoles set no TERM.
        let term = variable("TERM")
            .unwrap_or_else(|| if cfg!(windows) { "windows" } else { "" }.to_owned());
        let colors = if set("NO_COLOR").is_some() {
            Some(false)
        } else if is_on("CLICOLOR_FORCE") {
            Some(true)
        } else {
            set("CLICOLOR").filter(|value| value == "0").map(|_| false)
        };
        Self { colors, dumb: term.is_empty() || term == "dumb", ci: is_on("CI") }
    }

    /// Whether a stream gets colors.
    pub(crate) fn colors(self, is_terminal: bool) -> bool {
        self.colors.unwrap_or(is_terminal && !self.dumb)
    }

    /// Whether a line on a terminal may be drawn again and again.
    pub(crate) fn redraws(self, is_terminal: bool) -> bool {
        is_terminal && !self.dumb && !self.ci
    }

    /// Whether pictures may be drawn unasked.
    #[cfg(feature = "preview")]
    pub(crate) fn pictures(self, is_terminal: bool) -> bool {
        self.redraws(is_terminal) && self.colors != Some(false)
    }
}

/// Styles a text.
pub(crate) fn styled(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::Wishes;

    fn wishes(set: &[(&str, &str)]) -> Wishes {
        Wishes::from_variables(|name| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const XTERM: (&str, &str) = ("TERM", "xterm-256color");

    #[test]
    fn colors_are_for_terminals_that_nobody_has_refused_them_for() {
        for (set, on_terminal, elsewhere) in [
            (&[XTERM][..], true, false),
            (&[XTERM, ("NO_COLOR", "1")], false, false),
            (&[XTERM, ("NO_COLOR", "")], true, false),
            (&[XTERM, ("CLICOLOR", "0")], false, false),
            (&[XTERM, ("CLICOLOR", "1")], true, false),
            (&[XTERM, ("CLICOLOR_FORCE", "1")], true, true),
            (&[XTERM, ("CLICOLOR_FORCE", "0")], true, false),
            (&[XTERM, ("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")], true, true),
            (&[XTERM, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false, false),
            (&[XTERM, ("CI", "true")], true, false),
            (&[("TERM", "dumb")], false, false),
        ] {
            let wishes = wishes(set);
            assert_eq!(
                (wishes.colors(true), wishes.colors(false)),
                (on_terminal, elsewhere),
                "{set:?}"
            );
        }
    }

    #[test]
    fn nothing_is_redrawn_in_logs_and_on_dumb_terminals() {
        assert!(wishes(&[XTERM]).redraws(true));
        assert!(wishes(&[XTERM, ("NO_COLOR", "1")]).redraws(true));
        assert!(wishes(&[XTERM, ("CI", "false")]).redraws(true));
        assert!(!wishes(&[XTERM]).redraws(false));
        assert!(!wishes(&[XTERM, ("CI", "true")]).redraws(true));
        assert!(!wishes(&[("TERM", "dumb")]).redraws(true));
    }
}
