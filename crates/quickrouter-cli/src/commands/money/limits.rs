//! Limits of what a run may cost: refused above one, confirmed above another.

use quickrouter_account::{Amount, Estimate, InvalidAmount, Profile, Refusal, Spending, within};

use crate::args::money::MoneyFlags;
use crate::commands::money::price;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::input::question;
use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// What a run may cost: of the flag, else the variable, else the profile.
#[derive(Debug)]
pub(crate) struct Limits {
    max_cost: Option<Amount>,
    confirm_above: Option<Amount>,
    unpriced: Spending,
    confirmed: bool,
}

impl Limits {
    /// Reads the limits.
    ///
    /// # Errors
    /// An amount is none.
    pub(crate) fn read(flags: &MoneyFlags, profile: &Profile) -> Result<Self, Failure> {
        let max_cost = typed("--max-cost", flags.max_cost.as_deref())?.or(profile.max_cost);
        let confirm_above = typed("--confirm-above", flags.confirm_above.as_deref())?;
        let confirm_above = confirm_above.or(profile.confirm_above);
        let unpriced = if flags.unpriced { Spending::Unpriced } else { Spending::Priced };
        Ok(Self { max_cost, confirm_above, unpriced, confirmed: flags.yes })
    }

    /// Whether there is a limit, so that the price matters.
    pub(crate) fn is_set(&self) -> bool {
        self.max_cost.is_some() || self.confirm_above.is_some()
    }

    /// Refuses what may cost more than the maximum.
    pub(crate) fn check(
        &self,
        estimate: &Estimate,
        profile: &Profile,
        printer: &Printer,
    ) -> Result<(), Failure> {
        let shown = |amount: Amount| price::amount(amount, profile, printer.lang());
        let refusal = match within(self.max_cost, estimate, self.unpriced) {
            Ok(()) => return Ok(()),
            Err(refusal) => refusal,
        };
        let failure = match refusal {
            Refusal::Above { most, limit } => {
                let message = message!("cost-above", most = shown(most), limit = shown(limit));
                Failure::refused(message).hint(message!("cost-above-hint"))
            }
            Refusal::Unpriced { limit, reason } => {
                Failure::refused(message!("cost-unpriced", limit = shown(limit)))
                    .with(price::reason(&reason))
                    .hint(message!("cost-unpriced-hint"))
            }
            other => Failure::refused(Message::verbatim(other.to_string())),
        };
        Err(failure.with(message!("nothing-created")))
    }

    /// What is to be confirmed, if anything is.
    pub(crate) fn question(
        &self,
        estimate: &Estimate,
        profile: &Profile,
        printer: &Printer,
    ) -> Option<Message> {
        let limit = self.confirm_above.filter(|_| !self.confirmed)?;
        let shown = |amount: Amount| price::amount(amount, profile, printer.lang());
        match estimate.most {
            Some(most) if most <= limit => None,
            Some(most) => Some(message!("confirm-cost", most = shown(most), limit = shown(limit))),
            None => Some(message!("confirm-unpriced", limit = shown(limit))),
        }
    }

    /// Asks, if it is to be confirmed.
    ///
    /// # Errors
    /// The answer is no, or nobody can be asked.
    pub(crate) async fn confirm(
        &self,
        estimate: &Estimate,
        profile: &Profile,
        printer: &Printer,
        interrupts: &mut Interrupts,
    ) -> Result<(), Failure> {
        let Some(question) = self.question(estimate, profile, printer) else { return Ok(()) };
        let reason = estimate.reason.as_ref().map(price::reason);
        if !Printer::can_ask() {
            let failure = reason.into_iter().fold(Failure::refused(question), Failure::with);
            return Err(failure
                .with(message!("nothing-created"))
                .hint(message!("confirm-without-terminal")));
        }
        printer.note(&question);
        if let Some(reason) = reason {
            printer.note(&reason);
        }
        tokio::select! {
            biased;
            () = interrupts.next() => {
                Err(Failure::interrupted(message!("interrupted-before-create"), None))
            }
            confirmed = question::confirmed(printer) => confirmed,
        }
    }
}

/// The limit that was typed for a flag, or set by its variable.
///
/// # Errors
/// It is no amount.
pub(crate) fn typed(flag: &str, text: Option<&str>) -> Result<Option<Amount>, Failure> {
    text.map(|text| Amount::parse_limit(text).map_err(|why| invalid(flag, &why))).transpose()
}

/// The failure of a text that is no amount.
fn invalid(flag: &str, why: &InvalidAmount) -> Failure {
    let message = match why {
        InvalidAmount::TooLarge { value } => {
            message!("amount-too-large", flag = flag, value = value)
        }
        InvalidAmount::Negative { value } => {
            message!("amount-negative", flag = flag, value = value)
        }
        InvalidAmount::NotANumber { value } => {
            message!("amount-not-a-number", flag = flag, value = value)
        }
        other => Message::verbatim(other.to_string()),
    };
    Failure::refused(message).hint(message!("amount-hint"))
}
