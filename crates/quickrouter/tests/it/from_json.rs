//! Predictions from JSON without a server, as in a user's own tests.

use quickrouter::inputs::SdxlInput;
use quickrouter::{Output, Prediction, PredictionId, Status};
use serde_json::{Value, json};

use crate::scripted::{ID, Script, answer, prediction, succeeded};

const U: &str = "https://files.example/out-0.png";

fn from_json(json: &Value) -> Prediction {
    Prediction::from_json(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[test]
fn a_prediction_is_made_from_every_form_that_a_response_may_have() {
    let own = succeeded(&[U]);
    for json in [
        own.clone(),
        json!([own]),
        json!({"code": "success", "message": "", "data": own}),
        json!({"id": "request-7", "status": "success", "data": own}),
        json!({"success": true, "result": {"prediction": own}}),
    ] {
        let prediction = from_json(&json);
        assert_eq!(prediction.id().unwrap().as_str(), ID, "{json}");
        assert_eq!(prediction.status(), &Status::Succeeded, "{json}");
        assert_eq!(prediction.outputs(), [Output::Url(U.to_owned())], "{json}");
    }
    let images = from_json(&json!({"created": 1, "data": [{"url": U}]}));
    assert_eq!((images.id(), images.status()), (None, &Status::Succeeded));
    assert_eq!(images.outputs(), [Output::Url(U.to_owned())]);
    assert_eq!(
        from_json(&json!({"id": 4711, "status": "NOT_START"})).id().unwrap().as_str(),
        "4711"
    );
}

#[test]
fn json_that_is_no_prediction_is_an_error_that_says_what_is_missing() {
    let rows = [
        (json!({"status": "succeeded", "output": null}), "it has no id"),
        (json!({"id": "", "status": "succeeded"}), "it has no id"),
        (json!({"id": "..", "status": "succeeded"}), "it has no id"),
        (json!({"id": ID}), "it has no status"),
        (json!({"data": {"id": ID}}), "it has no status"),
        (json!({"error": {"message": "no credit"}}), "it has no id"),
        (json!({}), "it has no id"),
        (json!([prediction("starting"), prediction("starting")]), "it has no id"),
        (json!("succeeded"), "it has no id"),
        (json!(null), "it has no id"),
    ];
    for (json, reason) in rows {
        let error = Prediction::from_json(json.clone()).unwrap_err();
        assert_eq!(error.reason, reason, "{json}");
        assert_eq!(error.to_string(), format!("this is not a prediction: {reason}"));
        let error = serde_json::from_value::<Prediction>(json).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn a_prediction_is_read_where_it_is_a_part_of_a_users_own_type() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Job {
        order: u32,
        id: PredictionId,
        prediction: Prediction,
    }

    let text = json!({"order": 7, "id": ID, "prediction": succeeded(&[U])}).to_string();
    let job: Job = serde_json::from_str(&text).unwrap();
    assert_eq!((job.order, job.prediction.id()), (7, Some(&job.id)));
    assert_eq!(serde_json::to_value(&job).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
    let refused = serde_json::from_value::<PredictionId>(json!("..")).unwrap_err();
    assert!(refused.to_string().contains(r#"".." is not a prediction id"#), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn what_a_client_gives_out_survives_being_stored() {
    let bodies = [
        prediction("starting"),
        succeeded(&[U]),
        json!({"id": ID, "status": "a new word", "more": [1.5, {"a": null}]}),
        json!({"data": succeeded(&[U])}),
        json!({"created": 1, "data": [{"url": U}]}),
        // The response to a create may lack the status, or the id of what is over.
        json!({"id": ID, "output": [U]}),
        json!({"status": "succeeded", "output": [U]}),
    ];
    for body in bodies {
        let input = SdxlInput::builder().build();
        let created = Script::new([answer(201, &body)]).client().create(input).await.unwrap();
        let text = serde_json::to_string(&created).unwrap();
        let read: Prediction = serde_json::from_str(&text).unwrap();
        assert_eq!((read.id(), read.status()), (created.id(), created.status()), "{body}");
        assert_eq!((read.raw(), read.outputs()), (created.raw(), created.outputs()), "{body}");
    }
}
