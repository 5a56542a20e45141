//! [`PriceRules`]: the prices that a profile sets.

use crate::amount::{Amount, Per};

/// A profile's price for the models of one pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRule {
    /// The amount; 0 says that it is free.
    pub amount: Amount,
    /// What it is for. `None` counts for every picture, which is never too little.
    pub per: Option<Per>,
    /// The most pictures that one call makes, for models that the contract does not know.
    pub most_pictures: Option<u64>,
}

/// A profile's prices, by patterns of model names: `owner/name`, `owner/*` or `*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceRules {
    rules: Vec<(String, PriceRule)>,
}

impl PriceRules {
    /// Prices of these patterns.
    pub fn new(rules: impl IntoIterator<Item = (String, PriceRule)>) -> Self {
        Self { rules: rules.into_iter().collect() }
    }

    /// The rule for a model and its pattern. The longest pattern that matches counts, and an exact name
    /// before all others; case does not matter, as in URLs of models.
    pub fn find(&self, model: &str) -> Option<(&str, &PriceRule)> {
        self.find_any(&[model])
    }

    /// The rule for a model with several names.
    pub(crate) fn find_any(&self, names: &[&str]) -> Option<(&str, &PriceRule)> {
        let is_match =
            |(pattern, _): &&(String, PriceRule)| names.iter().any(|name| matches(pattern, name));
        let matching = self.rules.iter().filter(is_match);
        let best = matching.max_by_key(|(pattern, _)| (!pattern.ends_with('*'), pattern.len()));
        best.map(|(pattern, rule)| (pattern.as_str(), rule))
    }

    /// Every pattern and its rule.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &PriceRule)> {
        self.rules.iter().map(|(pattern, rule)| (pattern.as_str(), rule))
    }

    /// Whether the profile sets no price.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

fn matches(pattern: &str, model: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => {
            model.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
        }
        None => pattern.eq_ignore_ascii_case(model),
    }
}
