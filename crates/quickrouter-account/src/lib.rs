#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! Every folder of `src` is a layer; imports run downward only, which a test checks.
//!
//! ```text
//! account   Account: usage, price list, what a run took, charges; the only room that sends requests
//! config    the configuration file and its profiles
//! keys      keys of a profile: file, command, login; the store of `auth login`
//! limits    the check against a maximum cost
//! pricing   the price list, the pictures that an input asks for, estimates
//! usage     what usage and charges responses say
//! response  JSON of a response, or why there is none
//! profile   plain data: profile, origin, key source, price rules, usage adapter
//! error     the one error type, refusals, reasons for having no price
//! amount    exact amounts
//! files     bounded reads and text encodings
//! ```

mod account;
mod amount;
mod config;
mod error;
mod files;
mod keys;
mod limits;
mod pricing;
mod profile;
mod response;
mod usage;

pub use account::Account;
pub use account::snapshot::{Snapshot, Taken};
pub use amount::invalid::InvalidAmount;
pub use amount::{Amount, Per};
pub use config::{BUILT_IN_PROFILE, Config};
pub use error::AccountError;
pub use error::body_kind::BodyKind;
pub use error::list_failure::ListFailure;
pub use error::misread::Misread;
pub use error::reason::Reason;
pub use error::refusal::Refusal;
pub use error::unpriced_reason::UnpricedReason;
pub use keys::key::{Key, KeyPlace};
pub use keys::store::KeyStore;
pub use limits::{Spending, within};
pub use pricing::estimate::{Estimate, Price, PriceSource};
pub use profile::Profile;
pub use profile::adapter::UsageAdapter;
pub use profile::key_source::{KeyCommand, KeySource};
pub use profile::origin::Origin;
pub use profile::prices::{PriceRule, PriceRules};
pub use response::is_failure;
pub use usage::Usage;
pub use usage::evidence::{Certainty, Evidence, UnclearReason};
