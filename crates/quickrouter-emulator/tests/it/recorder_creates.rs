//! Creates through a recorder: each is sent once, whatever comes back.

use crate::recorder_rig::{KEY, PREDICTIONS, RecorderRig, Reply, Scripted, asked, prediction};
use futures_util::FutureExt as _;
use http::{Method, StatusCode};
use quickrouter_api::TransportErrorKind;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn is_create(got: &crate::recorder_rig::Got) -> bool {
    got.method == "POST" && got.url.ends_with("/predictions")
}

/// A gateway that answers every create in one way, and has no list.
fn answering(reply: fn() -> Reply) -> Arc<Scripted> {
    Scripted::new(move |got| {
        if is_create(got) { reply() } else { Reply::Json(404, json!({"detail": "no list"})) }
    })
}

/// A gateway whose first create breaks, and whose list has these predictions.
fn listing(results: Vec<Value>) -> Arc<Scripted> {
    Scripted::new(move |got| match got.method.as_str() {
        "POST" => Reply::Breaks(TransportErrorKind::Interrupted),
        _ if got.url.ends_with("/v1/predictions") => {
            Reply::Json(200, json!({"next": null, "previous": null, "results": results}))
        }
        _ => Reply::Json(200, prediction("succeeded", &json!({"output": "text"}))),
    })
}

