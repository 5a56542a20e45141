//! Why a prediction fails: the contract's codes, and the model's message about unsafe pictures.

use quickrouter_api::codes;

/// The reason for a prediction whose pictures were all flagged unsafe.
pub(crate) const NSFW: &str = "nsfw";
/// The model's own message for it.
pub(crate) const ALL_UNSAFE: &str =
    "NSFW content detected. Try running it again, or try a different prompt.";

/// The HTTP status that the contract assigns to a code.
pub(crate) fn status_of(code: &str) -> Option<u16> {
    codes::ALL.iter().find(|known| known.code == code)?.status
}

/// Every reason for which a prediction can be made to fail.
pub(crate) fn reasons() -> impl Iterator<Item = &'static str> {
    let codes = codes::ALL.iter().filter(|code| code.status.is_none());
    std::iter::once(NSFW).chain(codes.map(|code| code.code))
}

/// The `error` text of a prediction that failed for this reason.
pub(crate) fn message(reason: &str) -> Option<String> {
    if reason == NSFW {
        return Some(ALL_UNSAFE.to_owned());
    }
    let code = codes::ALL.iter().find(|code| code.code == reason && code.status.is_none())?;
    Some(format!("{} ({})", code.description.trim_end_matches('.'), code.code))
}
