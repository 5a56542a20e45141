//! The budget: how many pictures, and how much money, a server may reserve in a window of time.

use std::time::{Duration, SystemTime};

use quickrouter_account::Amount;

/// The pictures of a budget unless a person sets another number.
pub(crate) const MAX_PICTURES: u64 = 5;

/// The window of a budget unless a person sets another one.
pub(crate) const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// What may be reserved in any span of time as long as the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pictures; 5 by default.
    pub max_pictures: u64,
    /// Money, in the gateway's units. What has no price counts by its pictures alone. `None`, the
    /// default, sets no limit.
    pub max_cost: Option<Amount>,
    /// The window; 24 hours by default.
    pub window: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pictures: MAX_PICTURES, max_cost: None, window: WINDOW }
    }
}

/// What a create reserves before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The most pictures it can make, at least 1.
    pub pictures: u64,
    /// The most it can cost; `None` if it has no price.
    pub cost: Option<Amount>,
}

/// What is reserved in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Pictures.
    pub pictures: u64,
    /// The priced part of the money.
    pub cost: Amount,
    /// When the oldest of these reservations was made.
    pub oldest: Option<SystemTime>,
}

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Pictures.
    pub pictures: u64,
    /// Money; `None` without a limit.
    pub cost: Option<Amount>,
    /// When the oldest reservation leaves the window.
    pub frees_at: Option<SystemTime>,
}

/// A create that asks for more than is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// What it asks for.
    pub asked: Reservation,
    /// What is left.
    pub left: Left,
    /// The limits.
    pub limits: Limits,
}

impl Spent {
    /// Adds a reservation made at `at`. A sum too large to count is taken as the largest.
    pub fn add(&mut self, reservation: &Reservation, at: SystemTime) {
        self.pictures = self.pictures.saturating_add(reservation.pictures);
        let cost = reservation.cost.unwrap_or_default();
        self.cost = self.cost.plus(cost).unwrap_or(Amount::from_micros(i64::MAX));
        self.oldest = Some(self.oldest.map_or(at, |oldest| oldest.min(at)));
    }
}

impl Limits {
    /// Whether a reservation made at `at` counts at `now`. One in the future counts: the clock was set
    /// back.
    pub fn counts(&self, at: SystemTime, now: SystemTime) -> bool {
        now.duration_since(at).is_ok_and(|age| age < self.window) || at >= now
    }

    /// What is left of the limits.
    pub fn left(&self, spent: &Spent) -> Left {
        let cost = self.max_cost.map(|most| {
            let left = most.minus(spent.cost).unwrap_or_default();
            if left.is_negative() { Amount::ZERO } else { left }
        });
        Left {
            pictures: self.max_pictures.saturating_sub(spent.pictures),
            cost,
            frees_at: spent.oldest.and_then(|oldest| oldest.checked_add(self.window)),
        }
    }

    /// Checks that a reservation is within what is left.
    ///
    /// # Errors
    /// It asks for more pictures or more money than is left.
    pub fn check(&self, spent: &Spent, asked: &Reservation) -> Result<Left, Exceeded> {
        let left = self.left(spent);
        let too_many = asked.pictures > left.pictures;
        let too_much = matches!((asked.cost, left.cost), (Some(cost), Some(left)) if cost > left);
        if too_many || too_much {
            return Err(Exceeded { asked: *asked, left, limits: *self });
        }
        Ok(left)
    }
}
