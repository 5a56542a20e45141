//! What the benchmarks' servers answer: predictions as the gateway words them, with a whole log.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use quickrouter::Status;
use quickrouter::catalog::ModelInput;
use quickrouter::inputs::SdxlInput;
use serde_json::{Value, json};

/// Of the length of a real id, so that it can be replaced in text that was made once.
const PLACE: &str = "placeofthepredictionsid000";
const STEPS: u32 = 50;

/// A prediction as JSON text, made once; only the id differs from answer to answer.
#[derive(Clone)]
pub(crate) struct Template(String);

impl Template {
    /// One of this status, with the log that goes with it; with one output if it has succeeded.
    pub(crate) fn of(status: &Status) -> Self {
        match status {
            Status::Succeeded => Self::with(status, &log(STEPS), &ended()),
            Status::Processing => Self::with(status, &log(STEPS - 2), &[]),
            _ => Self::with(status, "", &[]),
        }
    }

    fn with(status: &Status, logs: &str, more: &[(&str, Value)]) -> Self {
        let model = SdxlInput::model();
        let mut prediction = json!({
            "id": PLACE,
            "model": model.name,
            "version": model.version,
            "input": {
                "height": 512,
                "prompt": "a studio photo of a rainbow colored corgi",
                "seed": 42069,
                "width": 512,
            },
            "logs": logs,
            "error": null,
            "status": status,
            "created_at": "2025-08-16T18:57:08.360785Z",
            "urls": {
                "cancel": format!("https://gateway.example/v1/predictions/{PLACE}/cancel"),
                "get": format!("https://gateway.example/v1/predictions/{PLACE}"),
            },
        });
        for (key, value) in more {
            prediction[*key] = value.clone();
        }
        Self(prediction.to_string())
    }

    /// The length of an answer in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// An answer about this prediction, with the headers that gateways send.
    pub(crate) fn answer(&self, status: StatusCode, id: &str) -> Response {
        let headers = [
            ("content-type", "application/json"),
            ("server", "gateway"),
            ("ratelimit-remaining", "59999"),
            ("ratelimit-reset", "1"),
            ("x-request-id", "20250816185708360785134Hk3sUqZ9"),
            ("cache-control", "no-store"),
        ];
        (status, headers, self.0.replace(PLACE, id)).into_response()
    }
}

/// What a prediction has when it has succeeded.
fn ended() -> [(&'static str, Value); 4] {
    [
        ("started_at", json!("2025-08-16T18:57:08.366092Z")),
        ("completed_at", json!("2025-08-16T18:57:12.170420Z")),
        ("metrics", json!({ "predict_time": 3.804_328, "total_time": 3.809_635 })),
        ("output", json!([format!("https://replicate.delivery/pbxt/{PLACE}/out-0.png")])),
    ]
}

/// The id with this number, of the length of a real one.
pub(crate) fn id(number: usize) -> String {
    format!("{number:0width$}", width = PLACE.len())
}

/// What tqdm has printed after so many of the steps: every second one.
fn log(steps: u32) -> String {
    let mut log = String::from(
        "Using seed: 42069\nPrompt: a studio photo of a rainbow colored corgi\ntxt2img mode\n",
    );
    for step in (0..=steps).step_by(2) {
        let full = usize::try_from(step / 5).unwrap_or_default();
        let (percent, bar, left) = (step * 2, "█".repeat(full), (STEPS - step) / 17);
        let passed = step / 17;
        let _ = writeln!(
            log,
            "{percent:3}%|{bar:<10}| {step}/{STEPS} [00:{passed:02}<00:{left:02}, 17.19it/s]"
        );
    }
    log
}
