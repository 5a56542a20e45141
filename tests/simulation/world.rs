//! One seed, one world: a gateway, a client, its callers, and the faults between them.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use quickrouter::{Client, Error, Prediction, RateLimitPolicy, RetryPolicy, WaitPolicy};
use quickrouter_api::{Clock, Transport, limits};
use quickrouter_emulator::{Emulator, Gateway, InMemoryTransport};
use tempfile::TempDir;

use crate::caller::{AFTER_THE_DEADLINE, Caller, Report, Work};
use crate::dropping::{Impatient, Patience};
use crate::faults::Outage;
use crate::hands::Abandoned;
use crate::invariants::{self, Invariant, Violation};
use crate::numbers::Numbers;
use crate::senders::CALLER;
use crate::trace::{Line, Summary, Trace, locked};
use crate::transport::Faulty;
use crate::wish::Wish;

const KEY: &str = "the-key-of-the-simulation-0123456789";
/// When every world begins: 2024-01-01.
const EPOCH: Duration = Duration::from_secs(1_704_067_200);
/// What lasts longer in virtual time hangs: no deadline is longer than two minutes. It is also how
/// long the gateway remembers what was asked for.
const HOUR: Duration = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);

/// What a world is held to; a test can break a rule on purpose.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// What stands between the SDK and the faults.
    pub(crate) layer: fn(Arc<Faulty>) -> Arc<dyn Transport>,
    /// The deadline that callers are promised, where the client was told this one.
    pub(crate) promised: fn(Duration) -> Duration,
    /// How it is asked for what dropped callers left behind.
    pub(crate) take_orphaned: fn(&Client) -> Vec<Result<Prediction, Error>>,
}

impl Default for Rules {
    /// All rules are kept.
    fn default() -> Self {
        Self {
            layer: |faulty| faulty,
            promised: |deadline| deadline,
            take_orphaned: Client::take_orphaned,
        }
    }
}

/// What came of one seed.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) lines: Vec<Line>,
    pub(crate) result: Result<Summary, Violation>,
}

/// A world whose callers have all ended.
pub(crate) struct Ended {
    pub(crate) gateway: Gateway,
    pub(crate) faulty: Arc<Faulty>,
    /// In the order of their numbers.
    pub(crate) callers: Vec<Arc<Caller>>,
    pub(crate) abandoned: Abandoned,
    pub(crate) key: &'static str,
}

/// Lives through the world of one seed, on a clock of its own.
pub(crate) fn run(seed: u64, rules: Rules) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        // One, so that what it does has an order.
        .max_blocking_threads(1)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let trace = Arc::new(Trace::begin());
        let lived = tokio::time::timeout(HOUR, live(seed, rules, &trace)).await;
        let hung = || Violation::new(Invariant::Late, "the world is not over after an hour");
        let result = lived.unwrap_or_else(|_| Err(hung())).map(|()| trace.summary());
        Outcome { lines: trace.lines(), result }
    })
}

async fn live(seed: u64, rules: Rules, trace: &Arc<Trace>) -> Result<(), Violation> {
    let mut numbers = Numbers::of(seed, "world");
    // Some worlds are made for taking another's prediction for one's own: many ask for the same at
    // the same time, and much goes wrong.
    let twins = numbers.percent(25);
    let clock = Clock::at(SystemTime::UNIX_EPOCH + EPOCH);
    let gateway = Emulator::builder().key(KEY).clock(clock.clone()).id_seed(seed).in_memory();
    let gateway = gateway.expect("a gateway");
    let memory = InMemoryTransport::new(&gateway);
    let faulty = Arc::new(Faulty {
        base: memory.base_url().parse().expect("a URL"),
        memory,
        key: KEY,
        clock,
        seed,
        percent: if twins { 60 } else { numbers.one_of(&[0, 5, 10, 20, 35, 60]) },
        percent_of_downloads: numbers.one_of(&[0, 25, 50]),
        outage: Outage::draw(&mut numbers),
        trace: Arc::clone(trace),
        senders: Arc::default(),
        sent: Mutex::default(),
        under_way: Mutex::default(),
        leaks: Mutex::default(),
    });
    let deadline = numbers.one_of(&[1500, 4000, 10_000, 30_000, 120_000]);
    let deadline = Duration::from_millis(deadline);
    let client = client(&mut numbers, &faulty, rules, deadline);
    let disk = disk();
    let draw = |number| {
        let promised = (rules.promised)(deadline);
        caller(number, (seed, twins), trace, &client, promised, disk.path())
    };
    let callers: Vec<Arc<Caller>> =
        (0..how_many(&mut numbers, twins)).map(draw).map(Arc::new).collect();
    all_end(&callers, seed).await?;
    // What dropped callers left in flight: a create, a search for it or a cancel.
    tokio::time::sleep(deadline + 2 * AFTER_THE_DEADLINE).await;
    faulty.settled().await;
    let abandoned = Abandoned::of(&(rules.take_orphaned)(&client), trace);
    invariants::check(&Ended { gateway, faulty, callers, abandoned, key: KEY }).await
}

