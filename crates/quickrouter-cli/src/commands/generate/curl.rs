//! A create as a command for a POSIX shell, with the key in its variable.

use std::borrow::Cow;

use quickrouter::RequestPreview;
use serde_json::Value;

use crate::args::settings::KEY_VARIABLE;
use crate::exit::failure::Failure;
use crate::input::collect::{STAND_IN, Upload};
use crate::text::message::message;

/// The longest body that is an argument. Linux takes 128 KiB for one (`MAX_ARG_STRLEN` in its
/// include/uapi/linux/binfmts.h); a longer body goes through stdin.
const ARGUMENT_LIMIT: usize = 64 << 10;

/// The command. A file that is to be uploaded is a variable with the URL it got.
pub(super) fn command(preview: &RequestPreview, uploads: &[Upload]) -> Result<String, Failure> {
    let mut command = format!("curl -sS -X {} {}", preview.method, quoted(&preview.url)?);
    command.extend([r#" -H "Authorization: Bearer $"#, KEY_VARIABLE, "\""]);
    let json = ("content-type", "application/json".to_owned());
    for (name, value) in std::iter::once(&json).chain(&preview.headers) {
        command.push_str(" -H ");
        command.push_str(&quoted(&format!("{name}: {value}"))?);
    }
    let mut body = preview.body.clone();
    for upload in uploads {
        body["input"][upload.input] = Value::from(stand_in(upload));
    }
    let text = body.to_string();
    if text.len() > ARGUMENT_LIMIT {
        return Ok(format!(
            "{command} --data-binary @- <<JSON\n{}\nJSON",
            document(&text, uploads)
        ));
    }
    command.push_str(" -d ");
    let mut rest = text.as_str();
    while let Some((start, upload)) = next(rest, uploads) {
        let length = stand_in(upload).len();
        command.push_str(&quoted(&rest[..start])?);
        command.extend(["\"", &variable(upload), "\""]);
        rest = &rest[start + length..];
    }
    command.push_str(&quoted(rest)?);
    Ok(command)
}

/// Where the first file to upload stands in a text.
fn next<'a>(text: &str, uploads: &'a [Upload]) -> Option<(usize, &'a Upload)> {
    // With its quotes, which no text inside of a value has.
    let places = uploads.iter().filter_map(|upload| {
        text.find(&format!("\"{}\"", stand_in(upload))).map(|start| (start + 1, upload))
    });
    places.min_by_key(|(start, _)| *start)
}

fn stand_in(upload: &Upload) -> String {
    format!("{STAND_IN}:{}", upload.input)
}

/// The variable of a file's URL; without a value the shell stops and says so.
fn variable(upload: &Upload) -> String {
    format!("${{{}:?}}", variable_name(upload))
}

/// The name of the variable of a file's URL.
pub(super) fn variable_name(upload: &Upload) -> String {
    format!("{}_URL", upload.input.to_ascii_uppercase())
}

/// A text as a here-document that a shell expands: POSIX, Shell Command Language, 2.7.4.
fn document(text: &str, uploads: &[Upload]) -> String {
    let escaped = text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if matches!(c, '\\' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    });
    uploads.iter().fold(escaped, |text, upload| {
        text.replace(&format!("\"{}\"", stand_in(upload)), &format!("\"{}\"", variable(upload)))
    })
}

fn quoted(text: &str) -> Result<Cow<'_, str>, Failure> {
    shlex::try_quote(text)
        .map_err(|error| Failure::other(message!("dry-run-not-quoted", why = error.to_string())))
}
