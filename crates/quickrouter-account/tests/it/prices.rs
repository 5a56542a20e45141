//! Prices by the gateway's list, and by the profile.

use std::time::Duration;

use httpmock::Method::GET;
use httpmock::MockServer;
use proptest::prelude::*;
use quickrouter_account::{
    Account, Amount, ListFailure, Per, Price, PriceRule, PriceRules, PriceSource, UnpricedReason,
};
use serde_json::{Value, json};

use crate::gateway::{account, client, profile, says};

const MODEL: &str = "stability-ai/sdxl";

fn entry(price: &Value) -> Value {
    json!({"model_name": MODEL, "quota_type": 1, "model_price": price, "enable_groups": ["vip"]})
}

/// The price of SDXL by a list, for a profile of this group.
async fn price_by(list: &Value, group: Option<&str>) -> Price {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.method(GET).path("/api/pricing").header_missing("authorization");
        then.status(200).json_body(list.clone());
    });
    let mut profile = profile(&server);
    profile.group = group.map(str::to_owned);
    Account::new(client(&server), profile).price(MODEL).await
}

async fn listed(price: Value, ratio: Value) -> Price {
    price_by(&json!({"data": [entry(&price)], "group_ratio": {"vip": ratio}}), Some("vip")).await
}

fn micros(price: &Price) -> i64 {
    match price {
        Price::Known { amount, per: Per::Call, .. } => amount.micros(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_listed_price_is_multiplied_with_the_groups_ratio_exactly_and_rounded_up() {
    let cases = [
        (json!(0.04), json!(1), 40_000),
        (json!(0.1), json!(3), 300_000),
        (json!("0.04"), json!("0.8"), 32_000),
        (json!(0.0043), json!(0.333), 1_432),
        // A gateway charges whole units of quota, which are 2 micro-units each.
        (json!(1e-7), json!(0.5), 2),
        (json!(0.000_001), json!(1), 2),
        (json!(0.000_002), json!(1), 2),
        (json!(0.040_000_5), json!(1), 40_002),
        (json!(4e-2), json!(1e0), 40_000),
    ];
    for (price, ratio, expected) in cases {
        assert_eq!(
            micros(&listed(price.clone(), ratio.clone()).await),
            expected,
            "{price} {ratio}"
        );
    }
}

#[tokio::test]
async fn what_the_list_does_not_say_is_unpriced_with_a_reason_and_never_0() {
    let group = || "vip".to_owned();
    let cases = [
        (json!(0), json!(1), UnpricedReason::ListedAsZero),
        (json!("0.000"), json!(1), UnpricedReason::ListedAsZero),
        (json!(-1), json!(1), UnpricedReason::NoUsablePrice),
        (json!("NaN"), json!(1), UnpricedReason::NoUsablePrice),
        (json!(null), json!(1), UnpricedReason::NoUsablePrice),
        (json!(0.04), json!(null), UnpricedReason::NoUsableRatio { group: group() }),
        (json!(0.04), json!(0), UnpricedReason::NoUsableRatio { group: group() }),
        (json!(0.04), json!(-2), UnpricedReason::NoUsableRatio { group: group() }),
        (json!(1e12), json!(1e12), UnpricedReason::TooLarge),
    ];
    for (price, ratio, reason) in cases {
        let found = listed(price.clone(), ratio.clone()).await;
        assert_eq!(found, Price::Unpriced(reason), "{price} {ratio}");
    }
}

#[tokio::test]
async fn an_entry_counts_only_alone_under_exactly_its_name_per_call_and_for_the_group() {
    let changed = |name: &str, value: Value| {
        let mut entry = entry(&json!(0.04));
        entry[name] = value;
        entry
    };
    let right = entry(&json!(0.04));
    let group = || "vip".to_owned();
    let cases = [
        (vec![], UnpricedReason::NotListed),
        (vec![changed("model_name", json!("sdxl"))], UnpricedReason::NotListed),
        (vec![changed("model_name", json!("stability-ai/sdxl-hd"))], UnpricedReason::NotListed),
        (vec![right.clone(), right.clone()], UnpricedReason::SeveralEntries { entries: 2 }),
        (vec![changed("quota_type", json!(0))], UnpricedReason::NotPerCall),
        (vec![changed("quota_type", json!(null))], UnpricedReason::NotPerCall),
        (vec![changed("billing_mode", json!("tiered_expr"))], UnpricedReason::NotPerCall),
        (
            vec![changed("enable_groups", json!(["default"]))],
            UnpricedReason::GroupNotEnabled { group: group() },
        ),
        (
            vec![changed("enable_groups", json!(null))],
            UnpricedReason::GroupNotEnabled { group: group() },
        ),
    ];
    for (data, reason) in cases {
        let list = json!({"data": data, "group_ratio": {"vip": 1}});
        assert_eq!(price_by(&list, Some("vip")).await, Price::Unpriced(reason), "{list}");
    }
    let of_all =
        json!({"data": [changed("enable_groups", json!(["all"]))], "group_ratio": {"vip": 2}});
    assert_eq!(micros(&price_by(&of_all, Some("vip")).await), 80_000);
    let list = json!({"data": [right], "group_ratio": {}});
    let unknown = UnpricedReason::GroupUnknown { group: group() };
    assert_eq!(price_by(&list, Some("vip")).await, Price::Unpriced(unknown));
    assert_eq!(price_by(&list, None).await, Price::Unpriced(UnpricedReason::GroupNotNamed));
}

#[tokio::test]
async fn the_name_with_the_version_that_is_sent_is_the_models_too() {
    let named = |name: &str, price: f64| {
        let mut entry = entry(&json!(price));
        entry["model_name"] = json!(name);
        entry
    };
    let model = quickrouter::catalog::find_model(MODEL).unwrap();
    let sent = format!("{MODEL}:{}", model.version.unwrap());
    let list = json!({"data": [named(&sent, 0.05)], "group_ratio": {"vip": 1}});
    assert_eq!(micros(&price_by(&list, Some("vip")).await), 50_000);
    let other = format!("{MODEL}:{}", "0".repeat(64));
    let list = json!({"data": [named(&other, 0.05)], "group_ratio": {"vip": 1}});
    assert_eq!(price_by(&list, Some("vip")).await, Price::Unpriced(UnpricedReason::NotListed));
    // Which of both the gateway takes is not known.
    let both = json!({"data": [named(MODEL, 0.04), named(&sent, 0.05)], "group_ratio": {"vip": 1}});
    let several = UnpricedReason::SeveralEntries { entries: 2 };
    assert_eq!(price_by(&both, Some("vip")).await, Price::Unpriced(several));
}

#[tokio::test]
async fn a_key_whose_group_the_gateway_chooses_has_no_listed_price() {
    let mut of_all = entry(&json!(0.04));
    of_all["enable_groups"] = json!(["all"]);
    // As new-api lists it, with a ratio that no call is made at.
    let list = json!({
        "data": [of_all],
        "group_ratio": {"auto": 0.5, "default": 1, "vip": 3},
        "usable_group": {"auto": "自动选择分组", "default": "默认分组"},
        "auto_groups": ["default", "vip"],
    });
    let reason = UnpricedReason::GroupChosenByGateway { group: "auto".to_owned() };
    assert_eq!(price_by(&list, Some("auto")).await, Price::Unpriced(reason));
    assert_eq!(micros(&price_by(&list, Some("default")).await), 40_000);
}

#[tokio::test]
async fn a_list_that_fails_leaves_models_unpriced_and_is_asked_for_again() {
    let server = MockServer::start_async().await;
    let mut mock = server.mock(|when, then| {
        when.path("/api/pricing");
        then.status(200).json_body(json!({"success": false, "message": "later"}));
    });
    let mut profile = profile(&server);
    profile.group = Some("vip".to_owned());
    let account = Account::new(client(&server), profile);
    match account.price(MODEL).await {
        Price::Unpriced(UnpricedReason::ListUnavailable { code, message, failure }) => {
            assert_eq!(code, "gateway-refused");
            assert!(message.ends_with("later"), "{message}");
            let message = "later".to_owned();
            assert_eq!(failure, ListFailure::Refused { status: 200, message });
        }
        other => panic!("{other:?}"),
    }
    mock.delete();
    mock = server.mock(|when, then| {
        when.path("/api/pricing");
        then.json_body(json!({"data": [entry(&json!(1))], "group_ratio": {"vip": 1}}));
    });
    pass(Duration::from_secs(5)).await;
    for _ in 0..3 {
        assert_eq!(micros(&account.clone().price(MODEL).await), 1_000_000);
    }
    mock.assert_calls(1);
}

#[tokio::test]
async fn the_profiles_price_counts_before_the_list_and_its_0_is_free() {
    let server = MockServer::start_async().await;
    let rule = |amount: &str| PriceRule {
        amount: amount.parse().unwrap(),
        per: Some(Per::Call),
        most_pictures: None,
    };
    let mut profile = profile(&server);
    profile.family = false;
    profile.prices = PriceRules::new([
        ("*".to_owned(), rule("9")),
        ("stability-ai/*".to_owned(), rule("0.5")),
        (MODEL.to_owned(), rule("0")),
    ]);
    let account = Account::new(client(&server), profile);
    let cases = [
        (MODEL.to_owned(), "0", MODEL),
        ("Stability-AI/SDXL".to_owned(), "0", MODEL),
        (format!("{MODEL}:{}", "0".repeat(64)), "0", MODEL),
        ("stability-ai/other".to_owned(), "0.5", "stability-ai/*"),
        ("a/b".to_owned(), "9", "*"),
    ];
    for (model, amount, pattern) in cases {
        let source = PriceSource::Profile { pattern: pattern.to_owned() };
        match account.price(&model).await {
            Price::Known { amount: found, source: of, .. } => {
                assert_eq!((found, of), (amount.parse::<Amount>().unwrap(), source), "{model}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn without_a_price_and_a_family_nothing_is_asked() {
    let server = MockServer::start_async().await;
    let mut profile = profile(&server);
    profile.family = false;
    let price = Account::new(client(&server), profile).price(MODEL).await;
    let reason = UnpricedReason::NotOfTheFamily { profile: "fake".to_owned() };
    assert_eq!(price, Price::Unpriced(reason));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Prices and ratios with 7 decimals, as whole numbers of the last one.
    #[test]
    fn no_price_is_below_the_list_times_the_ratio(price in 1_i128..10_i128.pow(12), ratio in 1_i128..10_i128.pow(9)) {
        let decimal = |number: i128| {
            let one = 10_i128.pow(7);
            let text = format!("{}.{:07}", number / one, number % one);
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(listed(decimal(price), decimal(ratio)));
        let (found, exact, scale) = (i128::from(micros(&found)), price * ratio, 10_i128.pow(8));
        prop_assert!(found * scale >= exact);
        prop_assert!((found - 2) * scale < exact);
    }
}

/// Lets time pass.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_list_is_fetched_again_after_ten_minutes() {
    let server = MockServer::start_async().await;
    let list = |price: f64| json!({"data": [entry(&json!(price))], "group_ratio": {"vip": 1}});
    let serve = |price: f64| {
        server.mock(|when, then| {
            when.method(GET).path("/api/pricing");
            then.status(200).json_body(list(price));
        })
    };
    let mut first = serve(0.04);
    let mut profile = profile(&server);
    profile.group = Some("vip".to_owned());
    let account = Account::new(client(&server), profile);
    assert_eq!(micros(&account.price(MODEL).await), 40_000);
    first.delete();
    serve(0.08);
    pass(Duration::from_secs(9 * 60)).await;
    assert_eq!(micros(&account.clone().price(MODEL).await), 40_000);
    pass(Duration::from_secs(60)).await;
    assert_eq!(micros(&account.price(MODEL).await), 80_000);
}

#[tokio::test]
async fn those_who_wait_for_a_list_that_fails_do_not_ask_one_after_another() {
    let server = MockServer::start_async().await;
    let failing = says(&server, "/api/pricing", 500, "");
    let account = account(&server);
    for price in futures_util::future::join_all((0..5).map(|_| account.price(MODEL))).await {
        let unavailable = matches!(price, Price::Unpriced(UnpricedReason::ListUnavailable { .. }));
        assert!(unavailable, "{price:?}");
    }
    assert_eq!(failing.calls(), 1);
    pass(Duration::from_secs(5)).await;
    account.price(MODEL).await;
    assert_eq!(failing.calls(), 2);
}
