//! The paths of the page.

pub(super) use crate::wire::paths::PREDICTION_PAGE as PREDICTION;

/// The page itself.
pub(super) const HOME: &str = "/";
pub(super) const CANCEL: &str = "/emulator/predictions/{id}/cancel";
pub(super) const REQUESTS: &str = "/emulator/requests";
pub(super) const REQUEST: &str = "/emulator/requests/{number}";
pub(super) const EVENTS: &str = "/emulator/events";
pub(super) const PRICE: &str = "/emulator/page/price";
pub(super) const FAULTS: &str = "/emulator/page/faults";
pub(super) const PRESET: &str = "/emulator/page/preset";
pub(super) const STYLE: &str = "/emulator/page/style.css";
pub(super) const SCRIPT: &str = "/emulator/page/page.js";
pub(super) const ICON: &str = "/emulator/page/icon.svg";
