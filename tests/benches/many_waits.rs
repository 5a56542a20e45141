//! Ten thousand predictions waited for at the same time by one client on two threads: the memory
//! each takes, the threads, the sockets. README.md in this folder tells how to run and read it.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod answers;
mod own_process;
mod server_process;
mod warnings;

use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use answers::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use cpu_time::ProcessTime;
use own_process::{OwnProcess, Usage, open_files};
use quickrouter::catalog::routes;
use quickrouter::{Client, Prediction, PredictionId, Status};
use server_process::Server;
use tokio::task::JoinSet;
use warnings::Warnings;

type Any = Box<dyn Error + Send + Sync>;
type Ended = Result<Prediction, quickrouter::Error>;

const WAITS: usize = 10_000;
/// Aimed at, for each prediction that is waited for.
const MOST_BYTES: u64 = 10_000;
/// By then the looks of the default policy are as far apart as they get.
const HOLD: Duration = Duration::from_secs(30);
const KEY: &str = "sk-a-key-of-the-length-that-keys-have-0123456789ab";
/// Says to the server that all predictions are over.
const FINISH: &str = "finish";

fn main() -> Result<ExitCode, Any> {
    if server_process::is_wanted() {
        serve()?;
        return Ok(ExitCode::SUCCESS);
    }
    let given = |flag: &str| std::env::args().any(|argument| argument == flag);
    if !given("--bench") {
        println!("a benchmark: cargo bench -p end-to-end --bench many_waits");
        return Ok(ExitCode::SUCCESS);
    }
    let server = Server::start()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let within = runtime.block_on(measured(server))?;
    Ok(if within || !given("--check") { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the server has seen.
#[derive(Default)]
struct Seen {
    over: AtomicBool,
    connections: AtomicU64,
    looks: Vec<AtomicU32>,
}

/// The server: every prediction is at its last step until all are told to be over.
fn serve() -> io::Result<()> {
    let processing = Template::of(&Status::Processing);
    let succeeded = Template::of(&Status::Succeeded);
    let looks = (0..WAITS).map(|_| AtomicU32::new(0)).collect();
    let seen = Arc::new(Seen { looks, ..Seen::default() });
    let (looked, accepted, told) = (seen.clone(), seen.clone(), seen);
    let look = move |Path(id): Path<String>| {
        let number: usize = id.parse().unwrap_or(usize::MAX);
        let status = match looked.looks.get(number) {
            Some(looks) => {
                looks.fetch_add(1, Ordering::Relaxed);
                StatusCode::OK
            }
            None => StatusCode::NOT_FOUND,
        };
        let over = looked.over.load(Ordering::Relaxed);
        std::future::ready(if over { &succeeded } else { &processing }.answer(status, &id))
    };
    let routes = Router::new().route(routes::GET_PREDICTION.path, get(look));
    let accepted = move || {
        accepted.connections.fetch_add(1, Ordering::Relaxed);
    };
    server_process::serve(routes, accepted, move |command| {
        if command == FINISH {
            told.over.store(true, Ordering::Relaxed);
        }
        let looks: Vec<u32> =
            told.looks.iter().map(|looks| looks.load(Ordering::Relaxed)).collect();
        let (sum, fewest) = (looks.iter().map(|n| u64::from(*n)).sum::<u64>(), looks.iter().min());
        let connections = told.connections.load(Ordering::Relaxed);
        format!("{sum} {} {connections}", fewest.unwrap_or(&0))
    })
}

/// What the server tells of what it has seen.
#[derive(Clone, Copy)]
struct Told {
    looks: u64,
    fewest: u64,
    connections: u64,
}

fn told(server: &mut Server, command: &str) -> Result<Told, Any> {
    let line = server.ask(command)?;
    let numbers: Vec<u64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [looks, fewest, connections] = numbers[..] else { return Err(line.into()) };
    Ok(Told { looks, fewest, connections })
}

/// One line of the table.
#[derive(Clone, Copy)]
struct Line {
    usage: Option<Usage>,
    most_files: u64,
    fewest: u64,
}

struct Watch {
    server: Server,
    process: Option<OwnProcess>,
    before: Option<Usage>,
    warnings: Warnings,
    start: Instant,
}

impl Watch {
    fn usage(&mut self) -> Option<Usage> {
        self.process.as_mut()?.usage()
    }

    /// Counts the open files for a while, often, then prints a line.
    async fn line(&mut self, during: Duration) -> Result<Line, Any> {
        let (end, mut most_files) = (Instant::now() + during, 0);
        while Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(20)).await;
            most_files = most_files.max(open_files());
        }
        let Told { looks, fewest, connections } = told(&mut self.server, "")?;
        let usage = self.usage();
        let resident = usage.map_or(0, |usage| usage.resident);
        println!(
            "{:7.1}  {looks:8}  {fewest:6}  {:6}  {:8} MiB  {:8} B  {most_files:5}  {connections:11}",
            self.start.elapsed().as_secs_f64(),
            self.warnings.count(),
            resident / 1024,
            self.bytes_each(resident),
        );
        Ok(Line { usage, most_files, fewest })
    }

    fn bytes_each(&self, kib: u64) -> u64 {
        let before = self.before.map_or(0, |usage| usage.resident);
        kib.saturating_sub(before) * 1024 / WAITS as u64
    }
}

async fn measured(server: Server) -> Result<bool, Any> {
    let warnings = Warnings::counted();
    let client = Client::builder().base_url(server.base_url()).api_key(KEY).build()?;
    // One look, so that what is made once is there already.
    client.get(&PredictionId::new(answers::id(0))?).await?;
    heading(&client)?;
    let (process, start) = (OwnProcess::open(), Instant::now());
    let mut watch = Watch { server, process, before: None, warnings, start };
    watch.before = watch.usage();
    let cpu = ProcessTime::now();
    let mut waits = spawned(&client)?;
    let mut lines = vec![watch.line(Duration::from_secs(1)).await?];
    while start.elapsed() < HOLD || lines.last().is_some_and(|line| line.fewest < 2) {
        lines.push(watch.line(Duration::from_secs(2)).await?);
    }
    let cores = cpu.elapsed().as_secs_f64() / start.elapsed().as_secs_f64();
    println!("now all are over");
    let over = Instant::now();
    told(&mut watch.server, FINISH)?;
    let well = all_ended(&mut waits, &mut watch).await?;
    let last = over.elapsed().as_secs_f64();
    println!("\n{well} of {WAITS} ended well, the last {last:.1} s after it was over");
    println!("processor while waiting  {cores:9.2} cores");
    Ok(summary(&watch, &lines) && well == WAITS)
}

fn heading(client: &Client) -> Result<(), Any> {
    let id = PredictionId::new(answers::id(0))?;
    let waiting = client.wait(&id);
    let size = size_of_val(&waiting);
    drop(waiting);
    println!("{WAITS} predictions waited for at the same time by one client on 2 threads.");
    println!(
        "Answers of {} bytes. The future of a wait: {size} bytes.",
        Template::of(&Status::Processing).len()
    );
    match own_process::most_files() {
        Some(most) => println!("Files that may be open, sockets among them: {most}.\n"),
        None => println!("Memory, threads and files are only read on Linux: they show as 0.\n"),
    }
    println!("seconds     looks  fewest  failed      resident    per wait  files  connections");
    Ok(())
}

fn spawned(client: &Client) -> Result<JoinSet<Ended>, Any> {
    let mut waits = JoinSet::new();
    for number in 0..WAITS {
        let (client, id) = (client.clone(), PredictionId::new(answers::id(number))?);
        waits.spawn(async move { client.wait(&id).await });
    }
    Ok(waits)
}

/// Waits for all, printing lines meanwhile; how many ended well.
async fn all_ended(waits: &mut JoinSet<Ended>, watch: &mut Watch) -> Result<usize, Any> {
    let mut gathered = std::pin::pin!(ended_well(waits));
    loop {
        tokio::select! {
            biased;
            well = &mut gathered => return well,
            line = watch.line(Duration::from_secs(2)) => line?,
        };
    }
}

async fn ended_well(waits: &mut JoinSet<Ended>) -> Result<usize, Any> {
    let mut well = 0;
    while let Some(ended) = waits.join_next().await {
        match ended? {
            Ok(prediction) if *prediction.status() == Status::Succeeded => well += 1,
            Ok(prediction) => println!("ended as {}", prediction.status()),
            Err(error) => println!("{error}"),
        }
    }
    Ok(well)
}

/// Prints what the lines come to; whether the memory is within what is aimed at.
fn summary(watch: &Watch, lines: &[Line]) -> bool {
    let (warnings, most_files) = (&watch.warnings, lines.iter().map(|line| line.most_files).max());
    println!("most files open          {:9}", most_files.unwrap_or_default());
    println!("looks that failed        {:9}  {}", warnings.count(), warnings.first());
    let (Some(before), Some(last)) = (watch.before, lines.last().and_then(|line| line.usage))
    else {
        return true;
    };
    println!("threads                  {:9}  (before: {})", last.threads, before.threads);
    let (steady, peak) = (watch.bytes_each(last.resident), watch.bytes_each(last.peak));
    let within = steady <= MOST_BYTES;
    println!("memory per wait, at peak {peak:9} B");
    println!("memory per wait, steady  {steady:9} B");
    println!("at most {MOST_BYTES} B, steady: {}", if within { "yes" } else { "NO" });
    within
}
