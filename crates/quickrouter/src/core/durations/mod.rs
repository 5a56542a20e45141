//! How long predictions took, by model: kept by a client, shared by its clones, and between runs
//! where a program asks for it.

mod file;

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many samples say more than an assumption.
pub(crate) const ENOUGH: usize = 3;
/// How many predictions of a key are remembered, the newest.
const KEPT: usize = 32;
/// How many keys are remembered, the latest used.
const KEYS: usize = 256;
/// How long a save that is asked for waits for other processes.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long one at the end of a prediction waits: it holds up a thread of the runtime, and the next one
/// writes what it could not.
const HASTE: Duration = Duration::from_millis(100);

/// What predictions have in common that take about the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) base_url: String,
    pub(crate) model: String,
    /// Empty where the gateway does not name it.
    pub(crate) version: String,
    /// The input that the contract names as the number of steps; `None` for models without.
    pub(crate) steps: Option<u64>,
}

impl Key {
    /// Whether a key differs in nothing but the steps.
    fn is_same_model(&self, other: &Self) -> bool {
        (&self.base_url, &self.model, &self.version)
            == (&other.base_url, &other.model, &other.version)
    }
}

/// What one prediction took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timing {
    /// From created to over.
    pub(crate) total: f64,
    /// From started to over, where the gateway says when it started.
    pub(crate) run: Option<f64>,
    /// From the expected end of the log's bars to over, where bars were seen.
    pub(crate) tail: Option<f64>,
}

impl Timing {
    /// Whether these can be the times of a prediction: what a file or a clock says may be anything.
    fn is_plausible(&self) -> bool {
        const WEEK: f64 = 7.0 * 24.0 * 3600.0;
        let within = |seconds: f64| (0.0..WEEK).contains(&seconds);
        within(self.total)
            && self.run.is_none_or(within)
            && self.tail.is_none_or(|tail| tail.abs() < WEEK)
    }
}

/// What predictions like one took, in seconds, the shortest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Timings {
    pub(crate) totals: Vec<f64>,
    pub(crate) runs: Vec<f64>,
    pub(crate) tails: Vec<f64>,
}

/// How long predictions took: what a client waits by when it sees the same model again.
///
/// Clones share what they know. Each client has its own unless it is given one by
/// [`ClientBuilder::durations`](crate::ClientBuilder::durations). Bounded: 32 predictions of each of
/// 256 kinds (base URL, model, version, number of steps). It holds no prompt, no id and no key.
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
    /// Where it is loaded from and saved to.
    path: Option<PathBuf>,
    /// Whether the file has yet to be read.
    unread: bool,
    /// Whether every new duration is saved.
    saves: bool,
    entries: Entries,
    /// What is not in the file yet.
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
    /// Knows nothing yet, and forgets with its last clone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those of a file, for [`save`](Self::save) to write to. The file is read when it is first
    /// needed; one that is missing, damaged, larger than 1 MiB or of another version counts as empty.
    pub fn load(path: impl AsRef<Path>) -> Self {
        let path = Some(path.as_ref().to_owned());
        Self(Arc::new(Mutex::new(DurationsState {
            path,
            unread: true,
            ..DurationsState::default()
        })))
    }

    /// Like [`load`](Self::load), and saves whenever a prediction has been waited for. A file that
    /// cannot be written is no error then, and is reported at the `debug` level of `tracing`.
    pub fn kept_in(path: impl AsRef<Path>) -> Self {
        let durations = Self::load(path);
        durations.lock().saves = true;
        durations
    }

    /// Writes what is new to the file of [`load`](Self::load), and creates its folder. What other
    /// processes have written meanwhile stays. Durations of base URLs of this machine are left out.
    ///
    /// # Errors
    /// The file cannot be written, or others held its lock for a second. Nothing is lost then: the
    /// next call tries again. Without a file there is nothing to do and no error.
    pub fn save(&self) -> std::io::Result<()> {
        self.lock().save(PATIENCE)
    }

    pub(crate) fn add(&self, key: &Key, took: Timing) {
        if !took.is_plausible() {
            return;
        }
        let mut state = self.lock();
        state.read();
        state.entries.add(key, took);
        if state.path.is_none() || !file::is_kept(key) {
            return;
        }
        if state.unsaved.len() >= KEPT * KEYS {
            state.unsaved.clear();
        }
        state.unsaved.push((key.clone(), took));
        if state.saves
            && let Err(error) = state.save(HASTE)
        {
            tracing::debug!(%error, "the durations of predictions cannot be saved");
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
        if std::mem::take(&mut self.unread)
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
        while entries.0.len() > KEYS {
            entries.0.pop_front();
        }
        (self.entries, self.unread) = (entries, false);
        self.unsaved.clear();
        Ok(())
    }
}

