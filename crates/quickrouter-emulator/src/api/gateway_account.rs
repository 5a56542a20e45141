//! What a gateway of the new-api family has at its origin, outside the base URL's prefix: usage,
//! prices and charges. Paths and shapes are the contract's; texts say that the emulator makes them up.

use crate::api::billing::{Balance, balance};
use crate::http::auth::admits;
use crate::state::{Shared, State};
use axum::Json;
use axum::Router;
use axum::extract::State as With;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use quickrouter_api::routes::origin::{self, charges as charge, pricing as price, usage};
use serde_json::{Map, Value, json};
use std::time::SystemTime;

/// The name of the key, whatever key is presented.
const NAME: &str = "emulator";
/// Beside every success, where the family has an empty text or "ok".
const FAKE: &str = "emulator: nothing is billed";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(origin::USAGE.path, get(get_usage))
        .route(origin::PRICING.path, get(get_pricing))
        .route(origin::CHARGES.path, get(get_charges))
}

async fn get_usage(With(state): With<Shared>, headers: HeaderMap) -> Response {
    if let Some(refused) = refusal(&state, &headers) {
        return refused;
    }
    let Balance { used, quota } = balance(&state);
    let granted = json!(quota.unwrap_or_default());
    // An unlimited key goes below zero in new-api, whose remaining quota counts on
    // (model/token.go, DecreaseTokenQuota).
    let available = match quota {
        Some(quota) => json!(quota.saturating_sub(used)),
        None => json!(-i64::try_from(used).unwrap_or(i64::MAX)),
    };
    object([
        (usage::CODE, json!(true)),
        (usage::MESSAGE, json!(FAKE)),
        (usage::NAME, json!(NAME)),
        (usage::GRANTED, granted),
        (usage::USED, json!(used)),
        (usage::AVAILABLE, available),
        (usage::UNLIMITED, json!(quota.is_none())),
        (usage::MODEL_LIMITS, json!({})),
        (usage::EXPIRES_AT, json!(0)),
    ])
    .into_response()
}

async fn get_pricing(With(state): With<Shared>) -> Response {
    let (each, groups) = (state.price.get(), state.tariff.groups());
    let names: Vec<&str> = groups.iter().map(|(name, _)| *name).collect();
    let ratios: Map<String, Value> =
        groups.iter().map(|(name, ratio)| ((*name).to_owned(), json!(ratio))).collect();
    let listed = |name: &str| {
        object([
            (price::MODEL, json!(name)),
            (price::QUOTA_TYPE, json!(price::QUOTA_TYPE_PER_CALL)),
            (price::PRICE, json!(each)),
            (price::GROUPS, json!(names)),
        ])
        .0
    };
    let catalog = state.catalog();
    let priced = catalog.all().filter(|_| each > 0.0);
    let models: Vec<Value> = priced.map(|model| listed(&model.name)).collect();
    object([
        (price::SUCCESS, json!(true)),
        (price::MESSAGE, json!(FAKE)),
        (price::ENTRIES, json!(models)),
        (price::GROUP_RATIOS, ratios.into()),
    ])
    .into_response()
}

async fn get_charges(With(state): With<Shared>, headers: HeaderMap) -> Response {
    if let Some(refused) = refusal(&state, &headers) {
        return refused;
    }
    let mut billing = state.billing();
    let charges: Vec<Value> = billing
        .charges(state.now())
        .map(|one| {
            let kind = if one.is_refund { charge::TYPE_REFUND } else { charge::TYPE_CONSUME };
            object([
                (charge::CREATED_AT, json!(unix(one.at))),
                (charge::MODEL, json!(one.model)),
                (charge::QUOTA, json!(one.units)),
                (charge::TYPE, json!(kind)),
                (charge::REQUEST_ID, json!(one.request_id)),
            ])
            .0
        })
        .collect();
    object([
        (charge::SUCCESS, json!(true)),
        (charge::MESSAGE, json!(FAKE)),
        (charge::ENTRIES, json!(charges)),
    ])
    .into_response()
}

/// Why a request without the right key is refused, as by new-api: 401 without any, 200 with a wrong one
/// (controller/token.go, GetTokenUsage).
fn refusal(state: &State, headers: &HeaderMap) -> Option<Response> {
    if admits(state, headers) {
        return None;
    }
    let (status, message) = if headers.contains_key(header::AUTHORIZATION) {
        (StatusCode::OK, "无效的令牌 (emulator)")
    } else {
        (StatusCode::UNAUTHORIZED, "No Authorization header (emulator)")
    };
    let body = object([(usage::SUCCESS, json!(false)), (usage::MESSAGE, json!(message))]);
    Some((status, body).into_response())
}

fn unix(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// An object with each value at its JSON pointer. None leads through an array.
fn object<const N: usize>(values: [(&str, Value); N]) -> Json<Value> {
    let mut object = json!({});
    for (pointer, value) in values {
        let parts = pointer.split('/').skip(1);
        *parts.fold(&mut object, |place, part| &mut place[part]) = value;
    }
    Json(object)
}
