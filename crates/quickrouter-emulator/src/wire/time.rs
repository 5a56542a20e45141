//! Times as they stand in JSON.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use std::time::SystemTime;

/// RFC 3339 with microseconds.
pub(crate) fn time(time: SystemTime) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
    PRINTER.timestamp_to_string(&Timestamp::try_from(time).unwrap_or_default())
}
