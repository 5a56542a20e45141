//! Progress of ffmpeg: its lines have no total, but its header has the duration of the input.

use super::line::Mark;
use super::line::clock;

/// What ffmpeg's header said.
#[derive(Debug, Default)]
pub(super) struct Video {
    /// In seconds.
    duration: Option<f64>,
}

impl Video {
    /// Reads `Duration: 00:00:10.00, start: ...`, and then lines such as
    /// `frame=  123 fps= 25 q=28.0 size=     512kB time=00:00:05.12 bitrate=... speed=1.05x`.
    pub(super) fn read(&mut self, line: &str) -> Option<Mark> {
        if let Some((_, duration)) = line.split_once("Duration:") {
            self.duration = clock(duration.split(',').next()?).filter(|length| *length > 0.0);
            return None;
        }
        if !line.trim_start().starts_with("frame=") {
            return None;
        }
        let (duration, time) = (self.duration?, clock(after(line, "time=")?)?);
        let speed = after(line, "speed=").and_then(|text| text.trim_end_matches('x').parse().ok());
        let rate = speed.map(|speed: f64| speed * 100.0 / duration);
        let rate = rate.filter(|rate| rate.is_finite() && *rate > 0.0);
        let step = percent(time / duration);
        Some(Mark { label: "ffmpeg".to_owned(), step, steps: 100, rate, elapsed: None })
    }
}

/// The word after a key; ffmpeg puts spaces between some keys and their values.
fn after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.split_once(key)?.1.split_whitespace().next()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
fn percent(share: f64) -> u64 {
    (share * 100.0).clamp(0.0, 100.0) as u64
}
