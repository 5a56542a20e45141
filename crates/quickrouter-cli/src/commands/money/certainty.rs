//! What a run took, and whether a key was charged, said with how sure it is.

use quickrouter_account::{Certainty, Evidence, Profile, Taken, UnclearReason};
use serde_json::{Value, json};

use crate::commands::money::price;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// What a run took, a sentence each.
pub(super) fn taken(taken: &Taken, profile: &Profile, lang: Lang) -> Vec<Message> {
    match taken {
        Taken::Used(used) if used.micros() == 0 => vec![message!("took-nothing-so-far")],
        Taken::Used(used) => vec![message!("took", amount = price::amount(*used, profile, lang))],
        Taken::Unclear(why) => vec![message!("took-unclear"), unclear(why)],
        _ => vec![message!("took-unclear")],
    }
}

/// What a run took, for programs.
pub(super) fn taken_json(taken: &Taken, profile: &Profile) -> Value {
    let (used, certainty, why) = match taken {
        Taken::Used(used) => (Some(used), Some(Certainty::Possible.code()), None),
        Taken::Unclear(why) => (None, None, Some(why.code())),
        _ => (None, None, None),
    };
    json!({"taken": used, "certainty": certainty, "unclear": why, "currency": profile.currency})
}

/// Whether the key was charged for a create of unknown outcome, a sentence each.
pub(super) fn charged(evidence: &Evidence, profile: &Profile, lang: Lang) -> Vec<Message> {
    let first = match evidence {
        Evidence::Charged { amount, certainty } => {
            let amount = price::amount(*amount, profile, lang);
            match certainty {
                Certainty::Certain => message!("charged-certain", amount = amount),
                Certainty::Likely => message!("charged-likely", amount = amount),
                _ => message!("charged-possible", amount = amount),
            }
        }
        Evidence::NotCharged { .. } => message!("charged-not-so-far"),
        _ => message!("charged-unclear"),
    };
    let why = match evidence {
        Evidence::Unclear { why } => Some(unclear(why)),
        _ => None,
    };
    std::iter::once(first).chain(why).collect()
}

/// Whether the key was charged, for programs.
pub(super) fn charged_json(evidence: &Evidence, profile: &Profile) -> Value {
    let (charged, amount, certainty, why) = match evidence {
        Evidence::Charged { amount, certainty } => {
            (Some(true), Some(amount), Some(certainty.code()), None)
        }
        Evidence::NotCharged { certainty } => (Some(false), None, Some(certainty.code()), None),
        Evidence::Unclear { why } => (None, None, None, Some(why.code())),
        _ => (None, None, None, None),
    };
    json!({
        "charged": charged,
        "amount": amount,
        "certainty": certainty,
        "unclear": why,
        "currency": profile.currency,
    })
}

fn unclear(why: &UnclearReason) -> Message {
    match why {
        UnclearReason::SeveralCharges { charges } => {
            message!("unclear-several-charges", charges = *charges)
        }
        UnclearReason::NearMiss => message!("unclear-near-miss"),
        UnclearReason::Refunded => message!("unclear-refunded"),
        UnclearReason::OtherCharges { charges } => {
            message!("unclear-other-charges", charges = *charges)
        }
        UnclearReason::LogTooShort => message!("unclear-log-too-short"),
        UnclearReason::LogEmpty => message!("unclear-log-empty"),
        UnclearReason::UseFell => message!("unclear-use-fell"),
        UnclearReason::NoUse => message!("unclear-no-use"),
        other => Message::verbatim(other.code()),
    }
}
