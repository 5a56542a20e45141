//! What must be true of every world, looked at when it is over.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use quickrouter_api::{Transport, routes};
use reqwest::{Method, Request, Url};
use serde_json::Value;

use crate::caller::Fate;
use crate::hands;
use crate::trace::locked;
use crate::transport::BROKEN_OFF;
use crate::world::Ended;

/// What must never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invariant {
    /// The gateway accepted more creates than pictures were asked for.
    PaidTwice,
    /// A caller was handed a prediction that is not its own, or two were handed the same.
    WrongHands,
    /// A create was accepted and nobody can know of it.
    IdLost,
    /// A call did not end by its deadline.
    Late,
    /// The key was sent to another origin than the gateway's.
    KeyLeaked,
    /// A file is not what the gateway has, or a part of one was left behind.
    NotWhole,
    /// SDK or emulator panicked.
    Panicked,
}

/// Which invariant does not hold, and how that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) invariant: Invariant,
    pub(crate) detail: String,
}

impl Violation {
    pub(crate) fn new(invariant: Invariant, detail: impl Into<String>) -> Self {
        Self { invariant, detail: detail.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.detail)
    }
}

/// A prediction that the gateway holds.
pub(crate) struct Accepted {
    pub(crate) id: String,
    pub(crate) prompt: String,
    outputs: Vec<String>,
    timed_out: bool,
}

pub(crate) async fn check(world: &Ended) -> Result<(), Violation> {
    let summary = world.faulty.trace.summary();
    if summary.contains_key(BROKEN_OFF) {
        return Err(Violation::new(Invariant::Panicked, "the emulator panicked"));
    }
    let accepted = accepted(world).await;
    for _ in accepted.iter().filter(|one| one.timed_out) {
        world.faulty.trace.count("canceled by Cancel-After");
    }
    assert_eq!(accepted.len() as u64, world.gateway.creates_accepted(), "the witnesses agree");
    never_paid_twice(world, &accepted)?;
    hands::none_is_wrong(world, &accepted)?;
    hands::none_is_lost(world, &accepted)?;
    let late = world.callers.iter().find_map(|caller| {
        let late = locked(&caller.report).late.first().cloned();
        late.map(|late| {
            Violation::new(Invariant::Late, format!("caller {}: {late}", caller.number))
        })
    });
    late.map_or(Ok(()), Err)?;
    if let Some(url) = locked(&world.faulty.leaks).first() {
        return Err(Violation::new(Invariant::KeyLeaked, format!("the key was sent to {url}")));
    }
    files_are_whole(world, &accepted).await
}

fn never_paid_twice(world: &Ended, accepted: &[Accepted]) -> Result<(), Violation> {
    let mut asked: BTreeMap<String, (usize, Vec<&str>)> = BTreeMap::new();
    for caller in &world.callers {
        if locked(&caller.report).fate != Fate::NotAskedFor {
            asked.entry(caller.wish.prompt()).or_default().0 += 1;
        }
    }
    for one in accepted {
        let ids = asked.get_mut(&one.prompt);
        let nobody = || format!("{} ({}) was not asked for", one.id, one.prompt);
        ids.ok_or_else(|| Violation::new(Invariant::PaidTwice, nobody()))?.1.push(&one.id);
    }
    if let Some((prompt, (times, ids))) = asked.iter().find(|(_, (times, ids))| ids.len() > *times)
    {
        let detail = format!("{prompt}, asked for {times} times, is {}", ids.join(" and "));
        return Err(Violation::new(Invariant::PaidTwice, detail));
    }
    // Among those who ask for the same, one may not have been accepted and another twice.
    let senders = locked(&world.faulty.senders);
    match senders.ids_by_caller().iter().find(|(_, ids)| ids.len() > 1) {
        Some((caller, ids)) => {
            let detail = format!("caller {caller} was accepted as {}", ids.join(" and "));
            Err(Violation::new(Invariant::PaidTwice, detail))
        }
        None => Ok(()),
    }
}

async fn files_are_whole(world: &Ended, accepted: &[Accepted]) -> Result<(), Violation> {
    for caller in &world.callers {
        let saved = locked(&caller.report).saved.clone();
        let broken = |detail: String| Violation::new(Invariant::NotWhole, detail);
        for path in &saved {
            if !path.is_file() {
                return Err(broken(format!("{} was told and is not there", name(path))));
            }
        }
        // What was saved before the caller was dropped counts as well.
        for path in listed(&caller.folder) {
            let Some(url) = output_of(&path, accepted) else {
                return Err(broken(format!("{} was left behind", name(&path))));
            };
            let whole = fetched(world, url).await;
            let file = std::fs::read(&path).expect("a file that was just listed");
            if file != whole {
                let (has, of) = (file.len(), whole.len());
                let detail = format!("{} has {has} bytes, the gateway's {of}", name(&path));
                return Err(broken(detail));
            }
            caller.trace.count("whole files");
        }
    }
    Ok(())
}

fn listed(folder: &Path) -> Vec<std::path::PathBuf> {
    // No folder: nothing was saved.
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The URL of the output that a file is called after: `ID-INDEX.png`.
fn output_of<'a>(path: &Path, accepted: &'a [Accepted]) -> Option<&'a str> {
    let name = name(path);
    let (id, index) = name.strip_suffix(".png")?.rsplit_once('-')?;
    let one = accepted.iter().find(|one| one.id == id)?;
    one.outputs.get(index.parse::<usize>().ok()?).map(String::as_str)
}

/// All predictions that the gateway holds, asked for beyond all faults.
async fn accepted(world: &Ended) -> Vec<Accepted> {
    let mut all = Vec::new();
    let mut next = Some(format!("{}{}", world.faulty.base, routes::LIST_PREDICTIONS.path));
    while let Some(url) = next {
        let page: Value = serde_json::from_slice(&fetched(world, &url).await).expect("a page");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let results = page["results"].as_array().into_iter().flatten();
        all.extend(results.map(|one| Accepted {
            id: text(&one["id"]),
            prompt: text(&one["input"]["prompt"]),
            outputs: one["output"].as_array().into_iter().flatten().map(text).collect(),
            timed_out: one["deadline"].is_string() && one["deadline"] == one["completed_at"],
        }));
        next = page["next"].as_str().map(str::to_owned);
    }
    all
}

async fn fetched(world: &Ended, url: &str) -> Vec<u8> {
    let mut request = Request::new(Method::GET, Url::parse(url).expect("a URL"));
    let key = format!("Bearer {}", world.key).parse().expect("a header value");
    request.headers_mut().insert(http::header::AUTHORIZATION, key);
    let answer = world.faulty.memory.send(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.bytes().await.expect("a body").to_vec()
}
