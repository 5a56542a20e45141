//! Recorded durations of predictions by model, shared by a client's clones and optionally kept in a
//! file.

mod file;

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Minimum number of samples for an estimate.
pub(crate) const ENOUGH: usize = 3;
/// Maximum number of samples per key, the newest.
const MAX_SAMPLES: usize = 32;
/// Maximum number of keys, the most recently used.
const MAX_KEYS: usize = 256;
/// How long an explicit save waits for other processes' locks.
const SAVE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long an automatic save after a prediction waits: it blocks a runtime thread, and the next
/// save writes what this one could not.
const AUTOSAVE_TIMEOUT: Duration = Duration::from_millis(100);

/// Identifies predictions that take about the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) base_url: String,
    pub(crate) model: String,
    /// Empty if the gateway does not report it.
    pub(crate) version: String,
    /// The input that the contract defines as the number of steps; `None` for models without one.
    pub(crate) steps: Option<u64>,
}

impl Key {
    /// Whether the keys differ in nothing but the steps.
    fn is_same_model(&self, other: &Self) -> bool {
        (&self.base_url, &self.model, &self.version)
            == (&other.base_url, &other.model, &other.version)
    }
}

/// The duration of one prediction, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timing {
    /// From created to completed.
    pub(crate) total: f64,
    /// From started to completed, if the gateway reports when it started.
    pub(crate) run: Option<f64>,
    /// From the expected end of the progress bars to completed, if there were bars.
    pub(crate) tail: Option<f64>,
}

impl Timing {
    /// Whether the values are possible; a file or a clock may contain anything.
    fn is_plausible(&self) -> bool {
        const WEEK: f64 = 7.0 * 24.0 * 3600.0;
        let within = |seconds: f64| (0.0..WEEK).contains(&seconds);
        within(self.total)
            && self.run.is_none_or(within)
            && self.tail.is_none_or(|tail| tail.abs() < WEEK)
    }
}

/// Sorted samples of earlier predictions, in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Timings {
    pub(crate) totals: Vec<f64>,
    pub(crate) runs: Vec<f64>,
    pub(crate) tails: Vec<f64>,
}

/// Recorded durations of earlier predictions, from which a client schedules its polls.
///
/// Clones share their records. Each client has its own unless set by
/// [`ClientBuilder::durations`](crate::ClientBuilder::durations). Bounded to 32 predictions for
/// each of 256 keys (base URL, model, version, number of steps). Contains no prompts, ids or API
/// keys.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("durations.json");
/// use quickrouter::{Client, Durations};
///
/// let durations = Durations::load(&path);
/// let client = Client::builder().api_key("qr-...").durations(durations.clone()).build()?;
/// // ... predictions are waited for ...
/// durations.save()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Durations(Arc<Mutex<DurationsState>>);

#[derive(Default)]
struct DurationsState {
    /// The file to load from and save to.
    path: Option<PathBuf>,
    /// Whether the file has yet to be read.
    is_unread: bool,
    /// Whether every new duration is saved immediately.
    autosaves: bool,
    entries: Entries,
    /// Durations not yet in the file.
    unsaved: Vec<(Key, Timing)>,
}

impl fmt::Debug for Durations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Durations")
            .field("path", &state.path)
            .field("keys", &state.entries.0.len())
            .finish_non_exhaustive()
    }
}

impl Durations {
    /// Creates an empty record, kept in memory only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a record backed by a file, which [`save`](Self::save) writes to. The file is read on
    /// first use; if missing, damaged, larger than 1 MiB or of another version, it counts as empty.
    pub fn load(path: impl AsRef<Path>) -> Self {
        let path = Some(path.as_ref().to_owned());
        Self(Arc::new(Mutex::new(DurationsState {
            path,
            is_unread: true,
            ..DurationsState::default()
        })))
    }

    /// Like [`load`](Self::load), and saves after every prediction waited for. If the file cannot
    /// be written, this is logged at the `debug` level of `tracing` instead of returned as an
    /// error.
    pub fn kept_in(path: impl AsRef<Path>) -> Self {
        let durations = Self::load(path);
        durations.lock().autosaves = true;
        durations
    }

    /// Adds new durations to the file given to [`load`](Self::load), creating its folder if missing
    /// and keeping what other processes have written. Durations of loopback base URLs are not
    /// saved.
    ///
    /// # Errors
    /// If the file cannot be written, or another process holds its lock for a second. No durations
    /// are lost; the next call tries again. Without a file this does nothing.
    pub fn save(&self) -> std::io::Result<()> {
        self.lock().save(SAVE_TIMEOUT)
    }

    pub(crate) fn add(&self, key: &Key, timing: Timing) {
        if !timing.is_plausible() {
            return;
        }
        let mut state = self.lock();
        state.read();
        state.entries.add(key, timing);
        if state.path.is_none() || !file::is_kept(key) {
            return;
        }
        if state.unsaved.len() >= MAX_SAMPLES * MAX_KEYS {
            state.unsaved.clear();
        }
        state.unsaved.push((key.clone(), timing));
        if state.autosaves
            && let Err(error) = state.save(AUTOSAVE_TIMEOUT)
        {
            tracing::debug!(%error, "cannot save durations");
        }
    }

    pub(crate) fn of(&self, key: Option<&Key>) -> Timings {
        let Some(key) = key else { return Timings::default() };
        let mut state = self.lock();
        state.read();
        state.entries.of(key)
    }

    fn lock(&self) -> MutexGuard<'_, DurationsState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DurationsState {
    /// Reads the file, once.
    fn read(&mut self) {
        if std::mem::take(&mut self.is_unread)
            && let Some(path) = &self.path
        {
            self.entries = file::read(path);
        }
    }

