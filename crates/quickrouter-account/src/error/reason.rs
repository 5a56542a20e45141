//! [`Reason`]: why something cannot be used.

use std::fmt;

/// Why a file, a setting or a key cannot be used. [`Display`](fmt::Display) says it in English.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reason {
    /// In the words of the system, or of a parser.
    Other(String),
    /// In those of the SDK, which checks keys.
    Sdk(Box<quickrouter::Error>),
    /// There is no such file.
    NoSuchFile,
    /// It is a folder.
    IsFolder,
    /// It is a device, a pipe or the like.
    NotAFile,
    /// It is larger than is read.
    TooLarge {
        /// The size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// It is neither UTF-8 nor marked UTF-16.
    NotUtf8,
    /// It has NUL characters.
    HasNul,
    /// There is nothing.
    Empty,
    /// A key command printed more than a key.
    OutputTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A stored key is damaged.
    StoredKeyDamaged,
    /// A base URL is not a URL.
    NotAUrl,
    /// A base URL is neither http nor https.
    NotHttp,
    /// A base URL contains a user name or password.
    HasUser,
    /// A key is written into the configuration file.
    KeyInConfig,
    /// A profile has both a file and a command.
    TwoKeySources,
    /// Replicate is said to be of the family.
    ReplicateFamily,
    /// Two prices are for the same models.
    SamePrices {
        /// Both patterns.
        patterns: Box<[String; 2]>,
    },
    /// The default profile is not there.
    DefaultUnknown {
        /// The profiles that there are.
        known: Vec<String>,
    },
    /// A profile cannot be called that.
    ProfileName,
    /// A group or a currency is too long, empty or not printable.
    Label,
    /// An amount is negative.
    NegativeAmount,
    /// A command is empty, or a quote in it is not closed.
    NotACommand,
    /// A path or a JSON pointer does not start with a slash.
    NotSlashed,
    /// A pattern of model names is malformed.
    Pattern,
    /// A number is less than 1.
    NotPositive,
}

impl Reason {
    /// The reason that a parser was given as a text, which is all that it hands on.
    pub(crate) fn of_text(text: &str) -> Self {
        let plain = [
            Self::NotAUrl,
            Self::NotHttp,
            Self::HasUser,
            Self::ProfileName,
            Self::Label,
            Self::NegativeAmount,
            Self::NotACommand,
            Self::NotSlashed,
            Self::Pattern,
            Self::NotPositive,
        ];
        let same = plain.into_iter().find(|reason| reason.to_string() == text);
        same.unwrap_or_else(|| Self::Other(text.to_owned()))
    }

    /// What cannot be told but in one text.
    fn plain(&self) -> &str {
        match self {
            Self::Other(text) => text,
            Self::NoSuchFile => "there is no such file",
            Self::IsFolder => "it is a folder",
            Self::NotAFile => "it is not a file",
            Self::NotUtf8 => "it is not UTF-8; save it as UTF-8",
            Self::HasNul => {
                "it has NUL characters, as UTF-16 without a byte order mark has; save it as UTF-8"
            }
            Self::Empty => "it is empty",
            Self::StoredKeyDamaged => "it is damaged; log in again",
            Self::NotAUrl => "it is not a URL",
            Self::NotHttp => "it is neither http nor https",
            Self::HasUser => "it contains a user name or password",
            Self::KeyInConfig => {
                "a key is not written here, but named: key-file or key-command; or it is stored by `quickrouter auth login`"
            }
            Self::TwoKeySources => "it has both key-file and key-command; leave one of them out",
            Self::ReplicateFamily => "family = true is wrong: Replicate itself has no such routes",
            Self::ProfileName => "use lower-case letters, digits, - and _, 40 at most",
            Self::Label => "use 1 to 64 printable characters",
            Self::NegativeAmount => "an amount cannot be negative here",
            Self::NotACommand => "this is not a command: it is empty, or a quote is not closed",
            Self::NotSlashed => "it has to start with /",
            Self::Pattern => {
                "a model is written as owner/name, owner/* or *, with * at the end only"
            }
            Self::NotPositive => "use 1 or more",
            _ => "",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sdk(error) => error.fmt(f),
            Self::TooLarge { bytes, limit } => {
                write!(f, "it has {bytes} bytes, more than the {limit} allowed")
            }
            Self::OutputTooLong { limit } => write!(f, "it is longer than {limit} bytes"),
            Self::SamePrices { patterns } => {
                let [one, other] = patterns.as_ref();
                write!(f, "it has prices for {one} and {other}, which are the same")
            }
            Self::DefaultUnknown { known } => {
                write!(f, "there is no such profile; there are {}", known.join(", "))
            }
            plain => f.write_str(plain.plain()),
        }
    }
}

impl From<std::io::Error> for Reason {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<quickrouter::Error> for Reason {
    fn from(error: quickrouter::Error) -> Self {
        Self::Sdk(Box::new(error))
    }
}
