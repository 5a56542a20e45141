//! One line about a running prediction, for a bar or for a log.

use std::time::Duration;

use quickrouter::{Update, text};
use unicode_width::UnicodeWidthStr;

use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// A shorter bar shows nothing.
const LEAST_BAR: usize = 6;
/// A longer bar shows no more.
const MOST_BAR: usize = 40;
/// Spaces between the parts of a line.
const GAP: usize = 2;

/// What is known about a running prediction.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RunFacts {
    status: String,
    percent: Option<f64>,
    /// Steps done, steps of this pass, and which pass it is, from 1.
    steps: Option<(u64, u64, u32)>,
    /// Steps per second.
    rate: Option<f64>,
    left: Option<Duration>,
}

impl RunFacts {
    pub(crate) fn of(update: &Update) -> Self {
        let prediction = &update.prediction;
        let status = text::one_line(prediction.status().as_str());
        if prediction.is_terminal() {
            return Self { status, percent: update.percent, ..Self::default() };
        }
        let progress = prediction.progress();
        Self {
            status,
            percent: update.percent,
            steps: progress.as_ref().map(|bar| (bar.step, bar.steps, bar.pass)),
            rate: progress.and_then(|bar| bar.rate).filter(|rate| rate.is_finite() && *rate > 0.0),
            left: update.remaining,
        }
    }

    /// A whole line, for a log.
    pub(crate) fn message(&self, id: &str) -> Message {
        let (step, steps, pass) = self.steps.unwrap_or_default();
        let left = self.left.map_or_else(|| "none".to_owned(), clock);
        let rate = self.rate.map_or_else(|| "none".to_owned(), speed);
        message!(
            "progress-line",
            id = id,
            status = self.status.as_str(),
            step = step,
            steps = steps,
            pass = u64::from(pass),
            rate = rate,
            left = left
        )
    }

    /// What stands beside the spinner, within `width`: the status, a bar, steps, time left, rate and
    /// elapsed time. What does not fit is left out, the last first.
    pub(crate) fn line(&self, elapsed: Duration, width: usize, lang: Lang) -> String {
        let mut parts = vec![cut(&self.status, width)];
        let parts_width =
            |parts: &[String]| parts.iter().map(|part| part.width() + GAP).sum::<usize>();
        // From here on, `parts` keeps room for the shortest bar.
        let bar = self.percent.filter(|_| parts_width(&parts) + LEAST_BAR <= width);
        let kept = if bar.is_some() { LEAST_BAR + GAP } else { 0 };
        for part in self.further(elapsed, lang) {
            if parts_width(&parts) + part.width() + kept > width {
                break;
            }
            parts.push(part);
        }
        if let Some(percent) = bar {
            let room = width - parts_width(&parts);
            parts.insert(1, drawn(percent, room.min(MOST_BAR)));
        }
        parts.join(&" ".repeat(GAP))
    }

    /// The parts after the status, the most important first.
    fn further(&self, elapsed: Duration, lang: Lang) -> Vec<String> {
        let steps = self.steps.map(|(step, steps, pass)| match pass {
            ..2 => format!("{step}/{steps}"),
            pass => message!("progress-pass", step = step, steps = steps, pass = u64::from(pass))
                .to_text(lang),
        });
        let left =
            self.left.map(|left| message!("progress-left", time = clock(left)).to_text(lang));
        let elapsed = message!("progress-elapsed", time = clock(elapsed)).to_text(lang);
        steps.into_iter().chain(left).chain(self.rate.map(speed)).chain([elapsed]).collect()
    }
}

/// `[=====>    ]` in ASCII: block characters are as wide as two in some Chinese terminals (UAX 11 calls
/// their width ambiguous).
fn drawn(percent: f64, width: usize) -> String {
    let inner = width - 2;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of a line"
    )]
    let done = ((percent.clamp(0.0, 100.0) / 100.0 * inner as f64).round() as usize).min(inner);
    let head = if done < inner { ">" } else { "" };
    format!("[{}{head}{}]", "=".repeat(done), " ".repeat(inner - done - head.len()))
}

/// Steps per second, or seconds per step where that is longer, as tqdm writes them.
fn speed(rate: f64) -> String {
    if rate >= 1.0 { format!("{rate:.1} it/s") } else { format!("{:.1} s/it", 1.0 / rate) }
}

/// `42s`, `1m05s`, `1h02m`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// A status of the gateway's own invention may be longer than the line.
fn cut(text: &str, width: usize) -> String {
    let fits = |end: &usize| text[..*end].width() <= width;
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    text[..ends.take_while(fits).last().unwrap_or_default()].to_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::time::Duration;

    use unicode_width::UnicodeWidthStr;

    use super::{RunFacts, clock, speed};
    use crate::text::lang::Lang;

    fn running() -> RunFacts {
        RunFacts {
            status: "processing".to_owned(),
            percent: Some(38.0),
            steps: Some((19, 50, 1)),
            rate: Some(4.13),
            left: Some(Duration::from_millis(7500)),
        }
    }

    #[test]
    fn the_line_fits_every_width_in_both_languages() {
        let second = RunFacts { steps: Some((3, 20, 2)), rate: Some(0.4), ..running() };
        let starting = RunFacts { status: "starting".to_owned(), ..RunFacts::default() };
        let odd = RunFacts {
            status: "排队中，前面还有很多很多很多很多很多很多人".to_owned(),
            ..running()
        };
        let mut lines = String::new();
        for facts in [&running(), &second, &starting, &odd] {
            for lang in [Lang::English, Lang::Chinese] {
                for width in 1..130 {
                    let line = facts.line(Duration::from_secs(65), width, lang);
                    assert!(line.width() <= width, "{width}: {line:?}");
                    if [37, 77, 117].contains(&width) {
                        writeln!(lines, "{width:3} {line}").unwrap();
                    }
                }
            }
        }
        insta::assert_snapshot!("lines", lines);
    }

    #[test]
    fn a_log_gets_whole_sentences() {
        let all = [
            running(),
            RunFacts { steps: Some((3, 20, 2)), rate: Some(0.4), ..running() },
            RunFacts { rate: None, left: None, ..running() },
            RunFacts { steps: None, rate: None, ..running() },
            RunFacts { status: "starting".to_owned(), ..RunFacts::default() },
        ];
        let text = |lang| {
            all.iter().map(|facts| facts.message("p1").to_text(lang) + "\n").collect::<String>()
        };
        insta::assert_snapshot!("log", text(Lang::English) + &text(Lang::Chinese));
    }

    #[test]
    fn rates_and_times_are_short() {
        assert_eq!(
            [12.34, 1.0, 0.5, 0.04].map(speed),
            ["12.3 it/s", "1.0 it/s", "2.0 s/it", "25.0 s/it"]
        );
        let clocks = [0, 42, 60, 65, 3599, 3725].map(|seconds| clock(Duration::from_secs(seconds)));
        assert_eq!(clocks, ["0s", "42s", "1m00s", "1m05s", "59m59s", "1h02m"]);
        assert_eq!(clock(Duration::from_millis(100)), "1s");
    }
}
