//! The JSON of a recording.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the format that is written, and the only one that is read.
pub(crate) const FORMAT: u64 = 1;
/// The key of a placeholder in an output: `{"$file": "NAME"}` stands for the URL of that file.
pub(crate) use crate::model::replay::FILE;
/// The key of a placeholder in an input: `{"$upload": "sha256:HEX"}` stands for the URL of an
/// uploaded file with this content.
pub(crate) const UPLOAD: &str = "$upload";

/// One recorded prediction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recording {
    pub(crate) format: u64,
    /// When it was created, by the recorder's clock; RFC 3339.
    pub(crate) recorded_at: String,
    /// Scheme, host and port of the gateway; not its path.
    pub(crate) upstream: String,
    pub(crate) request: RecordedRequest,
    pub(crate) response: RecordedResponse,
    /// The last observed state, without `urls`.
    pub(crate) prediction: Map<String, Value>,
    /// What changed, in order; the last entry is the end.
    pub(crate) life: Vec<Observation>,
    pub(crate) files: Vec<RecordedFile>,
    pub(crate) removed: Vec<Removed>,
    /// Why this recording cannot be replayed; empty if it can.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) incomplete: Vec<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordedRequest {
    pub(crate) route: RecordedRoute,
    /// `owner/name`: of the route, or as far as `version` named it. Of a deployment, its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    /// The version without its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    pub(crate) input: Map<String, Value>,
    /// The header `Prefer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) prefer: Option<String>,
    /// The header `Cancel-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cancel_after: Option<String>,
}

impl RecordedRequest {
    /// What it runs, for people.
    pub(crate) fn described(&self) -> String {
        let model = self.model.as_deref().unwrap_or_default();
        match (self.route, model, &self.version) {
            (RecordedRoute::Deployment, ..) => format!("deployment {model}"),
            (_, "", Some(version)) => format!("version {version}"),
            (_, _, Some(version)) => format!("{model}:{version}"),
            (_, _, None) => model.to_owned(),
        }
    }
}

/// The route of a create.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RecordedRoute {
    #[serde(rename = "by-version")]
    Version,
    #[serde(rename = "by-model")]
    Model,
    #[serde(rename = "by-deployment")]
    Deployment,
}

/// The response to the create.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordedResponse {
    pub(crate) status: u16,
    /// How long it took; the request was sent at 0.
    pub(crate) after_seconds: f64,
}

/// What changed since the observation before. What is absent is unchanged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Observation {
    /// Seconds since the create was sent.
    pub(crate) after_seconds: f64,
    /// The status, as the gateway wrote it.
    pub(crate) status: String,
    /// What was added to the logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) logs_appended: Option<String>,
    /// The whole logs, if they do not continue those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) logs: Option<String>,
    /// What was added to an output that is a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output_appended: Option<Vec<Value>>,
    /// The whole output, if it does not continue that before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<Value>,
}

impl Observation {
    /// An observation in which only the status is said.
    pub(crate) fn unchanged(status: &str, after_seconds: f64) -> Self {
        Self {
            after_seconds,
            status: status.to_owned(),
            logs_appended: None,
            logs: None,
            output_appended: None,
            output: None,
        }
    }
}

/// A file beside the recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordedFile {
    /// Its name in the recording's folder.
    pub(crate) name: String,
    /// The last segment of its URL, such as `out-0.png`.
    pub(crate) original_name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: u64,
    /// In hexadecimal digits.
    pub(crate) sha256: String,
    /// JSON pointers to its places in `/prediction/output`.
    pub(crate) output: Vec<String>,
    /// Whether the output had it as a `data:` URI rather than as a URL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) inline: bool,
}

/// Something that was removed from the recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Removed {
    /// A JSON pointer into the recording.
    pub(crate) at: String,
    pub(crate) what: RemovedKind,
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RemovedKind {
    /// A key of this run: the gateway's or the clients'.
    Key,
    /// Text that looks like somebody's key.
    Token,
    /// The part of a URL's query that signs it.
    UrlSignature,
    /// The rest of a URL's query.
    UrlQuery,
    /// The user name and password in a URL.
    UrlCredentials,
    /// The URL of an uploaded file, replaced by its content's digest.
    UploadUrl,
    /// `urls`, which lead to the account's predictions.
    Urls,
    /// A field that names an account.
    Account,
    /// An email address.
    Email,
    /// A webhook's URL.
    Webhook,
}

/// A prediction as it was some time after its create.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RecordedState {
    pub(crate) status: String,
    pub(crate) logs: String,
    /// With `$file` placeholders; `None` before there was an output.
    pub(crate) output: Option<Value>,
}

impl RecordedState {
    /// Applies what changed.
    pub(crate) fn apply(&mut self, change: &Observation) {
        self.status.clone_from(&change.status);
        if let Some(logs) = &change.logs {
            self.logs.clone_from(logs);
        }
        if let Some(more) = &change.logs_appended {
            self.logs.push_str(more);
        }
        if let Some(output) = &change.output {
            self.output = Some(output.clone());
        }
        if let Some(more) = &change.output_appended {
            match &mut self.output {
                Some(Value::Array(items)) => items.extend(more.iter().cloned()),
                output => *output = Some(Value::Array(more.clone())),
            }
        }
    }

    /// What changed from this state to the next, if anything did.
    pub(crate) fn change_to(&self, next: &Self, after_seconds: f64) -> Option<Observation> {
        let mut change = Observation::unchanged(&next.status, after_seconds);
        if self.logs != next.logs {
            match next.logs.strip_prefix(self.logs.as_str()) {
                Some(more) => change.logs_appended = Some(more.to_owned()),
                None => change.logs = Some(next.logs.clone()),
            }
        }
        if self.output != next.output {
            match (&self.output, &next.output) {
                (Some(Value::Array(old)), Some(Value::Array(new)))
                    if !old.is_empty() && new.starts_with(old) =>
                {
                    change.output_appended = Some(new[old.len()..].to_vec());
                }
                // A lost output reads as none.
                (_, new) => change.output = Some(new.clone().unwrap_or_default()),
            }
        }
        (self != next).then_some(change)
    }
}

impl Recording {
    /// The state at its end, as its life adds up.
    pub(crate) fn last_state(&self) -> RecordedState {
        let mut state = RecordedState::default();
        self.life.iter().for_each(|change| state.apply(change));
        state
    }

    /// How long it lived, in seconds.
    pub(crate) fn seconds(&self) -> f64 {
        self.life.last().map_or(0.0, |last| last.after_seconds)
    }

    /// Whether it can be replayed.
    pub(crate) fn is_complete(&self) -> bool {
        self.incomplete.is_empty()
    }
}