fn client(numbers: &mut Numbers, faulty: &Arc<Faulty>, rules: Rules, deadline: Duration) -> Client {
    Client::builder()
        .api_key(KEY)
        .base_url(faulty.base.as_str())
        .transport((rules.layer)(Arc::clone(faulty)))
        .clock(faulty.clock.clone())
        .connect_timeout(Duration::from_millis(numbers.one_of(&[100, 1000, 10_000])))
        .request_timeout(Duration::from_millis(numbers.one_of(&[300, 2000, 10_000, 60_000])))
        .stall_timeout(Duration::from_millis(numbers.one_of(&[500, 5000, 30_000])))
        .wait_policy(wait_policy(numbers, deadline))
        .retry_policy(retry_policy(numbers))
        .rate_limit_policy(rate_limit_policy(numbers))
        .build()
        .expect("a client")
}

/// A folder to save into, in memory where there is such a place: every file is synced, and a disk
/// takes milliseconds for that.
fn disk() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder")
}

fn wait_policy(numbers: &mut Numbers, deadline: Duration) -> WaitPolicy {
    WaitPolicy::new()
        .deadline(deadline)
        .initial_interval(numbers.millis(50, 1000))
        .max_interval(numbers.millis(500, 5000))
}

fn retry_policy(numbers: &mut Numbers) -> RetryPolicy {
    RetryPolicy::new()
        .max_attempts(u32::try_from(numbers.between(1, 6)).unwrap_or(1))
        .initial_backoff(numbers.millis(10, 1000))
        .max_backoff(numbers.millis(1000, 30_000))
        .recover_unknown(numbers.percent(90))
}

fn rate_limit_policy(numbers: &mut Numbers) -> RateLimitPolicy {
    let mut policy = RateLimitPolicy::new();
    if let Some(most) = numbers.one_of(&[None, None, Some(1), Some(2)]) {
        policy = policy.max_in_flight(most);
    }
    if let Some(most) = numbers.one_of(&[None, None, None, Some(1), Some(2), Some(5)]) {
        policy = policy.max_creates_per_minute(most);
    }
    policy
}

fn how_many(numbers: &mut Numbers, twins: bool) -> usize {
    if twins {
        return numbers.one_of(&[2, 4, 4, 8]);
    }
    numbers.one_of(&[1, 1, 1, 1, 2, 2, 2, 3, 3, 5, 8])
}

fn caller(
    number: usize,
    (seed, twins): (u64, bool),
    trace: &Arc<Trace>,
    client: &Client,
    promised: Duration,
    disk: &Path,
) -> Caller {
    let mut numbers = Numbers::of(seed, &format!("caller {number}"));
    let work = numbers.one_of(&[
        Work::RunAndSave,
        Work::RunAndSave,
        Work::RunAndSave,
        Work::Run,
        Work::RunWatched,
        Work::RunWatched,
        Work::Create,
        Work::CreateAndWait,
        Work::CreateAndWatch,
        Work::CreateAndCancel,
        Work::CreateAndGet,
        Work::List,
    ]);
    let patience = match numbers.between(0, 9) {
        0..=5 => Patience::Endless,
        6 | 7 => Patience::Until(trace.start() + numbers.millis(0, 12_000)),
        _ => {
            // Mostly few: each request takes about four.
            let most = numbers.one_of(&[2, 10, 30, 100]);
            Patience::Polls(u32::try_from(numbers.between(1, most)).unwrap_or(1))
        }
    };
    // Polls can be counted only while one thing is done after the other.
    let counted = matches!(patience, Patience::Polls(_));
    Caller {
        number,
        work,
        patience,
        client: client.clone(),
        promised,
        wish: Wish::draw(seed, number, twins, work.saves()),
        concurrency: if counted { 1 } else { numbers.one_of(&[1, 4]) },
        folder: disk.join(number.to_string()),
        trace: Arc::clone(trace),
        report: Mutex::new(Report::default()),
    }
}

/// Lets all callers do their work, each in a task of its own, until they end or are dropped.
async fn all_end(callers: &[Arc<Caller>], seed: u64) -> Result<(), Violation> {
    let begun = callers.iter().map(|caller| {
        // Those who ask for the same do so at about the same time.
        let begins = Numbers::of(seed, &format!("begin {}", caller.wish.like)).millis(0, 3000);
        let later = Numbers::of(seed, &format!("later {}", caller.number)).millis(0, 400);
        let begins = begins + later;
        let (number, caller) = (caller.number, Arc::clone(caller));
        let life = async move {
            tokio::time::sleep(begins).await;
            let patience = caller.patience.in_words(caller.trace.start());
            caller.trace.note(number, "", format!("{:?}, {patience}", caller.work));
            let done = Impatient::new(caller.work(), caller.patience).await;
            if done.is_none() {
                locked(&caller.report).dropped = true;
                caller.trace.note(number, "", "dropped");
                caller.trace.count(format!("dropped: {:?}", caller.work));
            }
        };
        tokio::spawn(CALLER.scope(number, life))
    });
    let begun: Vec<_> = begun.collect();
    for task in begun {
        task.await.map_err(|error| Violation::new(Invariant::Panicked, error.to_string()))?;
    }
    Ok(())
}
