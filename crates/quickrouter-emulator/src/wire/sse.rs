//! Server-sent events, and their ids, which record the position of a reader.

use axum::response::sse::Event;
use std::fmt;

/// How much of a prediction a reader has received. It is the id of each event, so that a reader can
/// resume from it and nothing is stored for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct EventId {
    /// Bytes of logs.
    pub(crate) logs: usize,
    pub(crate) outputs: usize,
    pub(crate) end: End,
}

/// How much of the end it has received.
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
    /// Parses an id.
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

/// An event. A carriage return in the data, with or without a line feed, ends a line as a line feed
/// does: nothing in the data can look like a field.
pub(crate) fn event(name: &str, id: EventId, data: &str) -> Event {
    let data = data.replace("\r\n", "\n").replace('\r', "\n");
    Event::default().event(name).id(id.to_string()).data(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::response::{IntoResponse as _, Sse};

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

    #[tokio::test]
    async fn no_kind_of_line_end_in_the_data_begins_another_field() {
        let written = event("logs", EventId::default(), "a\nevent: b\r\nid: c\rdata: d\n");
        let stream = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(written)]);
        let body = Sse::new(stream).into_response().into_body();
        let text = to_bytes(body, usize::MAX).await.expect("a body");
        let lines = ["data: a", "data: event: b", "data: id: c", "data: data: d", "data: "];
        assert_eq!(text, format!("event: logs\nid: 0:0\n{}\n\n", lines.join("\n")));
    }
}
