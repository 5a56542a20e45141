//! Ctrl-C, and on Unix SIGTERM and SIGHUP, which a closed terminal sends.
//!
//! A signal that is ignored when the command starts stays ignored: `nohup` ignores SIGHUP, and a
//! shell without job control ignores SIGINT for its background processes (POSIX, Shell Command
//! Language, 2.12). Only Linux reports these without unsafe code, in `/proc/self/status`; elsewhere
//! all three interrupt.

use std::io;

/// Listens from the moment it is created; reports each interrupt once.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interrupts {
    /// Starts listening. Call it once: a signal that is listened to is no longer ignored.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let ignored = ignored();
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let heeded = kinds.into_iter().filter(|kind| !is_set(ignored, kind.as_raw_value()));
        Ok(Self { signals: heeded.map(signal).collect::<io::Result<_>>()? })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let came = self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if came { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// The ignored signals, a bit each: proc_pid_status(5), `SigIgn`.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Whether a signal is in a mask, where number 1 is the lowest bit.
#[cfg(unix)]
fn is_set(mask: u64, signal: i32) -> bool {
    u32::try_from(signal - 1)
        .is_ok_and(|bit| mask.checked_shr(bit).is_some_and(|rest| rest & 1 == 1))
}

#[cfg(not(unix))]
impl Interrupts {
    /// Starts listening.
    #[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::is_set;

    #[test]
    fn a_signal_is_the_bit_before_its_number() {
        // nohup, then a background job of a shell: SIGHUP, then SIGINT and SIGQUIT.
        assert!(is_set(0x1, 1) && !is_set(0x1, 2) && !is_set(0x1, 15));
        assert!(is_set(0x6, 2) && is_set(0x6, 3) && !is_set(0x6, 1));
        assert!(is_set(0x4000, 15) && !is_set(0, 15) && !is_set(u64::MAX, 0));
    }
}
