//! What the system tells of this process, where it is Linux.

use std::fs::{self, File};
use std::io::{Read, Seek};

/// A look at memory and threads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Resident now, in KiB.
    pub(crate) resident: u64,
    /// The most that was ever resident, in KiB.
    pub(crate) peak: u64,
    pub(crate) threads: u64,
}

/// Reads from files that stay open, since there may be none left to be opened.
pub(crate) struct OwnProcess {
    status: File,
}

impl OwnProcess {
    /// `None` where there is no `/proc/self`.
    pub(crate) fn open() -> Option<Self> {
        Some(Self { status: File::open("/proc/self/status").ok()? })
    }

    pub(crate) fn usage(&mut self) -> Option<Usage> {
        let mut text = String::new();
        self.status.rewind().ok()?;
        self.status.read_to_string(&mut text).ok()?;
        let number = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim_start_matches(':').split_whitespace().next()?.parse().ok()
        };
        let (resident, peak, threads) = (number("VmRSS")?, number("VmHWM")?, number("Threads")?);
        Some(Usage { resident, peak, threads })
    }
}

/// How many files are open, sockets among them; Linux tells since 6.2.
pub(crate) fn open_files() -> u64 {
    fs::metadata("/proc/self/fd").map_or(0, |folder| folder.len())
}

/// How many files may be open.
pub(crate) fn most_files() -> Option<String> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next().map(str::to_owned)
}