/// Durations by key, those of the key used last at the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entries(VecDeque<(Key, VecDeque<Timing>)>);

impl Entries {
    fn add(&mut self, key: &Key, took: Timing) {
        let found = self.0.iter().position(|(known, _)| known == key);
        let (key, mut samples) = found
            .and_then(|index| self.0.remove(index))
            .unwrap_or_else(|| (key.clone(), VecDeque::new()));
        if samples.len() >= KEPT {
            samples.pop_front();
        }
        samples.push_back(took);
        if self.0.len() >= KEYS {
            self.0.pop_front();
        }
        self.0.push_back((key, samples));
    }

    /// Those of the key; where these are too few, those of other numbers of steps help in proportion.
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
                    samples.iter().map(|took| scaled(*took, known.steps, key.steps))
                })
                .collect()
        };
        // The silence after the bars depends on the picture and not on its steps.
        let tails = model.flat_map(|(_, samples)| samples).filter_map(|took| took.tail);
        Timings {
            totals: sorted(all.iter().map(|took| took.total)),
            runs: sorted(all.iter().filter_map(|took| took.run)),
            tails: sorted(tails),
        }
    }
}

/// What a prediction of other steps would have taken. A part of it does not depend on the steps.
fn scaled(took: Timing, from: Option<u64>, to: Option<u64>) -> Timing {
    const FIXED: f64 = 0.25;
    let (Some(from), Some(to)) = (from, to) else { return took };
    if from == 0 || from == to {
        return took;
    }
    #[expect(clippy::cast_precision_loss, reason = "step counts are small")]
    let factor = FIXED + (1.0 - FIXED) * (to as f64 / from as f64);
    let run = took.run.unwrap_or(took.total);
    let total = took.total - run + run * factor;
    Timing { total, run: took.run.map(|run| run * factor), tail: took.tail }
}

fn sorted(seconds: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut seconds: Vec<f64> = seconds.collect();
    seconds.sort_by(f64::total_cmp);
    seconds
}

#[cfg(test)]
mod tests {
    use super::{Durations, KEPT, KEYS, Key, Timing};

    fn key(model: &str, version: &str, steps: Option<u64>) -> Key {
        let base_url = "https://gateway.example".to_owned();
        Key { base_url, model: model.to_owned(), version: version.to_owned(), steps }
    }

    fn took(total: f64) -> Timing {
        Timing { total, run: Some(total), tail: None }
    }

    #[test]
    fn only_the_same_base_url_model_and_version_count() {
        let durations = Durations::new();
        let known = key("owner/name", "v1", None);
        durations.add(&known, took(8.0));
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
            durations.add(&short, took(4.0));
        }
        assert_eq!(
            durations.of(Some(&long)).totals,
            [7.0; 3],
            "a quarter does not depend on steps"
        );
        for _ in 0..3 {
            durations.add(&long, took(6.0));
        }
        assert_eq!(durations.of(Some(&long)).totals, [6.0; 3]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let durations = Durations::new();
        let first = key("first", "", None);
        for total in 0..100_u32 {
            durations.add(&first, took(f64::from(total)));
        }
        let totals = durations.of(Some(&first)).totals;
        assert_eq!((totals.len(), totals[0]), (KEPT, 68.0), "the newest");
        for number in 0..KEYS {
            durations.add(&key(&number.to_string(), "", None), took(1.0));
        }
        assert!(durations.of(Some(&first)).totals.is_empty());
        assert_eq!(durations.of(Some(&key("0", "", None))).totals, [1.0]);
    }

    #[test]
    fn impossible_times_are_not_remembered() {
        let durations = Durations::new();
        let known = key("owner/name", "", None);
        for total in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
            durations.add(&known, took(total));
        }
        assert!(durations.of(Some(&known)).totals.is_empty());
    }
}
