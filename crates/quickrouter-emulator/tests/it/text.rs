//! Text that is put out in pieces: while it is written, and after.

use crate::definitions::run;
use crate::receiver::{Got, Receiver};
use crate::rig::{Rig, pass, request, settings};
use http::{Method, Request, StatusCode};
use quickrouter_emulator::{ModelDefinition, OutputKind};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const PATH: &str = "/replicate/v1/models/acme/writer/predictions";

fn writer() -> ModelDefinition {
    ModelDefinition::new("acme/writer").output(OutputKind::TextStream)
}

fn rig(definition: ModelDefinition) -> Rig {
    Rig::with(settings().model(definition))
}

async fn created(rig: &Rig, input: Value) -> Value {
    let answer = rig.post(PATH, &json!({"input": input})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()
}

fn pieces(prediction: &Value) -> Vec<String> {
    let output = prediction["output"].as_array().into_iter().flatten();
    output.map(|piece| piece.as_str().expect("a text").to_owned()).collect()
}

/// Names, ids and data of the events of a stream, read to its end.
async fn events(rig: &Rig, created: &Value, last: Option<&str>) -> Vec<(String, String, String)> {
    let url: http::Uri = created["urls"]["stream"].as_str().unwrap().parse().unwrap();
    let mut request = Request::builder().uri(url.path());
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let answer = rig.send(request.body(axum::body::Body::empty()).unwrap()).await;
    let text = String::from_utf8(answer.body).unwrap();
    let blocks = text.split_terminator("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let field = |block: &str, name: &str| {
        let start = format!("{name}: ");
        let lines = block.lines().filter_map(|line| line.strip_prefix(&start));
        lines.collect::<Vec<_>>().join("\n")
    };
    let one = |block: &String| (field(block, "event"), field(block, "id"), field(block, "data"));
    blocks.iter().map(one).collect()
}

#[tokio::test(start_paused = true)]
async fn a_text_is_the_same_for_the_same_prompt_and_seed_and_says_that_no_model_wrote_it() {
    let rig = rig(writer());
    let text = |input| {
        let rig = &rig;
        async move { pieces(&run(rig, "acme/writer", input).await).concat() }
    };
    let first = text(json!({"prompt": "你好", "seed": 1})).await;
    assert!(first.starts_with("No model has written this"), "{first}");
    assert_eq!(first, text(json!({"prompt": "你好", "seed": 1})).await);
    assert_ne!(first, text(json!({"prompt": "你好", "seed": 2})).await);
    assert_ne!(first, text(json!({"prompt": "hello", "seed": 1})).await);
    let messages = |word: &str| json!({"messages": [{"role": "user", "content": word}], "seed": 1});
    assert_eq!(text(messages("a")).await, text(messages("a")).await);
    assert_ne!(text(messages("a")).await, text(messages("b")).await);
}

#[tokio::test(start_paused = true)]
async fn the_input_limits_how_long_a_text_is() {
    let rig = rig(writer());
    for name in ["max_tokens", "max_new_tokens", "max_completion_tokens", "max_length"] {
        for (most, is) in [(1, 1), (5, 5), (150, 150), (1_000_000, 2_000)] {
            let done = run(&rig, "acme/writer", json!({"prompt": "a", name: most})).await;
            pass(60_000).await;
            let done = rig.prediction(done["id"].as_str().unwrap()).await;
            assert_eq!(pieces(&done).len(), is, "{name}: {most}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pieces_appear_one_by_one_and_a_cancel_keeps_those_so_far() {
    let rig = rig(writer().duration(Duration::from_secs(6)));
    let created = created(&rig, json!({"prompt": "a", "max_tokens": 60})).await;
    assert!(created.get("output").is_none());
    let id = created["id"].as_str().unwrap();
    pass(500).await;
    let mut before = Vec::new();
    for _ in 0..4 {
        pass(1_000).await;
        let now = rig.prediction(id).await;
        assert_eq!(now["status"], "processing");
        let now = pieces(&now);
        assert!(now.len() > before.len() && now.starts_with(&before), "{now:?}");
        before = now;
    }
    assert_eq!(rig.cancel(id).await.status, StatusCode::OK);
    pass(10_000).await;
    let canceled = rig.prediction(id).await;
    assert_eq!((&canceled["status"], pieces(&canceled)), (&json!("canceled"), before.clone()));
    let told = events(&rig, &canceled, None).await;
    let outputs: Vec<_> =
        told.iter().filter(|(name, ..)| name == "output").map(|(.., data)| data.clone()).collect();
    assert_eq!(outputs, before);
    assert_eq!(told.last().unwrap().2, r#"{"reason":"canceled"}"#);
}

#[tokio::test(start_paused = true)]
async fn a_stream_carries_the_pieces_in_order_and_resumes_after_any_of_them() {
    let rig = rig(writer().text("Once upon a time\nthere was a red door."));
    let created = created(&rig, json!({"prompt": "a"})).await;
    let all = events(&rig, &created, None).await;
    let outputs = |told: &[(String, String, String)]| {
        let of = told.iter().filter(|(name, ..)| name == "output");
        of.map(|(.., data)| data.clone()).collect::<Vec<_>>()
    };
    let done = rig.prediction(created["id"].as_str().unwrap()).await;
    assert_eq!(outputs(&all), pieces(&done));
    assert_eq!(outputs(&all).concat(), "Once upon a time\nthere was a red door.");
    let ids: Vec<_> = all.iter().map(|(_, id, _)| id.clone()).collect();
    let mut unique = ids.clone();
    unique.dedup();
    assert_eq!(ids, unique);
    for (index, id) in ids.iter().enumerate().take(ids.len() - 1) {
        let rest = events(&rig, &created, Some(id)).await;
        assert_eq!(outputs(&rest), outputs(&all[index + 1..]), "after {id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_held_response_has_the_pieces_so_far_when_its_time_is_up() {
    let rig = rig(writer().duration(Duration::from_secs(60)));
    let mut request = request(Method::POST, PATH, &json!({"input": {"prompt": "a"}}));
    request.headers_mut().insert("prefer", "wait=20".parse().unwrap());
    let answer = rig.send(request).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let so_far = pieces(&answer.json());
    assert!((5..40).contains(&so_far.len()), "{so_far:?}");
}

#[tokio::test(start_paused = true)]
async fn after_the_retention_the_text_is_gone() {
    let rig = rig(writer().text("a secret of the model's"));
    let id = run(&rig, "acme/writer", json!({"prompt": "a"})).await["id"].clone();
    pass(quickrouter_api::limits::RESULT_RETENTION_SECONDS * 1000).await;
    let gone = rig.prediction(id.as_str().unwrap()).await;
    assert_eq!((&gone["data_removed"], &gone["output"]), (&json!(true), &Value::Null));
    let stats = rig.get("/emulator/stats").await.json();
    assert_eq!(stats["input_bytes_kept"], 0);
}

#[tokio::test(start_paused = true)]
async fn pieces_of_a_text_are_reported_as_they_appear_at_most_once_in_the_interval() {
    let receiver = Arc::new(Receiver::default());
    let writer = writer().duration(Duration::from_secs(3));
    let rig = Rig::with(settings().model(writer).webhook_transport(receiver.clone()));
    let body = json!({"input": {"prompt": "a"}, "webhook": "https://receiver.example/",
        "webhook_events_filter": ["output", "completed"]});
    assert_eq!(rig.post(PATH, &body).await.status, StatusCode::CREATED);
    tokio::time::sleep(Duration::from_secs(10)).await;
    let got = receiver.got();
    let told: Vec<(String, usize)> = got
        .iter()
        .map(Got::json)
        .map(|told| {
            let parts = told["output"].as_array().map_or(0, Vec::len);
            (told["status"].as_str().unwrap().to_owned(), parts)
        })
        .collect();
    let (end, before) = told.split_last().unwrap();
    assert_eq!(*end, ("succeeded".to_owned(), 60), "{told:?}");
    assert!((6..=8).contains(&before.len()), "{told:?}");
    assert!(before.iter().all(|(status, _)| status == "processing"), "{told:?}");
    assert!(before.windows(2).all(|pair| pair[0].1 < pair[1].1), "{told:?}");
    let interval = Duration::from_millis(quickrouter_api::limits::WEBHOOK_INTERVAL_MILLISECONDS);
    let gaps = got[..before.len() - 1].windows(2).map(|pair| pair[1].at - pair[0].at);
    assert!(gaps.into_iter().all(|gap| gap >= interval), "{told:?}");
}
