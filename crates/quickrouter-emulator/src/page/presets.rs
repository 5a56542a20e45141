//! Faults that the page can switch on and off by one button.

use super::words::{self, Phrase};
use crate::faults::{CREATE, CannedBody, CannedResponse, Effect, Fault};
use crate::model::failure::NSFW;
use quickrouter_api::{codes, routes};

/// A fault with a name.
pub(super) struct Preset {
    /// As it stands in the form.
    pub(super) name: &'static str,
    pub(super) words: &'static Phrase,
    pub(super) fault: Fault,
}

/// Those that the page offers. Each is an ordinary fault: the JSON below the buttons shows it.
pub(super) fn presets() -> Vec<Preset> {
    let get = routes::GET_PREDICTION.operation;
    let preset = |name, words, fault| Preset { name, words, fault };
    let next_create = |effect| Fault::new(effect).on(CREATE).nth(1);
    let throttled = CannedResponse { retry_after: Some(3), ..CannedResponse::status(429) };
    // The status is the one that the contract has for the code.
    let code = Some(codes::MODEL_NOT_FOUND.to_owned());
    let no_channel = CannedResponse { status: None, code, ..CannedResponse::status(503) };
    let broken = CannedResponse { after: true, ..CannedResponse::status(500) };
    let proxy = CannedResponse { body: Some(CannedBody::Html), ..CannedResponse::status(502) };
    vec![
        preset("throttled", &words::P_THROTTLED, next_create(throttled.into())),
        preset("no-channel", &words::P_NO_CHANNEL, Fault::new(no_channel.into()).on(CREATE)),
        preset("reset-after", &words::P_RESET_AFTER, next_create(Effect::ResetAfter)),
        preset("broken-after", &words::P_BROKEN_AFTER, next_create(broken.into())),
        preset("slow", &words::P_SLOW, Fault::new(Effect::DelayBefore(3.0))),
        preset("flaky", &words::P_FLAKY, Fault::new(proxy.into()).on(get).probability(0.3)),
        preset("garbage", &words::P_GARBAGE, Fault::new(Effect::Garbage).on(get).nth(1)),
        preset("unsafe", &words::P_UNSAFE, Fault::new(Effect::Fail(NSFW.into())).on(CREATE)),
        preset("dropped", &words::P_DROPPED, Fault::new(Effect::DropOutputs(vec![0])).on(CREATE)),
    ]
}
