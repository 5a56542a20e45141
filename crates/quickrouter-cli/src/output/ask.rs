//! Asks on the terminal whether something may be done.

use std::io::{self, BufRead, Read};

use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::message::message;

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 4096;

/// Asks whether the prediction is to be made. It may be dropped while it waits for the answer.
///
/// # Errors
/// The answer is no, or nothing.
pub(crate) async fn confirm(printer: &Printer) -> Result<(), Failure> {
    printer.note(&message!("confirm-ask"));
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().lock().take(LONGEST_ANSWER).read_line(&mut answer).map(|_| answer)
    });
    match answer.await {
        Ok(Ok(answer)) if is_yes(&answer) => Ok(()),
        _ => Err(Failure::refused(message!("confirm-declined")).with(message!("nothing-created"))),
    }
}

/// Whether an answer, in either language, is yes.
fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "好")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_a_clear_yes_is_one() {
        for yes in ["y\n", "Yes", " YES ", "是\n", "好"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "yep", "否", "yy"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
