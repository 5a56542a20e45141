//! What is paid for is not paid for again, nor lost, when clients and recorders go at odd moments.

use crate::recorder_rig::{Got, PREDICTIONS, RecorderRig, Reply, Scripted, asked, prediction};
use http::{Method, StatusCode};
use quickrouter_api::{Transport, TransportError, TransportErrorKind};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn is_create(got: &Got) -> bool {
    got.method == "POST" && got.url.ends_with("/predictions")
}

fn is_list(got: &Got) -> bool {
    got.method == "GET" && got.url.split('?').next().unwrap().ends_with("/v1/predictions")
}

fn page(results: &[Value]) -> Reply {
    Reply::Json(200, json!({"next": null, "previous": null, "results": results}))
}

/// A gateway that answers requests after this many seconds.
struct After(u64, Arc<Scripted>);

impl Transport for After {
    fn send(
        &self,
        request: reqwest::Request,
    ) -> futures_util::future::BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        Box::pin(async move {
            let response = self.1.send(request).await;
            tokio::time::sleep(Duration::from_secs(self.0)).await;
            response
        })
    }
}

/// A client that goes after a second.
async fn impatient(rig: &RecorderRig, prompt: &str) {
    tokio::select! {
        _ = rig.create(prompt) => panic!("answered"),
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_again_and_again_pays_once() {
    let upstream = Scripted::new(|got| {
        let status = if is_create(got) { 201 } else { 200 };
        Reply::Json(status, prediction("processing", &json!({})))
    });
    let rig = RecorderRig::new(Arc::new(After(3, upstream.clone())));
    impatient(&rig, "a fox").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    // Its prediction is on its way to this one, which goes, too.
    impatient(&rig, "a fox").await;
    impatient(&rig, "a fox").await;
    let created = rig.create("a fox").await;
    assert_eq!((created.status, &created.json()["id"]), (StatusCode::CREATED, &json!("p1")));
    assert_eq!(upstream.creates(), 1);
    assert_eq!(rig.get("/emulator/unknown").await.json()["creates"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_tries_again_before_it_is_seen_to_be_gone_pays_once() {
    let upstream = Scripted::new(|got| {
        let status = if is_create(got) { 201 } else { 200 };
        Reply::Json(status, prediction("processing", &json!({})))
    });
    let rig = RecorderRig::new(Arc::new(After(3, upstream.clone())));
    let goes = async {
        tokio::select! {
            _ = rig.create("a fox") => panic!("answered"),
            () = tokio::time::sleep(Duration::from_millis(1010)) => {}
        }
    };
    let comes_back = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        rig.create("a fox").await
    };
    let ((), created) = tokio::join!(goes, comes_back);
    assert_eq!((created.status, &created.json()["id"]), (StatusCode::CREATED, &json!("p1")));
    assert_eq!(upstream.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_prediction_that_cannot_be_read_stays_for_a_later_create() {
    let gone = Arc::new(AtomicUsize::new(0));
    let reads = Arc::clone(&gone);
    let upstream = Scripted::new(move |got| match got.method.as_str() {
        "POST" => Reply::Json(201, prediction("starting", &json!({}))),
        _ => match reads.load(Ordering::SeqCst) {
            0 => Reply::Json(404, json!({"detail": "not there yet"})),
            1 => Reply::Json(200, json!({"error": "try again"})),
            _ => Reply::Json(200, prediction("processing", &json!({}))),
        },
    });
    let rig = RecorderRig::new(Arc::new(After(2, upstream.clone())));
    impatient(&rig, "a fox").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let refused = rig.create("a fox").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.detail().contains("-X DELETE"), "{}", refused.detail());
    gone.store(1, Ordering::SeqCst);
    assert_eq!(rig.create("a fox").await.status, StatusCode::SERVICE_UNAVAILABLE);
    gone.store(2, Ordering::SeqCst);
    assert_eq!(rig.create("a fox").await.status, StatusCode::CREATED);
    assert_eq!(upstream.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_prediction_of_an_equal_create_that_is_under_way_is_not_taken() {
    // The first create is slow, and listed before it is answered; the second one breaks.
    struct OneSlow(Arc<Scripted>, AtomicUsize);
    impl Transport for OneSlow {
        fn send(
            &self,
            request: reqwest::Request,
        ) -> futures_util::future::BoxFuture<'_, Result<reqwest::Response, TransportError>>
        {
            let create = request.method() == Method::POST;
            let second = create && self.1.fetch_add(1, Ordering::SeqCst) > 0;
            Box::pin(async move {
                if second {
                    return Err(TransportError::new(TransportErrorKind::Interrupted, "broken"));
                }
                let response = self.0.send(request).await;
                tokio::time::sleep(Duration::from_secs(if create { 5 } else { 0 })).await;
                response
            })
        }
    }
    let upstream = Scripted::new(|got| match got {
        got if is_create(got) => Reply::Json(201, prediction("starting", &json!({}))),
        got if is_list(got) => page(&[prediction("processing", &json!({}))]),
        _ => Reply::Json(200, prediction("processing", &json!({}))),
    });
    let rig = RecorderRig::new(Arc::new(OneSlow(upstream, AtomicUsize::new(0))));
    let late = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        rig.create("a fox").await
    };
    let (first, second) = tokio::join!(rig.create("a fox"), late);
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(second.detail().contains("an equal create is on its way"), "{}", second.detail());
    // Nor later, when it is known whose it is.
    let refused = rig.create("a fox").await;
    assert!(refused.detail().contains("lists no such prediction"), "{}", refused.detail());
}

#[tokio::test(start_paused = true)]
async fn one_prediction_settles_one_of_two_equal_creates() {
    let listed = Arc::new(AtomicUsize::new(0));
    let looks = Arc::clone(&listed);
    let upstream = Scripted::new(move |got| match got {
        got if is_create(got) => Reply::Breaks(TransportErrorKind::Interrupted),
        got if is_list(got) && looks.load(Ordering::SeqCst) == 0 => page(&[]),
        got if is_list(got) => page(&[prediction("processing", &json!({}))]),
        _ => Reply::Json(200, prediction("processing", &json!({}))),
    });
    let rig = RecorderRig::new(Arc::new(After(1, upstream.clone())));
    let (one, two) = tokio::join!(rig.create("a fox"), rig.create("a fox"));
    assert_eq!([one.status, two.status], [StatusCode::UNPROCESSABLE_ENTITY; 2]);
    listed.store(1, Ordering::SeqCst);
    let (one, two) = tokio::join!(rig.create("a fox"), rig.create("a fox"));
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::CREATED, StatusCode::UNPROCESSABLE_ENTITY]);
    assert_eq!(upstream.creates(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_repeats_its_page_names_a_prediction_once() {
    let upstream = Scripted::new(|got| match got {
        got if is_create(got) => Reply::Breaks(TransportErrorKind::Interrupted),
        got if is_list(got) => Reply::Json(
            200,
            json!({"next": "/v1/predictions?cursor=x", "results": [prediction("processing", &json!({}))]}),
        ),
        _ => Reply::Json(200, prediction("processing", &json!({}))),
    });
    let rig = RecorderRig::new(upstream);
    assert_eq!(rig.create("a fox").await.status, StatusCode::CREATED);
}

#[tokio::test(start_paused = true)]
async fn what_a_run_left_is_named_and_goes_on_in_the_next_one() {
    let upstream = Scripted::new(|got| match got {
        got if is_create(got) && String::from_utf8_lossy(&got.body).contains("a cat") => {
            Reply::Breaks(TransportErrorKind::Timeout)
        }
        got if is_create(got) => Reply::Json(201, prediction("starting", &json!({}))),
        got if is_list(got) => page(&[]),
        _ => Reply::Json(200, prediction("processing", &json!({"logs": "one\n"}))),
    });
    let rig = RecorderRig::new(upstream);
    rig.create("a fox").await;
    rig.create("a cat").await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    let listed = prediction(
        "succeeded",
        &json!({
            "output": ["https://files.example/out.png"],
            "logs": "one\ntwo\n",
            "completed_at": "2023-11-14T22:13:24.100Z",
        }),
    );
    let upstream = Scripted::new(move |got| match got {
        got if is_create(got) => Reply::Breaks(TransportErrorKind::Interrupted),
        got if is_list(got) => page(std::slice::from_ref(&listed)),
        got if got.url.contains("files.example") => Reply::Text(200, "image/png", b"PNG".to_vec()),
        _ => Reply::Json(200, listed.clone()),
    });
    let rig = rig.restarted_after(Duration::from_secs(300), upstream.clone());
    let notices = rig.notices();
    assert!(notices.iter().any(|text| text.contains("is not settled")), "{notices:#?}");
    let recording = rig.complete().await;
    assert_eq!(recording["files"][0]["bytes"], 3);
    assert_eq!(recording["life"][1]["logs_appended"], "one\ntwo\n");
    assert_eq!(recording["life"][1]["after_seconds"], 4.0);
    assert_eq!(rig.recordings().len(), 1, "{:#?}", rig.recordings());
    // It is known, and so not taken for that of another create.
    let refused = rig.create("a fox").await;
    assert!(refused.detail().contains("lists no such prediction"), "{}", refused.detail());
}

#[tokio::test(start_paused = true)]
async fn what_came_back_is_shown_since_it_may_name_the_prediction() {
    let odd = json!({"code": "success", "data": {"task_id": "task-4711", "status": "NOT_START"}});
    let upstream = Scripted::new(move |got| match got {
        got if is_create(got) => Reply::Json(200, odd.clone()),
        _ => page(&[]),
    });
    let rig = RecorderRig::new(upstream);
    let refused = rig.create("a fox").await;
    assert!(refused.detail().contains("task-4711"), "{}", refused.detail());
    rig.assert_no_key();
}

#[tokio::test(start_paused = true)]
async fn a_path_that_leads_elsewhere_is_refused() {
    let upstream = Scripted::new(|_| Reply::Json(201, prediction("starting", &json!({}))));
    let rig = RecorderRig::new(upstream.clone());
    for path in [
        "/v1/deployments/../../predictions",
        "/v1/deployments/.././predictions",
        "/v1/models/%2e%2E/../v1/predictions",
        "/v1/models/a/..%2f../predictions",
    ] {
        let path = format!("/replicate{path}");
        let refused = rig.send(rig.request(Method::POST, &path, &asked("a fox"))).await;
        assert!(refused.status.is_client_error(), "{path}: {}", refused.status);
    }
    for path in ["/v1/predictions/..%2f..%2fadmin", "/v1/%2e%2e/admin", "/v1/predictions/..%5cx"] {
        let refused = rig.get(&format!("/replicate{path}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(upstream.got().len(), 0);
    assert_eq!(rig.gateway.creates_sent(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_id_is_one_segment_of_a_path_whatever_it_contains() {
    for (id, segment) in [("a/b", "a%2Fb"), ("a?b=c#d", "a%3Fb%3Dc%23d"), ("é%2f", "%C3%A9%252f")]
    {
        let known = prediction("succeeded", &json!({"id": id, "output": "text"}));
        let starting = prediction("starting", &json!({"id": id}));
        let upstream = Scripted::new(move |got| {
            if is_create(got) {
                Reply::Json(201, starting.clone())
            } else if got.url.ends_with(&format!("/v1/predictions/{segment}")) {
                Reply::Json(200, known.clone())
            } else {
                Reply::Json(404, json!({}))
            }
        });
        let rig = RecorderRig::new(upstream);
        let created = rig.create("a fox").await.json();
        let url = created["urls"]["get"].as_str().unwrap();
        assert!(url.ends_with(&format!("{PREDICTIONS}/{segment}")), "{url}");
        assert_eq!(rig.complete().await["prediction"]["id"], id);
        let path = url.strip_prefix("http://127.0.0.1:3").unwrap();
        assert_eq!(rig.get(path).await.json()["id"], id);
    }
}
