//! Predictions and ids inside the envelopes of gateways.

use quickrouter::Status;
use quickrouter::inputs::SdxlInput;
use serde_json::json;

use crate::paid::U;
use crate::scripted::{ID, Script, Step, answer, prediction, succeeded};

#[tokio::test(start_paused = true)]
async fn a_prediction_inside_an_envelope_is_waited_for_like_any_other() {
    let own = prediction("starting");
    for created in [
        json!({"code": "success", "message": "", "data": own}),
        json!({"prediction": own}),
        json!({"success": true, "result": own}),
        json!([own]),
        json!({"data": [own]}),
    ] {
        let polled = json!({"code": "success", "data": succeeded(&[U])});
        let script = Script::new([answer(200, &created), answer(200, &polled)]);
        let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
        assert_eq!(finished.status(), &Status::Succeeded, "{created}");
        assert_eq!(script.calls()[1], "GET /v1/predictions/abc123", "{created}");
    }
    let script = Script::new([
        answer(200, &json!({"id": 4711, "status": "NOT_START", "created_at": 0})),
        answer(200, &json!({"id": 4711, "status": "SUCCESS", "output": [U]})),
    ]);
    let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
    assert_eq!(finished.id().unwrap().as_str(), "4711");
    assert_eq!(script.calls()[1], "GET /v1/predictions/4711");
}

#[tokio::test(start_paused = true)]
async fn an_id_without_a_prediction_is_asked_for() {
    for created in [
        json!({"code": 1, "description": "submitted", "result": ID}),
        json!({"code": "success", "data": {"task_id": ID}}),
        json!({"id": ID}),
    ] {
        let script = Script::new([
            answer(200, &created),
            answer(200, &prediction("processing")),
            answer(200, &succeeded(&[U])),
        ]);
        let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
        assert_eq!(finished.status(), &Status::Succeeded, "{created}");
        assert_eq!(script.creates(), 1);
    }
    let broken = Step::Cut { body: r#"{"code": "success", "data": {"id": "abc123", "stat"# };
    let script = Script::new([broken, answer(200, &succeeded(&[U]))]);
    assert_eq!(script.client().run(SdxlInput::builder().build()).await.unwrap().outputs().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_success_of_the_request_is_not_the_end_of_the_prediction() {
    let script = Script::new([
        answer(200, &json!({"id": ID, "status": "success", "message": "task accepted"})),
        answer(200, &json!({"id": ID, "status": "processing", "output": null})),
        answer(200, &succeeded(&[U])),
    ]);
    let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
    assert_eq!(finished.outputs().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn empty_ids_and_statuses_are_absent_ones() {
    for created in [json!({"id": ID, "status": ""}), json!({"id": ID, "status": " ", "logs": ""})] {
        let script = Script::new([answer(200, &created), answer(200, &succeeded(&[U]))]);
        let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
        assert_eq!(script.calls()[1], "GET /v1/predictions/abc123", "{created}");
        assert_eq!(finished.status(), &Status::Succeeded);
    }
    let polled = json!({"task_id": ID, "status": "SUCCESS", "output": U});
    let script = Script::new([answer(201, &prediction("starting")), answer(200, &polled)]);
    let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
    assert_eq!(finished.outputs().len(), 1, "the id of a task is one of a prediction");
}

#[tokio::test(start_paused = true)]
async fn a_poll_need_not_repeat_what_is_known() {
    for polled in [
        json!({"status": "succeeded", "output": [U]}),
        json!({"id": null, "status": "succeeded", "output": U}),
        json!({"id": "", "state": "succeeded", "output": [U]}),
        json!({"data": {"task_status": "succeed", "task_result": {"images": [{"url": U}]}}}),
        json!({"code": 0, "data": {"status": "SUCCESS", "output": [U]}}),
    ] {
        let script = Script::new([answer(201, &prediction("starting")), answer(200, &polled)]);
        let finished = script.client().run(SdxlInput::builder().build()).await;
        let finished = finished.unwrap_or_else(|error| panic!("{polled}: {error}"));
        assert_eq!(finished.outputs().len(), 1, "{polled}");
        assert_eq!(finished.id().unwrap().as_str(), ID, "{polled}");
    }
    // Without a status it is over when outputs and the time of its end stand.
    for status in [json!(null), json!(5), json!("")] {
        let polled = json!({"id": ID, "status": status, "output": [U], "completed_at": "2026-11-27T10:00:00Z"});
        let mut steps = vec![answer(201, &prediction("starting"))];
        steps.extend(vec![answer(200, &polled); 20]);
        let finished = Script::new(steps).client().run(SdxlInput::builder().build()).await;
        assert_eq!(finished.expect("an end").outputs().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_finished_create_without_an_id_is_one_all_the_same() {
    for created in [
        json!({"id": null, "status": "succeeded", "output": U}),
        json!({"id": "", "status": "completed", "output": [U]}),
        json!({"code": 0, "data": {"created": 5, "data": [{"url": U}]}}),
    ] {
        let script = Script::new([answer(200, &created)]);
        let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
        assert_eq!((finished.id(), finished.outputs().len()), (None, 1), "{created}");
    }
}
