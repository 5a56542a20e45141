//! Generates what every input type can do: name its model, return its JSON Schema, its defaults and
//! its effective values.

use anyhow::Result;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::contract::Contract;
use super::input::Model;
use super::render;

/// `typed.rs`.
pub(crate) fn generate(contract: &Contract) -> Result<String> {
    let all = contract.models.iter().enumerate().map(|(index, model)| of(index, model));
    render(quote! {
        //! Methods and traits of the input types.
        use super::generated::types;
        use crate::catalog::effective::{effective, defaults};
        use crate::catalog::schemas::json_schema;
        use crate::catalog::{MODELS, Model, ModelInput};
        #(#all)*
    })
}

fn of(index: usize, model: &Model) -> TokenStream {
    let ident = |name: &str| Ident::new(name, Span::call_site());
    let (input, effective) = (ident(&model.input), ident(&model.effective));
    let title = &model.input;
    let defaults = defaults(model);
    quote! {
        impl ModelInput for types::#input {
            fn model() -> &'static Model {
                &MODELS[#index]
            }
        }
        impl schemars::JsonSchema for types::#input {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                #title.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                json_schema(&MODELS[#index])
            }
        }
        impl types::#input {
            #defaults
            pub fn defaults() -> types::#effective {
                defaults::<Self, _>()
            }
            /// What the model uses of this input: the values that are set, and the contract's
            /// defaults for the others. A default that follows another input takes its value.
            ///
            /// An input is absent if it has no documented default, for instance because the model
            /// draws its value at random, or if the model ignores it beside the other inputs, set or
            /// not. The input is not checked.
            ///
            /// This changes nothing about what is sent: only the values that are set.
            pub fn effective(&self) -> types::#effective {
                effective(self)
            }
        }
    }
}

/// The docs of `defaults`, with every value.
fn defaults(model: &Model) -> TokenStream {
    let head = "Every default of the contract: what the model uses for inputs that are not set.\n\n\
                Defaults that count only along with another input are included. The fields have \
                units and ranges.";
    let lines = head.lines().map(str::to_owned).chain(listed(model)).map(|line| format!(" {line}"));
    quote!(#(#[doc = #lines])*)
}

/// The defaults, one a line.
fn listed(model: &Model) -> Vec<String> {
    let properties = model.schema["properties"].as_object();
    let one = |(name, property): (&String, &serde_json::Value)| {
        if let Some(followed) = property["x-default-from"].as_str() {
            return Some(format!("- `{name}`: as `{followed}`"));
        }
        Some(format!("- `{name}`: `{}`", property.get("default")?))
    };
    let lines: Vec<String> = properties.into_iter().flatten().filter_map(one).collect();
    if lines.is_empty() { lines } else { [String::new()].into_iter().chain(lines).collect() }
}
