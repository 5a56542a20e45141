//! The configuration file's tables, and the profiles they make.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quickrouter::catalog::routes::origin::HOSTS;
use serde::Deserialize;

use crate::amount::Per;
use crate::config::values::{
    BaseUrl, Command, Label, Limit, Pattern, Positive, ProfileName, Slashed, Unsigned,
};
use crate::config::{BUILT_IN_PROFILE, default_base_url};
use crate::error::reason::Reason;
use crate::profile::Profile;
use crate::profile::adapter::UsageAdapter;
use crate::profile::key_source::KeySource;
use crate::profile::prices::{PriceRule, PriceRules};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConfigTable {
    default_profile: Option<ProfileName>,
    #[serde(default)]
    profiles: BTreeMap<ProfileName, ProfileTable>,
}

/// What is wrong with a table as a whole.
#[derive(Debug)]
pub(super) struct TableFault {
    pub(super) key: String,
    pub(super) why: Reason,
}

/// `[profiles.NAME]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ProfileTable {
    base_url: Option<BaseUrl>,
    key_file: Option<PathBuf>,
    key_command: Option<Command>,
    group: Option<Label>,
    currency: Option<Label>,
    confirm_above: Option<Limit>,
    max_cost: Option<Limit>,
    family: Option<bool>,
    prices: Option<BTreeMap<Pattern, PriceTable>>,
    usage: Option<UsageTable>,
}

/// `[profiles.NAME.prices."owner/name"]`.
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "expected a table such as { amount = 0.04, per = \"picture\" }"
)]
struct PriceTable {
    amount: Unsigned,
    per: Option<Per>,
    most_pictures: Option<Positive>,
}

/// `[profiles.NAME.usage]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct UsageTable {
    path: Option<Slashed>,
    available: Option<Slashed>,
    used: Option<Slashed>,
    granted: Option<Slashed>,
    unlimited: Option<Slashed>,
    expires_at: Option<Slashed>,
    divisor: Option<Positive>,
}

impl ConfigTable {
    pub(super) fn default_profile(&self) -> Option<&str> {
        self.default_profile.as_ref().map(|name| name.0.as_str())
    }

    /// The built-in profile.
    pub(super) fn built_in() -> Profile {
        let mut profile = Profile::new(BUILT_IN_PROFILE, default_base_url());
        profile.key = KeySource::Login;
        profile.family = is_documented(&profile);
        profile
    }

    /// Every profile, the built-in one included. Paths are below `folder`, or below `home` after `~/`.
    pub(super) fn profiles(
        mut self,
        folder: &Path,
        home: Option<&Path>,
    ) -> Result<Vec<Profile>, TableFault> {
        self.profiles.entry(ProfileName(BUILT_IN_PROFILE.to_owned())).or_default();
        let made = self.profiles.into_iter();
        made.map(|(name, table)| table.profile(name.0, folder, home)).collect()
    }
}

/// Whether QuickRouter documents the profile's host, so that the contract itself names it as of the
/// family. Other hosts are of the family only where a profile says so.
fn is_documented(profile: &Profile) -> bool {
    let origin = profile.origin().ok();
    HOSTS.first().is_some_and(|host| origin.is_some_and(|origin| origin.as_str() == host.origin))
}

impl ProfileTable {
    fn profile(
        self,
        name: String,
        folder: &Path,
        home: Option<&Path>,
    ) -> Result<Profile, TableFault> {
        let key = format!("profiles.{name}");
        let fault = |why: Reason| TableFault { key: key.clone(), why };
        let names = self.names();
        let base_url = self.base_url.map_or_else(default_base_url, |url| url.0);
        let mut profile = Profile::new(name, base_url);
        profile.set = names.into_iter().collect();
        profile.key = match (self.key_file, self.key_command) {
            (Some(_), Some(_)) => {
                return Err(fault(Reason::TwoKeySources));
            }
            (Some(file), None) => KeySource::File(placed(file, folder, home)),
            (None, Some(command)) => KeySource::Command(command.0),
            (None, None) => KeySource::Login,
        };
        profile.family = self.family.unwrap_or_else(|| is_documented(&profile));
        let is_replicate = profile.origin().is_ok_and(|origin| origin.is_replicate());
        if profile.family && is_replicate {
            return Err(fault(Reason::ReplicateFamily));
        }
        profile.group = self.group.map(|label| label.0);
        profile.currency = self.currency.map(|label| label.0);
        profile.confirm_above = self.confirm_above.map(|amount| amount.0);
        profile.max_cost = self.max_cost.map(|amount| amount.0);
        profile.usage = self.usage.map(UsageTable::adapter).unwrap_or_default();
        profile.prices = rules(self.prices.unwrap_or_default()).map_err(fault)?;
        Ok(profile)
    }

    /// The keys that the table has.
    fn names(&self) -> Vec<&'static str> {
        let all = [
            ("base-url", self.base_url.is_some()),
            ("key-file", self.key_file.is_some()),
            ("key-command", self.key_command.is_some()),
            ("group", self.group.is_some()),
            ("currency", self.currency.is_some()),
            ("confirm-above", self.confirm_above.is_some()),
            ("max-cost", self.max_cost.is_some()),
            ("family", self.family.is_some()),
            ("prices", self.prices.is_some()),
            ("usage", self.usage.is_some()),
        ];
        all.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect()
    }
}

impl UsageTable {
    /// The adapter. A table with a path describes another response than the contract's, so that what it
    /// does not name is not there; without one it changes the contract's.
    fn adapter(self) -> UsageAdapter {
        let text = |value: Option<Slashed>| value.map(|text| text.0);
        let default = UsageAdapter::default();
        let divisor = self.divisor.map(|number| number.0);
        match self.path {
            Some(path) => UsageAdapter {
                path: path.0,
                available: text(self.available),
                used: text(self.used),
                granted: text(self.granted),
                unlimited: text(self.unlimited),
                expires_at: text(self.expires_at),
                divisor: divisor.unwrap_or(1),
            },
            None => UsageAdapter {
                available: text(self.available).or(default.available),
                used: text(self.used).or(default.used),
                granted: text(self.granted).or(default.granted),
                unlimited: text(self.unlimited).or(default.unlimited),
                expires_at: text(self.expires_at).or(default.expires_at),
                divisor: divisor.unwrap_or(default.divisor),
                path: default.path,
            },
        }
    }
}

fn rules(table: BTreeMap<Pattern, PriceTable>) -> Result<PriceRules, Reason> {
    let mut seen = BTreeMap::new();
    for pattern in table.keys() {
        if let Some(other) = seen.insert(pattern.0.to_ascii_lowercase(), &pattern.0) {
            let patterns = Box::new([other.clone(), pattern.0.clone()]);
            return Err(Reason::SamePrices { patterns });
        }
    }
    let rule = |(pattern, price): (Pattern, PriceTable)| {
        let most_pictures = price.most_pictures.map(|number| number.0);
        (pattern.0, PriceRule { amount: price.amount.0, per: price.per, most_pictures })
    };
    Ok(PriceRules::new(table.into_iter().map(rule)))
}

/// Where a file is: `~/` is the home folder, and a relative path is below the configuration's folder.
fn placed(path: PathBuf, folder: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => folder.join(path),
    }
}
