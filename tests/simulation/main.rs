//! A deterministic simulation: the SDK and the emulator in one process, through the transport seam,
//! on tokio's paused clock, with everything that can go wrong between them drawn from a seed.
//!
//! One seed is one world: a gateway, a client with policies and throttle limits that are drawn, one
//! to eight callers that run, create, wait, save, list and cancel, and between them a transport that
//! loses, delays, cuts, garbles and falsifies (`faults.rs` has the list). Callers are dropped at
//! drawn moments and at drawn awaits; some creates ask for `Prefer: wait`, for `Cancel-After`, or to
//! be canceled with their caller. In every fourth world callers ask in pairs for the very same, so
//! that one may take the other's prediction for its own. After each world `invariants.rs` and
//! `hands.rs` check:
//!
//! - no create is accepted that was not asked for, and none twice;
//! - of every accepted create the caller has the id, or an error with it, or was told that the
//!   outcome is unknown; where the caller was dropped, `take_orphaned` tells the one or the other;
//! - nobody is handed what others asked for, and no two callers the same;
//! - every call ends by its deadline (`run` and `create` within 5 s after it);
//! - the key is sent to the gateway's origin only;
//! - every saved file is byte for byte what the gateway has, and nothing half-done is left behind.
//!
//! `broken.rs` breaks each of these on purpose and shows that it is noticed.
//!
//! ```sh
//! cargo test -p end-to-end --test simulation                          # some hundred seeds
//! SIMULATION_SEEDS=10000 cargo test -p end-to-end --test simulation   # more
//! SIMULATION_SEED=4711 cargo test -p end-to-end --test simulation replay   # one, with its trace
//! ```
//!
//! A seed that fails is printed with its trace, and is the same world again when it is replayed: no
//! number, order or time in it comes from the machine. What is independent of each other within
//! one millisecond may take turns differently, so no caller meets another there (`transport.rs`).
//!
//! It cannot show what lies below the seam: connection pools, TLS, HTTP/2, proxies, redirects that
//! reqwest would follow, time-outs of real sockets, full disks. Nor lies that no client can see
//! through, such as a create that is answered with another prediction's id.

#![allow(missing_docs, reason = "tests")]

mod bodies;
mod broken;
mod caller;
mod dropping;
mod faults;
mod hands;
mod invariants;
mod numbers;
mod senders;
mod trace;
mod transport;
mod wish;
mod world;

use std::fmt::Write as _;
use std::io::Write as _;

use crate::invariants::Violation;
use crate::trace::{Summary, rendered};
use crate::world::{Rules, run};

/// How many seeds are lived through unless `SIMULATION_SEEDS` says otherwise.
const SEEDS: u64 = 600;
/// Threads that share the seeds.
const THREADS: usize = 2;

/// What must have happened somewhere, or the simulation simulates too little.
const SEEN: &[&str] = &[
    "run: well",
    "run: OutcomeUnknown",
    "run: Deadline",
    "run: PredictionFailed",
    "run: Refused",
    "run: NotSent",
    "create: well",
    "create: OutcomeUnknown",
    "wait: well",
    "wait: Deadline",
    "cancel: well",
    "list: well",
    "save: well",
    "save: Output",
    "whole files",
    "sent to another origin",
    "dropped: RunAndSave",
    "run: RateLimited",
    "run_updates: well",
    "updates: well",
    "found again",
    "candidates named",
    "held by Prefer",
    "abandoned: created",
    "abandoned: canceled",
    "abandoned: OutcomeUnknown",
    "canceled by Cancel-After",
    "Create SlowToArrive",
    "Create ResetAfter",
    "Create Cut",
    "Output Cut",
    "Output StalledBody",
];

#[test]
fn every_seed_keeps_the_rules() {
    let seeds = number_in("SIMULATION_SEEDS").unwrap_or(SEEDS);
    if number_in("SIMULATION_SEED").is_some() {
        return;
    }
    let start = std::time::Instant::now();
    let (summary, violations) = explore(seeds);
    let mut report = format!("{seeds} seeds in {:.1} s\n", start.elapsed().as_secs_f64());
    for (what, count) in &summary {
        let _ = writeln!(report, "{count:>8}  {what}");
    }
    if let Some((seed, violation)) = violations.first() {
        let all: Vec<_> = violations.iter().map(|(seed, _)| seed.to_string()).collect();
        print(&rendered(&run(*seed, Rules::default()).lines));
        panic!("seed {seed}: {violation}\nall seeds that fail: {}", all.join(" "));
    }
    if number_in("SIMULATION_SEEDS").is_some() {
        print(&report);
    }
    let missing = SEEN.iter().find(|what| !summary.contains_key(**what));
    assert!(seeds < SEEDS || missing.is_none(), "no world had {missing:?}\n{report}");
}

/// Only if `SIMULATION_SEED` names one.
#[test]
fn replay_of_one_seed() {
    let Some(seed) = number_in("SIMULATION_SEED") else { return };
    let outcome = run(seed, Rules::default());
    print(&rendered(&outcome.lines));
    if let Err(violation) = outcome.result {
        panic!("seed {seed}: {violation}");
    }
    print(&format!("seed {seed} keeps the rules\n"));
}

#[test]
fn a_seed_is_the_same_world_each_time() {
    for seed in 0..40 {
        let (first, second) = (run(seed, Rules::default()), run(seed, Rules::default()));
        assert!(first.lines.len() > 1);
        assert_eq!(rendered(&first.lines), rendered(&second.lines), "seed {seed}");
        assert_eq!(first.result, second.result, "seed {seed}");
    }
}

/// Lives through the worlds of all seeds below `seeds`; what happened, and what should not have.
fn explore(seeds: u64) -> (Summary, Vec<(u64, Violation)>) {
    let share = |thread: usize| {
        let (mut summary, mut violations) = (Summary::new(), Vec::new());
        for seed in (0..seeds).skip(thread).step_by(THREADS) {
            match run(seed, Rules::default()).result {
                Ok(counts) => add(&mut summary, counts),
                Err(violation) => violations.push((seed, violation)),
            }
        }
        (summary, violations)
    };
    let (mut summary, mut violations) = (Summary::new(), Vec::new());
    std::thread::scope(|scope| {
        let share = &share;
        let threads: Vec<_> = (0..THREADS).map(|one| scope.spawn(move || share(one))).collect();
        for thread in threads {
            let (counts, more) = thread.join().expect("a thread that explores");
            add(&mut summary, counts);
            violations.extend(more);
        }
    });
    violations.sort_by_key(|(seed, _)| *seed);
    (summary, violations)
}

fn add(summary: &mut Summary, counts: Summary) {
    for (what, count) in counts {
        *summary.entry(what).or_default() += count;
    }
}

fn number_in(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text:?}")))
}

/// Past the test harness, which would keep it.
fn print(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
