//! What a create reserves.

use quickrouter_account::{
    Amount, Estimate, Per, Price, Profile, Refusal, Spending, UnpricedReason, within,
};
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::budget::{Left, Reservation};
use crate::confirm::Confirmation;
use crate::confirm::question::{Proposal, Question};
use crate::error::{Kind, ToolError};
use crate::results::prediction::CostReport;
use crate::store::NewRequest;
use crate::tools::counts::asked_for;
use crate::tools::exceeded::exceeded_by;
use crate::tools::{Tools, unbudgeted};

impl Tools {
    /// What a create reserves.
    ///
    /// # Errors
    /// It costs more than one may, or its price is unknown only for the moment.
    pub(crate) fn reservation(
        &self,
        estimate: &Estimate,
        input: &JsonObject,
    ) -> Result<Reservation, ToolError> {
        let pictures = pictures_of(estimate, input);
        let priced = cost_of(estimate, pictures);
        let mut of_these = estimate.clone();
        of_these.most = priced.as_ref().ok().copied();
        of_these.reason = priced.as_ref().err().cloned();
        let allowed = within(self.max_cost_per_run, &of_these, Spending::Unpriced);
        if let Err(Refusal::Above { most, limit }) = allowed {
            let message = format!("It could cost {most}; one prediction may cost {limit}.");
            let next = "Nothing was created. A person raises that limit in the server's profile.";
            return Err(ToolError::new(Kind::BudgetExceeded, message, next));
        }
        let limited = self.limits.max_cost.or(self.max_cost_per_run).is_some();
        match &priced {
            Err(UnpricedReason::TooLarge) if limited => {
                let message = "It could cost more than can be counted.";
                let next = "Nothing was created. Ask for less.";
                return Err(ToolError::new(Kind::BudgetExceeded, message, next));
            }
            Err(reason @ UnpricedReason::ListUnavailable { .. }) if limited => {
                let message = format!("The price is not known at the moment: {reason}.");
                let next = "Nothing was created. Call it again later.";
                return Err(ToolError::new(Kind::PriceUnknown, message, next));
            }
            _ => {}
        }
        Ok(Reservation { pictures, cost: priced.ok() })
    }

    /// What is left, if it is enough.
    pub(crate) async fn within(&self, asked: &Reservation) -> Result<Left, ToolError> {
        let spent = self.store.spent(self.limits).await.map_err(|error| unbudgeted(&error))?;
        self.limits.check(&spent, asked).map_err(|exceeded| exceeded_by(&exceeded))
    }

    /// What is asked of a person, if anything is.
    pub(crate) fn question(
        &self,
        new: &NewRequest,
        input: &JsonObject,
        estimate: &Estimate,
        left: &Left,
    ) -> Option<Question> {
        let asked = match (self.confirmation, estimate.most.and(new.reservation.cost)) {
            (Confirmation::Never, _) => false,
            (Confirmation::Above(limit), Some(most)) => most > limit,
            (Confirmation::Always, _) | (Confirmation::Above(_), None) => true,
        };
        let proposal = Proposal {
            fingerprint: &new.fingerprint,
            request_id: &new.request_id,
            model: &new.model,
            reservation: new.reservation,
            currency: self.account.profile().currency.as_deref(),
            left: *left,
            prompt: input.get("prompt").and_then(Value::as_str),
        };
        asked.then(|| Question::new(&proposal, self.language))
    }
}

/// The pictures that an input asks for. A profile may say fewer, of a model that the contract does not
/// know.
fn pictures_of(estimate: &Estimate, input: &JsonObject) -> u64 {
    estimate.pictures.unwrap_or(1).max(asked_for(input))
}

/// What so many pictures cost.
fn cost_of(estimate: &Estimate, pictures: u64) -> Result<Amount, UnpricedReason> {
    match (&estimate.price, estimate.most, &estimate.reason) {
        (Price::Known { amount, per: Per::Picture, .. }, _, _) if *amount != Amount::ZERO => {
            amount.times(pictures).ok_or(UnpricedReason::TooLarge)
        }
        (_, Some(most), _) => Ok(most),
        (_, None, reason) => Err(reason.clone().unwrap_or(UnpricedReason::NotListed)),
    }
}

/// An estimate, as it is returned.
pub(crate) fn cost_report(
    estimate: &Estimate,
    input: &JsonObject,
    profile: &Profile,
) -> CostReport {
    let pictures = pictures_of(estimate, input);
    let priced = cost_of(estimate, pictures);
    CostReport {
        pictures,
        most: priced.as_ref().ok().map(Amount::to_string),
        currency: profile.currency.clone().filter(|_| priced.is_ok()),
        unpriced: priced.err().map(|reason| quickrouter::text::one_line(&reason.to_string())),
    }
}
