//! What the SDK costs over plain reqwest: CPU time and wall time of a create and a get on
//! loopback, one and many in flight. README.md in this folder tells how to run and read it.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod answers;
mod plain;
mod server_process;

use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use answers::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use cpu_time::ProcessTime;
use futures_util::future::{BoxFuture, FutureExt};
use plain::Plain;
use quickrouter::catalog::routes;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::{Fail, Kind, Transport};
use quickrouter::{Client, RetryPolicy, Status};
use server_process::Server;
use tokio::runtime::Runtime;

type Any = Box<dyn Error + Send + Sync>;

/// At most so many times what plain reqwest takes.
const MOST: f64 = 1.3;
const ROUNDS: usize = 9;
/// About as long as a round of plain reqwest takes.
const ROUND: Duration = Duration::from_secs(1);
/// Operations before anything is measured.
const WARM: usize = 2000;
const IN_FLIGHT: [usize; 2] = [1, 64];
const KEY: &str = "sk-a-key-of-the-length-that-keys-have-0123456789ab";
const PROMPT: &str = "a studio photo of a rainbow colored corgi";

fn main() -> Result<ExitCode, Any> {
    if server_process::is_wanted() {
        serve()?;
        return Ok(ExitCode::SUCCESS);
    }
    let given = |flag: &str| std::env::args().any(|argument| argument == flag);
    if !given("--bench") {
        tried()?;
        println!("it works; to measure: cargo bench -p end-to-end --bench overhead");
        return Ok(ExitCode::SUCCESS);
    }
    let only = [given("--only-sdk"), given("--only-plain")];
    let within = measured(only, given("--whole"))?;
    Ok(if within || !given("--check") { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The server: a create is answered with a new id, a get with a finished prediction. Asked, it tells
/// how many creates it has answered.
fn serve() -> io::Result<()> {
    let (starting, succeeded) = (Template::of(&Status::Starting), Template::of(&Status::Succeeded));
    let creates = Arc::new(AtomicUsize::new(0));
    let next = creates.clone();
    let create = async move || {
        let id = answers::id(next.fetch_add(1, Ordering::Relaxed));
        starting.answer(StatusCode::CREATED, &id)
    };
    let look = async move |Path(id): Path<String>| succeeded.answer(StatusCode::OK, &id);
    let routes = Router::new()
        .route(routes::CREATE_PREDICTION.path, post(create))
        .route(routes::GET_PREDICTION.path, get(look));
    server_process::serve(routes, || {}, |_| creates.load(Ordering::Relaxed).to_string())
}

/// Who sends.
#[derive(Clone)]
enum Side {
    Sdk {
        client: Client,
        /// Whether it looks into each answer as a whole, of which the SDK then makes a tree.
        whole: bool,
    },
    Plain(Plain),
}

impl Side {
    /// One operation: a create, then a get of what was created.
    async fn operation(&self) -> Result<(), Any> {
        let succeeded = match self {
            Self::Sdk { client, whole } => {
                let created = client.create(input()).await?;
                let id = created.id().ok_or("it has no id")?;
                let found = client.get(id).await?;
                let looked_into =
                    !whole || [&created, &found].iter().all(|it| it.raw().is_object());
                *found.status() == Status::Succeeded && looked_into
            }
            Self::Plain(plain) => plain.create_and_get(PROMPT).await? == Status::Succeeded.as_str(),
        };
        if succeeded { Ok(()) } else { Err("it has not succeeded".into()) }
    }
}

fn input() -> SdxlInput {
    SdxlInput::builder().prompt(PROMPT).width(512).height(512).seed(42069).build()
}

/// Seconds for one operation.
#[derive(Clone, Copy)]
struct Cost {
    cpu: f64,
    wall: f64,
}

/// Where rounds run, and how many operations they have been.
struct Ground {
    runtime: Runtime,
    operations: usize,
}

impl Ground {
    /// Sends `each` operations by so many senders at the same time.
    fn round(&mut self, side: &Side, in_flight: usize, each: usize) -> Result<Cost, Any> {
        let (wall, cpu) = (Instant::now(), ProcessTime::now());
        self.runtime.block_on(async {
            let senders = (0..in_flight).map(|_| {
                let side = side.clone();
                tokio::spawn(async move {
                    for _ in 0..each {
                        side.operation().await?;
                    }
                    Ok::<(), Any>(())
                })
            });
            for sender in senders.collect::<Vec<_>>() {
                sender.await??;
            }
            Ok::<(), Any>(())
        })?;
        let (cpu, wall) = (cpu.elapsed().as_secs_f64(), wall.elapsed().as_secs_f64());
        self.operations += in_flight * each;
        #[expect(clippy::cast_precision_loss, reason = "far fewer operations than 2^52")]
        let operations = (in_flight * each) as f64;
        Ok(Cost { cpu: cpu / operations, wall: wall / operations })
    }

    /// Makes sure that the server has seen one create for each operation.
    fn is_all(&self, server: &mut Server) -> Result<(), Any> {
        let creates: usize = server.ask("creates")?.parse()?;
        if creates == self.operations {
            return Ok(());
        }
        Err(format!("{} operations, {creates} creates", self.operations).into())
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Both sides, of which it is certain that they send the same, and where they take turns.
fn sides(server: &Server, whole: bool) -> Result<(Side, Side, Ground), Any> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let sdk = Client::builder().base_url(server.base_url()).api_key(KEY).build()?;
    let plain = Plain::new(server.base_url(), KEY)?;
    same_body(&runtime, &plain)?;
    let sdk = Side::Sdk { client: sdk, whole };
    Ok((sdk, Side::Plain(plain), Ground { runtime, operations: 0 }))
}

/// One operation of each side, so that tests notice when there is nothing to measure any more.
fn tried() -> Result<(), Any> {
    let mut server = Server::start()?;
    let (sdk, plain, mut ground) = sides(&server, true)?;
    ground.round(&sdk, 1, 1)?;
    ground.round(&plain, 1, 1)?;
    ground.is_all(&mut server)
}

/// Measures and prints all; whether every ratio is within the limit. For a profiler there may be one
/// side only, which then stands for both.
fn measured([only_sdk, only_plain]: [bool; 2], whole: bool) -> Result<bool, Any> {
    let mut server = Server::start()?;
    let (sdk, plain, mut ground) = sides(&server, whole)?;
    let (sdk, plain) = match (only_sdk, only_plain) {
        (true, _) => (sdk.clone(), sdk),
        (_, true) => (plain.clone(), plain),
        _ => (sdk, plain),
    };
    heading();
    let mut within = true;
    for in_flight in IN_FLIGHT {
        let warm = ground.round(&plain, in_flight, WARM / in_flight)?;
        ground.round(&sdk, in_flight, WARM / in_flight)?;
        let each = each(in_flight, warm.wall);
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let own = ground.round(&sdk, in_flight, each)?;
            let other = ground.round(&plain, in_flight, each)?;
            rounds.push((own, other));
        }
        within &= row(in_flight, "CPU time", &rounds, |cost| cost.cpu);
        within &= row(in_flight, "wall time", &rounds, |cost| cost.wall);
    }
    ground.is_all(&mut server)?;
    Ok(within)
}

fn heading() {
    println!("A create and a get on loopback; the server is another process.");
    println!(
        "Answers of {} and {} bytes. 2 worker threads. Medians of {ROUNDS} rounds, by turns.\n",
        Template::of(&Status::Starting).len(),
        Template::of(&Status::Succeeded).len()
    );
    println!("in flight  measure            SDK  plain reqwest  ratio  by round  at most {MOST}");
}

/// How many operations each sender does, for a round of the length wanted.
fn each(in_flight: usize, wall: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let operations = (ROUND.as_secs_f64() / wall) as usize;
    (operations / in_flight).max(1)
}

/// Prints one measure; whether its ratio is within the limit.
fn row(in_flight: usize, name: &str, rounds: &[(Cost, Cost)], of: impl Fn(&Cost) -> f64) -> bool {
    let sdk = median(rounds.iter().map(|(sdk, _)| of(sdk)));
    let plain = median(rounds.iter().map(|(_, plain)| of(plain)));
    let by_round = median(rounds.iter().map(|(sdk, plain)| of(sdk) / of(plain)));
    let (ratio, within) = (sdk / plain, sdk / plain <= MOST);
    println!(
        "{in_flight:9}  {name:9}  {:8.1} us    {:8.1} us  {ratio:5.2}  {by_round:8.2}  {}",
        sdk * 1e6,
        plain * 1e6,
        if within { "yes" } else { "NO" }
    );
    within
}

/// Keeps the body of what it is given to send, and sends nothing.
struct Keeper(std::sync::Mutex<Vec<u8>>);

impl Transport for Keeper {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, Fail>> {
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        *self.0.lock().expect("no holder panics") = body.to_vec();
        std::future::ready(Err(Fail::new(Kind::Interrupted, "only kept"))).boxed()
    }
}

/// Makes sure that both sides send the same JSON.
fn same_body(runtime: &Runtime, plain: &Plain) -> Result<(), Any> {
    let keeper = Arc::new(Keeper(std::sync::Mutex::default()));
    // The create is the only request: what became of it is not looked for.
    let retry = RetryPolicy::new().recover_unknown(false);
    let client =
        Client::builder().api_key(KEY).transport(keeper.clone()).retry_policy(retry).build()?;
    // It cannot succeed: nothing is sent.
    let _ = runtime.block_on(client.create(input()));
    let sent: serde_json::Value =
        serde_json::from_slice(&keeper.0.lock().expect("no holder panics"))?;
    if sent == plain.body(PROMPT) { Ok(()) } else { Err(format!("the SDK sends {sent}").into()) }
}