    fn save(&mut self, patience: Duration) -> std::io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        if self.unsaved.is_empty() {
            return Ok(());
        }
        let mut entries = file::add(path, &self.unsaved, patience)?;
        let here = self.entries.0.drain(..).filter(|(key, _)| !file::is_kept(key));
        entries.0.extend(here);
        while entries.0.len() > MAX_KEYS {
            entries.0.pop_front();
        }
        (self.entries, self.is_unread) = (entries, false);
        self.unsaved.clear();
        Ok(())
    }
}

/// Durations by key, the most recently used last.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entries(VecDeque<(Key, VecDeque<Timing>)>);

impl Entries {
    fn add(&mut self, key: &Key, timing: Timing) {
        let index = self.0.iter().position(|(known, _)| known == key);
        let (key, mut samples) = index
            .and_then(|index| self.0.remove(index))
            .unwrap_or_else(|| (key.clone(), VecDeque::new()));
        if samples.len() >= MAX_SAMPLES {
            samples.pop_front();
        }
        samples.push_back(timing);
        if self.0.len() >= MAX_KEYS {
            self.0.pop_front();
        }
        self.0.push_back((key, samples));
    }

    /// The samples for a key; if there are too few, those of other step counts are scaled in
    /// proportion.
    fn of(&self, key: &Key) -> Timings {
        let same: Vec<Timing> = self
            .0
            .iter()
            .filter(|(known, _)| known == key)
            .flat_map(|(_, samples)| samples)
            .copied()
            .collect();
        let model = self.0.iter().filter(|(known, _)| known.is_same_model(key));
        let all: Vec<Timing> = if same.len() >= ENOUGH || key.steps.is_none() {
            same.clone()
        } else {
            model
                .clone()
                .flat_map(|(known, samples)| {
                    samples.iter().map(|timing| scaled(*timing, known.steps, key.steps))
                })
                .collect()
        };
        // The tail depends on the image, not on the steps.
        let tails = model.flat_map(|(_, samples)| samples).filter_map(|timing| timing.tail);
        Timings {
            totals: sorted(all.iter().map(|timing| timing.total)),
            runs: sorted(all.iter().filter_map(|timing| timing.run)),
            tails: sorted(tails),
        }
    }
}

/// Scales a duration to another step count. A part of it does not depend on the steps.
fn scaled(timing: Timing, from: Option<u64>, to: Option<u64>) -> Timing {
    const FIXED_SHARE: f64 = 0.25;
    let (Some(from), Some(to)) = (from, to) else { return timing };
    if from == 0 || from == to {
        return timing;
    }
    #[expect(clippy::cast_precision_loss, reason = "step counts are small")]
    let factor = FIXED_SHARE + (1.0 - FIXED_SHARE) * (to as f64 / from as f64);
    let run = timing.run.unwrap_or(timing.total);
    let total = timing.total - run + run * factor;
    Timing { total, run: timing.run.map(|run| run * factor), tail: timing.tail }
}

fn sorted(seconds: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut seconds: Vec<f64> = seconds.collect();
    seconds.sort_by(f64::total_cmp);
    seconds
}

#[cfg(test)]
mod tests {
    use super::{Durations, Key, MAX_KEYS, MAX_SAMPLES, Timing};

    fn key(model: &str, version: &str, steps: Option<u64>) -> Key {
        let base_url = "https://gateway.example".to_owned();
        Key { base_url, model: model.to_owned(), version: version.to_owned(), steps }
    }

    fn timing(total: f64) -> Timing {
        Timing { total, run: Some(total), tail: None }
    }

    #[test]
    fn only_the_same_base_url_model_and_version_count() {
        let durations = Durations::new();
        let known = key("owner/name", "v1", None);
        durations.add(&known, timing(8.0));
        assert_eq!(durations.clone().of(Some(&known)).totals, [8.0], "clones share what they know");
        let elsewhere = Key { base_url: "https://other.example".to_owned(), ..known.clone() };
        for other in [key("owner/name", "v2", None), key("owner/other", "v1", None), elsewhere] {
            assert!(durations.of(Some(&other)).totals.is_empty(), "{other:?}");
        }
    }

    #[test]
    fn other_numbers_of_steps_help_in_proportion_until_there_are_enough_of_the_same() {
        let durations = Durations::new();
        let (short, long) = (key("owner/name", "", Some(25)), key("owner/name", "", Some(50)));
        for _ in 0..3 {
            durations.add(&short, timing(4.0));
        }
        assert_eq!(
            durations.of(Some(&long)).totals,
            [7.0; 3],
            "a quarter does not depend on steps"
        );
        for _ in 0..3 {
            durations.add(&long, timing(6.0));
        }
        assert_eq!(durations.of(Some(&long)).totals, [6.0; 3]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let durations = Durations::new();
        let first = key("first", "", None);
        for total in 0..100_u32 {
            durations.add(&first, timing(f64::from(total)));
        }
        let totals = durations.of(Some(&first)).totals;
        assert_eq!((totals.len(), totals[0]), (MAX_SAMPLES, 68.0), "the newest");
        for number in 0..MAX_KEYS {
            durations.add(&key(&number.to_string(), "", None), timing(1.0));
        }
        assert!(durations.of(Some(&first)).totals.is_empty());
        assert_eq!(durations.of(Some(&key("0", "", None))).totals, [1.0]);
    }

    #[test]
    fn impossible_times_are_not_remembered() {
        let durations = Durations::new();
        let known = key("owner/name", "", None);
        for total in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
            durations.add(&known, timing(total));
        }
        assert!(durations.of(Some(&known)).totals.is_empty());
    }
}
