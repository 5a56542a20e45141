//! The refusal of a create that asks for more than is left of the budget.

use std::fmt::Write as _;

use crate::budget::Exceeded;
use crate::error::{Kind, ToolError};
use crate::results::budget::frees_at;
use crate::results::sentence::pictures;
use crate::tools::bounded::spelled;

/// Says what is left, until when, and how a person raises it.
pub(crate) fn exceeded_by(exceeded: &Exceeded) -> ToolError {
    let Exceeded { asked, left, limits } = exceeded;
    let money = match (left.cost, limits.max_cost) {
        (Some(left), Some(most)) => format!(" and {left} of {most} to spend"),
        _ => String::new(),
    };
    let cost = asked.cost.map(|cost| format!(" and {cost}")).unwrap_or_default();
    let mut message = format!(
        "The budget of any {} has {} of {}{money} left; this asks for {}{cost}.",
        spelled(limits.window),
        left.pictures,
        pictures(limits.max_pictures),
        pictures(asked.pictures),
    );
    if let Some(at) = frees_at(left) {
        let _ = write!(message, " The oldest reservation ends at {at}.");
    }
    let next = "Nothing was created. Ask for less, wait, or ask a person to raise --max-pictures or \
                --max-cost in the server's settings.";
    ToolError::new(Kind::BudgetExceeded, message, next)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use quickrouter_account::Amount;

    use super::exceeded_by;
    use crate::budget::{Limits, Reservation, Spent};

    #[test]
    fn a_refusal_says_what_is_left_until_when_and_how_it_is_raised() {
        let spent = |pictures, cost| Spent {
            pictures,
            cost: Amount::from_micros(cost),
            oldest: (pictures > 0).then(|| UNIX_EPOCH + Duration::from_secs(1_800_000_000)),
        };
        let asked = |pictures, cost: Option<i64>| Reservation {
            pictures,
            cost: cost.map(Amount::from_micros),
        };
        let minutes = Duration::from_secs(600);
        let priced = Limits {
            max_pictures: 10,
            max_cost: Some(Amount::from_micros(1_500_000)),
            window: minutes,
        };
        let refusals = [
            (Limits::default(), spent(5, 0), asked(1, None)),
            (Limits { window: minutes, ..Limits::default() }, spent(3, 0), asked(4, Some(40_000))),
            (priced, spent(2, 1_480_000), asked(1, Some(40_000))),
            (Limits { max_pictures: 1, ..Limits::default() }, spent(0, 0), asked(2, None)),
        ];
        let said = refusals.iter().map(|(limits, spent, asked)| {
            exceeded_by(&limits.check(spent, asked).unwrap_err()).to_string()
        });
        insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"));
    }
}
