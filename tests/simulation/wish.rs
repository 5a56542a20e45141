//! What a caller asks for, and by what its create is told from the others' on the way.

use std::time::Duration;

use quickrouter::CreateRequest;
use quickrouter::inputs::{FluxKontextProInput, SdxlInput};
use reqwest::Request;
use serde_json::Value;

use crate::numbers::Numbers;

/// Each create names a web address of its caller: the SDK may send from tasks of its own, and callers
/// may ask for the same. No gateway shows it in a prediction.
const ASKER: &str = "https://hooks.example/callers/";

/// The picture that one caller wants.
#[derive(Debug)]
pub(crate) struct Wish {
    /// Two callers that are alike in this ask for the very same.
    pub(crate) like: usize,
    by_version: bool,
    outputs: i64,
    side: i64,
    prefer_wait: Option<Duration>,
    cancel_after: Option<Duration>,
    cancel_on_drop: bool,
}

impl Wish {
    /// With `twins`, every second caller asks for what the one before it does.
    pub(crate) fn draw(seed: u64, number: usize, twins: bool, saves: bool) -> Self {
        let like = if twins { number - number % 2 } else { number };
        let mut shared = Numbers::of(seed, &format!("wish {like}"));
        let mut own = Numbers::of(seed, &format!("wish of caller {number}"));
        let seconds = |numbers: &mut Numbers, percent, choices: &[u64]| {
            let seconds = Duration::from_secs(numbers.one_of(choices));
            numbers.percent(percent).then_some(seconds)
        };
        Self {
            like,
            by_version: twins || saves || number.is_multiple_of(2),
            outputs: shared.one_of(&[1, 1, 2, 3]),
            side: shared.one_of(&[8, 16, 40]),
            prefer_wait: seconds(&mut own, 25, &[1, 3, 10, 60]),
            cancel_after: seconds(&mut own, 15, &[5, 8, 60]),
            cancel_on_drop: own.percent(40),
        }
    }

    /// By which the gateway's predictions are told apart.
    pub(crate) fn prompt(&self) -> String {
        format!("picture of caller {}", self.like)
    }

    /// The create of caller `number`.
    pub(crate) fn request(&self, number: usize) -> CreateRequest {
        let request: CreateRequest = if self.by_version {
            let input = SdxlInput::builder().prompt(self.prompt()).num_outputs(self.outputs);
            input.width(self.side).height(self.side).num_inference_steps(4).build().into()
        } else {
            FluxKontextProInput::builder().prompt(self.prompt()).build().into()
        };
        let mut request =
            request.webhook(format!("{ASKER}{number}")).cancel_on_drop(self.cancel_on_drop);
        if let Some(longest) = self.prefer_wait {
            request = request.prefer_wait(longest);
        }
        if let Some(limit) = self.cancel_after {
            request = request.cancel_after(limit);
        }
        request
    }
}

/// The caller that a create names.
pub(crate) fn asker(request: &Request) -> Option<usize> {
    let body: Value = serde_json::from_slice(request.body()?.as_bytes()?).ok()?;
    body["webhook"].as_str()?.strip_prefix(ASKER)?.parse().ok()
}