#[tokio::test(start_paused = true)]
async fn a_create_of_unknown_outcome_is_refused_once_and_for_all_equal_ones() {
    let odd: [fn() -> Reply; 12] = [
        || Reply::Breaks(TransportErrorKind::Interrupted),
        || Reply::Breaks(TransportErrorKind::BodyTruncated),
        || Reply::Hangs,
        || Reply::Text(200, "text/html", b"<html><title>Welcome</title>".to_vec()),
        || Reply::Text(201, "application/json", Vec::new()),
        || Reply::Json(201, json!({"ok": true})),
        || Reply::Json(200, json!({"created": 1, "data": []})),
        || Reply::Json(500, json!({"error": {"code": "do_request_failed", "message": KEY}})),
        || Reply::Text(502, "text/html", b"<html>".to_vec()),
        || Reply::Json(504, json!({})),
        || Reply::Json(408, json!({})),
        || Reply::With(303, ("location", "/v1/predictions/p1"), json!({})),
    ];
    for (index, reply) in odd.into_iter().enumerate() {
        let upstream = answering(reply);
        let rig = RecorderRig::new(upstream.clone());
        for _ in 0..3 {
            let refused = rig.create("a fox").await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "reply {index}");
            assert_eq!(refused.json()["error"]["code"], "create_outcome_unknown");
            assert_eq!(refused.headers["x-should-retry"], "false");
            assert!(refused.detail().contains("may have been accepted and billed"), "{index}");
        }
        assert_eq!(upstream.creates(), 1, "reply {index}");
        // Another input is another create.
        rig.create("a cat").await;
        assert_eq!(upstream.creates(), 2, "reply {index}");
        rig.assert_no_key();
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_happened_and_what_to_do() {
    let rig = RecorderRig::new(answering(|| Reply::Breaks(TransportErrorKind::Interrupted)));
    let refused = rig.create("a fox").await;
    let folder = rig.folder.path().display().to_string();
    insta::assert_snapshot!("refusal", refused.detail().replace(&folder, "DIR"));
    insta::assert_snapshot!("notices", rig.notices().join("\n"));
    insta::assert_snapshot!("listed", format!("{:#}", rig.get("/emulator/unknown").await.json()));
}

#[tokio::test(start_paused = true)]
async fn refusals_of_the_gateway_are_passed_on_and_may_be_repeated() {
    let refusals: [fn() -> Reply; 6] = [
        || Reply::Json(401, json!({"detail": format!("invalid key {KEY}")})),
        || Reply::Json(402, json!({"detail": "no credit"})),
        || Reply::Json(422, json!({"detail": "bad input"})),
        || Reply::With(429, ("retry-after", "7"), json!({"detail": "slow down"})),
        || Reply::Json(503, json!({"error": {"code": "", "message": "busy"}})),
        || Reply::Json(503, json!({"error": {"code": "model_not_found", "message": "no"}})),
    ];
    for (status, reply) in [401, 402, 422, 429, 503, 503].into_iter().zip(refusals) {
        let upstream = answering(reply);
        let rig = RecorderRig::new(upstream.clone());
        for _ in 0..2 {
            let refused = rig.create("a fox").await;
            assert_eq!(refused.status.as_u16(), status);
            assert_eq!(refused.headers.contains_key("retry-after"), status == 429);
        }
        assert_eq!(upstream.creates(), 2);
        assert_eq!(rig.get("/emulator/unknown").await.json()["creates"], json!([]));
        assert!(rig.recordings().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_certainly_not_sent_may_be_repeated() {
    for kind in [TransportErrorKind::NotSent, TransportErrorKind::Unprocessed] {
        let upstream = Scripted::new(move |_| Reply::Breaks(kind));
        let rig = RecorderRig::new(upstream.clone());
        for _ in 0..2 {
            let refused = rig.create("a fox").await;
            assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(refused.detail().contains("nothing was created"), "{}", refused.detail());
        }
        assert_eq!(upstream.creates(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_no_repetition_helps_is_answered_with_a_status_that_is_not_retried() {
    let replies: [fn() -> Reply; 3] = [
        || Reply::With(308, ("location", "https://elsewhere.example/"), json!({})),
        || Reply::Breaks(TransportErrorKind::Untrusted),
        || Reply::Breaks(TransportErrorKind::UnusableProxy),
    ];
    for reply in replies {
        let upstream = answering(reply);
        let rig = RecorderRig::new(upstream.clone());
        let refused = rig.create("a fox").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(!refused.headers.contains_key("location"));
        assert_eq!(upstream.creates(), 1);
        assert_eq!(rig.get("/emulator/unknown").await.json()["creates"], json!([]));
    }
}

#[tokio::test(start_paused = true)]
async fn one_without_an_id_whose_client_had_gone_is_not_paid_for_again() {
    let upstream = answering(|| {
        Reply::Json(200, json!({"created": 1, "data": [{"url": "https://files.example/a.png"}]}))
    });
    let rig = RecorderRig::new(Arc::new(Slow(upstream.clone())));
    tokio::select! {
        _ = rig.create("a fox") => panic!("answered"),
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
    let refused = rig.create("a fox").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.detail().contains("its client had gone"), "{}", refused.detail());
    assert_eq!(upstream.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_of_unknown_outcome_stays_refused_after_a_restart_until_a_person_allows_it() {
    let rig = RecorderRig::new(answering(|| Reply::Breaks(TransportErrorKind::Timeout)));
    assert_eq!(rig.create("a fox").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let upstream = answering(|| Reply::Json(201, prediction("starting", &json!({}))));
    let rig = rig.restarted(upstream.clone());
    assert_eq!(rig.create("a fox").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(upstream.creates(), 0);

    let mut foreign = rig.request(Method::DELETE, "/emulator/unknown/1", &Value::Null);
    foreign.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    assert_eq!(rig.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(rig.delete("/emulator/unknown/7").await.status, StatusCode::NOT_FOUND);
    assert_eq!(rig.create("a fox").await.status, StatusCode::UNPROCESSABLE_ENTITY);

    assert_eq!(rig.delete("/emulator/unknown/1").await.status, StatusCode::NO_CONTENT);
    assert_eq!(rig.create("a fox").await.status, StatusCode::CREATED);
    assert_eq!(upstream.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_was_under_way_when_the_recorder_died_has_an_unknown_outcome() {
    let rig = RecorderRig::new(answering(|| Reply::Hangs));
    tokio::select! {
        _ = rig.create("a fox") => panic!("answered"),
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
    let upstream = answering(|| Reply::Json(201, prediction("starting", &json!({}))));
    let rig = rig.restarted(upstream.clone());
    let refused = rig.create("a fox").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.detail().contains("the recorder ended before"), "{}", refused.detail());
    assert_eq!(upstream.creates(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_prediction_found_in_the_list_answers_the_create_and_is_recorded() {
    let older = prediction("succeeded", &json!({"id": "p0", "created_at": "2023-11-14T22:00:00Z"}));
    let other = prediction("succeeded", &json!({"id": "p2", "input": {"prompt": "a cat"}}));
    let found = prediction("succeeded", &json!({"output": "text"}));
    let upstream = listing(vec![found, other, older]);
    let rig = RecorderRig::new(upstream.clone());
    let created = rig.create("a fox").await;
    assert_eq!(created.status, StatusCode::CREATED);
    assert_eq!(created.json()["id"], "p1");
    let recording = rig.complete().await;
    assert_eq!(recording["prediction"]["output"], "text");
    assert_eq!(recording["request"]["input"]["prompt"], "a fox");
    // It was given away once: the next create is one of its own.
    rig.create("a fox").await;
    assert_eq!(upstream.creates(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_could_be_anothers_is_not_taken() {
    let one = prediction("succeeded", &json!({"output": "text"}));
    let two = prediction("succeeded", &json!({"id": "p2"}));
    let foreign = prediction("succeeded", &json!({"model": "a/b", "version": "ffff"}));
    let bare = json!({"id": "p3", "status": "succeeded", "created_at": "2023-11-14T22:13:21Z"});
    for (results, why) in [
        (vec![one, two], "several that it could be: p1, p2"),
        (vec![foreign], "lists no such prediction"),
        (vec![bare], "lists no such prediction"),
    ] {
        let rig = RecorderRig::new(listing(results));
        let refused = rig.create("a fox").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.detail().contains(why), "{}", refused.detail());
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_appears_later_goes_to_the_next_equal_create() {
    let listed = Arc::new(AtomicUsize::new(0));
    let looks = Arc::clone(&listed);
    let upstream = Scripted::new(move |got| match got.method.as_str() {
        "POST" => Reply::Breaks(TransportErrorKind::Timeout),
        _ if got.url.ends_with("/v1/predictions") => {
            let results = match looks.fetch_add(1, Ordering::SeqCst) {
                0 => vec![],
                _ => vec![prediction("processing", &json!({}))],
            };
            Reply::Json(200, json!({"next": null, "previous": null, "results": results}))
        }
        _ => Reply::Json(200, prediction("succeeded", &json!({"output": "text"}))),
    });
    let rig = RecorderRig::new(upstream.clone());
    assert_eq!(rig.create("a fox").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Nobody comes back for it, and it is recorded all the same.
    rig.complete().await;
    assert!(rig.notices().iter().any(|text| text.contains("was found at the gateway")));
    let created = rig.create("a fox").await;
    assert_eq!((created.status, &created.json()["id"]), (StatusCode::CREATED, &json!("p1")));
    assert_eq!(upstream.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_and_comes_back_gets_its_prediction_and_pays_once() {
    let upstream = Scripted::new(|got| {
        if is_create(got) {
            return Reply::Json(201, prediction("starting", &json!({})));
        }
        Reply::Json(200, prediction("processing", &json!({})))
    });
    // The response takes longer than the client waits.
    let slow = Arc::new(Slow(upstream.clone()));
    let rig = RecorderRig::new(slow);
    tokio::select! {
        _ = rig.create("a fox") => panic!("answered"),
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
    // While the first is still under way.
    let created = rig.create("a fox").await;
    assert_eq!((created.status, &created.json()["id"]), (StatusCode::CREATED, &json!("p1")));
    assert_eq!(upstream.creates(), 1);
    rig.create("a fox").await;
    assert_eq!(upstream.creates(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_waited_is_recorded_with_the_time_at_which_it_was_sent() {
    let creates = AtomicUsize::new(0);
    let upstream = Scripted::new(move |got| {
        if is_create(got) && creates.fetch_add(1, Ordering::SeqCst) == 0 {
            return Reply::Json(429, json!({"detail": "later"}));
        }
        Reply::Json(201, prediction("succeeded", &json!({"output": "text"})))
    });
    let rig = RecorderRig::new(Arc::new(Slow(upstream.clone())));
    tokio::select! {
        _ = rig.create("a fox") => panic!("answered"),
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
    // It waits until the first one is refused, 5 s after the beginning.
    assert_eq!(rig.create("a fox").await.status, StatusCode::CREATED);
    let recorded_at = rig.complete().await["recorded_at"].to_string();
    assert!(recorded_at.starts_with("\"2023-11-14T22:13:25"), "{recorded_at}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_while_its_create_is_admitted_keeps_nothing() {
    let upstream = Scripted::new(|_| Reply::Json(200, prediction("starting", &json!({}))));
    let rig = RecorderRig::new(Arc::new(Slow(upstream.clone())));
    // Its prediction is made after its client has gone.
    let gone = tokio::time::timeout(Duration::from_secs(1), rig.create("a fox")).await;
    assert!(gone.is_err());
    tokio::time::sleep(Duration::from_secs(10)).await;
    for prompt in ["a fox", "a cat"] {
        assert!(rig.create(prompt).now_or_never().is_none(), "{prompt}");
    }
    assert_eq!(rig.gateway.creates_sent(), 1, "nothing is sent for a client that has gone");
    // A paused clock goes on once no thread writes any more.
    tokio::time::sleep(Duration::from_millis(1)).await;
    let listed = rig.get("/emulator/unknown").await.json();
    assert_eq!(listed["creates"].as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(listed["creates"][0]["prediction"], "p1");
    // It is not on its way to the one that has gone.
    let created = rig.create("a fox").await;
    assert_eq!((created.status, &created.json()["id"]), (StatusCode::CREATED, &json!("p1")));
}

/// A gateway that takes its time.
struct Slow(Arc<Scripted>);

impl quickrouter_api::Transport for Slow {
    fn send(
        &self,
        request: reqwest::Request,
    ) -> futures_util::future::BoxFuture<
        '_,
        Result<reqwest::Response, quickrouter_api::TransportError>,
    > {
        Box::pin(async move {
            let response = self.0.send(request).await;
            tokio::time::sleep(Duration::from_secs(5)).await;
            response
        })
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_refused_before_it_costs() {
    let upstream = answering(|| Reply::Json(201, prediction("starting", &json!({}))));
    let rig = RecorderRig::new(upstream.clone());
    for (body, status) in [
        (json!("text"), 422),
        (json!({"version": "a/b"}), 422),
        (json!({"version": 7, "input": {}}), 422),
        (json!({"version": "a/b", "input": []}), 422),
    ] {
        let refused = rig.send(rig.request(Method::POST, PREDICTIONS, &body)).await;
        assert_eq!(refused.status.as_u16(), status, "{body}");
    }
    // Neither announced nor known to be free.
    for path in ["/replicate/v1/trainings", "/replicate/v1/models/a/b/versions/c/trainings"] {
        let refused = rig.send(rig.request(Method::POST, path, &asked("a fox"))).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert!(refused.detail().contains("does not pass POST"), "{}", refused.detail());
    }
    assert!(upstream.got().is_empty());
}
