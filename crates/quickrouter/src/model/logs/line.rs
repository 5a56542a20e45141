//! Parsing one line of a log: the progress it reports, and the rate.

/// The progress reported by a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// The words before the bar, in lower case; may be empty.
    pub(super) label: String,
    pub(super) step: u64,
    /// At least 1, and at least `step`.
    pub(super) steps: u64,
    /// As printed, in steps per second.
    pub(super) rate: Option<f64>,
    /// Since the bar began, as printed, in whole seconds.
    pub(super) elapsed: Option<f64>,
}

/// Words of bars that run before the model does its work: Hugging Face's "Loading pipeline
/// components...", "Downloading shards", "Fetching 13 files", "Loading checkpoint shards".
const LOADING: [&str; 12] = [
    "load",
    "fetch",
    "shard",
    "checkpoint",
    "component",
    "weight",
    "unpack",
    "extract",
    "install",
    "compil",
    "warm",
    "safetensors",
];

/// Words by which a count or a percentage in a sentence means progress.
const WORKING: [&str; 22] = [
    "step", "progress", "iter", "sampl", "denois", "frame", "generat", "render", "process", "done",
    "complet", "upscal", "encod", "decod", "infer", "diffus", "tile", "chunk", "image", "epoch",
    "animat", "pass",
];

/// Reads a line without its end, such as tqdm's ` 38%|###8  | 19/50 [00:01<00:01, 15.97it/s]`.
/// `None` for lines without progress, or with the progress of loading.
pub(super) fn read(line: &str) -> Option<Mark> {
    let line = without_escapes(line);
    let mark = bar(&line).or_else(|| plain_bar(&line)).or_else(|| sentence(&line))?;
    let valid = mark.steps > 0 && mark.step <= mark.steps && !is_loading(&mark.label);
    valid.then_some(mark)
}

fn is_loading(label: &str) -> bool {
    LOADING.iter().any(|word| label.contains(word))
}

/// Removes the escape sequences that move the cursor: tqdm writes them between nested bars.
fn without_escapes(line: &str) -> String {
    let mut rest = line;
    let mut text = String::with_capacity(line.len());
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        text.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
    }
    text.push_str(rest);
    text
}

/// tqdm's own format, with `|###|` or, as Windows consoles and web UIs print it, without.
fn bar(line: &str) -> Option<Mark> {
    let (before, rest) = line.split_once('%')?;
    let (label, _) = split_number(before)?;
    let (counts, times) = match rest.split_once('[') {
        Some((counts, times)) => (counts, Some(times)),
        None if rest.starts_with('|') => (rest, None),
        None => return None,
    };
    let counts = counts.rsplit('|').next().unwrap_or(counts);
    let (step, steps) = fraction(counts)?;
    let (rate, elapsed) = times.map_or((None, None), times_of);
    Some(Mark { label: words(label), step, steps, rate, elapsed })
}

/// stable-diffusion.cpp's `  |=====>     | 5/20 - 1.23s/it`.
fn plain_bar(line: &str) -> Option<Mark> {
    let (_, rest) = line.trim_start().strip_prefix('|')?.split_once('|')?;
    let (counts, rate) = rest.split_once(" - ").unwrap_or((rest, ""));
    let (step, steps) = fraction(counts)?;
    Some(Mark { label: String::new(), step, steps, rate: rate_of(rate), elapsed: None })
}

/// `Step 12/50`, `12/50 steps`, `frame 3 of 10`, `progress: 45.2%`.
fn sentence(line: &str) -> Option<Mark> {
    let lower = line.to_lowercase();
    // A prompt may say anything.
    let quoted = ["prompt", "negative"].iter().any(|word| lower.trim_start().starts_with(word));
    let alone = lower.trim().strip_suffix('%').is_some_and(|text| number(text).is_some());
    let works = alone || WORKING.iter().any(|word| lower.contains(word));
    if quoted || !works || is_loading(&lower) || lower.len() > 200 {
        return None;
    }
    let (label, step, steps) = counted(&lower).or_else(|| percentage(&lower))?;
    Some(Mark { label: words(label), step, steps, rate: rate_in(&lower), elapsed: None })
}

