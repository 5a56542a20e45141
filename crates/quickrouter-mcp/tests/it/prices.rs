//! What prices, and their absence, mean for the budget.

use quickrouter_account::{Amount, Per, PriceRule, PriceRules, Profile};
use quickrouter_emulator::Faults;
use quickrouter_mcp::Limits;
use serde_json::{Value, json};

use crate::harness::{Session, World, content, error};

/// A model that the contract does not know.
const UNKNOWN: &str = "acme/painter";

fn amount(text: &str) -> Amount {
    Amount::parse_limit(text).unwrap()
}

/// A profile with a price for each picture of a model, and no word on how many it makes.
fn priced(world: &World) -> Profile {
    let mut profile = Profile::new("test", world.emulator.base_url());
    let rule = PriceRule { amount: amount("0.05"), per: Some(Per::Picture), most_pictures: None };
    profile.prices = PriceRules::new([(UNKNOWN.to_owned(), rule)]);
    profile
}

fn call(request_id: &str, input: &Value) -> Value {
    json!({"request_id": request_id, "model": UNKNOWN, "input": input})
}

#[tokio::test]
async fn a_count_of_an_unknown_model_is_held_however_it_is_written() {
    let world = World::quick().await;
    let session = world.session(3).await;
    for count in [json!(4), json!(4.0), json!("4"), json!(1e300)] {
        let refused = session.call("run_model", call("r", &json!({"num_outputs": count}))).await;
        assert_eq!(error(&refused)["kind"], "budget_exceeded", "{count}");
    }
    assert_eq!(world.emulator.creates_accepted(), 0);
}

#[tokio::test]
async fn a_price_per_picture_counts_for_the_pictures_that_are_reserved() {
    let world = World::quick().await;
    let limits = Limits { max_cost: Some(amount("0.1")), ..Limits::default() };
    let builder = world.builder_with(priced(&world)).limits(limits).dry_run(true);
    let session = Session::new(builder).await;
    let within = session.call("run_model", call("r", &json!({"num_outputs": 2}))).await;
    assert_eq!(content(&within)["cost"], json!({"pictures": 2, "most": "0.1"}));
    let input = json!({"model": UNKNOWN, "input": {"num_outputs": 3}});
    let estimate = session.call("estimate_cost", input).await;
    assert_eq!(content(&estimate)["cost"], json!({"pictures": 3, "most": "0.15"}));
    assert_eq!(content(&estimate)["within_budget"], false);
    let refused = session.call("run_model", call("r", &json!({"num_outputs": 3}))).await;
    assert_eq!(error(&refused)["kind"], "budget_exceeded");
}

#[tokio::test]
async fn a_limit_of_each_run_also_holds_what_has_no_price_for_the_moment_or_too_large_a_one() {
    let world = World::quick().await;
    let mut profile = priced(&world);
    profile.family = true;
    let limits = Limits { max_pictures: u64::MAX, ..Limits::default() };
    let builder = world.builder_with(profile).limits(limits).max_cost_per_run(Some(amount("1")));
    let session = Session::new(builder).await;
    let missing =
        r#"{"faults": [{"on": {"route": "pricing"}, "do": {"answer": {"status": 404}}}]}"#;
    world.emulator.set_faults(Faults::from_json(missing).unwrap()).unwrap();
    let refused = session.generate("r").await;
    assert_eq!(error(&refused)["kind"], "price_unknown");
    let refused = session.call("run_model", call("r", &json!({"num_outputs": 1e300}))).await;
    assert_eq!(error(&refused)["kind"], "budget_exceeded");
}

#[tokio::test]
async fn a_price_that_is_unknown_for_the_moment_is_no_budget_that_is_spent() {
    let world = World::quick().await;
    let mut profile = priced(&world);
    profile.family = true;
    let limits = Limits { max_cost: Some(amount("1")), ..Limits::default() };
    let session = Session::new(world.builder_with(profile).limits(limits)).await;
    let refused = session.generate("r").await;
    assert_eq!(error(&refused)["kind"], "price_unknown");
    assert_eq!(error(&refused)["may_be_billed"], false);
    let next = error(&refused)["next"].as_str().unwrap();
    assert_eq!(next, "Nothing was created. Call it again later.");
    assert_eq!(world.emulator.creates_accepted(), 0);
}

#[tokio::test]
async fn a_limit_of_each_run_refuses_what_could_cost_more_and_says_both() {
    let world = World::quick().await;
    let builder = world.builder_with(priced(&world)).max_cost_per_run(Some(amount("0.1")));
    let session = Session::new(builder).await;
    let refused = session.call("run_model", call("r", &json!({"num_outputs": 3}))).await;
    assert_eq!(error(&refused)["kind"], "budget_exceeded");
    let message = error(&refused)["message"].as_str().unwrap();
    assert_eq!(message, "It could cost 0.15; one prediction may cost 0.1.");
    // What has no price at all is not held by it.
    let unpriced = session.generate("other").await;
    assert_eq!(content(&unpriced)["status"], "succeeded");
}
