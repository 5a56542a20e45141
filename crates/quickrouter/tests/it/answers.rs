//! Predictions and outputs of every shape, and what the log shows.

use std::fmt::Write;

use quickrouter::{Output, Prediction, Status};
use serde_json::{Value, json};

use crate::scripted::{Script, answer, prediction, raw};

async fn read(body: Value) -> Prediction {
    let input = quickrouter::inputs::SdxlInput::builder().build();
    Script::new([answer(200, &body)]).client().create(input).await.unwrap()
}

#[tokio::test]
async fn only_id_and_status_need_to_be_there() {
    let bare = read(json!({"id": "x", "status": "processing"})).await;
    assert_eq!(bare.status(), &Status::Processing);
    assert!(bare.outputs().is_empty() && bare.logs().is_empty() && bare.error().is_none());
    assert!(bare.model().is_none() && bare.input().is_none() && !bare.data_removed());
}

#[tokio::test]
async fn nulls_unknown_keys_and_odd_types_are_no_reason_to_lose_a_prediction() {
    let body = json!({
        "id": "x", "status": "aborted", "logs": null, "output": null, "metrics": {"predict_time": 1.5e0},
        "urls": null, "model": "hidden", "version": 7, "created_at": "2026-11-22T10:00:00.123456789",
        "error": {"code": "E1001"}, "something_new": [1, {"a": null}]
    });
    let prediction = read(body.clone()).await;
    assert!(prediction.is_terminal());
    assert_eq!(prediction.error().unwrap(), r#"{"code":"E1001"}"#);
    assert_eq!(prediction.predict_time(), Some(1.5));
    assert_eq!(serde_json::to_value(&prediction).unwrap(), body);
}

#[tokio::test]
async fn numbers_come_out_as_they_came() {
    let body = r#"{"id":"x","status":"starting","output":[1.2345678901234567e23,0.1,18446744073709551615]}"#;
    let script = Script::new([raw(200, "application/json", body)]);
    let created =
        script.client().create(quickrouter::inputs::SdxlInput::builder().build()).await.unwrap();
    assert_eq!(serde_json::to_string(&created).unwrap(), body.replace("e23", "e+23"));
}

#[tokio::test]
async fn outputs_of_every_shape_are_found() {
    let png = "data:image/png;base64,iVBORw0KGgo=";
    let shapes = json!({
        "null": null,
        "one url": "https://example.com/out-0.png",
        "a list": ["https://example.com/out-0.png", null, "https://example.com/out-2.png"],
        "an object": {"image": "https://example.com/a.png", "more": {"mask": "http://127.0.0.1/b.png"}},
        "a data uri": png,
        "a data uri without padding": "data:image/png;base64,iVBORw0KGgo",
        "a percent-encoded data uri": "data:text/plain,a%20b",
        "a broken data uri": "data:image/png;base64,!!!",
        "text": "once upon a time",
        "pieces of text": ["once", " upon"],
        "a number": 7,
        "an empty list": []
    });
    let mut shown = String::new();
    for (name, output) in shapes.as_object().unwrap() {
        let mut body = prediction("succeeded");
        body["output"] = output.clone();
        writeln!(shown, "{name}: {:?}", read(body).await.outputs()).unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn the_openai_shape_may_hold_urls_or_base64() {
    let body = json!({"created": 1, "data": [{"url": "https://example.com/a.png"}, {"b64_json": "iVBORw0KGgo="}]});
    let outputs = read(body).await.outputs();
    assert!(matches!(outputs[0], Output::Url(_)), "{outputs:?}");
    assert!(
        matches!(&outputs[1], Output::Data { bytes, .. } if bytes.starts_with(b"\x89PNG")),
        "{outputs:?}"
    );
}

#[tokio::test]
async fn seed_and_progress_are_read_from_the_log() {
    let mut body = prediction("processing");
    body["logs"] = json!(
        "Using seed: -417\nPrompt: 50% | off\ntxt2img mode\n  0%|          | 0/50 [00:00<?, ?it/s]\n 38%|###8      | 19/50 [00:01<00:01, 15.97it/s]\n"
    );
    let half = read(body.clone()).await;
    assert_eq!(half.seed(), Some(-417));
    let progress = half.progress().unwrap();
    assert_eq!((progress.pass, progress.step, progress.steps), (1, 19, 50));
    assert!((progress.percent - 38.0).abs() < 1e-9);

    let refined = " 96%|#########6| 24/25 [00:03<00:00]\n100%|##########| 25/25 [00:03<00:00]\n 20%|##        | 1/5 [00:00<00:00]\n";
    body["logs"] = json!(refined);
    let progress = read(body.clone()).await.progress().unwrap();
    assert_eq!((progress.pass, progress.step, progress.steps), (2, 1, 5));

    for nothing in ["", "Using seed: many", "100%|", "5%| | 1/0 [", "7%|x| 9/5 [", "%|%|%|1/2["] {
        body["logs"] = json!(nothing);
        let prediction = read(body.clone()).await;
        assert_eq!((prediction.seed(), prediction.progress()), (None, None), "{nothing:?}");
    }
}