/// The first `a/b` or `a of b` of whole numbers that is not part of a path or a date.
fn counted(line: &str) -> Option<(&str, u64, u64)> {
    for (at, slash) in line.match_indices('/').chain(line.match_indices(" of ")) {
        let (before, after) = (&line[..at], &line[at + slash.len()..]);
        let Some((label, step)) = split_number(before) else { continue };
        let digits = after.trim_start();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let next = digits[end..].chars().next();
        let joined = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '_');
        let ends = next.is_none_or(|c| !joined(c) || (c == '.' && digits[end + 1..].is_empty()));
        let begins = !label.ends_with(joined);
        let (Ok(step), Ok(steps)) = (step.parse(), digits[..end].parse()) else { continue };
        if begins && ends && steps > 1 {
            return Some((label, step, steps));
        }
    }
    None
}

/// The first percentage, as steps out of 100.
fn percentage(line: &str) -> Option<(&str, u64, u64)> {
    let (label, number) = split_number(line.split_once('%')?.0)?;
    let percent: f64 = number.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    (0.0..=100.0).contains(&percent).then_some((label, percent as u64, 100))
}

/// Splits text from the number at its end.
fn split_number(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let start = text
        .rfind(|c: char| !c.is_ascii_digit() && c != '.')
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let number = &text[start..];
    number.starts_with(|c: char| c.is_ascii_digit()).then(|| (&text[..start], number))
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// `19/50`. Bytes, `1.2G/3.4G`, mean a download.
fn fraction(text: &str) -> Option<(u64, u64)> {
    let (step, steps) = text.trim().split_once('/')?;
    Some((step.trim().parse().ok()?, steps.trim().parse().ok()?))
}

/// Removes numbers and punctuation at the ends, which change from line to line.
fn words(label: &str) -> String {
    let bare = |c: char| !c.is_alphabetic();
    label.trim_matches(bare).to_lowercase()
}

/// Rate and elapsed seconds of `00:01<00:01, 15.97it/s, loss=0.1]`, whatever follows the bracket.
fn times_of(times: &str) -> (Option<f64>, Option<f64>) {
    let times = times.split(']').next().unwrap_or(times);
    let elapsed = times.split(['<', ',']).next().and_then(clock);
    (times.split(',').skip(1).find_map(rate_of), elapsed)
}

/// `01:05`, `1:01:05` or `00:00:05.12`, in seconds.
pub(super) fn clock(text: &str) -> Option<f64> {
    if !text.contains(':') {
        return None;
    }
    let sum: Option<f64> =
        text.trim().split(':').try_fold(0.0, |sum, part| Some(sum * 60.0 + number(part)?));
    sum.filter(|sum| sum.is_finite() && *sum >= 0.0)
}

/// The first rate among the words of a sentence: `(1.5 it/s)`, `12.3 steps/s`.
fn rate_in(line: &str) -> Option<f64> {
    let at =
        ["it/s", "s/it", "steps/s", "s/step", "fps"].iter().find_map(|unit| line.find(unit))?;
    let (_, number) = split_number(&line[..at])?;
    let unit: String =
        line[at..].chars().take_while(|c| c.is_ascii_alphabetic() || *c == '/').collect();
    rate_of(&format!("{number}{unit}"))
}

/// A rate in steps per second: `15.97it/s`, `1.23s/it`, `350ms/it`, `1.5min/it`, `12.3 frame/s`.
fn rate_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | 'e' | '-' | '+'))?;
    let (value, unit) = (number(&text[..end])?, text[end..].trim());
    let unit = if unit == "fps" { "frame/s" } else { unit };
    let (of, per) = unit.rsplit_once('/')?;
    let rate = match (of.trim(), per.trim()) {
        // Bytes mean a download.
        (of, _) if of.ends_with('B') => return None,
        (_, "s" | "sec" | "second") => value,
        (_, "min" | "minute") => value / 60.0,
        ("ms", _) => 1000.0 / value,
        ("s" | "sec", _) => 1.0 / value,
        ("min" | "m", _) => 1.0 / (value * 60.0),
        ("h", _) => 1.0 / (value * 3600.0),
        _ => return None,
    };
    (rate.is_finite() && rate > 0.0).then_some(rate)
}
