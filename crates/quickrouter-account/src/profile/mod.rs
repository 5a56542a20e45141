//! [`Profile`]: one gateway, with what is needed to use it and to know what it costs.

pub(crate) mod adapter;
pub(crate) mod key_source;
pub(crate) mod name;
pub(crate) mod origin;
pub(crate) mod prices;

use std::collections::BTreeSet;

use crate::amount::Amount;
use crate::error::AccountError;
use crate::profile::adapter::UsageAdapter;
use crate::profile::key_source::KeySource;
use crate::profile::origin::Origin;
use crate::profile::prices::PriceRules;

/// One gateway: its base URL, where its key is, and what is known of its prices.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// Its name: lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// The base URL, with its prefix.
    pub base_url: String,
    /// Where its key is.
    pub key: KeySource,
    /// The key's group at the gateway, which decides the prices.
    pub group: Option<String>,
    /// What the gateway's units are, such as `USD`. `None` if nobody said so: then they are units.
    pub currency: Option<String>,
    /// Prices of models, which take precedence over the gateway's list.
    pub prices: PriceRules,
    /// Runs that could cost more than this are to be confirmed.
    pub confirm_above: Option<Amount>,
    /// Runs that could cost more than this are refused.
    pub max_cost: Option<Amount>,
    /// How to ask what is left.
    pub usage: UsageAdapter,
    /// Whether the gateway is one of QuickRouter's family, whose routes for usage and prices may be
    /// asked.
    pub family: bool,
    pub(crate) set: BTreeSet<&'static str>,
}

impl Profile {
    /// A profile with this base URL and nothing else: no key, no prices, not of the family.
    pub fn new(name: impl Into<String>, base_url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            base_url: base_url.into(),
            key: KeySource::None,
            group: None,
            currency: None,
            prices: PriceRules::default(),
            confirm_above: None,
            max_cost: None,
            usage: UsageAdapter::default(),
            family: false,
            set: BTreeSet::new(),
        }
    }

    /// Checks what a profile is to be called.
    ///
    /// # Errors
    /// [`AccountError::ProfileNameInvalid`].
    pub fn check_name(name: &str) -> Result<(), AccountError> {
        name::check(name)
    }

    /// The origin of its base URL.
    ///
    /// # Errors
    /// [`AccountError::BaseUrlInvalid`].
    pub fn origin(&self) -> Result<Origin, AccountError> {
        Origin::of(&self.base_url)
    }

    /// Whether the configuration file sets this key of the profile, such as `base-url`. What it does not
    /// set is the built-in default.
    pub fn sets(&self, key: &str) -> bool {
        self.set.contains(key)
    }
}
