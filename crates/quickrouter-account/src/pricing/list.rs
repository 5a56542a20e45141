//! [`PriceList`]: a gateway's public list of prices.

use quickrouter::catalog::routes::origin::pricing::{
    BILLING_MODE, ENTRIES, GROUP_RATIOS, GROUPS, MODEL, PRICE, QUOTA_TYPE, QUOTA_TYPE_PER_CALL,
};
use quickrouter::catalog::routes::origin::{PRICING, UNITS_PER_MONEY, groups};
use serde_json::{Map, Value};

use crate::amount::Amount;
use crate::amount::decimal::Decimal;
use crate::error::AccountError;
use crate::error::misread::Misread;
use crate::error::unpriced_reason::UnpricedReason;

/// A gateway's public list of prices.
#[derive(Debug)]
pub(crate) struct PriceList {
    entries: Vec<Value>,
    ratios: Map<String, Value>,
}

impl PriceList {
    /// Reads a response.
    pub(crate) fn read(mut json: Value) -> Result<Self, AccountError> {
        let ratios = match json.pointer_mut(GROUP_RATIOS).map(Value::take) {
            Some(Value::Object(ratios)) => ratios,
            _ => Map::new(),
        };
        match json.pointer_mut(ENTRIES).map(Value::take) {
            Some(Value::Array(entries)) => Ok(Self { entries, ratios }),
            _ => Err(AccountError::Unreadable {
                path: PRICING.path.to_owned(),
                why: Misread::NoList,
            }),
        }
    }

    /// The price of one call of a model for a group, rounded up to a whole unit of quota: gateways of the
    /// family charge none in part (new-api's common/quota.go, `QuotaFromDecimal`).
    ///
    /// An entry is the model's if its name is exactly one of `names`: the model's full name, or the
    /// reference that is sent. Nothing is concluded from similar names: relays list variants of a model,
    /// at several times its price.
    pub(crate) fn price(
        &self,
        names: &[&str],
        group: Option<&str>,
    ) -> Result<Amount, UnpricedReason> {
        let is_named = |entry: &&Value| {
            entry.pointer(MODEL).and_then(Value::as_str).is_some_and(|name| names.contains(&name))
        };
        let found: Vec<&Value> = self.entries.iter().filter(is_named).collect();
        let entry = match found.as_slice() {
            [] => return Err(UnpricedReason::NotListed),
            [only] => *only,
            all => return Err(UnpricedReason::SeveralEntries { entries: all.len() }),
        };
        let number = |pointer: &str| entry.pointer(pointer).and_then(Decimal::from_json);
        // A mode takes precedence over the price, which stays listed: new-api's relay/helper/price.go,
        // `ModelPriceHelper`, and model/pricing.go.
        let mode = entry.pointer(BILLING_MODE).filter(|mode| !mode.is_null() && **mode != "");
        if mode.is_some() || number(QUOTA_TYPE) != Some(Decimal::from(QUOTA_TYPE_PER_CALL)) {
            return Err(UnpricedReason::NotPerCall);
        }
        let price = number(PRICE).filter(|price| !price.is_negative());
        let price = price.ok_or(UnpricedReason::NoUsablePrice)?;
        if price.is_zero() {
            return Err(UnpricedReason::ListedAsZero);
        }
        let ratio = self.ratio(entry, group.ok_or(UnpricedReason::GroupNotNamed)?)?;
        let product = price.times(ratio).and_then(|product| product.quota_up(UNITS_PER_MONEY));
        product.ok_or(UnpricedReason::TooLarge)
    }

    /// The ratio of a group that the model is offered to.
    fn ratio(&self, entry: &Value, group: &str) -> Result<Decimal, UnpricedReason> {
        let named = || group.to_owned();
        if group == groups::CHOSEN {
            return Err(UnpricedReason::GroupChosenByGateway { group: named() });
        }
        let enabled =
            entry.pointer(GROUPS).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if !enabled.iter().any(|other| *other == group || *other == groups::EVERY) {
            return Err(UnpricedReason::GroupNotEnabled { group: named() });
        }
        let Some(ratio) = self.ratios.get(group) else {
            return Err(UnpricedReason::GroupUnknown { group: named() });
        };
        let usable = |ratio: &Decimal| !ratio.is_negative() && !ratio.is_zero();
        let ratio = Decimal::from_json(ratio).filter(usable);
        ratio.ok_or_else(|| UnpricedReason::NoUsableRatio { group: named() })
    }
}
