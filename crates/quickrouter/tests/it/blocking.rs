//! The blocking client: complete, with the same behaviour, and safe beside a runtime.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use quickrouter::inputs::SdxlInput;
use quickrouter::{
    ClientBuilder, CreateRequest, Error, Recovered, Status, StreamEvent, WaitPolicy, blocking,
};
use quickrouter_emulator::Emulator;
use tokio::runtime::Runtime;

use crate::scripted::{ID, Script, Step, answer, prediction, succeeded};

/// An emulator in which predictions take no time, and what it runs in.
fn emulator() -> (Runtime, Emulator, blocking::Client) {
    let runtime = Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::builder().time_scale(0.0).start()).unwrap();
    let client = ClientBuilder::new().api_key(emulator.key()).base_url(emulator.base_url());
    (runtime, emulator, client.build_blocking().unwrap())
}

fn input() -> SdxlInput {
    SdxlInput::builder().prompt("a red door").width(64).height(64).build()
}

fn ids(orphaned: Vec<Result<quickrouter::Prediction, Error>>) -> Vec<String> {
    orphaned.into_iter().map(|one| one.unwrap().id().unwrap().to_string()).collect()
}

/// The code of every source below a folder: of the blocking client, or of all else.
fn sources(folder: &Path, blocking: bool, code: &mut String) {
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        // The checkout itself may be called anything.
        let within = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
        let is_blocking = within.to_str().unwrap().contains("blocking");
        if path.is_dir() {
            sources(&path, blocking, code);
        } else if is_blocking == blocking {
            code.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// The names of the functions that begin so, or of those among them whose heads fit.
fn names(code: &str, begin: &str, fits: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let heads = code.split(begin).skip(1).map(|rest| rest.split('{').next().unwrap());
    let name = |head: &str| head.split(['(', '<']).next().unwrap().to_owned();
    heads.filter(|head| fits(head)).map(name).collect()
}

#[test]
fn whatever_is_async_has_a_blocking_twin() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut waiting, mut twins) = (String::new(), String::new());
    sources(&folder, false, &mut waiting);
    sources(&folder, true, &mut twins);
    let mut wanted = names(&waiting, "pub async fn ", |_| true);
    assert!(wanted.contains("run") && wanted.contains("data_uri"), "{wanted:?}");
    // What gives a stream is async, too.
    let streams = ["Updates", "EventStream", "Predictions", "impl Stream"];
    let is_stream = |head: &str| {
        let result = head.rsplit_once("-> ").map_or("", |(_, result)| result);
        head.contains("&self") && streams.iter().any(|name| result.starts_with(name))
    };
    let streaming = names(&waiting, "    pub fn ", is_stream);
    assert_eq!(streaming.len(), 4, "{streaming:?}");
    wanted.extend(streaming);
    let twins = names(&twins, "pub fn ", |_| true);
    let missing: Vec<_> = wanted.difference(&twins).collect();
    assert!(missing.is_empty(), "quickrouter::blocking has no {missing:?}");
}

#[test]
fn it_runs_saves_lists_and_streams() {
    let (_runtime, emulator, client) = emulator();
    let folder = tempfile::tempdir().unwrap();
    assert!(client.check(input()).unwrap().is_empty());
    let finished = client.run(input()).unwrap();
    let id = finished.id().unwrap();
    let saved = client.save(&finished, folder.path()).unwrap();
    assert!(std::fs::read(&saved[0]).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(client.get(id).unwrap().status(), &Status::Succeeded);
    assert_eq!(client.wait(id).unwrap().id(), Some(id));

    let updates: Vec<_> = client.run_updates(input()).map(Result::unwrap).collect();
    assert_eq!(updates.last().unwrap().status(), &Status::Succeeded);
    let created = client.create(input()).unwrap();
    let last = client.updates(created.id().unwrap()).last().unwrap().unwrap();
    assert_eq!(last.prediction.id(), created.id());
    let events: Vec<_> = client.stream(&created).map(Result::unwrap).collect();
    assert!(matches!(events.last(), Some(StreamEvent::Done(_))), "{events:?}");
    assert_eq!(client.list().map(Result::unwrap).count(), 3);
    assert_eq!(emulator.creates_accepted(), 3);
    assert!(client.webhook_secret().is_ok());
    assert!(client.take_orphaned().is_empty());

    let file = client.upload(&saved[0]).unwrap();
    client.delete_file(file.id()).unwrap();
    let uri = client.file_uri(&saved[0]).unwrap();
    assert_eq!(blocking::data_uri(&saved[0]).unwrap(), uri);
    let model = quickrouter_api::find_model("black-forest-labs/flux-kontext-pro").unwrap();
    assert!(blocking::check_file(model, "input_image", &saved[0]).unwrap().is_none());
    let kept = blocking::keep_unread(b"odd", folder.path()).unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), b"odd");
}

