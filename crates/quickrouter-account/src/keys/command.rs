//! Runs a key command.

use std::process::{ExitStatus, Stdio};

use quickrouter::text::one_line;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use crate::error::AccountError;
use crate::error::reason::Reason;
use crate::keys::key::{Key, KeyPlace};
use crate::profile::key_source::KeyCommand;

/// The maximum length of what a key command prints.
const OUTPUT_LIMIT: usize = 4096;

/// How much of the end of stderr is kept.
const STDERR_LIMIT: usize = 1024;

/// Words of this length with a digit may be keys or a part of them.
const SECRET_LENGTH: usize = 16;

/// What a command did.
struct Finished {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Runs a command without a shell and reads the key that it prints. Its stdin is empty, since this
/// process's own may be an input; password managers ask at the terminal itself.
pub(super) async fn run(command: &KeyCommand) -> Result<Key, AccountError> {
    let program = command.program().to_owned();
    let wrong = |why| AccountError::KeyCommandOutput { program: program.clone(), why };
    let limit = command.time_limit();
    // The child is killed when its future is dropped.
    let finished = match tokio::time::timeout(limit, finish(command)).await {
        Ok(finished) => finished.map_err(|error| AccountError::KeyCommandNotStarted {
            program: program.clone(),
            why: error.into(),
        })?,
        Err(_) => return Err(AccountError::KeyCommandTimeout { program, limit }),
    };
    let stdout = String::from_utf8_lossy(&finished.stdout);
    if finished.stdout.len() > OUTPUT_LIMIT {
        return Err(wrong(Reason::OutputTooLong { limit: OUTPUT_LIMIT }));
    }
    if !finished.status.success() {
        let stderr = String::from_utf8_lossy(&finished.stderr);
        let stderr = masked(&stderr, stdout.trim());
        return Err(AccountError::KeyCommandFailed {
            program,
            exit_code: finished.status.code(),
            stderr,
        });
    }
    if stdout.trim().is_empty() {
        return Err(wrong(Reason::Empty));
    }
    let place = KeyPlace::Command(program.clone());
    Key::new(stdout.into_owned(), place).map_err(|error| match error {
        AccountError::KeyInvalid { why, .. } => wrong(why),
        other => other,
    })
}

async fn finish(command: &KeyCommand) -> std::io::Result<Finished> {
    let mut child = Command::new(command.program())
        .args(command.arguments())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (stdout, stderr) = tokio::join!(beginning(stdout), end(stderr));
    let stdout = stdout?;
    if stdout.len() > OUTPUT_LIMIT {
        // It may print without end. It may have ended, too.
        let _ = child.start_kill();
    }
    Ok(Finished { status: child.wait().await?, stdout, stderr })
}

/// Reads up to one byte more than the limit, and leaves the rest.
async fn beginning(from: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        let limit = u64::try_from(OUTPUT_LIMIT).unwrap_or(u64::MAX);
        from.take(limit + 1).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// Reads everything and keeps the end.
async fn end(from: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let (mut kept, mut block) = (Vec::new(), [0; 1024]);
    let Some(mut from) = from else { return kept };
    while let Ok(count @ 1..) = from.read(&mut block).await {
        kept.extend_from_slice(&block[..count]);
        kept.drain(..kept.len().saturating_sub(STDERR_LIMIT));
    }
    kept
}

/// A text on one line, without what was printed as a key and without words that look like one.
fn masked(text: &str, printed: &str) -> String {
    let text =
        if printed.is_empty() { text.to_owned() } else { text.replace(printed, "[redacted]") };
    let is_secret = |word: &str| {
        let letters = word.chars().filter(char::is_ascii_alphanumeric).count();
        let plain = word.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '/' | '\\'));
        letters >= SECRET_LENGTH && plain && word.contains(|c: char| c.is_ascii_digit())
    };
    let words = text.split_whitespace();
    let words = words.map(|word| if is_secret(word) { "[redacted]" } else { word });
    one_line(&words.collect::<Vec<_>>().join(" "))
}
