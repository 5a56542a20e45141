//! What stands in a sidecar.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// The version of the format that this command writes and reads.
pub(crate) const FORMAT: u64 = 1;

/// The largest sidecar that is read, in bytes. What this command writes has the size of the input without
/// its files.
pub(crate) const MAX_BYTES: u64 = 4 << 20;

/// One sidecar. It never contains an API key, and of local files only what tells them from others.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    /// The version of the format; also tells a sidecar from any other JSON.
    #[serde(rename = "quickrouter_sidecar")]
    pub(crate) format: u64,
    pub(crate) prediction_id: Option<String>,
    /// As `run` takes it.
    pub(crate) model: Option<String>,
    /// The version that ran, if the gateway names it.
    pub(crate) version: Option<String>,
    /// As it was sent, without the content of files; null where the gateway does not repeat it.
    pub(crate) input: Value,
    /// The seed used: of the log, else of the input.
    pub(crate) seed: Option<Number>,
    #[serde(default)]
    pub(crate) metrics: Value,
    #[serde(default)]
    pub(crate) created_at: Option<String>,
    #[serde(default)]
    pub(crate) completed_at: Option<String>,
    /// The origin of the gateway's base URL. It is for people: `again` never sends anything there.
    #[serde(default)]
    pub(crate) gateway: Option<String>,
    /// What it was estimated to cost, if that was known.
    #[serde(default)]
    pub(crate) price: Option<Value>,
    pub(crate) picture: PictureFile,
}

/// The file that a sidecar lies beside.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PictureFile {
    /// Without its folder.
    pub(crate) name: String,
    /// Which of the prediction's outputs, from 0.
    pub(crate) index: usize,
    pub(crate) bytes: u64,
    /// In hexadecimal.
    pub(crate) sha256: String,
}

/// Where the sidecar of a picture lies: the whole name is kept, since an output may itself be JSON.
pub(crate) fn path_of(picture: &Path) -> PathBuf {
    let mut name: OsString = picture.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}