#[test]
fn another_client_recovers_what_a_lost_one_created() {
    let (_runtime, emulator, client) = emulator();
    let since = SystemTime::now();
    let request = |seed| SdxlInput::builder().prompt("a red door").seed(seed).build();
    let created = [client.create(request(1)).unwrap(), client.create(request(2)).unwrap()];
    client.create(request(2)).unwrap();
    drop(client);
    let builder = ClientBuilder::new().api_key(emulator.key()).base_url(emulator.base_url());
    let restarted = builder.build_blocking().unwrap();
    let recovered = restarted.recover(request(1), since).unwrap();
    let Recovered::One(one) = &recovered else { panic!("{recovered:?}") };
    assert_eq!(one.id(), created[0].id());
    let recovered = restarted.recover(request(2), since).unwrap();
    assert!(matches!(&recovered, Recovered::Several(two) if two.len() == 2), "{recovered:?}");
    let an_hour_ago = since - Duration::from_secs(3600);
    assert_eq!(restarted.recover(request(3), an_hour_ago).unwrap(), Recovered::None);
    assert_eq!(emulator.creates_accepted(), 3, "a search creates nothing");
}

#[test]
fn threads_call_at_the_same_time() {
    let (_runtime, emulator, client) = emulator();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert!(client.run(input()).unwrap().is_terminal()));
        }
    });
    assert_eq!(emulator.creates_accepted(), 8);
}

fn scripted(script: &Arc<Script>) -> blocking::Client {
    script.builder().build_blocking().unwrap()
}

/// Calls in all ways inside an async task, where its client is dropped, too.
fn calls_are_refused(script: &Arc<Script>) {
    let client = scripted(script);
    let created = quickrouter::PredictionId::new(ID).unwrap();
    for refused in [client.run(input()), client.get(&created)] {
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("inside an async task"), "{message}");
        assert!(message.contains("spawn_blocking"), "it says what to do: {message}");
    }
    let mut list = client.list();
    assert!(list.next().unwrap().unwrap_err().to_string().contains("inside an async task"));
    assert!(list.next().is_none(), "a loop over it ends");
    assert!(blocking::data_uri("no file").unwrap_err().to_string().contains("async task"));
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn in_an_async_task_a_call_is_an_error_and_no_panic() {
    let script = Script::new([]);
    calls_are_refused(&script);
    let spawned = script.clone();
    tokio::spawn(async move { calls_are_refused(&spawned) }).await.unwrap();
    let local = tokio::task::LocalSet::new();
    local.run_until(async { calls_are_refused(&script) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_task_of_a_pool_a_call_is_an_error_and_no_panic() {
    let script = Script::new([]);
    calls_are_refused(&script);
    tokio::spawn(async move { calls_are_refused(&script) }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_runtime_threads_that_may_block_do() {
    let script = Script::new(vec![answer(201, &succeeded(&["data:,a"])); 4]);
    let client = scripted(&script);
    let run = |client: blocking::Client| move || client.run(input()).unwrap();
    tokio::task::spawn_blocking(run(client.clone())).await.unwrap();
    tokio::task::block_in_place(run(client.clone()));
    thread::spawn(run(client.clone())).join().unwrap();
    let runtime = tokio::runtime::Handle::current();
    let entered = move || {
        let _entered = runtime.enter();
        client.run(input()).unwrap()
    };
    thread::spawn(entered).join().unwrap();
    assert_eq!(script.creates(), 4);
}

#[test]
fn a_dropped_iterator_keeps_the_id_and_cancels_nothing() {
    let script = Script::new([answer(201, &prediction("starting"))]);
    let client = scripted(&script);
    let mut updates = client.run_updates(input());
    assert!(script.sent().is_empty(), "nothing is sent before it is read");
    assert_eq!(updates.next().unwrap().unwrap().status(), &Status::Starting);
    drop(updates);
    assert_eq!(ids(client.clone().take_orphaned()), [ID]);
    drop(client);
    assert_eq!(script.sent().len(), 1);
}

/// A run that was dropped when it was created, and is to be canceled; the gateway takes its time.
fn dropped_run(script: &Arc<Script>) -> blocking::Client {
    let patient = WaitPolicy::new().initial_interval(Duration::from_secs(10));
    let client = script.builder().wait_policy(patient).build_blocking().unwrap();
    let request = CreateRequest::new(input()).cancel_on_drop(true);
    client.run_updates(request).next().unwrap().unwrap();
    client
}

fn slowly_canceled() -> Arc<Script> {
    let slow = Step::Doing(Arc::new(|| {
        reqwest::Body::wrap_stream(futures_util::stream::once(async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok::<_, std::io::Error>(prediction("canceled").to_string())
        }))
    }));
    Script::new([answer(201, &prediction("starting")), slow])
}

#[test]
fn who_drops_the_last_client_waits_for_a_cancel_under_way() {
    let script = slowly_canceled();
    let client = dropped_run(&script);
    let start = Instant::now();
    drop(client.clone());
    assert!(start.elapsed() < Duration::from_millis(200), "it is not the last one");
    drop(client);
    assert!(start.elapsed() >= Duration::from_millis(290), "{:?}", start.elapsed());
    assert_eq!(script.calls().last().unwrap(), "POST /v1/predictions/abc123/cancel");
}

#[tokio::test]
async fn in_an_async_task_the_last_client_is_dropped_without_waiting() {
    let script = slowly_canceled();
    let asked = script.clone();
    let client = tokio::task::spawn_blocking(move || dropped_run(&asked)).await.unwrap();
    let start = Instant::now();
    drop(client);
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
    while script.sent().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(start.elapsed() < Duration::from_secs(10), "the cancel is sent all the same");
    }
}
