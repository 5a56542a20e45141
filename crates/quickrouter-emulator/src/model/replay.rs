//! What a recorded prediction did, and when: plain data, from which a replayed one is shown.

use quickrouter_api::{Status, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// In an output, `{"$file": N}` stands for the file of this number.
pub(crate) const FILE: &str = "$file";

/// Most bytes of the files of one prediction that are shown as `data:` URIs, which stay in memory; of
/// the others, the URL is shown. The emulator's own limit.
const MAX_INLINE: u64 = 8 * 1024 * 1024;

/// Longer values are not shown any more once the data is removed: the emulator's own limit.
const LONG_FIELD: usize = 4096;

/// A recorded prediction. Times count from its start, and the time scale is already applied.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Replay {
    /// What it is kept by, if it is: a digest of all the rest.
    #[serde(skip)]
    pub(crate) digest: u64,
    /// `owner/name`.
    pub(crate) model: String,
    /// All keys that the prediction had at its end. The values of `input`, `logs` and `output` are
    /// left out.
    pub(crate) fields: Map<String, Value>,
    /// Waiting for the model.
    pub(crate) queue: Duration,
    /// From the start to the end.
    pub(crate) run: Duration,
    /// False if it ended without having started.
    pub(crate) starts: bool,
    /// The status until it starts, as the gateway wrote it.
    pub(crate) waiting: String,
    /// The statuses from the start to the end.
    pub(crate) statuses: Vec<(Duration, String)>,
    pub(crate) logs: Vec<LogChange>,
    /// The output at the end.
    pub(crate) output: Option<Value>,
    /// The outputs before the end.
    pub(crate) stages: Vec<(Duration, Stage)>,
    pub(crate) files: Vec<ReplayFile>,
    /// About how many bytes it takes as JSON.
    #[serde(skip)]
    pub(crate) bytes: usize,
    /// The same without its data, for all predictions whose data is removed.
    #[serde(skip)]
    pub(crate) emptied: OnceLock<Arc<Replay>>,
}

/// A change of the logs.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct LogChange {
    pub(crate) at: Duration,
    /// How many bytes of what was there before stay.
    pub(crate) keep: usize,
    pub(crate) text: String,
}

/// An output before the end.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) enum Stage {
    /// The first items of the list that is the output at the end.
    First(usize),
    /// Anything else.
    Other(Value),
}

/// A file of the output. It stays on disk.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct ReplayFile {
    pub(crate) path: PathBuf,
    /// The last segment of its URL, unlike that of any other file of the prediction.
    pub(crate) url_name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: u64,
    /// Whether the output has it as a `data:` URI.
    pub(crate) inline: bool,
    /// This URI, once it was shown.
    #[serde(skip)]
    pub(crate) data_uri: OnceLock<Arc<str>>,
}

