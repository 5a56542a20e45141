//! Server-sent events: how one is written, and the ids that say how far a reader is.

use std::fmt;

/// Nothing, which keeps a connection open.
pub(crate) const COMMENT: &str = ":\n\n";

/// How much of a prediction a reader was id. It is the id of the event that id it, so that a
/// reader can go on from there and nothing needs to be remembered of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct EventId {
    /// Bytes of the logs.
    pub(crate) logs: usize,
    pub(crate) outputs: usize,
    pub(crate) end: End,
}

/// How much of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum End {
    #[default]
    Open,
    Error,
    Done,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.logs, self.outputs)?;
        f.write_str(match self.end {
            End::Open => "",
            End::Error => ":error",
            End::Done => ":done",
        })
    }
}

impl EventId {
    /// Reads an id.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let mut parts = id.splitn(3, ':');
        let mut number = || parts.next()?.parse().ok();
        let (logs, outputs) = (number()?, number()?);
        let end = match parts.next() {
            None => End::Open,
            Some("error") => End::Error,
            Some("done") => End::Done,
            Some(_) => return None,
        };
        let parsed = Self { logs, outputs, end };
        (parsed.to_string() == id).then_some(parsed)
    }
}

/// Appends an event. A line of the data that ends in a carriage return, with or without a line feed,
/// is a line of its own: nothing in the data can look like a field.
pub(crate) fn event(text: &mut String, name: &str, id: EventId, data: &str) {
    use std::fmt::Write as _;
    let _ = writeln!(text, "event: {name}\nid: {id}");
    for line in data.replace("\r\n", "\n").split(['\n', '\r']) {
        let _ = writeln!(text, "data: {line}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_was_written_and_nothing_else_is_one() {
        for end in [End::Open, End::Error, End::Done] {
            let id = EventId { logs: 1_234, outputs: 2, end };
            assert_eq!(EventId::parse(&id.to_string()), Some(id));
        }
        for id in ["", "1", "1:", ":1", "+1:0", "01:0", "1:0:", "1:0:Done", "1:0:done:", "-1:0"] {
            assert_eq!(EventId::parse(id), None, "{id:?}");
        }
    }

    #[test]
    fn no_kind_of_line_end_in_the_data_begins_another_field() {
        let mut text = String::new();
        event(&mut text, "logs", EventId::default(), "a\nevent: b\r\nid: c\rdata: d\n");
        let lines = ["data: a", "data: event: b", "data: id: c", "data: data: d", "data: "];
        assert_eq!(text, format!("event: logs\nid: 0:0\n{}\n\n", lines.join("\n")));
    }
}
