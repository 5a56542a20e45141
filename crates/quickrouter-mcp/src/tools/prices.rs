//! What a create reserves.

use quickrouter::catalog::models;
use quickrouter_account::{Estimate, Profile, UnpricedReason};
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::budget::{Exceeded, Left, Reservation};
use crate::confirm::Confirmation;
use crate::confirm::question::{Proposal, Question};
use crate::error::{Kind, ToolError};
use crate::results::prediction::CostReport;
use crate::store::NewRequest;
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
        if let (Some(most), Some(limit)) = (estimate.most, self.max_cost_per_run)
            && most > limit
        {
            let message = format!("It could cost {most}; one prediction may cost {limit}.");
            let next = "Nothing was created. A person raises that limit in the server's profile.";
            return Err(ToolError::new(Kind::BudgetExceeded, message, next));
        }
        if let Some(reason @ UnpricedReason::ListUnavailable { .. }) = &estimate.reason
            && self.limits.max_cost.is_some()
        {
            let message = format!("The price is not known at the moment: {reason}.");
            return Err(ToolError::new(
                Kind::BudgetExceeded,
                message,
                "Nothing was created. Call it again later.",
            ));
        }
        let pictures = estimate.pictures.unwrap_or_else(|| asked_for(input)).max(1);
        Ok(Reservation { pictures, cost: estimate.most })
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
        left: &Left,
    ) -> Option<Question> {
        let asked = match (self.confirmation, new.reservation.cost) {
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

/// The pictures that an input of an unknown model asks for: the largest whole number in an input that
/// the contract's models name the count by.
fn asked_for(input: &JsonObject) -> u64 {
    let names = models().iter().filter_map(|model| model.input_schema()["x-outputs"].as_str());
    names.filter_map(|name| input.get(name).and_then(Value::as_u64)).max().unwrap_or(1)
}

/// An estimate, as it is returned.
pub(crate) fn cost_report(estimate: &Estimate, profile: &Profile) -> CostReport {
    CostReport {
        pictures: estimate.pictures.unwrap_or(1),
        most: estimate.most.map(|most| most.to_string()),
        currency: profile.currency.clone().filter(|_| estimate.most.is_some()),
        unpriced: estimate
            .reason
            .as_ref()
            .map(|reason| quickrouter::text::one_line(&reason.to_string())),
    }
}