/// An output as it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shown<'a> {
    Items(&'a [Value]),
    Whole(&'a Value),
}

impl Replay {
    /// The status at the end.
    pub(crate) fn end(&self) -> Status {
        Status::from(self.end_word())
    }

    /// The same, as the gateway wrote it.
    pub(crate) fn end_word(&self) -> &str {
        self.text("status")
    }

    /// The status before the end, as the gateway wrote it; `ran` is `None` until it starts.
    pub(crate) fn word_at(&self, ran: Option<Duration>) -> &str {
        let Some(ran) = ran else { return &self.waiting };
        let passed = self.statuses.iter().take_while(|(at, _)| *at <= ran);
        passed.last().map_or(Status::Processing.as_str(), |(_, word)| word)
    }

    fn text(&self, key: &str) -> &str {
        self.fields.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Why it failed, as a text.
    pub(crate) fn error(&self) -> String {
        match self.fields.get("error") {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }

    /// The logs after it has run for `ran`.
    pub(crate) fn logs_after(&self, ran: Duration) -> String {
        let mut logs = String::new();
        for change in self.logs.iter().take_while(|change| change.at <= ran) {
            logs.truncate(change.keep);
            logs.push_str(&change.text);
        }
        logs
    }

    /// The output after it has run for `ran`, or at its end if it is complete.
    pub(crate) fn output_after(&self, ran: Duration, complete: bool) -> Option<Shown<'_>> {
        if complete {
            return self.output.as_ref().map(Shown::Whole);
        }
        let passed = self.stages.iter().take_while(|(at, _)| *at <= ran);
        match &passed.last()?.1 {
            Stage::First(count) => Some(Shown::Items(self.items().get(..*count)?)),
            Stage::Other(Value::Null) => None,
            Stage::Other(value) => Some(Shown::Whole(value)),
        }
    }

    /// The items of the output, if it is a list.
    pub(crate) fn items(&self) -> &[Value] {
        self.output.as_ref().and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The parts of the output: its items if it is a list, otherwise itself.
    pub(crate) fn parts(&self) -> &[Value] {
        match &self.output {
            Some(Value::Array(items)) => items,
            Some(one) => std::slice::from_ref(one),
            None => &[],
        }
    }

    /// How many items of the list have appeared after it has run for `ran`, before its end. None
    /// disappears again.
    pub(crate) fn items_after(&self, ran: Duration) -> usize {
        let passed = self.stages.iter().take_while(|(at, _)| *at <= ran);
        passed.map(|(_, stage)| stage.count()).max().unwrap_or_default()
    }

    /// The run time at which the next item appears before the end.
    pub(crate) fn next_item(&self, ran: Duration) -> Option<Duration> {
        let shown = self.items_after(ran);
        self.stages.iter().find(|(at, stage)| *at > ran && stage.count() > shown).map(|(at, _)| *at)
    }

    /// The file of this number if its `data:` URI is shown.
    pub(crate) fn inline_file(&self, index: usize) -> Option<&ReplayFile> {
        let file = self.files.get(index).filter(|file| file.is_inline())?;
        let before = self.files[..index].iter().filter(|file| file.is_inline());
        let bytes = before.map(|file| file.bytes).sum::<u64>() + file.bytes;
        (bytes <= MAX_INLINE).then_some(file)
    }

    /// How many bytes its `data:` URIs take in memory once all were shown.
    pub(crate) fn inline_bytes(&self) -> usize {
        let inline = (0..self.files.len()).filter_map(|index| self.inline_file(index));
        let bytes = inline.map(|file| file.bytes).sum::<u64>();
        usize::try_from(bytes).unwrap_or(usize::MAX).div_ceil(3).saturating_mul(4)
    }

    /// What is left of it once the data is removed: no logs, outputs or files.
    pub(crate) fn emptied(&self) -> Arc<Self> {
        let make = || {
            let stays = |key: &str, value: &Value| {
                matches!(key, "status" | "error") || value.to_string().len() <= LONG_FIELD
            };
            let fields = self.fields.iter().filter(|(key, value)| stays(key, value));
            let fields = fields.map(|(key, value)| (key.clone(), value.clone()));
            Arc::new(Self {
                model: self.model.clone(),
                fields: fields.collect(),
                waiting: self.waiting.clone(),
                statuses: self.statuses.clone(),
                logs: Vec::new(),
                output: None,
                stages: Vec::new(),
                files: Vec::new(),
                bytes: 0,
                emptied: OnceLock::new(),
                ..*self
            })
        };
        Arc::clone(self.emptied.get_or_init(make))
    }

    /// Whether this output has the file of this number.
    pub(crate) fn has_file(shown: Shown<'_>, index: usize) -> bool {
        match shown {
            Shown::Items(items) => items.iter().any(|item| has_file(item, index)),
            Shown::Whole(value) => has_file(value, index),
        }
    }
}

impl ReplayFile {
    /// Whether it was recorded as a `data:` URI, and is not large.
    fn is_inline(&self) -> bool {
        self.inline && self.bytes <= limits::INLINE_FILE_BYTES
    }
}

impl Stage {
    fn count(&self) -> usize {
        match self {
            Self::First(count) => *count,
            Self::Other(_) => 0,
        }
    }
}

/// The number of the file that a value stands for.
pub(crate) fn file_of(value: &Value) -> Option<usize> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    usize::try_from(object.get(FILE)?.as_u64()?).ok()
}

fn has_file(value: &Value, index: usize) -> bool {
    match value {
        _ if file_of(value) == Some(index) => true,
        Value::Array(items) => items.iter().any(|item| has_file(item, index)),
        Value::Object(object) => object.values().any(|item| has_file(item, index)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn what_is_left_without_the_data_is_small_shared_and_shows_the_same_end() {
        let long = "long ".repeat(2_000);
        let moment = json!({"secs": 1, "nanos": 0});
        let fields = json!({"status": "failed", "error": "no", "lane": "fast", "debug": long});
        let replay: Replay = from_value(json!({
            "model": "a/b", "fields": fields, "queue": moment, "run": moment, "starts": true,
            "waiting": "queued", "statuses": [], "output": [long],
            "logs": [{"at": moment, "keep": 0, "text": long}],
            "stages": [[moment, {"Other": long}]],
            "files": [{"path": long, "url_name": "a", "media_type": "b", "bytes": 1, "inline": true}],
        }))
        .expect("a replay");
        let emptied = replay.emptied();
        assert!(Arc::ptr_eq(&emptied, &replay.emptied()));
        assert!(serde_json::to_string(&emptied).expect("JSON").len() < 500, "{emptied:?}");
        assert_eq!((emptied.end(), emptied.error()), (replay.end(), replay.error()));
        assert_eq!((emptied.queue, emptied.run), (replay.queue, replay.run));
        assert_eq!(emptied.fields["lane"], "fast");
    }
}
