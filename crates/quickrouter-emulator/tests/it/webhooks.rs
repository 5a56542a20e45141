//! Webhook deliveries, as a receiver sees them.

use crate::receiver::{Got, Receiver, Reply};
use crate::rig::{Answer, Rig, SDXL, settings, version_of};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use quickrouter_api::{Clock, limits};
use quickrouter_emulator::{DeliveryState, Emulator, EmulatorBuilder, Error, Faults};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

const URL: &str = "https://receiver.example/hook?a=1";
/// The public test vector's.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn rig_with(settings: EmulatorBuilder) -> (Rig, Arc<Receiver>) {
    let receiver = Arc::new(Receiver::default());
    let rig = Rig::with(settings.webhook_transport(receiver.clone()).webhook_secret(SECRET));
    (rig, receiver)
}

async fn create(rig: &Rig, more: Value) -> Answer {
    let mut body = json!({"version": version_of(SDXL), "webhook": URL, "input": {
        "prompt": "a cat", "width": 512, "height": 512, "seed": 7, "num_inference_steps": 20}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = rig.post("/replicate/v1/predictions", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer
}

fn only(events: &[&str]) -> Value {
    json!({"webhook_events_filter": events})
}

/// The events that were delivered, or are to be, in their order.
fn events(rig: &Rig) -> Vec<String> {
    rig.gateway.deliveries().iter().map(|delivery| delivery.event.to_string()).collect()
}

fn states(rig: &Rig) -> Vec<(String, DeliveryState, usize)> {
    let all = rig.gateway.deliveries();
    let one =
        |of: &quickrouter_emulator::Delivery| (of.event.to_string(), of.state, of.attempts.len());
    all.iter().map(one).collect()
}

fn faults(effect: &str) -> Faults {
    let on = r#"{"route": "create"}"#;
    Faults::from_json(&format!(r#"{{"faults": [{{"on": {on}, "do": {effect}}}]}}"#)).unwrap()
}

async fn pass(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_prediction_is_told_from_its_start_to_its_end() {
    let (rig, receiver) = rig_with(settings());
    let id = create(&rig, json!({})).await.json()["id"].as_str().unwrap().to_owned();
    pass(60).await;
    let got = receiver.got();
    let mut told = events(&rig);
    told.dedup();
    assert_eq!(told, ["start", "logs", "output", "completed"]);
    assert_eq!(got.len(), events(&rig).len());
    assert!(got.iter().all(|one| one.url == URL && one.verifies(SECRET)));
    let statuses: Vec<_> = got.iter().map(|one| one.json()["status"].clone()).collect();
    assert!(
        statuses[..statuses.len() - 1].iter().all(|status| status == "processing"),
        "{statuses:?}"
    );
    let last = got.last().unwrap();
    assert_eq!(last.json(), rig.prediction(&id).await, "as it is when it is asked for");
    let output = got[got.len() - 2].json()["output"].clone();
    assert_eq!(output, last.json()["output"], "there before it has succeeded");
    assert_eq!(got[0].json()["logs"], "");
    let headers: std::collections::BTreeMap<_, _> = last
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    insta::with_settings!({filters => vec![(r"emulator/[0-9.]+", "emulator/VERSION")]}, {
        insta::assert_json_snapshot!("delivery", json!({"headers": headers, "body": last.json()}));
    });
}

#[tokio::test(start_paused = true)]
async fn logs_are_told_at_most_once_in_the_contracts_interval() {
    let (rig, receiver) = rig_with(settings());
    create(&rig, only(&["logs"])).await;
    pass(60).await;
    let got = receiver.got();
    assert!(got.len() > 3, "{} deliveries", got.len());
    for pair in got.windows(2) {
        let between = pair[1].at - pair[0].at;
        assert!(between >= Duration::from_millis(limits::WEBHOOK_INTERVAL_MILLISECONDS));
        let [before, after] = [&pair[0], &pair[1]].map(|one| one.json()["logs"].to_string().len());
        assert!(after > before, "each has something new");
    }
    assert!(got.last().unwrap().json()["logs"].as_str().unwrap().contains("100%|"));
    assert_eq!(got.last().unwrap().json()["status"], "processing");
}

#[tokio::test(start_paused = true)]
async fn the_last_logs_wait_for_the_interval_too_when_nothing_else_is_wanted() {
    let fast = settings().time_scale(100.0);
    let (rig, receiver) = rig_with(fast);
    create(&rig, only(&["logs"])).await;
    pass(60).await;
    let got = receiver.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[1].at - got[0].at, Duration::from_millis(limits::WEBHOOK_INTERVAL_MILLISECONDS));
    assert!(got[1].json()["logs"].as_str().unwrap().contains("100%|"));
}

#[tokio::test(start_paused = true)]
async fn a_filter_says_which_changes_are_told() {
    for filter in [&["completed"][..], &["start", "completed"], &["output"]] {
        let (rig, receiver) = rig_with(settings());
        create(&rig, only(filter)).await;
        pass(60).await;
        assert_eq!(events(&rig), filter);
        assert_eq!(receiver.got().len(), filter.len());
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_takes_time_the_start_is_still_told_before_the_end() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    create(&rig, json!({})).await;
    sleep(Duration::from_millis(1)).await;
    assert_eq!(events(&rig), ["start", "logs", "output", "completed"]);
    let statuses: Vec<_> = receiver.got().iter().map(|one| one.json()["status"].clone()).collect();
    assert_eq!(statuses, ["processing", "processing", "processing", "succeeded"]);
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_end_is_told() {
    let (rig, receiver) = rig_with(settings());
    let id = create(&rig, json!({})).await.json()["id"].as_str().unwrap().to_owned();
    sleep(Duration::from_millis(100)).await;
    rig.cancel(&id).await;
    sleep(Duration::from_millis(1)).await;
    assert_eq!(events(&rig), ["completed"], "it has not started");
    assert_eq!(receiver.got()[0].json()["status"], "canceled");

    rig.gateway.set_faults(faults(r#"{"fail": "E1001"}"#)).unwrap();
    create(&rig, only(&["output", "completed"])).await;
    pass(60).await;
    let [_, failed] = &receiver.got()[..] else { panic!("no output, one end") };
    assert_eq!(failed.json()["status"], "failed");
    assert!(failed.json()["error"].as_str().unwrap().contains("E1001"));

    let minute = Duration::from_secs(60);
    let (rig, receiver) = rig_with(settings().queue(minute..=minute));
    let body = json!({"version": version_of(SDXL), "webhook": URL, "input": {}});
    let mut request = crate::rig::request(http::Method::POST, "/replicate/v1/predictions", &body);
    request.headers_mut().insert("cancel-after", "30s".parse().unwrap());
    rig.send(request).await;
    pass(29).await;
    assert!(receiver.got().is_empty());
    pass(2).await;
    assert_eq!(receiver.got()[0].json()["status"], "aborted");
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_sent_again_with_the_same_id_and_a_fresh_signature_until_it_is_given_up() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    let failures = [Reply::Status(500), Reply::Breaks, Reply::Never, Reply::Status(404)];
    receiver.plans(failures.into_iter().cycle().take(7));
    create(&rig, only(&["completed"])).await;
    pass(600).await;
    let got = receiver.got();
    let between: Vec<u64> =
        got.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs()).collect();
    assert_eq!(between, [1, 2, 10 + 4, 8, 16, 32], "one of them took its 10 s to fail");
    for one in &got {
        assert_eq!((one.id(), &one.body), (got[0].id(), &got[0].body));
        assert!(one.verifies(SECRET));
    }
    let times: Vec<_> = got.iter().map(|one| one.header("webhook-timestamp").to_owned()).collect();
    assert_eq!(times[..3], ["1700000000", "1700000001", "1700000003"]);
    let [delivery] = &rig.gateway.deliveries()[..] else { panic!("one delivery") };
    assert_eq!(delivery.state, DeliveryState::GivenUp);
    let said: Vec<_> = delivery.attempts[..4].iter().map(|one| (one.status, &one.error)).collect();
    assert_eq!(said[0], (Some(500), &None));
    assert!(said[1].1.as_ref().unwrap().contains("broken"), "{said:?}");
    assert_eq!(said[2], (None, &Some("no answer within 10 s".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_again_is_the_same_when_the_data_was_removed_meanwhile() {
    let (rig, receiver) = rig_with(settings().time_scale(1000.0));
    receiver.plans([Reply::Status(500); 4]);
    let id = create(&rig, only(&["completed"])).await.json()["id"].as_str().unwrap().to_owned();
    pass(10).await;
    assert_eq!(rig.prediction(&id).await["data_removed"], true);
    pass(60).await;
    let got = receiver.got();
    assert_eq!(got.len(), 5);
    assert!(got.iter().all(|one| one.body == got[0].body));
    assert_eq!(got[4].json()["input"]["prompt"], "a cat");
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_had_to_wait_for_others_is_signed_when_it_is_sent() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    receiver.plans(vec![Reply::Never; 256]);
    for _ in 0..257 {
        create(&rig, only(&["completed"])).await;
    }
    pass(5).await;
    assert_eq!(receiver.got().len(), 256, "the others are on their way");
    pass(6).await;
    let last = &receiver.got()[256];
    assert_eq!(last.header("webhook-timestamp"), "1700000010");
    assert!(last.verifies(SECRET));
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    receiver.plans([Reply::Status(307)]);
    create(&rig, only(&["completed"])).await;
    pass(60).await;
    assert!(receiver.got().iter().all(|one| one.url == URL));
    assert_eq!(states(&rig), [("completed".to_owned(), DeliveryState::Delivered, 2)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_the_end_is_sent_once_even_if_it_fails() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    receiver.plans([Reply::Status(500), Reply::Breaks, Reply::Never, Reply::Status(500)]);
    create(&rig, json!({})).await;
    pass(600).await;
    let given_up = |event: &str| (event.to_owned(), DeliveryState::GivenUp, 1);
    let end = ("completed".to_owned(), DeliveryState::Delivered, 2);
    assert_eq!(states(&rig), [given_up("start"), given_up("logs"), given_up("output"), end]);
    assert_eq!(receiver.got().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn newer_logs_replace_older_ones_that_a_slow_receiver_kept_waiting() {
    let (rig, receiver) = rig_with(settings());
    receiver.plans([Reply::Never]);
    let input = json!({"width": 512, "height": 512, "num_inference_steps": 500});
    let filter = ["start", "logs", "completed"];
    create(&rig, json!({"input": input, "webhook_events_filter": filter})).await;
    // At once, so that there are logs when the start is sent.
    tokio::time::advance(Duration::from_secs(2)).await;
    pass(120).await;
    let states = states(&rig);
    let logs: Vec<_> = states.iter().filter(|(event, ..)| event == "logs").collect();
    assert_eq!((logs[0].1, logs[0].2), (DeliveryState::Superseded, 0), "{states:?}");
    assert!(logs[1..].iter().all(|(_, _, sent)| *sent == 1), "{states:?}");
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_never_answers_holds_nobody_else_up() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    receiver.plans(vec![Reply::Never; 100]);
    for _ in 0..100 {
        create(&rig, only(&["completed"])).await;
    }
    sleep(Duration::from_millis(1)).await;
    create(&rig, only(&["completed"])).await;
    sleep(Duration::from_millis(1)).await;
    let last = rig.gateway.deliveries().pop().unwrap();
    assert_eq!((receiver.got().len(), last.state), (101, DeliveryState::Delivered));
}

#[tokio::test(start_paused = true)]
async fn faults_make_deliveries_come_twice_forged_or_not_at_all() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    rig.gateway.set_faults(faults(r#"{"webhooks": "duplicate"}"#)).unwrap();
    create(&rig, only(&["start", "completed"])).await;
    pass(60).await;
    let got = receiver.got();
    let ids: Vec<_> = got.iter().map(Got::id).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids[0] == ids[1] && ids[2] == ids[3] && ids[1] != ids[2], "{ids:?}");
    assert!(got.iter().all(|one| one.verifies(SECRET)));

    rig.gateway.set_faults(faults(r#"{"webhooks": "forged"}"#)).unwrap();
    create(&rig, only(&["completed"])).await;
    pass(60).await;
    assert!(!receiver.got()[4].verifies(SECRET));
    assert!(receiver.got()[4].header("webhook-signature").starts_with("v1,"));
    assert!(rig.gateway.deliveries()[2].is_forged() && !rig.gateway.deliveries()[1].is_forged());

    rig.gateway.set_faults(faults(r#"{"webhooks": "lost"}"#)).unwrap();
    create(&rig, only(&["completed"])).await;
    pass(60).await;
    assert_eq!(receiver.got().len(), 5);
    assert_eq!(states(&rig)[3], ("completed".to_owned(), DeliveryState::Lost, 0));
}

#[tokio::test(start_paused = true)]
async fn the_secret_is_told_and_the_same_in_every_run_in_memory() {
    let path = "/replicate/v1/webhooks/default/secret";
    let (rig, _) = rig_with(settings());
    assert_eq!(rig.get(path).await.json(), json!({"key": SECRET}));
    let [first, second] = [(); 2].map(|()| Rig::new());
    let key = first.get(path).await.json();
    assert_eq!(second.get(path).await.json(), key);
    let other = Rig::with(settings().id_seed(1));
    assert_ne!(other.get(path).await.json(), key);
    let receiver = Arc::new(Receiver::default());
    let rig = Rig::with(settings().time_scale(0.0).webhook_transport(receiver.clone()));
    create(&rig, only(&["completed"])).await;
    pass(1).await;
    assert!(receiver.got()[0].verifies(key["key"].as_str().unwrap()));
    for secret in ["", "whsec_", "whsec_?", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        let refused = settings().webhook_secret(secret).in_memory().unwrap_err();
        assert!(matches!(refused, Error::WebhookSecret), "{secret}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_in_memory_without_a_transport_sends_nothing() {
    let rig = Rig::with(settings().time_scale(0.0));
    create(&rig, json!({})).await;
    pass(60).await;
    assert!(rig.gateway.deliveries().is_empty());
}

#[tokio::test(start_paused = true)]
async fn deliveries_are_listed_as_json() {
    let (rig, receiver) = rig_with(settings().time_scale(0.0));
    receiver.plans([Reply::Status(500)]);
    create(&rig, only(&["completed"])).await;
    pass(60).await;
    insta::assert_json_snapshot!("listed", rig.get("/emulator/webhooks").await.json());
}

type Post = (HeaderMap, Bytes);

async fn received(
    State(told): State<mpsc::UnboundedSender<Post>>,
    headers: HeaderMap,
    body: Bytes,
) {
    told.send((headers, body)).unwrap();
}

#[tokio::test]
async fn on_sockets_a_receiver_is_told_until_the_emulator_stops() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (told, mut posts) = mpsc::unbounded_channel();
    let router = Router::new().route("/hook", post(received)).with_state(told);
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let pace = Duration::ZERO..=Duration::ZERO;
    let emulator = Emulator::builder().clock(Clock::system()).queue(pace.clone()).tail(pace);
    let emulator = emulator.webhook_secret(SECRET).start().await.unwrap();
    let client = quickrouter_api::direct_client().unwrap();
    let create = async |steps: u32, filter: &[&str]| {
        let body = json!({"version": SDXL, "webhook": url, "webhook_events_filter": filter,
            "input": {"width": 64, "height": 64, "num_inference_steps": steps}});
        let create = client.post(format!("{}/v1/predictions", emulator.base_url()));
        let answer = create.bearer_auth("k").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 201);
    };
    create(1, &["start", "completed"]).await;
    for status in ["processing", "succeeded"] {
        let post = timeout(Duration::from_secs(20), posts.recv()).await.unwrap().unwrap();
        let (headers, body) = post;
        let got = Got { at: Instant::now(), url: url.clone(), headers, body };
        assert!(got.verifies(SECRET));
        assert_eq!(got.header("content-type"), "application/json");
        assert_eq!(got.json()["status"], status);
    }
    create(500, &["start", "completed"]).await;
    assert!(timeout(Duration::from_secs(20), posts.recv()).await.unwrap().is_some());
    let began = std::time::Instant::now();
    let gateway = emulator.gateway().clone();
    emulator.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(4));
    assert_eq!(gateway.deliveries().len(), 3);
    assert!(posts.try_recv().is_err());
    serving.abort();
}
