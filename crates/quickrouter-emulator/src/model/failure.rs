//! Why a prediction fails: the contract's codes, and what the model says of unsafe pictures.

use quickrouter_api::codes;

/// The reason that stands for pictures that were all found unsafe.
pub(crate) const NSFW: &str = "nsfw";
/// What the model says then.
pub(crate) const ALL_UNSAFE: &str =
    "NSFW content detected. Try running it again, or try a different prompt.";

/// The HTTP status that the contract has for a code.
pub(crate) fn status_of(code: &str) -> Option<u16> {
    codes::ALL.iter().find(|known| known.code == code)?.status
}

/// Every reason that a prediction can be told to fail by.
pub(crate) fn reasons() -> impl Iterator<Item = &'static str> {
    let codes = codes::ALL.iter().filter(|code| code.status.is_none());
    std::iter::once(NSFW).chain(codes.map(|code| code.code))
}

/// What a failed prediction's `error` says.
pub(crate) fn message(reason: &str) -> Option<String> {
    if reason == NSFW {
        return Some(ALL_UNSAFE.to_owned());
    }
    let code = codes::ALL.iter().find(|code| code.code == reason && code.status.is_none())?;
    Some(format!("{} ({})", code.description.trim_end_matches('.'), code.code))
}
