//! What a model's log tells: the seed it used, how far its progress bars are, and how fast.

/// How far a prediction is, read from the last progress bar in its log.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Which bar it is, from 1; a refiner draws a second one.
    pub pass: u32,
    /// Steps done in this bar.
    pub step: u64,
    /// Steps of this bar.
    pub steps: u64,
    /// Percent of this bar, 0 to 100.
    pub percent: f64,
    /// Steps per second, as far as the log tells.
    pub rate: Option<f64>,
}

/// The number after `Using seed:`.
pub(crate) fn seed(logs: &str) -> Option<i64> {
    let line = logs.lines().find_map(|line| line.trim().strip_prefix("Using seed:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The line in which a model says why it dropped an output. SDXL's safety checker prints `NSFW content
/// detected in image 0`; other models name safety or moderation.
pub(crate) fn dropped_because(logs: &str) -> Option<String> {
    let names_it = |line: &&str| {
        let line = line.to_lowercase();
        ["nsfw", "safety", "moderat", "sensitive"].iter().any(|word| line.contains(word))
    };
    logs.lines().map(str::trim).find(names_it).map(str::to_owned)
}

/// What a log says beyond what was known of it, and `None` if it does not go on from there.
///
/// A stream of events turns the carriage returns of bars into newlines, so that one kind of line end
/// counts for another, and for none.
pub(crate) fn after<'a>(logs: &'a str, known: &str) -> Option<&'a str> {
    if let Some(new) = logs.strip_prefix(known) {
        return Some(new);
    }
    let ends = ['\n', '\r'];
    let mut rest = logs;
    for character in known.chars().filter(|character| !ends.contains(character)) {
        rest = rest.trim_start_matches(ends).strip_prefix(character)?;
    }
    Some(if known.ends_with(ends) { rest.trim_start_matches(ends) } else { rest })
}

/// The last bar, from lines such as `38%|###8 | 19/50 [00:01<00:01, 15.97it/s]`. A carriage return
/// starts a new line too.
pub(crate) fn progress(logs: &str) -> Option<Progress> {
    let (mut pass, mut bar) = (0, Bar::default());
    for line in logs.split(['\n', '\r']).filter_map(Line::read) {
        if pass == 0 || line.step < bar.step || line.steps != bar.steps {
            // Until it has shown its own rate, a bar is taken to be as fast as the one before it.
            (pass, bar) = (pass + 1, Bar { before: bar.rate(), ..Bar::default() });
        }
        bar.add(&line);
    }
    (pass > 0).then(|| bar.progress(pass))
}

/// One printed state of a bar.
struct Line {
    step: u64,
    steps: u64,
    /// As printed, in steps per second.
    rate: Option<f64>,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let (percent, rest) = line.split_once("%|")?;
        percent.trim().parse::<f64>().ok()?;
        let (_, counts) = rest.rsplit_once('|')?;
        let (counts, times) = counts.split_once('[')?;
        let (step, steps) = counts.trim().split_once('/')?;
        let (step, steps) = (step.parse().ok()?, steps.parse().ok()?);
        (steps > 0 && step <= steps).then(|| Self { step, steps, rate: rate(times) })
    }
}

/// The rate at the end of `00:01<00:01, 15.97it/s]`, or of `..., 1.23s/it]` when it is slow.
fn rate(times: &str) -> Option<f64> {
    let (_, rate) = times.rsplit_once(',')?;
    let rate = rate.trim().trim_end_matches(']');
    let steps_per_second = match rate.strip_suffix("it/s") {
        Some(rate) => rate.trim().parse::<f64>().ok()?,
        None => 1.0 / rate.strip_suffix("s/it")?.trim().parse::<f64>().ok()?,
    };
    (steps_per_second.is_finite() && steps_per_second > 0.0).then_some(steps_per_second)
}

/// How tqdm weighs the newest interval in the rate it prints.
const SMOOTHING: f64 = 0.3;

