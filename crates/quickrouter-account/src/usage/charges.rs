//! Reads the charges of a key from a gateway's log, and what they say of one create.

use quickrouter::catalog::routes::origin::charges::{
    CREATED_AT, ENTRIES, MODEL, QUOTA, REQUEST_ID, TYPE, TYPE_CONSUME, TYPE_REFUND,
};
use quickrouter::catalog::routes::origin::{CHARGES, UNITS_PER_MONEY};
use serde_json::Value;

use crate::amount::Amount;
use crate::amount::decimal::{Decimal, Rounding};
use crate::error::AccountError;
use crate::error::misread::Misread;
use crate::usage::evidence::{Certainty, Evidence, UnclearReason};

/// How far a gateway's clock may be from this machine's, in seconds: a charge so shortly before a
/// create may be of an earlier one, or of this one.
const CLOCK_DIFFERENCE: u64 = 30;

/// The charges of a key, as the gateway's log has them.
#[derive(Debug)]
pub(crate) struct Charges {
    entries: Vec<Charge>,
}

/// A charge or a refund.
#[derive(Debug)]
struct Charge {
    created_at: u64,
    is_refund: bool,
    model: String,
    amount: Amount,
    request_id: Option<String>,
}

/// A create whose charge is searched for.
#[derive(Debug)]
pub(crate) struct Sought<'a> {
    /// When it was sent, in seconds since 1970.
    pub(crate) since: u64,
    /// The names under which the log may have its model.
    pub(crate) names: Vec<&'a str>,
    /// The gateway's request id.
    pub(crate) request_id: Option<&'a str>,
}

impl Charges {
    /// Reads the response of the log. Entries that are neither a charge nor a refund are left out.
    pub(crate) fn read(json: &Value) -> Result<Self, AccountError> {
        let unreadable = |why| AccountError::Unreadable { path: CHARGES.path.to_owned(), why };
        let entries = match json.pointer(ENTRIES) {
            Some(Value::Array(entries)) => entries.as_slice(),
            // Go writes an empty list as null.
            Some(Value::Null) => &[],
            _ => return Err(unreadable(Misread::NoList)),
        };
        let counted = entries
            .iter()
            .filter(|entry| entry.pointer(TYPE) == Some(&TYPE_CONSUME.into()) || is_refund(entry));
        let charges = counted.map(Charge::read).collect::<Option<_>>();
        charges.map(|entries| Self { entries }).ok_or_else(|| unreadable(Misread::BadCharge))
    }

    /// What the log says of a create.
    pub(crate) fn evidence(&self, sought: &Sought<'_>) -> Evidence {
        let unclear = |why| Evidence::Unclear { why };
        if let Some(named) = self.named(sought.request_id) {
            return named;
        }
        let since = |charge: &&Charge| charge.created_at >= sought.since;
        let of_model = |charge: &&Charge| sought.names.contains(&charge.model.as_str());
        let paid = |charge: &&Charge| !charge.is_refund;
        let model: Vec<&Charge> = self.entries.iter().filter(of_model).collect();
        if model.iter().copied().any(|charge| charge.is_refund && since(&charge)) {
            return unclear(UnclearReason::Refunded);
        }
        let charges: Vec<_> = model.iter().filter(|charge| paid(charge) && since(charge)).collect();
        match charges.as_slice() {
            [] => {}
            [only] => {
                return Evidence::Charged { amount: only.amount, certainty: Certainty::Likely };
            }
            all => return unclear(UnclearReason::SeveralCharges { charges: all.len() }),
        }
        let just_before =
            |charge: &&Charge| charge.created_at.saturating_add(CLOCK_DIFFERENCE) >= sought.since;
        if model.iter().copied().any(|charge| !charge.is_refund && just_before(&charge)) {
            return unclear(UnclearReason::NearMiss);
        }
        let others = self.entries.iter().filter(since).count();
        if self.entries.is_empty() {
            unclear(UnclearReason::LogEmpty)
        } else if self.entries.iter().all(|charge| since(&charge)) {
            unclear(UnclearReason::LogTooShort)
        } else if others > 0 && model.is_empty() {
            // The log may have the model under another name.
            unclear(UnclearReason::OtherCharges { charges: others })
        } else {
            Evidence::NotCharged { certainty: Certainty::Possible }
        }
    }

    /// The evidence of entries with the request's own id.
    fn named(&self, request_id: Option<&str>) -> Option<Evidence> {
        let id = request_id.filter(|id| !id.is_empty())?;
        let of_id = |charge: &&Charge| charge.request_id.as_deref() == Some(id);
        let (refunds, charges): (Vec<_>, Vec<_>) =
            self.entries.iter().filter(of_id).partition(|charge| charge.is_refund);
        let evidence = match (charges.as_slice(), refunds.is_empty()) {
            ([], true) => return None,
            ([only], true) => {
                Evidence::Charged { amount: only.amount, certainty: Certainty::Certain }
            }
            (_, false) => Evidence::Unclear { why: UnclearReason::Refunded },
            (all, true) => {
                Evidence::Unclear { why: UnclearReason::SeveralCharges { charges: all.len() } }
            }
        };
        Some(evidence)
    }
}

fn is_refund(entry: &Value) -> bool {
    entry.pointer(TYPE) == Some(&TYPE_REFUND.into())
}

impl Charge {
    fn read(entry: &Value) -> Option<Self> {
        let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str);
        let quota = Decimal::from_json(entry.pointer(QUOTA)?)?;
        let micros = quota.divided_micros(UNITS_PER_MONEY, Rounding::Up)?;
        Some(Self {
            created_at: entry.pointer(CREATED_AT)?.as_u64()?,
            // What is settled below what was taken before is a charge below 0: new-api's model/log.go,
            // `RecordReConsumeLog`.
            is_refund: is_refund(entry) || quota.is_negative(),
            model: text(MODEL).unwrap_or_default().to_owned(),
            amount: Amount::from_micros(micros),
            request_id: text(REQUEST_ID).map(str::to_owned),
        })
    }
}
