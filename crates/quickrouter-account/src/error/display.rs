//! The messages of [`AccountError`]: what happened, with which value, and what to do.

use std::fmt;

use crate::error::AccountError;
use crate::error::reason::Reason;

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(invalid) => invalid.fmt(f),
            Self::BaseUrlInvalid { base_url, why } => {
                write!(f, "the base URL {base_url:?} is invalid: {why}")
            }
            Self::ProfileUnknown { name, known, suggestion } => {
                write!(f, "there is no profile {name:?}; there are {}", known.join(", "))?;
                did_you_mean(f, suggestion.as_ref())
            }
            Self::ProfileNameInvalid { name } => write!(
                f,
                "{name:?} cannot be the name of a profile; use lower-case letters, digits, - and _, 40 at most"
            ),
            Self::Limit(refusal) => refusal.fmt(f),
            Self::Request(error) => error.fmt(f),
            Self::NoConfigFolder
            | Self::ConfigUnreadable { .. }
            | Self::ConfigWritable { .. }
            | Self::ConfigInvalid { .. } => self.fmt_config(f),
            Self::NotOfTheFamily { .. }
            | Self::Refused { .. }
            | Self::NotServed { .. }
            | Self::Unreadable { .. } => self.fmt_gateway(f),
            _ => self.fmt_key(f),
        }
    }
}

impl AccountError {
    fn fmt_config(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfigUnreadable { path, why } => {
                write!(f, "the configuration file {} cannot be read: {why}", path.display())
            }
            Self::ConfigWritable { path, mode } => write!(
                f,
                "others may change the configuration file {0} (mode {mode:o}), which can name commands to run; run `chmod o-w {0}`",
                path.display()
            ),
            Self::ConfigInvalid { path, line, key, why, suggestion } => {
                write!(f, "the configuration file {}", path.display())?;
                if let Some(line) = line {
                    write!(f, ", line {line}")?;
                }
                if let Some(key) = key {
                    write!(f, ", {key}")?;
                }
                write!(f, ": {why}")?;
                did_you_mean(f, suggestion.as_ref())
            }
            _ => f.write_str("there is no folder for configuration; set HOME, or name the file"),
        }
    }

    fn fmt_gateway(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOfTheFamily { profile, origin } => write!(
                f,
                "{origin} is not asked: the profile {profile} does not name it as one of QuickRouter's family (family = true)"
            ),
            Self::Refused { path, status, message, .. } => {
                write!(f, "the gateway refused {path} (HTTP {status})")?;
                if message.is_empty() { Ok(()) } else { write!(f, ": {message}") }
            }
            Self::NotServed { path, status } => {
                write!(f, "this gateway does not serve {path} (HTTP {status})")
            }
            Self::Unreadable { path, why } => {
                write!(f, "the response to {path} cannot be understood: {why}")
            }
            _ => Ok(()),
        }
    }

    fn fmt_key(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyOfAnotherOrigin { profile, key_origin, base_url_origin } => write!(
                f,
                "the key of the profile {profile} belongs to {key_origin} and is not sent to {base_url_origin}; choose a profile of that gateway, or give its key in QUICKROUTER_API_KEY"
            ),
            Self::KeyInvalid { why: Reason::Sdk(error), .. } => write!(f, "{error}"),
            Self::KeyInvalid { source, why } => write!(f, "the API key {source}: {why}"),
            Self::KeyFileUnreadable { path, why } => {
                write!(f, "the key file {} cannot be read: {why}", path.display())
            }
            Self::KeyFileExposed { path, mode, needed } => write!(
                f,
                "others may read {0} (mode {mode:o}), which keeps keys; run `chmod {needed:o} {0}`",
                path.display()
            ),
            Self::KeyStoreUnwritable { path, why } => {
                write!(f, "the stored key {} cannot be changed: {why}", path.display())
            }
            Self::Keyring { why } => write!(f, "the platform's keyring failed: {why}"),
            Self::KeyCommandNotStarted { program, why } => {
                write!(f, "the key command {program:?} cannot be started: {why}")
            }
            Self::KeyCommandFailed { program, exit_code, stderr } => {
                match exit_code {
                    Some(code) => write!(f, "the key command {program:?} failed (exit {code})")?,
                    None => write!(f, "the key command {program:?} was ended by a signal")?,
                }
                if stderr.is_empty() { Ok(()) } else { write!(f, ": {stderr}") }
            }
            Self::KeyCommandTimeout { program, limit } => write!(
                f,
                "the key command {program:?} did not end within {} s",
                limit.as_secs_f64()
            ),
            Self::KeyCommandOutput { program, why } => {
                write!(f, "the output of the key command {program:?} is not a key: {why}")
            }
            _ => Ok(()),
        }
    }
}

fn did_you_mean(f: &mut fmt::Formatter<'_>, suggestion: Option<&String>) -> fmt::Result {
    suggestion.map_or(Ok(()), |name| write!(f, "; did you mean {name}?"))
}
