//! Predictions followed as server-sent events.

use crate::rig::{Rig, settings};
use axum::body::{Body, BodyDataStream};
use futures_util::{FutureExt as _, StreamExt as _};
use http::{Request, StatusCode};
use quickrouter_api::limits;
use quickrouter_emulator::{Emulator, Faults, Gateway};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::ServiceExt as _;

fn small() -> Value {
    json!({"prompt": "a cat\rwith a hat", "width": 512, "height": 512, "seed": 7,
        "num_inference_steps": 10, "num_outputs": 2})
}

/// The path of a prediction's stream.
async fn path(rig: &Rig, id: &str) -> String {
    let url = rig.prediction(id).await["urls"]["stream"].as_str().unwrap().to_owned();
    url.parse::<http::Uri>().unwrap().path().to_owned()
}

/// A request as a reader makes it: without a key.
fn request(path: &str, last: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().uri(path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    request.body(Body::empty()).unwrap()
}

/// All that is told to a reader that goes on after `last`.
async fn read(rig: &Rig, path: &str, last: Option<&str>) -> String {
    let answer = rig.send(request(path, last)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    String::from_utf8(answer.body).unwrap()
}

/// An open stream, to be read bit by bit.
async fn open(gateway: &Gateway, path: &str) -> BodyDataStream {
    let answer = gateway.router().oneshot(request(path, None)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.into_body().into_data_stream()
}

async fn next(stream: &mut BodyDataStream) -> Option<String> {
    let chunk = stream.next().await?;
    Some(String::from_utf8(chunk.expect("nothing breaks").to_vec()).unwrap())
}

/// Name, id and data of every event.
fn events(text: &str) -> Vec<(String, String, String)> {
    let blocks = text.split_terminator("\n\n").filter(|block| !block.starts_with(':'));
    let one = |block: &str| {
        let field = |name| {
            let start = format!("{name}: ");
            let lines = block.lines().filter_map(|line| line.strip_prefix(&start));
            lines.collect::<Vec<_>>().join("\n")
        };
        (field("event"), field("id"), field("data"))
    };
    blocks.map(one).collect()
}

fn logs(text: &str) -> String {
    let events = events(text);
    events.iter().filter(|(name, ..)| name == "logs").map(|(.., data)| data.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_reader_is_told_logs_as_they_grow_then_the_outputs_then_the_end() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    let began = Instant::now();
    let text = read(&rig, &path, None).await;
    insta::assert_snapshot!("whole", text);
    let finished = rig.prediction(&id).await;
    assert_eq!(finished["status"], "succeeded");
    let took = finished["metrics"]["total_time"].as_f64().unwrap();
    let over = began.elapsed().as_secs_f64() - took;
    assert!((0.0..0.01).contains(&over), "it ends as soon as the prediction does: {over} s later");
    let all = finished["logs"].as_str().unwrap().replace('\r', "\n");
    assert_eq!(logs(&text), all, "the pieces make the whole");
    let exchange = rig.gateway.requests().into_iter().find(|seen| seen.path == path).unwrap();
    assert_eq!(exchange.prediction_id.as_deref(), Some(&*id));
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_a_finished_prediction_gives_everything_at_once() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    let live = read(&rig, &path, None).await;
    let began = Instant::now();
    let late = read(&rig, &path, None).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(logs(&late), logs(&live));
    let names: Vec<_> = events(&late).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["logs", "output", "output", "done"]);
    assert_eq!(events(&late)[1..], events(&live)[events(&live).len() - 3..]);
}

#[tokio::test(start_paused = true)]
async fn going_on_after_any_event_gives_exactly_the_rest() {
    let rig = Rig::new();
    for fail in [false, true] {
        let faults = r#"{"faults": [{"on": {"route": "create"}, "do": {"fail": "E1001"}}]}"#;
        let faults = if fail { Faults::from_json(faults).unwrap() } else { Faults::default() };
        rig.gateway.set_faults(faults).unwrap();
        let id = rig.created(small()).await;
        let path = path(&rig, &id).await;
        let live = read(&rig, &path, None).await;
        let told = events(&live);
        assert_eq!(told.iter().any(|(name, ..)| name == "error"), fail);
        for (index, (_, id, _)) in told.iter().enumerate() {
            let rest = read(&rig, &path, Some(id)).await;
            let expected: Vec<_> = told[index + 1..].to_vec();
            let all = |events: &[(String, String, String)]| {
                let data = events.iter().filter(|(name, ..)| name == "logs");
                data.map(|(.., data)| data.as_str()).collect::<String>()
            };
            assert_eq!(all(&events(&rest)), all(&expected), "after {id}");
            let others = |events: Vec<(String, String, String)>| {
                events.into_iter().filter(|(name, ..)| name != "logs").collect::<Vec<_>>()
            };
            assert_eq!(others(events(&rest)), others(expected), "after {id}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_that_no_event_can_have_had_starts_from_the_beginning() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    let live = read(&rig, &path, None).await;
    let whole = read(&rig, &path, None).await;
    let all = logs(&live).len();
    let first = events(&live)[0].1.clone();
    let (early, _) = first.split_once(':').unwrap();
    let malformed = ["x", "1:0", "-1:0", "99999:0", ""].map(str::to_owned);
    let impossible =
        [format!("{all}:3"), format!("{all}:0:error"), format!("{early}:1"), "0:0:done".into()];
    for id in malformed.into_iter().chain(impossible) {
        assert_eq!(read(&rig, &path, Some(&id)).await, whole, "after {id:?}");
    }
    let fresh = rig.created(small()).await;
    let other = self::path(&rig, &fresh).await;
    let told = read(&rig, &other, Some(&format!("{all}:0"))).await;
    assert_eq!(logs(&told).len(), all, "what is not written yet was not told");
}

#[tokio::test(start_paused = true)]
async fn a_failed_prediction_ends_with_its_error_and_a_canceled_one_says_so() {
    let rig = Rig::new();
    let faults = r#"{"faults": [{"on": {"route": "create", "nth": 1}, "do": {"fail": "nsfw"}}]}"#;
    rig.gateway.set_faults(Faults::from_json(faults).unwrap()).unwrap();
    let failed = rig.created(small()).await;
    let told = events(&read(&rig, &path(&rig, &failed).await, None).await);
    let [.., error, done] = &told[..] else { panic!("{told:?}") };
    assert_eq!(
        (&*error.0, &*error.2),
        ("error", rig.prediction(&failed).await["error"].as_str().unwrap())
    );
    assert_eq!((&*done.0, &*done.2), ("done", r#"{"reason":"error"}"#));

    let canceled = rig.created(small()).await;
    let path = path(&rig, &canceled).await;
    let began = Instant::now();
    let cancel = async {
        sleep(Duration::from_millis(1_900)).await;
        rig.cancel(&canceled).await
    };
    let (text, _) = tokio::join!(read(&rig, &path, None), cancel);
    assert_eq!(began.elapsed(), Duration::from_millis(1_900), "told at once");
    let told = events(&text);
    let done = told.last().unwrap();
    assert_eq!((&*done.0, &*done.2), ("done", r#"{"reason":"canceled"}"#));
    assert!(told.iter().all(|(name, ..)| name == "logs" || name == "done"), "{told:?}");
    let again = read(&rig, &path, Some(&done.1)).await;
    assert_eq!(again, "", "after the end comes nothing");
}

#[tokio::test(start_paused = true)]
async fn while_nothing_happens_comments_keep_the_connection_open() {
    let minute = Duration::from_secs(60);
    let rig = Rig::with(settings().queue(minute..=minute));
    let id = rig.created(small()).await;
    let mut stream = open(&rig.gateway, &path(&rig, &id).await).await;
    for seconds in [15, 30, 45] {
        assert_eq!(next(&mut stream).await.as_deref(), Some(":\n\n"));
        let now = rig.prediction(&id).await;
        assert_eq!(now["status"], "starting", "at {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_all_of_it_at_once_when_it_comes_back() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    let mut stream = open(&rig.gateway, &path).await;
    let first = next(&mut stream).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    let (back, mut rest) = (Instant::now(), String::new());
    while let Some(event) = next(&mut stream).await {
        rest += &event;
    }
    assert_eq!(back.elapsed(), Duration::ZERO);
    let names: Vec<_> = events(&rest).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["logs", "output", "output", "done"]);
    assert!(rest.ends_with("data: {}\n\n"));
    let whole = read(&rig, &path, None).await;
    assert_eq!(logs(&first) + &logs(&rest), logs(&whole));
}

#[tokio::test(start_paused = true)]
async fn without_its_data_or_under_another_id_there_is_no_stream() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    sleep(Duration::from_secs(60)).await;
    let mut left_open = open(&rig.gateway, &path).await;
    sleep(Duration::from_secs(limits::RESULT_RETENTION_SECONDS)).await;
    assert_eq!(rig.send(request(&path, None)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(next(&mut left_open).await, None);
    let unknown = rig.send(request("/replicate/v1/streams/unknown", None)).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let by_id = rig.send(request(&format!("/replicate/v1/streams/{id}"), None)).await;
    assert_eq!(by_id.status, StatusCode::NOT_FOUND, "the prediction's id is not its stream's");
}

#[tokio::test(start_paused = true)]
async fn streams_are_at_the_other_origin_where_urls_point_there() {
    let rig = Rig::with(settings().urls_elsewhere(true).time_scale(0.0));
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    assert!(path.starts_with("/v1/streams/"), "{path}");
    let answer = rig.gateway.router_elsewhere().oneshot(request(&path, None)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let told = events(std::str::from_utf8(&body).unwrap());
    assert!(told[1].2.starts_with("http://127.0.0.1:2/emulator/outputs/"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_readers_of_one_prediction_are_all_told_and_others_are_served() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let mut stream = open(&rig.gateway, &path).await;
        readers.spawn(async move {
            let mut text = String::new();
            while let Some(more) = next(&mut stream).await {
                text.push_str(&more);
            }
            text
        });
    }
    sleep(Duration::from_millis(1_500)).await;
    let other = rig.created(small()).await;
    assert_eq!(rig.cancel(&other).await.json()["status"], "canceled");
    let told: Vec<String> = readers.join_all().await;
    assert!(told.iter().all(|text| *text == told[0] && text.ends_with("data: {}\n\n")));
}

#[tokio::test(start_paused = true)]
async fn faults_meet_streams() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    let path = path(&rig, &id).await;
    let met = |effect: &str| {
        let text = format!(
            r#"{{"faults": [{{"on": {{"route": "stream_prediction"}}, "do": {effect}}}]}}"#
        );
        rig.gateway.set_faults(Faults::from_json(&text).unwrap()).unwrap();
    };
    met(r#"{"answer": {"status": 503}}"#);
    assert_eq!(rig.send(request(&path, None)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    met(r#""reset_before""#);
    let reset = rig.gateway.router().oneshot(request(&path, None)).await.unwrap();
    assert!(Gateway::is_reset(&reset));
    met(r#"{"delay_before": 0.1}"#);
    let began = Instant::now();
    drop(open(&rig.gateway, &path).await);
    assert_eq!(began.elapsed(), Duration::from_millis(100));
    met(r#"{"status": "odd"}"#);
    assert!(open(&rig.gateway, &path).await.next().now_or_never().is_none(), "it is no prediction");
    met(r#"{"truncate": 30}"#);
    let mut cut = open(&rig.gateway, &path).await;
    let start = cut.next().await.unwrap().unwrap();
    assert_eq!(start, "event: logs\nid: 91:0\ndata: Usi");
    assert_eq!(rig.prediction(&id).await["status"], "processing", "it does not wait for the end");
    assert!(cut.next().await.unwrap().is_err());
    assert!(cut.next().await.is_none());
}

#[tokio::test]
async fn on_a_socket_a_stream_comes_as_it_is_written_and_ends_with_the_emulator() {
    let minute = Duration::from_secs(60);
    let emulator = Emulator::builder().queue(Duration::ZERO..=Duration::ZERO).tail(minute..=minute);
    let emulator = emulator.start().await.unwrap();
    let client = quickrouter_api::direct_client().unwrap();
    let body = json!({"version": crate::rig::SDXL, "input": {"num_inference_steps": 1}});
    let create = client.post(format!("{}/v1/predictions", emulator.base_url()));
    let fresh = create.bearer_auth("k").json(&body).send().await.unwrap();
    let fresh: Value = fresh.json().await.unwrap();
    let url = fresh["urls"]["stream"].as_str().unwrap();
    let mut stream = client.get(url).send().await.unwrap();
    let first = stream.chunk().await.unwrap().expect("a first event");
    assert!(first.starts_with(b"event: logs\n"));
    let faults = r#"{"faults": [{"on": {"route": "stream_prediction"}, "do": {"truncate": 20}}]}"#;
    emulator.set_faults(Faults::from_json(faults).unwrap()).unwrap();
    let mut cut = client.get(url).send().await.unwrap();
    assert_eq!(cut.chunk().await.unwrap().unwrap().len(), 20, "all that was let through arrives");
    assert!(cut.chunk().await.is_err());
    let began = std::time::Instant::now();
    emulator.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(4), "no stream holds the end up");
    while stream.chunk().await.unwrap().is_some() {}
}
