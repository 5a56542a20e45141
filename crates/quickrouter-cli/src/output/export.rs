//! Lines that a shell can evaluate.

use crate::exit::failure::Failure;
use crate::text::message::message;

/// A line for a POSIX shell.
pub(crate) fn export(variable: &str, value: &str) -> Result<String, Failure> {
    let value = shlex::try_quote(value).map_err(|error| {
        let error = error.to_string();
        Failure::other(message!("export-failed", variable = variable, error = error))
    })?;
    Ok(format!("export {variable}={value}"))
}

#[cfg(test)]
mod tests {
    use super::export;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let quoted = |value: &str| export("A", value).unwrap();
        let url = "http://127.0.0.1:8080/replicate";
        assert_eq!(quoted(url), format!("export A={url}"));
        assert_eq!(quoted("two words"), "export A='two words'");
        let value = "it's $HOME";
        let words = shlex::split(&quoted(value));
        assert_eq!(words, Some(vec!["export".to_owned(), format!("A={value}")]));
        assert!(!quoted(value).contains("A=it's $HOME"));
    }
}
