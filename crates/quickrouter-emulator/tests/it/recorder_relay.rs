//! What passes through a recorder, and what is recorded of it.

use crate::recorder_rig::{Got, KEY, PREDICTIONS, RecorderRig, Reply, Scripted, asked, prediction};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use quickrouter_emulator::{Emulator, InMemoryTransport};
use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;
use std::time::Duration;

/// A gateway whose prediction succeeds at the second poll, with this output.
fn succeeding(output: Value) -> Arc<Scripted> {
    let polls = std::sync::atomic::AtomicUsize::new(0);
    Scripted::new(move |got| match got.method.as_str() {
        "POST" => Reply::Json(201, prediction("starting", &json!({}))),
        _ if got.url.contains("/v1/predictions/") => {
            match polls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                0 => Reply::Json(200, prediction("processing", &json!({"logs": "one\n"}))),
                _ => {
                    let more = json!({"logs": "one\ntwo\n", "output": output});
                    Reply::Json(200, prediction("succeeded", &more))
                }
            }
        }
        _ => Reply::Text(200, "image/png", b"a picture".to_vec()),
    })
}

fn header<'a>(got: &'a Got, name: &str) -> &'a str {
    got.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_prediction_of_the_emulator_is_recorded_with_its_life_and_its_pictures() {
    let emulator = Emulator::builder()
        .clock(quickrouter_api::Clock::at(crate::recorder_rig::epoch()))
        .in_memory()
        .expect("settings in order");
    let transport = InMemoryTransport::new(&emulator);
    let upstream = transport.base_url();
    let rig = RecorderRig::at(&upstream, Arc::new(transport));
    let input = json!({"prompt": "a fox", "width": 64, "height": 64, "num_outputs": 2, "seed": 7,
        "num_inference_steps": 4});
    let version = crate::rig::version_of(crate::rig::SDXL);
    let body = json!({"version": version, "input": input, "webhook": "http://127.0.0.1:9/hook"});
    let created = rig.send(rig.request(Method::POST, PREDICTIONS, &body)).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.json());
    let recording = rig.complete().await;
    let text = format!("{recording:#}");
    // Compression is not part of what is promised.
    let digests = recording["files"].as_array().unwrap().iter().map(|file| &file["sha256"]);
    let text = digests.fold(text, |text, digest| text.replace(digest.as_str().unwrap(), "SHA256"));
    insta::with_settings!({filters => vec![(r#""bytes": \d+"#, r#""bytes": N"#)]}, {
        insta::assert_snapshot!(text);
    });
    for (index, file) in recording["files"].as_array().unwrap().iter().enumerate() {
        let saved = fs::read(rig.folder.path().join(file["name"].as_str().unwrap())).unwrap();
        let id = recording["prediction"]["id"].as_str().unwrap();
        let request = Request::builder().uri(format!("/emulator/outputs/{id}/out-{index}.png"));
        let drawn =
            tower::ServiceExt::oneshot(emulator.router(), request.body(Body::empty()).unwrap());
        let drawn =
            http_body_util::BodyExt::collect(drawn.await.unwrap().into_body()).await.unwrap();
        assert!(saved == drawn.to_bytes(), "picture {index}");
    }
    assert_eq!(emulator.creates_accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_create_is_announced_with_what_it_costs() {
    let rig = RecorderRig::new(succeeding(json!(["https://files.example/out-0.png"])));
    rig.create("a fox").await;
    rig.complete().await;
    rig.create("a cat").await;
    insta::assert_snapshot!(rig.notices().join("\n"));
}

#[tokio::test(start_paused = true)]
async fn only_the_key_of_this_run_is_taken_and_no_clients_key_is_passed_on() {
    let upstream = succeeding(json!(["https://files.example/out-0.png"]));
    let rig = RecorderRig::new(upstream.clone());
    for key in ["", "Bearer", "Bearer a-key", &format!("Bearer {KEY}"), "Basic a-key"] {
        let mut request = rig.request(Method::POST, PREDICTIONS, &asked("a fox"));
        request.headers_mut().insert("authorization", key.parse().unwrap());
        assert_eq!(rig.send(request).await.status, StatusCode::UNAUTHORIZED, "{key:?}");
    }
    assert!(upstream.got().is_empty());
    let mut request = rig.request(Method::POST, PREDICTIONS, &asked("a fox"));
    let headers = request.headers_mut();
    headers.insert("authorization", format!("Token {}", rig.gateway.key()).parse().unwrap());
    for (name, value) in [
        ("prefer", "wait=1"),
        ("cancel-after", "1m"),
        ("cookie", "a=b"),
        ("x-api-key", "mine"),
        ("x-forwarded-for", "10.0.0.1"),
        ("user-agent", "somebody/1"),
        ("accept", "application/json"),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    assert_eq!(rig.send(request).await.status, StatusCode::CREATED);
    rig.complete().await;
    let got = upstream.got();
    let of_api: Vec<_> = got.iter().filter(|got| got.url.contains("gateway.example")).collect();
    let create = of_api[0];
    let names: Vec<_> = create.headers.keys().map(|name| name.as_str().to_owned()).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "accept",
            "accept-encoding",
            "authorization",
            "cancel-after",
            "content-type",
            "prefer",
            "user-agent"
        ]
    );
    assert!(header(create, "user-agent").starts_with("quickrouter-emulator/"));
    for got in &of_api {
        assert_eq!(header(got, "authorization"), format!("Bearer {KEY}"), "{got:?}");
    }
    // The outputs are on another host, which gets no key of anybody's.
    let downloads: Vec<_> = got.iter().filter(|got| got.url.contains("files.example")).collect();
    assert_eq!(downloads.len(), 1);
    assert!(!format!("{:?}", downloads[0].headers).contains(KEY));
    assert_eq!(header(downloads[0], "authorization"), "");
}

#[tokio::test(start_paused = true)]
async fn urls_in_responses_point_at_the_recorder_and_only_known_headers_are_passed_back() {
    let upstream = Scripted::new(|got| {
        let page = json!({
            "next": "https://api.elsewhere.example/v1/predictions?cursor=abc%3D",
            "previous": null,
            "results": [prediction("succeeded", &json!({"output": ["https://files.example/a.png"]}))],
        });
        if got.url.contains("/v1/predictions") {
            return Reply::With(200, ("set-cookie", "a=b"), page);
        }
        Reply::With(200, ("ratelimit-remaining", "5"), json!({"a": 1}))
    });
    let rig = RecorderRig::new(upstream);
    let listed = rig.get(PREDICTIONS).await;
    assert!(!listed.headers.contains_key("set-cookie"));
    let text = format!("{:#}", listed.json());
    let token = listed.json()["results"][0]["urls"]["stream"].as_str().unwrap().to_owned();
    let token = token.rsplit('/').next().unwrap().to_owned();
    assert_eq!(token.len(), 32);
    insta::assert_snapshot!(text.replace(&token, "TOKEN"));
    let other = rig.get("/replicate/v1/models/a/b").await;
    assert_eq!(other.headers["ratelimit-remaining"], "5");
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_passed_on_without_the_key_to_another_origin() {
    let upstream = Scripted::new(|got| {
        if got.url.contains("stream.elsewhere.example") {
            return Reply::Text(200, "text/event-stream", b"event: done\ndata: {}\n\n".to_vec());
        }
        Reply::Json(200, prediction("processing", &json!({})))
    });
    let rig = RecorderRig::new(upstream.clone());
    let shown = rig.get("/replicate/v1/predictions/p1").await.json();
    let url = shown["urls"]["stream"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://127.0.0.1:3").expect("a URL here").to_owned();
    // As clients do, without a key.
    let bare = Request::builder().uri(&path).header("last-event-id", "1:0");
    let events = rig.send(bare.body(Body::empty()).unwrap()).await;
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert_eq!(events.body, b"event: done\ndata: {}\n\n");
    let got = upstream.got().pop().unwrap();
    assert_eq!((header(&got, "authorization"), header(&got, "last-event-id")), ("", "1:0"));
    let guessed = Request::builder().uri("/replicate/v1/streams/p1").body(Body::empty()).unwrap();
    assert_eq!(rig.send(guessed).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn an_input_that_was_uploaded_is_recorded_by_its_content() {
    let upstream = Scripted::new(|got| {
        if got.url.ends_with("/v1/files") {
            let urls = json!({"get": "https://api.elsewhere.example/v1/files/f1"});
            return Reply::Json(201, json!({"id": "f1", "urls": urls}));
        }
        let input = json!({"image": "https://api.elsewhere.example/v1/files/f1"});
        Reply::Json(201, prediction("succeeded", &json!({"input": input, "output": "text"})))
    });
    let rig = RecorderRig::new(upstream.clone());
    let form = "--b\r\ncontent-disposition: form-data; name=\"content\"; filename=\"a.png\"\r\n\r\n\
                abc\r\n--b--\r\n";
    let mut request = rig.request(Method::POST, "/replicate/v1/files", &Value::Null);
    let kind = "multipart/form-data; boundary=b".parse().unwrap();
    request.headers_mut().insert("content-type", kind);
    *request.body_mut() = Body::from(form);
    let uploaded = rig.send(request).await.json();
    let url = uploaded["urls"]["get"].as_str().unwrap();
    assert_eq!(url, "http://127.0.0.1:3/replicate/v1/files/f1");
    let body = json!({"version": "0123abcd", "input": {"image": url}});
    rig.send(rig.request(Method::POST, PREDICTIONS, &body)).await;
    let sent: Value = serde_json::from_slice(&upstream.got().pop().unwrap().body).unwrap();
    assert_eq!(sent["input"]["image"], "https://api.elsewhere.example/v1/files/f1");
    let recording = rig.complete().await;
    // SHA-256 of "abc", as FIPS 180-2 has it.
    let digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    for input in ["/request/input/image", "/prediction/input/image"] {
        assert_eq!(recording.pointer(input).unwrap(), &json!({"$upload": digest}), "{input}");
    }
}

#[tokio::test(start_paused = true)]
async fn creates_by_model_and_by_deployment_and_odd_envelopes_are_recorded() {
    let envelope =
        json!({"created": 1, "data": [{"url": "https://files.example/out-0.png", "b64_json": ""}]});
    let wrapped =
        json!({"code": "success", "data": prediction("succeeded", &json!({"output": "text"}))});
    for (path, response, route, model) in [
        ("models/owner/painter", envelope, "by-model", "owner/painter"),
        ("deployments/me/mine", wrapped, "by-deployment", "me/mine"),
    ] {
        let shown = response.clone();
        let upstream = Scripted::new(move |got| match got.method.as_str() {
            "POST" => Reply::Json(200, response.clone()),
            _ => Reply::Text(200, "image/png", b"a picture".to_vec()),
        });
        let rig = RecorderRig::new(upstream);
        let path = format!("/replicate/v1/{path}/predictions");
        let body = json!({"input": {"prompt": "a fox"}});
        let created = rig.send(rig.request(Method::POST, &path, &body)).await;
        assert_eq!(created.status, StatusCode::OK);
        assert_eq!(created.json().get("created"), shown.get("created"));
        let recording = rig.complete().await;
        assert_eq!(recording["request"]["route"], route);
        assert_eq!(recording["request"]["model"], model);
        assert_eq!(recording["response"]["status"], 200);
        assert_eq!(recording["prediction"]["status"], "succeeded");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_client_sees_first_is_observed_too_and_an_older_response_changes_nothing() {
    let upstream = succeeding(json!("text"));
    let rig = RecorderRig::new(upstream.clone());
    rig.create("a fox").await;
    // Before the recorder polls for the first time.
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        rig.get("/replicate/v1/predictions/p1").await;
    }
    let recording = rig.complete().await;
    let after: Vec<_> =
        recording["life"].as_array().unwrap().iter().map(|one| &one["after_seconds"]).collect();
    assert_eq!(json!(after), json!([0.0, 0.1, 0.2]));
    assert_eq!(upstream.got().iter().filter(|got| got.method == "GET").count(), 2);
}
