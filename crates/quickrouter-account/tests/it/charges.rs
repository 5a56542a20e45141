//! The gateway's log of charges, as evidence of a create of unknown outcome.

use std::time::{Duration, UNIX_EPOCH};

use httpmock::MockServer;
use quickrouter_account::{Amount, Certainty, Evidence, UnclearReason};
use serde_json::{Value, json};

use crate::gateway::{account, serves};

const MODEL: &str = "stability-ai/sdxl";
const SENT: u64 = 1_700_000_000;

fn charge(after: i64, model: &str) -> Value {
    let created_at = i64::try_from(SENT).unwrap() + after;
    json!({"created_at": created_at, "type": 2, "model_name": model, "quota": 2_000,
           "request_id": format!("id{after}")})
}

async fn evidence(entries: Value, request_id: Option<&str>) -> Evidence {
    let server = MockServer::start_async().await;
    serves(&server, "/api/log/token", &json!({"success": true, "data": entries}));
    let since = UNIX_EPOCH + Duration::from_secs(SENT);
    account(&server).charged_since(since, MODEL, request_id).await.unwrap()
}

fn unclear(why: UnclearReason) -> Evidence {
    Evidence::Unclear { why }
}

#[tokio::test]
async fn the_only_charge_for_the_model_since_then_is_likely_the_creates() {
    let entries = json!([charge(3, MODEL), charge(5, "other/model"), charge(-900, MODEL)]);
    let amount = Amount::from_micros(4_000);
    let likely = Evidence::Charged { amount, certainty: Certainty::Likely };
    assert_eq!(evidence(entries.clone(), None).await, likely);
    assert_eq!(evidence(entries.clone(), Some("unknown")).await, likely);
    let certain = Evidence::Charged { amount, certainty: Certainty::Certain };
    assert_eq!(evidence(entries, Some("id3")).await, certain);
}

#[tokio::test]
async fn no_charge_in_a_log_that_reaches_back_is_possible_evidence_of_none() {
    let none = Evidence::NotCharged { certainty: Certainty::Possible };
    assert_eq!(evidence(json!([charge(-900, MODEL)]), None).await, none);
    assert_eq!(evidence(json!([charge(4, "a/b"), charge(-900, MODEL)]), None).await, none);
}

#[tokio::test]
async fn whatever_else_the_log_says_is_unclear_with_the_reason() {
    let refund = json!({"created_at": SENT + 9, "type": 6, "model_name": MODEL, "quota": 2_000});
    let settled = json!({"created_at": SENT + 9, "type": 2, "model_name": MODEL, "quota": -500});
    let cases = [
        (json!([settled]), UnclearReason::Refunded),
        (json!([settled, charge(3, MODEL)]), UnclearReason::Refunded),
        (json!([charge(3, MODEL), charge(4, MODEL)]), UnclearReason::SeveralCharges { charges: 2 }),
        (json!([charge(-10, MODEL)]), UnclearReason::NearMiss),
        (json!([refund, charge(3, MODEL)]), UnclearReason::Refunded),
        (json!([charge(3, "a/b"), charge(9, "a/b")]), UnclearReason::LogTooShort),
        (
            json!([charge(3, "sdxl"), charge(-9, "sdxl")]),
            UnclearReason::OtherCharges { charges: 1 },
        ),
        (json!([]), UnclearReason::LogEmpty),
        (json!(null), UnclearReason::LogEmpty),
        (json!([{"type": 1, "created_at": SENT}]), UnclearReason::LogEmpty),
    ];
    for (entries, why) in cases {
        assert_eq!(evidence(entries.clone(), None).await, unclear(why), "{entries}");
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_no_evidence() {
    for entries in [json!({"items": []}), json!([{"type": 2}]), json!([{"type": 2, "quota": "x"}])]
    {
        let server = MockServer::start_async().await;
        serves(&server, "/api/log/token", &json!({"data": entries}));
        let asked = account(&server).charged_since(UNIX_EPOCH, MODEL, None).await;
        assert_eq!(asked.unwrap_err().code(), "response-unreadable");
    }
}
