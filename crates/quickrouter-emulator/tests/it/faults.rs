//! Faults that were asked for: which requests they meet, and what they do.

use crate::rig::{Rig, SDXL, pass, request, settings, version_of};
use http::{Method, StatusCode};
use quickrouter_api::{Fail, Kind, Transport as _};
use quickrouter_emulator::{
    CannedBody, CannedResponse, Effect, Fault, Faults, InMemoryTransport, Personality,
};
use serde_json::{Value, json};
use std::time::Duration;

#[allow(clippy::needless_pass_by_value, reason = "made where it is passed")]
fn rig(faults: Value) -> Rig {
    let faults = json!({"faults": faults}).to_string();
    Rig::with(settings().faults(Faults::from_json(&faults).unwrap()))
}

/// A create through memory, as a client sees it: status and body, or how it failed.
async fn create(rig: &Rig) -> Result<(u16, Vec<u8>), Fail> {
    let memory = InMemoryTransport::new(&rig.gateway);
    let url = format!("{}/v1/predictions", memory.base_url());
    let mut request = reqwest::Request::new(Method::POST, url.parse().unwrap());
    request.headers_mut().insert("authorization", "Bearer k".parse().unwrap());
    let body = json!({"version": version_of(SDXL), "input": {}}).to_string();
    *request.body_mut() = Some(body.into());
    let answer = memory.send(request).await?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.map_err(|error| Fail::new(Kind::BodyCut, error))?;
    Ok((status, body.to_vec()))
}

