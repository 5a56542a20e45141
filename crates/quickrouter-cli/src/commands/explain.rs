//! `explain`: what an error code means and what to do, offline, from the contract; also the command's own
//! exit codes.

use quickrouter::catalog::{ErrorCode, error_codes};
use serde_json::{Value, json};

use super::explain_words::{Own, found_in, words};
use crate::args::explain::ExplainArgs;
use crate::exit::codes;
use crate::exit::failure::Failure;
use crate::input::prompt::{self, StdinUse};
use crate::output::printer::Printer;
use crate::text::lang::Lang;
use crate::text::message::message;

/// The longest text that is searched, in bytes: an error page at most.
const LONGEST_TEXT: u64 = 1 << 20;

/// How alike a word and a code are to be a likely typing error (Jaro-Winkler, at most 1).
const ALIKE: f64 = 0.85;

/// Explains every code in the text, or lists all codes.
pub(crate) fn run(args: &ExplainArgs, printer: &Printer) -> Result<u8, Failure> {
    let text = match args.text.join(" ") {
        text if text == "-" => prompt::stdin(StdinUse::Text, LONGEST_TEXT)?,
        text => text,
    };
    if text.len() as u64 > LONGEST_TEXT {
        return Err(Failure::refused(message!("explain-too-long", bytes = LONGEST_TEXT)));
    }
    let found =
        if text.trim().is_empty() { error_codes().iter().collect() } else { codes_in(&text) };
    let own = found_in(&text);
    if found.is_empty() && own.is_empty() {
        return Err(unknown(&text));
    }
    if args.json {
        let own = own.iter().map(own_document);
        printer.json(&found.iter().map(|code| document(code)).chain(own).collect())?;
        return Ok(codes::DONE);
    }
    for (number, code) in found.iter().enumerate() {
        if number > 0 {
            printer.exact("")?;
        }
        explain(code, printer)?;
    }
    for (number, own) in own.iter().enumerate() {
        if number > 0 || !found.is_empty() {
            printer.exact("")?;
        }
        explain_own(own, printer)?;
    }
    Ok(codes::DONE)
}

fn explain_own(own: &Own, printer: &Printer) -> Result<(), Failure> {
    let exit_code = own.exit_code.to_string();
    printer.message(&match own.kind {
        Some(kind) => message!("explain-kind", kind = kind, code = exit_code),
        None => message!("explain-exit-code", code = exit_code),
    })?;
    printer.exact(&format!("  {}", own.meaning().to_text(printer.lang())))?;
    Ok(())
}

fn explain(code: &ErrorCode, printer: &Printer) -> Result<(), Failure> {
    let heading = match code.status {
        Some(status) => message!("explain-status", code = code.code, status = status.to_string()),
        None => message!("explain-failed", code = code.code),
    };
    printer.message(&heading)?;
    printer.exact(&format!("  {}", description(code, printer.lang())))?;
    Ok(())
}

fn description(code: &ErrorCode, lang: Lang) -> &'static str {
    lang.of(code.description, code.description_zh)
}

fn own_document(own: &Own) -> Value {
    json!({
        "kind": own.kind,
        "exit_code": own.exit_code,
        "description": own.meaning().to_text(Lang::English),
        "description_zh": own.meaning().to_text(Lang::Chinese),
    })
}

fn document(code: &ErrorCode) -> Value {
    json!({
        "code": code.code,
        "status": code.status,
        "description": code.description,
        "description_zh": code.description_zh,
    })
}

/// The codes that a text names; if it names none, those of the HTTP status it names.
fn codes_in(text: &str) -> Vec<&'static ErrorCode> {
    let named = |code: &&ErrorCode| words(text).any(|word| word.eq_ignore_ascii_case(code.code));
    let found: Vec<_> = error_codes().iter().filter(named).collect();
    if !found.is_empty() {
        return found;
    }
    let of_status = |code: &&ErrorCode| {
        let status = code.status.map(|status| status.to_string());
        status.is_some_and(|status| words(text).any(|word| word == status))
    };
    error_codes().iter().filter(of_status).collect()
}

fn unknown(text: &str) -> Failure {
    let alike = |code: &ErrorCode| {
        words(text)
            .map(|word| {
                strsim::jaro_winkler(&word.to_ascii_lowercase(), &code.code.to_ascii_lowercase())
            })
            .fold(0.0, f64::max)
    };
    let nearest = error_codes().iter().map(|code| (alike(code), code.code));
    let nearest = nearest.max_by(|one, other| one.0.total_cmp(&other.0));
    let failure = Failure::other(message!("explain-unknown"));
    let failure = match nearest {
        Some((likeness, code)) if likeness > ALIKE => {
            failure.hint(message!("explain-nearest", code = code))
        }
        _ => failure,
    };
    failure.hint(message!("explain-all"))
}

#[cfg(test)]
mod tests {
    use super::{codes_in, unknown};

    fn found(text: &str) -> Vec<&'static str> {
        codes_in(text).iter().map(|code| code.code).collect()
    }

    #[test]
    fn a_code_is_found_in_what_was_pasted() {
        let pasted = r#"error: create returned HTTP 503: {"error":{"code":"model_not_found","message":"无可用渠道"}}"#;
        assert_eq!(found(pasted), ["model_not_found"]);
        assert_eq!(found("e1001"), ["E1001"]);
        assert_eq!(found("prediction p1 failed: CUDA out of memory (E1001)"), ["E1001"]);
    }

    #[test]
    fn a_status_alone_means_every_code_that_comes_with_it() {
        let codes = found("HTTP 403");
        assert!(codes.contains(&"insufficient_user_quota"), "{codes:?}");
        assert!(found("HTTP 418").is_empty());
        assert!(found("14030").is_empty());
    }

    #[test]
    fn a_code_mistyped_is_suggested() {
        assert!(unknown("model_not_fuond").text().contains("model_not_found"));
        assert!(!unknown("the weather").text().contains("model_not_found"));
    }
}
