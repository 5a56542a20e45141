//! The profile in force: limits of cost, prices, and whether the gateway is of the family.

use quickrouter::Client;
use quickrouter_account::{Origin, Profile};

use crate::connect::settings::Settings;

/// The profile in force for a client's gateway.
///
/// Prices, the group and whether it is of the family are facts about one gateway: where the base URL in
/// force has another origin than the profile, they do not count. What the user wants to spend does.
pub(crate) fn in_force(settings: &Settings, client: &Client) -> Profile {
    of_gateway(&settings.profile, &client.origin(), client.base_url())
}

fn of_gateway(profile: &Profile, origin: &str, base_url: &str) -> Profile {
    let own = profile.origin().as_ref().map(Origin::as_str).is_ok_and(|own| own == origin);
    if own {
        return profile.clone();
    }
    let mut other = Profile::new(profile.name.clone(), base_url);
    other.max_cost = profile.max_cost;
    other.confirm_above = profile.confirm_above;
    other
}

#[cfg(test)]
mod tests {
    use quickrouter_account::Config;

    use super::of_gateway;

    #[test]
    fn prices_and_family_belong_to_the_profiles_own_gateway_and_limits_to_the_user() {
        let text = "[profiles.quickrouter]\nbase-url = \"https://one.example/replicate\"\n\
                    family = true\ngroup = \"vip\"\ncurrency = \"USD\"\nmax-cost = 1\n\
                    confirm-above = 0.5\nprices.\"*\".amount = 0.04\n";
        let config = Config::parse("config.toml", text).unwrap();
        let profile = config.profile(None).unwrap();
        let own = of_gateway(profile, "https://one.example", "https://one.example/replicate");
        assert!(own.family && own.group.is_some() && own.prices.find("a/b").is_some());
        let other = of_gateway(profile, "https://two.example", "https://two.example");
        assert!(!other.family && other.group.is_none() && other.currency.is_none());
        assert!(other.prices.is_empty());
        assert_eq!((other.max_cost, other.confirm_above), (own.max_cost, own.confirm_above));
    }
}
