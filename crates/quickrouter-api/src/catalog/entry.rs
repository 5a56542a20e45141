//! The catalog's entries: routes, error codes, models and the rules between their inputs.

use serde::Deserialize;
use serde_json::Value;

/// One operation of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The operation's id, such as `create_prediction`.
    pub operation: &'static str,
    /// `GET`, `POST`, `DELETE` or `QUERY`.
    pub method: &'static str,
    /// The path below the base URL, with parameters in braces.
    pub path: &'static str,
    /// Whether QuickRouter's own pages document it. The others are Replicate's, and a gateway may not
    /// relay them.
    pub documented_by_gateway: bool,
}

/// A code in error bodies or in failed predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCode {
    /// The code, such as `model_not_found`.
    pub code: &'static str,
    /// The HTTP status it comes with; `None` if it occurs in the error of a failed prediction.
    pub status: Option<u16>,
    /// What it means, and what to do.
    pub description: &'static str,
    /// The same in Chinese.
    pub description_zh: &'static str,
}

/// A route at the origin of a gateway of the new-api family, outside the base URL's prefix; a GET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OriginRoute {
    /// Its name in the contract, such as `usage`.
    pub name: &'static str,
    /// The path at the origin.
    pub path: &'static str,
    /// Whether it takes the API key, as a bearer token.
    pub needs_key: bool,
    /// What it returns.
    pub description: &'static str,
    /// The same in Chinese.
    pub description_zh: &'static str,
    /// Where this is known from.
    pub source: &'static str,
}

/// A host of the new-api family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OriginHost {
    /// Its origin, such as `https://api.quickrouter.ai`.
    pub origin: &'static str,
    /// What is known of it.
    pub description: &'static str,
    /// The same in Chinese.
    pub description_zh: &'static str,
    /// Where this is known from.
    pub source: &'static str,
}

/// A model of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Model {
    /// `owner/name`.
    pub name: &'static str,
    /// The version to request, 64 hexadecimal digits. A model without one has its own route.
    pub version: Option<&'static str>,
    /// The name of its input type, such as `SdxlInput`.
    pub input: &'static str,
}

/// What the log of a prediction shows while the model runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelLog {
    /// A progress bar for each pass over the steps.
    Bars,
    /// A few words.
    Words,
    /// Nothing.
    None,
}

/// A rule between inputs that their schemas cannot express.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rule {
    /// A JSON Schema for the input as sent; the rule applies where it matches.
    pub when: Value,
    /// The input that the rule is about.
    pub field: String,
    /// Whether the input is refused or causes a warning.
    pub effect: Effect,
    /// Whether the model ignores the field where the rule applies.
    pub ignored: bool,
    /// The problem and its remedy, in English.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
}

/// What a [`Rule`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The input is refused.
    Error,
    /// The input is accepted, but part of it is ignored or works badly.
    Warning,
}

/// An input type that belongs to one model.
///
/// ```
/// # use quickrouter_api::{ModelInput, inputs::SdxlInput};
/// # fn create(_: impl ModelInput) {}
/// let input = SdxlInput::builder().width(768).build();
/// create(input);
/// ```
///
/// What the model uses of an input has a type of its own, which does not implement this trait:
///
/// ```compile_fail
/// # use quickrouter_api::{ModelInput, inputs::SdxlInput};
/// # fn create(_: impl ModelInput) {}
/// let input = SdxlInput::builder().width(768).build();
/// create(input.effective());
/// ```
pub trait ModelInput: serde::Serialize {
    /// The model.
    fn model() -> &'static Model;
}
