//! How long ago something was, for people.

use jiff::{SignedDuration, Timestamp};

use crate::text::message::{Message, message};

/// The clocks of a gateway and of this machine may differ by this much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// `3 min ago` of an RFC 3339 time; older ones as their day, and what is no such time as it is.
pub(crate) fn ago(time: &str, now: Timestamp) -> Message {
    let Ok(then) = time.parse::<Timestamp>() else { return Message::verbatim(time) };
    let past = now.duration_since(then);
    let minutes = past.as_mins();
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    match minutes {
        _ if past < -SKEW => Message::verbatim(time),
        ..1 => message!("ago-now"),
        1..60 => message!("ago-minutes", count = count(minutes)),
        60..1440 => message!("ago-hours", count = count(minutes / 60)),
        1440..43200 => message!("ago-days", count = count(minutes / 1440)),
        _ => Message::verbatim(then.strftime("%Y-%m-%d").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::ago;
    use crate::text::lang::Lang;

    #[test]
    fn times_are_told_by_how_long_ago_they_were() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        for (time, english, chinese) in [
            ("2026-03-01T11:59:31.5Z", "just now", "刚刚"),
            ("2026-03-01T12:01:00Z", "just now", "刚刚"),
            ("2026-03-01T11:57:00Z", "3 min ago", "3 分钟前"),
            ("2026-03-01T12:00:00+02:00", "2 h ago", "2 小时前"),
            ("2026-02-28T11:00:00Z", "1 day ago", "1 天前"),
            ("2026-02-20T11:00:00Z", "9 days ago", "9 天前"),
            ("2025-12-24T23:00:00Z", "2025-12-24", "2025-12-24"),
            ("2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z"),
            ("yesterday", "yesterday", "yesterday"),
            ("-", "-", "-"),
        ] {
            let ago = ago(time, now);
            assert_eq!(ago.to_text(Lang::English), english);
            assert_eq!(ago.to_text(Lang::Chinese), chinese);
        }
    }
}
