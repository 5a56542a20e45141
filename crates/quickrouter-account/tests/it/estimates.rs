//! What a run would cost at most, and the check against a limit.

use httpmock::MockServer;
use quickrouter_account::{
    Account, Amount, Estimate, Per, PriceRule, PriceRules, Refusal, Spending, UnpricedReason,
    within,
};
use serde_json::{Value, json};

use crate::gateway::{client, profile};

const VERSION: &str = "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc";

async fn estimate(per: Option<Per>, most: Option<u64>, model: &str, input: Value) -> Estimate {
    let server = MockServer::start_async().await;
    let rule = PriceRule { amount: Amount::from_micros(4_000), per, most_pictures: most };
    let mut profile = profile(&server);
    profile.family = false;
    profile.prices = PriceRules::new([("*".to_owned(), rule)]);
    Account::new(client(&server), profile).estimate(model, &input).await
}

async fn most(per: Option<Per>, model: &str, input: Value) -> Option<i64> {
    estimate(per, None, model, input).await.most.map(Amount::micros)
}

#[tokio::test]
async fn a_price_per_picture_counts_for_every_picture_that_the_input_asks_for() {
    let sdxl = "stability-ai/sdxl";
    let by_version = format!("{sdxl}:{VERSION}");
    let per = Some(Per::Picture);
    assert_eq!(most(per, sdxl, json!({"num_outputs": 3})).await, Some(12_000));
    assert_eq!(most(per, sdxl, json!({"num_outputs": 3.0})).await, Some(12_000));
    assert_eq!(most(per, &by_version, json!({"num_outputs": 2})).await, Some(8_000));
    assert_eq!(most(per, VERSION, json!({"num_outputs": 2})).await, Some(8_000));
    assert_eq!(most(per, sdxl, json!({})).await, Some(4_000), "the contract's default");
    assert_eq!(most(per, sdxl, json!({"num_outputs": "x"})).await, Some(16_000), "its maximum");
    assert_eq!(most(per, sdxl, json!({"num_outputs": u64::MAX})).await, None);
    let kontext = "black-forest-labs/flux-kontext-pro";
    assert_eq!(most(per, kontext, json!({"num_outputs": 4})).await, Some(4_000), "it makes one");
}

#[tokio::test]
async fn a_price_that_does_not_say_what_it_is_for_is_reserved_for_every_picture() {
    assert_eq!(most(None, "stability-ai/sdxl", json!({"num_outputs": 4})).await, Some(16_000));
    let per = Some(Per::Call);
    assert_eq!(most(per, "stability-ai/sdxl", json!({"num_outputs": 4})).await, Some(4_000));
    assert_eq!(most(per, "a/b", json!({"num_outputs": 4})).await, Some(4_000));
}

#[tokio::test]
async fn an_unknown_number_of_pictures_is_unpriced_unless_the_profile_knows_the_most() {
    let unknown = estimate(None, None, "a/b", json!({"num_outputs": 4})).await;
    assert_eq!((unknown.most, unknown.pictures), (None, None));
    assert_eq!(unknown.reason, Some(UnpricedReason::PictureCountUnknown));
    let known = estimate(None, Some(9), "a/b", json!({})).await;
    assert_eq!((known.most, known.pictures), (Some(Amount::from_micros(36_000)), Some(9)));
}

#[tokio::test]
async fn a_limit_refuses_what_could_cost_more_and_what_has_no_price() {
    let limit = |micros| Some(Amount::from_micros(micros));
    let known = estimate(None, None, "stability-ai/sdxl", json!({"num_outputs": 2})).await;
    assert_eq!(within(None, &known, Spending::Priced), Ok(()));
    assert_eq!(within(limit(8_000), &known, Spending::Priced), Ok(()));
    let refusal = within(limit(7_999), &known, Spending::Unpriced).unwrap_err();
    assert_eq!(refusal.code(), "above-max-cost");
    assert_eq!(refusal.to_string(), "this could cost 0.008, more than the limit of 0.007999");

    let unknown = estimate(None, None, "a/b", json!({})).await;
    assert_eq!(within(None, &unknown, Spending::Priced), Ok(()));
    assert_eq!(within(limit(1), &unknown, Spending::Unpriced), Ok(()));
    match within(limit(1), &unknown, Spending::Priced).unwrap_err() {
        Refusal::Unpriced { reason, .. } => assert_eq!(reason.code(), "picture-count-unknown"),
        other => panic!("{other}"),
    }
}
