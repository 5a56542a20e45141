//! The cache of how long predictions took, which times later waits.

use directories::ProjectDirs;
use quickrouter::Durations;

use crate::args::settings::NO_CACHE_VARIABLE;

/// The cache, in the platform's cache folder; without one, or when disabled, it lasts for this run
/// only. It is read when a prediction is first waited for.
pub(crate) fn kept() -> Durations {
    match ProjectDirs::from("", "", "quickrouter") {
        Some(folders) if !is_disabled() => {
            Durations::kept_in(folders.cache_dir().join("durations.json"))
        }
        _ => Durations::new(),
    }
}

/// Whether the cache is disabled.
pub(crate) fn is_disabled() -> bool {
    std::env::var_os(NO_CACHE_VARIABLE).is_some_and(|value| is_on(&value.to_string_lossy()))
}

/// Whether a variable with this value counts as set.
fn is_on(value: &str) -> bool {
    !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "0" | "false")
}

#[cfg(test)]
mod tests {
    use super::is_on;

    #[test]
    fn empty_0_and_false_leave_the_cache_on() {
        for value in ["", " ", "0", "false", "False"] {
            assert!(!is_on(value), "{value:?}");
        }
        for value in ["1", "true", "yes", "off"] {
            assert!(is_on(value), "{value:?}");
        }
    }
}
