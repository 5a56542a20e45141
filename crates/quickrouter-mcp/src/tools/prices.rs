//! What a create reserves.

use quickrouter_account::{Amount, Estimate, Per, Price, Profile, UnpricedReason};
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::budget::{Exceeded, Left, Reservation};
use crate::confirm::Confirmation;
use crate::confirm::question::{Proposal, Question};
use crate::error::{Kind, ToolError};
use crate::results::prediction::CostReport;
use crate::store::NewRequest;
use crate::tools::counts::asked_for;
use crate::tools::{Tools, unreadable};

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
        let limited = self.limits.max_cost.or(self.max_cost_per_run).is_some();
        match (&priced, self.max_cost_per_run) {
            (Ok(most), Some(limit)) if *most > limit => {
                let message = format!("It could cost {most}; one prediction may cost {limit}.");
                let next =
                    "Nothing was created. A person raises that limit in the server's profile.";
                return Err(ToolError::new(Kind::BudgetExceeded, message, next));
            }
            (Err(UnpricedReason::TooLarge), _) if limited => {
                let message = "It could cost more than can be counted.";
                let next = "Nothing was created. Ask for less.";
                return Err(ToolError::new(Kind::BudgetExceeded, message, next));
            }
            (Err(reason @ UnpricedReason::ListUnavailable { .. }), _) if limited => {
                let message = format!("The price is not known at the moment: {reason}.");
                let next = "Nothing was created. Call it again later.";
                return Err(ToolError::new(Kind::BudgetExceeded, message, next));
            }
            _ => {}
        }
        Ok(Reservation { pictures, cost: priced.ok() })
    }

    /// What is left, if it is enough.
    pub(crate) async fn within(&self, asked: &Reservation) -> Result<Left, ToolError> {
        let spent = self.store.spent(self.limits).await.map_err(|error| unreadable(&error))?;
        self.limits.check(&spent, asked).map_err(|exceeded| self.exceeded(&exceeded))
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
            model: &new.model,
            reservation: new.reservation,
            currency: self.account.profile().currency.as_deref(),
            left: *left,
            prompt: input.get("prompt").and_then(Value::as_str),
        };
        asked.then(|| Question::new(&proposal, self.language))
    }

    /// The refusal of a create that asks for more than is left.
    pub(crate) fn exceeded(&self, exceeded: &Exceeded) -> ToolError {
        let Exceeded { asked, left, limits } = exceeded;
        let hours = limits.window.as_secs_f64() / 3600.0;
        let money = match (left.cost, limits.max_cost) {
            (Some(left), Some(most)) => format!(" and {left} of {most} to spend"),
            _ => String::new(),
        };
        let cost = asked.cost.map(|cost| format!(" and {cost}")).unwrap_or_default();
        let message = format!(
            "The budget has {} of {} left for {hours} hours{money}; this asks for {}{cost}.",
            left.pictures,
            pictures(limits.max_pictures),
            pictures(asked.pictures),
        );
        let next = "Nothing was created. Ask for less, wait, or ask a person to raise --max-pictures or \
                    --max-cost in the server's settings.";
        let _ = self;
        ToolError::new(Kind::BudgetExceeded, message, next)
    }
}

fn pictures(count: u64) -> String {
    if count == 1 { "1 picture".to_owned() } else { format!("{count} pictures") }
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