#[tokio::test(start_paused = true)]
async fn the_nth_request_by_a_route_is_answered_otherwise_and_accepts_nothing() {
    let rig = rig(json!([{
        "on": {"route": "create", "nth": [1, 3]},
        "do": {"answer": {"status": 429, "retry_after": 3}},
    }]));
    let mut seen = Vec::new();
    for _ in 0..4 {
        rig.get("/replicate/v1/predictions").await;
        let answer = rig.create(json!({})).await;
        seen.push((answer.status.as_u16(), answer.header("retry-after").to_owned()));
    }
    let refused = (429, "3".to_owned());
    let fine = (201, String::new());
    assert_eq!(seen, [refused.clone(), fine.clone(), refused, fine]);
    assert_eq!(rig.gateway.creates_accepted(), 2);
    let all = rig.gateway.requests();
    assert_eq!(all[1].faults, [r#"{"answer":{"status":429,"retry_after":3}}"#]);
    assert!(all[0].faults.is_empty() && all[3].faults.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_answered_after_acceptance_was_accepted() {
    let rig = rig(json!([{
        "on": {"route": "create_prediction", "nth": 1},
        "do": {"answer": {"code": "do_request_failed", "after": true}},
    }]));
    let answer = rig.create(json!({})).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "the contract's, by the code");
    assert_eq!(answer.json()["error"]["code"], "do_request_failed");
    assert_eq!(rig.gateway.creates_accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_reset_before_or_after_acceptance() {
    for (effect, accepted) in [("reset_before", 0), ("reset_after", 1)] {
        let rig = rig(json!([{"on": {"route": "create"}, "do": effect}]));
        let fail = create(&rig).await.unwrap_err();
        assert_eq!((fail.kind, rig.gateway.creates_accepted()), (Kind::Interrupted, accepted));
        assert_eq!(rig.gateway.requests()[0].status, None);
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_are_cut_or_no_json() {
    let cut = rig(json!([{"do": {"truncate": 10}}]));
    assert_eq!(create(&cut).await.unwrap_err().kind, Kind::BodyCut);
    assert_eq!(cut.gateway.creates_accepted(), 1);
    let garbage = rig(json!([{"do": "garbage"}]));
    let (status, body) = create(&garbage).await.unwrap();
    assert_eq!(status, 201);
    assert!(serde_json::from_slice::<Value>(&body).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_text_that_was_asked_for_comes_as_it_is_with_whatever_status() {
    for status in [400, 502] {
        let answer = json!({"status": status, "body": {"text": "nothing here"}});
        let rig = rig(json!([{"do": {"answer": answer}}]));
        let (seen, body) = create(&rig).await.unwrap();
        assert_eq!((seen, body.as_slice()), (status, &b"nothing here"[..]));
    }
}

#[tokio::test(start_paused = true)]
async fn delays_come_before_or_after_acceptance() {
    let rig = rig(json!([
        {"on": {"route": "create"}, "do": {"delay_before": 2.5}},
        {"on": {"route": "create"}, "do": {"delay_after": 1}},
    ]));
    let begun = tokio::time::Instant::now();
    let call = tokio::spawn({
        let memory = InMemoryTransport::new(&rig.gateway);
        let url = format!("{}/v1/predictions", memory.base_url());
        let mut request = reqwest::Request::new(Method::POST, url.parse().unwrap());
        request.headers_mut().insert("authorization", "Bearer k".parse().unwrap());
        *request.body_mut() = Some(json!({"version": SDXL, "input": {}}).to_string().into());
        async move { memory.send(request).await.map(|answer| answer.status()) }
    });
    tokio::time::sleep(Duration::from_millis(2_400)).await;
    assert_eq!(rig.gateway.creates_accepted(), 0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(rig.gateway.creates_accepted(), 1);
    assert_eq!(call.await.unwrap().unwrap(), StatusCode::CREATED);
    assert_eq!(begun.elapsed().as_millis(), 3_500);
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_caller_gave_up_is_among_the_requests() {
    let rig = rig(json!([{"on": {"route": "create"}, "do": {"delay_after": 3}}]));
    let create = tokio::time::timeout(Duration::from_secs(1), rig.create(json!({"prompt": "a"})));
    assert!(create.await.is_err());
    let all = rig.gateway.requests();
    assert_eq!((all.len(), all[0].status, rig.gateway.creates_accepted()), (1, None, 1));
    assert_eq!(all[0].json()["input"]["prompt"], "a");
    assert_eq!(all[0].duration, Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_can_show_a_status_that_nobody_knows() {
    let rig =
        rig(json!([{"on": {"route": "get_prediction", "nth": 1}, "do": {"status": "queued"}}]));
    let id = rig.created(json!({})).await;
    assert_eq!(rig.prediction(&id).await["status"], "queued");
    assert_eq!(rig.prediction(&id).await["status"], "starting");
}

#[tokio::test(start_paused = true)]
async fn predictions_fail_by_a_code_or_as_unsafe() {
    let rig = rig(json!([
        {"on": {"route": "create", "nth": 1}, "do": {"fail": "E1001"}},
        {"on": {"route": "create", "nth": 2}, "do": {"fail": "nsfw"}},
    ]));
    let mut errors = Vec::new();
    for _ in 0..2 {
        let id = rig.created(json!({"prompt": "a"})).await;
        assert_eq!(rig.prediction(&id).await["error"], Value::Null);
        pass(60_000).await;
        let failed = rig.prediction(&id).await;
        assert_eq!((&failed["status"], &failed["output"]), (&json!("failed"), &Value::Null));
        errors.push(failed["error"].clone());
    }
    insta::assert_json_snapshot!("errors_of_predictions", errors);
}

#[tokio::test(start_paused = true)]
async fn dropped_outputs_leave_gaps_and_without_any_it_fails() {
    let rig = rig(json!([
        {"on": {"route": "create", "nth": 1}, "do": {"drop_outputs": [0, 2]}},
        {"on": {"route": "create", "nth": 2}, "do": {"drop_outputs": [0, 1]}},
    ]));
    let four = rig.created(json!({"num_outputs": 4, "width": 64, "height": 64})).await;
    let two = rig.created(json!({"num_outputs": 2, "width": 64, "height": 64})).await;
    pass(60_000).await;
    let outputs = rig.prediction(&four).await["output"].clone();
    let names: Vec<_> =
        outputs.as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
    assert!(names[0].ends_with("/out-1.png") && names[1].ends_with("/out-3.png"), "{names:?}");
    assert_eq!((names.len(), rig.output(&outputs[0]).await.status), (2, StatusCode::OK));
    let gone = names[0].replace("out-1", "out-0");
    assert_eq!(rig.output(&json!(gone)).await.status, StatusCode::NOT_FOUND);
    let failed = rig.prediction(&two).await;
    assert_eq!(failed["status"], "failed");
    assert!(failed["error"].as_str().unwrap().starts_with("NSFW content detected"));
}

#[tokio::test(start_paused = true)]
async fn pages_of_proxies_redirects_and_empty_answers_can_be_asked_for() {
    let page = CannedResponse::status(502).body(CannedBody::Html);
    let empty = CannedResponse::status(200).body(CannedBody::Empty);
    let away = CannedResponse::status(307).location("https://elsewhere.example/");
    let faults = [page, empty, away].into_iter().zip(1..);
    let faults = faults.map(|(answer, nth)| Fault::new(answer.into()).on("get_model").nth(nth));
    let rig = Rig::with(settings().faults(faults.collect()));
    let path = "/replicate/v1/models/stability-ai/sdxl";
    let (page, empty, away) = (rig.get(path).await, rig.get(path).await, rig.get(path).await);
    assert_eq!((page.status, page.header("content-type")), (StatusCode::BAD_GATEWAY, "text/html"));
    assert!(page.body.starts_with(b"<html>"));
    assert_eq!((empty.status, empty.body.len()), (StatusCode::OK, 0));
    assert_eq!(
        (away.status.as_u16(), away.header("location")),
        (307, "https://elsewhere.example/")
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_faults() {
    let run = async |seed: u64| {
        let fault =
            Fault::new(Effect::Answer(CannedResponse::status(503))).on("create").probability(0.3);
        let faults: Faults = [fault].into_iter().collect();
        let rig = Rig::with(settings().faults(faults.with_seed(seed)));
        let mut met = Vec::new();
        for _ in 0..60 {
            met.push(rig.create(json!({})).await.status == StatusCode::SERVICE_UNAVAILABLE);
        }
        met
    };
    let first = run(7).await;
    assert_eq!(first, run(7).await);
    assert_ne!(first, run(8).await);
    let share = first.iter().filter(|met| **met).count();
    assert!((8..30).contains(&share), "{share} of 60");
}

#[tokio::test(start_paused = true)]
async fn faults_are_put_and_told_over_http_and_begin_to_count_anew() {
    let rig = Rig::new();
    rig.created(json!({})).await;
    let faults = json!({"seed": 3, "faults": [
        {"on": {"route": "create", "nth": 1}, "do": {"answer": {"code": "model_not_found"}}},
    ]});
    let put = rig.call(Method::PUT, "/emulator/faults", &faults).await;
    assert_eq!((put.status, put.json()), (StatusCode::OK, faults.clone()));
    assert_eq!(rig.get("/emulator/faults").await.json(), faults);
    let refused = rig.create(json!({})).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.json()["error"]["code"], "model_not_found");
    rig.created(json!({})).await;
    rig.call(Method::PUT, "/emulator/faults", &json!({"faults": []})).await;
    rig.created(json!({})).await;
}

#[test]
fn faults_that_could_never_do_what_they_say_are_refused() {
    let wrong = [
        json!({"do": "explode"}),
        json!({"on": {"route": "create_picture"}, "do": "garbage"}),
        json!({"on": {"nth": 0}, "do": "garbage"}),
        json!({"on": {"nth": []}, "do": "garbage"}),
        json!({"on": {"probability": 1.5}, "do": "garbage"}),
        json!({"on": {"method": "GET"}, "do": "garbage"}),
        json!({"do": {"answer": {"status": 99}}}),
        json!({"do": {"answer": {"code": "nobody_knows"}}}),
        json!({"do": {"answer": {}}}),
        json!({"do": {"answer": {"status": 500, "colour": "red"}}}),
        json!({"do": {"answer": {"status": 204}}}),
        json!({"do": {"answer": {"status": 304, "body": {"text": "a"}}}}),
        json!({"do": {"answer": {"status": 302, "location": "a\nb"}}}),
        json!({"do": {"delay_before": -1}}),
        json!({"on": {"route": "create"}, "do": {"fail": "E9"}}),
        json!({"do": {"fail": "nsfw"}}),
        json!({"on": {"route": "create"}, "do": {"drop_outputs": []}}),
        json!({"do": {"status": ""}}),
        json!([]),
        json!({"on": [], "do": "garbage"}),
        json!({"do": {"answer": [503]}}),
    ];
    let told = wrong.iter().map(|wrong| {
        let error = Fault::from_json(&wrong.to_string()).expect_err("it is refused");
        format!("{wrong}\n  {error}\n")
    });
    insta::assert_snapshot!(told.collect::<String>());
}

#[tokio::test(start_paused = true)]
async fn a_request_over_http_that_sets_wrong_faults_changes_nothing() {
    let rig = rig(json!([{"on": {"route": "get_model"}, "do": "garbage"}]));
    for (wrong, told) in [
        (json!({"faults": [{"do": "x"}]}), "unknown variant `x`"),
        (json!([]), "it must be a JSON object, not a list"),
        (json!({"faults": [[{}, "garbage"]]}), "a fault must be a JSON object, not a list"),
    ] {
        let put = rig.call(Method::PUT, "/emulator/faults", &wrong).await;
        assert_eq!(put.status, StatusCode::BAD_REQUEST);
        assert!(put.json()["detail"].as_str().unwrap().contains(told), "{}", put.json());
    }
    let all = rig.get("/emulator/faults").await.json();
    assert_eq!(all["faults"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_fault_answers_has_the_form_of_the_gateway_it_is_like() {
    let fault = || Fault::new(CannedResponse::status(500).into()).on("create");
    let replicate = Rig::with(settings().fault(fault()));
    let relay = Rig::with(settings().fault(fault()).personality(Personality::Gateway));
    assert_eq!(replicate.create(json!({})).await.json()["status"], 500);
    assert_eq!(relay.create(json!({})).await.json()["error"]["type"], "new_api_error");
}

#[tokio::test(start_paused = true)]
async fn downloads_of_outputs_meet_faults_too() {
    let rig =
        rig(json!([{"on": {"route": "output", "nth": 1}, "do": {"answer": {"status": 503}}}]));
    let id = rig.created(json!({"width": 64, "height": 64})).await;
    pass(60_000).await;
    let url = rig.prediction(&id).await["output"][0].clone();
    assert_eq!(rig.output(&url).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(rig.output(&url).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_fault_without_a_route_spares_what_is_the_emulators_own() {
    let rig = rig(json!([{"do": "reset_before"}]));
    assert_eq!(rig.get("/emulator/stats").await.status, StatusCode::OK);
    let call = rig.send(request(Method::GET, "/replicate/v1/predictions", &Value::Null)).await;
    assert!(call.reset);
}

#[tokio::test]
async fn on_a_socket_a_reset_is_a_reset_and_a_cut_body_is_missed() {
    let fault = |effect, nth| Fault::new(effect).on("get_model").nth(nth);
    let builder = quickrouter_emulator::Emulator::builder();
    let builder =
        builder.fault(fault(Effect::ResetBefore, 1)).fault(fault(Effect::Truncate(20), 2));
    let emulator = builder.start().await.unwrap();
    let client = quickrouter_api::direct_client().unwrap();
    let url = format!("{}/v1/models/stability-ai/sdxl", emulator.base_url());
    let ask = || client.get(&url).bearer_auth("k").send();
    let reset = ask().await.unwrap_err();
    assert!(reset.is_request() && format!("{reset:?}").contains("ConnectionReset"), "{reset:?}");
    let cut = ask().await.unwrap();
    assert_eq!(cut.status(), 200);
    assert!(cut.bytes().await.is_err());
    assert_eq!(ask().await.unwrap().status(), 200);
}