/// A bar as its lines draw it.
///
/// The printed rate is a moving average that trails the true one for a second, since the first step
/// is slow: it is the quotient of two averages, of steps and of seconds. The steps are printed, so
/// the seconds between two lines can be worked out, and with them the rate without its first step.
#[derive(Default)]
struct Bar {
    step: u64,
    steps: u64,
    /// The rate of the bar before.
    before: Option<f64>,
    /// The averages so far, of steps and of seconds.
    average: (f64, f64),
    /// Seconds from the first line that had a step to the last one, and the steps of both.
    measured: Option<(f64, u64, u64)>,
}

impl Bar {
    fn add(&mut self, line: &Line) {
        let done = line.step - self.step;
        // A finished bar prints its rate over the whole of it, which is no moving average.
        if let Some(rate) = line.rate.filter(|_| done > 0 && line.step < line.steps) {
            let steps = SMOOTHING * float(done) + (1.0 - SMOOTHING) * self.average.0;
            let seconds = steps / rate;
            let passed = (seconds - (1.0 - SMOOTHING) * self.average.1) / SMOOTHING;
            self.average = (steps, seconds);
            self.measured = Some(match self.measured {
                None => (0.0, line.step, line.step),
                Some((since, from, _)) => (since + passed.max(0.0), from, line.step),
            });
        }
        (self.step, self.steps) = (line.step, line.steps);
    }

    /// The first line that has a step tells nothing yet: the first step is slow.
    fn rate(&self) -> Option<f64> {
        let measured = self.measured.filter(|(seconds, from, to)| *seconds > 0.0 && from < to);
        measured.map(|(seconds, from, to)| float(to - from) / seconds).or(self.before)
    }

    fn progress(&self, pass: u32) -> Progress {
        let Self { step, steps, .. } = *self;
        let percent = float(step) / float(steps) * 100.0;
        Progress { pass, step, steps, percent, rate: self.rate() }
    }
}

#[expect(clippy::cast_precision_loss, reason = "step counts are small")]
fn float(steps: u64) -> f64 {
    steps as f64
}

#[cfg(test)]
mod tests {
    use super::progress;

    #[test]
    fn the_rate_does_not_count_the_slow_first_step() {
        // A first step of 0.64 s, then a step every 0.06 s, two a line.
        let logs = "  0%|          | 0/50 [00:00<?, ?it/s]\n\
                    \u{20} 2%|2         | 1/50 [00:00<00:31,  1.56it/s]\n\
                    \u{20} 6%|6         | 3/50 [00:00<00:09,  4.75it/s]\n\
                    \u{20}10%|#         | 5/50 [00:00<00:06,  7.47it/s]\n";
        let rate = progress(logs).unwrap().rate.unwrap();
        assert!((rate - 1.0 / 0.06).abs() < 1.0, "{rate} steps a second, printed: 7.47");
    }

    #[test]
    fn a_slow_bar_prints_seconds_for_a_step() {
        let first = " 10%|#         | 1/10 [00:04<00:36,  4.00s/it]\n";
        assert_eq!(progress(first).unwrap().rate, None, "the first step is slow");
        let logs = format!("{first} 20%|##        | 2/10 [00:06<00:22,  2.82s/it]\n");
        let rate = progress(&logs).unwrap().rate.unwrap();
        assert!((rate - 0.5).abs() < 0.01, "{rate} steps a second");
        let odd = " 10%|#         | 1/10 [00:02<00:18,  0.00s/it]\n";
        assert_eq!(progress(odd).unwrap().rate, None);
    }

    #[test]
    fn a_second_bar_goes_on_at_the_rate_of_the_first() {
        let logs = " 10%|#         | 1/10 [00:01<00:09,  1.00it/s]\n\
                    \u{20}50%|#####     | 5/10 [00:03<00:03,  1.74it/s]\n\
                    100%|##########| 10/10 [00:05<00:00,  1.80it/s]\n\
                    \u{20} 0%|          | 0/5 [00:00<?, ?it/s]\n";
        let progress = progress(logs).unwrap();
        assert_eq!((progress.pass, progress.step, progress.steps), (2, 0, 5));
        let rate = progress.rate.unwrap();
        assert!((rate - 2.0).abs() < 0.01, "{rate} steps a second");
    }
}
