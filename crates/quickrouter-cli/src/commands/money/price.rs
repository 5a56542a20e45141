//! Amounts and estimates, for people and programs.

use quickrouter_account::{
    Amount, Estimate, ListFailure, Per, Price, PriceSource, Profile, UnpricedReason,
};
use serde_json::{Value, json};

use crate::connect::account_errors;
use crate::text::detail;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// An amount with its currency, or in units: only a profile knows what a gateway's unit is worth.
pub(crate) fn amount(amount: Amount, profile: &Profile, lang: Lang) -> String {
    match &profile.currency {
        Some(currency) => format!("{amount} {currency}"),
        None if amount.micros() == 1_000_000 => message!("amount-of-one-unit").to_text(lang),
        None => message!("amount-in-units", amount = amount.to_string()).to_text(lang),
    }
}

/// What a run costs, a sentence each.
pub(crate) fn lines(estimate: &Estimate, profile: &Profile, lang: Lang) -> Vec<Message> {
    let Some(most) = estimate.most else {
        let reason = estimate.reason.as_ref().map(reason);
        return std::iter::once(message!("price-unpriced")).chain(reason).collect();
    };
    let shown = amount(most, profile, lang);
    let line = match &estimate.price {
        Price::Known { amount: each, per: Per::Picture, source, .. } => {
            let each = amount(*each, profile, lang);
            let (pictures, pattern) = (estimate.pictures.unwrap_or_default(), pattern(source));
            message!(
                "price-per-picture",
                most = shown,
                pictures = pictures,
                each = each,
                pattern = pattern
            )
        }
        Price::Known { source: PriceSource::PriceList { group }, .. } => {
            message!("price-listed", most = shown, group = group)
        }
        Price::Known { source, .. } => {
            message!("price-per-call", most = shown, pattern = pattern(source))
        }
        _ => message!("price-unpriced"),
    };
    vec![line]
}

fn pattern(source: &PriceSource) -> &str {
    match source {
        PriceSource::Profile { pattern } => pattern,
        _ => "",
    }
}

/// Why there is no price, and what to do.
pub(crate) fn reason(reason: &UnpricedReason) -> Message {
    match reason {
        UnpricedReason::NotOfTheFamily { profile } => {
            message!("unpriced-not-of-the-family", profile = profile)
        }
        UnpricedReason::ListUnavailable { message, failure, .. } => {
            message!("unpriced-list-unavailable", why = list_failure(failure, message))
        }
        UnpricedReason::NotListed => message!("unpriced-not-listed"),
        UnpricedReason::SeveralEntries { entries } => {
            message!("unpriced-several-entries", entries = *entries)
        }
        UnpricedReason::NotPerCall => message!("unpriced-not-per-call"),
        UnpricedReason::NoUsablePrice => message!("unpriced-no-usable-price"),
        UnpricedReason::ListedAsZero => message!("unpriced-listed-as-zero"),
        UnpricedReason::GroupNotNamed => message!("unpriced-group-not-named"),
        UnpricedReason::GroupUnknown { group } => {
            message!("unpriced-group-unknown", group = group)
        }
        UnpricedReason::GroupNotEnabled { group } => {
            message!("unpriced-group-not-enabled", group = group)
        }
        UnpricedReason::GroupChosenByGateway { group } => {
            message!("unpriced-group-chosen-by-gateway", group = group)
        }
        UnpricedReason::NoUsableRatio { group } => {
            message!("unpriced-no-usable-ratio", group = group)
        }
        UnpricedReason::PictureCountUnknown => message!("unpriced-picture-count-unknown"),
        UnpricedReason::TooLarge => message!("unpriced-too-large"),
        other => Message::verbatim(other.to_string()),
    }
}

/// Why a price list is unavailable.
fn list_failure(failure: &ListFailure, otherwise: &str) -> Message {
    match failure {
        ListFailure::Request(detail) => detail::message(detail),
        ListFailure::Refused { status, message } => {
            message!("list-refused", status = status.to_string(), text = message)
        }
        ListFailure::NotServed { status } => {
            message!("list-not-served", status = status.to_string())
        }
        ListFailure::Unreadable(why) => account_errors::misread(why),
        _ => Message::verbatim(otherwise),
    }
}

/// An estimate for programs. Amounts are texts: they are exact.
pub(crate) fn to_json(estimate: &Estimate, profile: &Profile, lang: Lang) -> Value {
    let (each, per, source) = match &estimate.price {
        Price::Known { amount, per, source, .. } => {
            let source = match source {
                PriceSource::Profile { pattern } => json!({"profile": pattern}),
                PriceSource::PriceList { group } => json!({"price_list": {"group": group}}),
                _ => Value::Null,
            };
            (json!(amount), json!(per), source)
        }
        _ => (Value::Null, Value::Null, Value::Null),
    };
    let unpriced = estimate
        .reason
        .as_ref()
        .map(|why| json!({"code": why.code(), "message": reason(why).to_text(lang)}));
    json!({
        "at_most": estimate.most,
        "currency": profile.currency,
        "each": each,
        "per": per,
        "pictures": estimate.pictures,
        "source": source,
        "unpriced": unpriced,
    })
}
