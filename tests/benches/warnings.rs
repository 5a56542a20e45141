//! Counts what the SDK warns of, such as looks that failed.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::filter::LevelFilter;

/// The count, and the first warning.
#[derive(Clone, Default)]
pub(crate) struct Warnings(Arc<Mutex<(u64, String)>>);

impl Warnings {
    /// From now on those of the whole process are counted.
    pub(crate) fn counted() -> Self {
        let warnings = Self::default();
        let writer = warnings.clone();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::WARN)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .init();
        warnings
    }

    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// The first one, empty if there is none.
    pub(crate) fn first(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.trim().to_owned()
    }
}

/// Each warning is written at once, as one line.
impl io::Write for Warnings {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 == 0 {
            state.1 = String::from_utf8_lossy(line).into_owned();
        }
        state.0 += 1;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
