//! Where the value of a setting comes from.

use clap::parser::ValueSource;
use serde_json::{Value, json};

use crate::text::message::{Message, message};

/// Where the value of a setting comes from, in the order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Flag(&'static str),
    Variable(&'static str),
    /// A key of the configuration file, such as `profiles.work.base-url`.
    File(String),
    /// What `auth login` stored for this profile.
    Login(String),
    /// The locale of the system.
    Locale,
    Default,
}

impl Source {
    /// What clap says of a flag with a variable and a default.
    pub(crate) fn of_flag(
        source: Option<ValueSource>,
        flag: &'static str,
        variable: &'static str,
    ) -> Self {
        match source {
            Some(ValueSource::CommandLine) => Self::Flag(flag),
            Some(ValueSource::EnvVariable) => Self::Variable(variable),
            _ => Self::Default,
        }
    }

    /// A word for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "variable",
            Self::File(_) => "file",
            Self::Login(_) => "login",
            Self::Locale => "locale",
            Self::Default => "default",
        }
    }

    /// The flag, variable, key or profile.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Flag(name) | Self::Variable(name) => Some(name),
            Self::File(name) | Self::Login(name) => Some(name),
            Self::Locale | Self::Default => None,
        }
    }

    pub(crate) fn message(&self) -> Message {
        message!("source", kind = self.kind(), name = self.name().unwrap_or_default())
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({"kind": self.kind(), "name": self.name()})
    }
}

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}
