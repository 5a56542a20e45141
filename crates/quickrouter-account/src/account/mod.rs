//! [`Account`]: what a gateway says of a key and of prices. The only room that sends requests.

pub(crate) mod snapshot;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use quickrouter::catalog::routes::origin::{CHARGES, PRICING};
use quickrouter::{Client, RawRequest};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::account::snapshot::{Snapshot, Taken};
use crate::error::AccountError;
use crate::error::unpriced_reason::UnpricedReason;
use crate::pricing::estimate::{Estimate, Price};
use crate::pricing::list::PriceList;
use crate::pricing::pictures::listed_names;
use crate::profile::Profile;
use crate::profile::origin::Origin;
use crate::response;
use crate::usage::Usage;
use crate::usage::charges::{Charges, Sought};
use crate::usage::evidence::Evidence;

/// How long one question may take, retries included. None of them is worth more: a run goes on
/// without an answer.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// How long a price list counts. Gateways change their prices while a program runs for days.
const LIST_KEPT: Duration = Duration::from_secs(10 * 60);

/// How long a price list that could not be fetched counts as unavailable, so that those who waited for
/// it do not ask one after another.
const FAILURE_KEPT: Duration = Duration::from_secs(5);

/// A price list, or why there is none, and when that was found.
type Fetched = (Instant, Result<PriceList, UnpricedReason>);

/// A key at a gateway: what it has left, what runs cost and what they took.
///
/// Nothing here creates a prediction or costs anything, and nothing is sent to an origin that the profile
/// does not name as of QuickRouter's family. Clones share the price list, which is fetched once.
#[derive(Clone, Debug)]
pub struct Account {
    client: Client,
    profile: Arc<Profile>,
    list: Arc<Mutex<Option<Fetched>>>,
    /// The time limit of one question, and how often it is sent if that is limited.
    limits: (Duration, Option<u32>),
}

impl Account {
    /// An account of the client's key at the client's origin.
    pub fn new(client: Client, profile: Profile) -> Self {
        let limits = (TIME_LIMIT, None);
        Self { client, profile: Arc::new(profile), list: Arc::default(), limits }
    }

    /// Sends each request once, without retries, and waits at most this long for its response. For
    /// what is not worth a delay, such as what a run took.
    #[must_use]
    pub fn asking_once(mut self, limit: Duration) -> Self {
        self.limits = (limit, Some(1));
        self
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
        let asked = self.client.origin();
        let is_own = |origin: Origin| origin.as_str() == asked && !origin.is_replicate();
        if self.profile.family && self.profile.origin().is_ok_and(is_own) {
            return Ok(());
        }
        Err(AccountError::NotOfTheFamily { profile: self.profile.name.clone(), origin: asked })
    }

    /// The JSON at a path of the origin.
    async fn get(&self, path: &str, with_key: bool) -> Result<Value, AccountError> {
        self.check_family()?;
        let (limit, attempts) = self.limits;
        let request = RawRequest::at_origin(path).timeout(limit);
        let request = match attempts {
            Some(attempts) => request.attempts(attempts),
            None => request,
        };
        let request = if with_key { request } else { request.without_key() };
        let response = self.client.get_raw(request).await?;
        response::json(path, &response)
    }

    /// Asks what the key has left.
    ///
    /// # Errors
    /// [`AccountError::NotOfTheFamily`], or why there is no readable response.
    pub async fn usage(&self) -> Result<Usage, AccountError> {
        let adapter = &self.profile.usage;
        Usage::read(adapter, &self.get(&adapter.path, true).await?)
    }

    /// The price of a model, named as in a create: the profile's, else the gateway's list multiplied
    /// with the ratio of the profile's group.
    pub async fn price(&self, model: &str) -> Price {
        let names = listed_names(model);
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        if let Some((pattern, rule)) = self.profile.prices.find_any(&names) {
            return Price::of_rule(pattern, rule);
        }
        let mut kept = self.list.lock().await;
        let (_, list) = match kept.take().filter(still_counts) {
            Some(fetched) => kept.insert(fetched),
            None => {
                let list = self.fetch_list().await;
                kept.insert((Instant::now(), list))
            }
        };
        let group = self.profile.group.as_deref();
        match list.as_ref().map_err(Clone::clone).and_then(|list| list.price(&names, group)) {
            Ok(amount) => Price::listed(amount, group.unwrap_or_default()),
            Err(reason) => Price::Unpriced(reason),
        }
    }

    async fn fetch_list(&self) -> Result<PriceList, UnpricedReason> {
        let json = self.get(PRICING.path, PRICING.needs_key).await;
        json.and_then(PriceList::read).map_err(|error| match error {
            AccountError::NotOfTheFamily { profile, .. } => {
                UnpricedReason::NotOfTheFamily { profile }
            }
            error => UnpricedReason::ListUnavailable {
                code: error.code().to_owned(),
                message: error.to_string(),
                failure: error.list_failure(),
            },
        })
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
        let charges = Charges::read(&self.get(CHARGES.path, CHARGES.needs_key).await?)?;
        let since = since.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let names = listed_names(model);
        let names = names.iter().map(AsRef::as_ref).collect();
        Ok(charges.evidence(&Sought { since, names, request_id }))
    }
}

/// Whether what was fetched is recent enough.
fn still_counts((at, list): &Fetched) -> bool {
    at.elapsed() < if list.is_ok() { LIST_KEPT } else { FAILURE_KEPT }
}
