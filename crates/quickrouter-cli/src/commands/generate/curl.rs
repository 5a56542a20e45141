//! A create as a command for a POSIX shell, with the key in its variable.

use std::borrow::Cow;

use quickrouter::RequestPreview;
use serde_json::Value;

use crate::args::settings::KEY_VARIABLE;
use crate::exit::failure::Failure;
use crate::input::collect::STAND_IN;
use crate::text::message::message;

/// The longest body that is an argument. Linux takes 128 KiB for one (`MAX_ARG_STRLEN` in its
/// include/uapi/linux/binfmts.h); a longer body goes through stdin.
const ARGUMENT_LIMIT: usize = 64 << 10;

/// The command. An input that is uploaded or fetched before, one of `later`, is a variable with its URL.
pub(super) fn command(preview: &RequestPreview, later: &[&str]) -> Result<String, Failure> {
    let mut command = format!("curl -sS -X {} {}", preview.method, quoted(&preview.url)?);
    command.extend([r#" -H "Authorization: Bearer $"#, KEY_VARIABLE, "\""]);
    let json = ("content-type", "application/json".to_owned());
    for (name, value) in std::iter::once(&json).chain(&preview.headers) {
        command.push_str(" -H ");
        command.push_str(&quoted(&format!("{name}: {value}"))?);
    }
    let mut body = preview.body.clone();
    for input in later {
        body["input"][*input] = Value::from(stand_in(input));
    }
    let text = body.to_string();
    if text.len() > ARGUMENT_LIMIT {
        return Ok(format!("{command} --data-binary @- <<JSON\n{}\nJSON", document(&text, later)));
    }
    command.push_str(" -d ");
    let mut rest = text.as_str();
    while let Some((start, input)) = next(rest, later) {
        let length = stand_in(input).len();
        command.push_str(&quoted(&rest[..start])?);
        command.extend(["\"", &variable(input), "\""]);
        rest = &rest[start + length..];
    }
    command.push_str(&quoted(rest)?);
    Ok(command)
}

/// Where the first input that comes later stands in a text.
fn next<'a>(text: &str, later: &[&'a str]) -> Option<(usize, &'a str)> {
    // With its quotes, which no text inside of a value has.
    let places = later.iter().filter_map(|input| {
        text.find(&format!("\"{}\"", stand_in(input))).map(|start| (start + 1, *input))
    });
    places.min_by_key(|(start, _)| *start)
}

fn stand_in(input: &str) -> String {
    format!("{STAND_IN}:{input}")
}

/// The variable of an input's URL; without a value the shell stops and says so.
fn variable(input: &str) -> String {
    format!("${{{}:?}}", variable_name(input))
}

/// The name of the variable of an input's URL.
pub(super) fn variable_name(input: &str) -> String {
    format!("{}_URL", input.to_ascii_uppercase())
}

/// A text as a here-document that a shell expands: POSIX, Shell Command Language, 2.7.4.
fn document(text: &str, later: &[&str]) -> String {
    let escaped = text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if matches!(c, '\\' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    });
    later.iter().fold(escaped, |text, input| {
        text.replace(&format!("\"{}\"", stand_in(input)), &format!("\"{}\"", variable(input)))
    })
}

fn quoted(text: &str) -> Result<Cow<'_, str>, Failure> {
    shlex::try_quote(text)
        .map_err(|error| Failure::other(message!("dry-run-not-quoted", why = error.to_string())))
}
