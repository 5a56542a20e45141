//! Generates the catalog: models, routes, limits, codes and statuses as Rust items.

use anyhow::Result;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::contract::{Code, Contract, Limit, Operation, Status};
use super::input::Model;
use super::origin;
use super::render;

/// `catalog.rs`.
pub(crate) fn generate(contract: &Contract) -> Result<String> {
    let base_url = &contract.base_url;
    let models = models(&contract.models);
    let routes = routes(&contract.operations, &origin::generate(&contract.origin));
    let limits = limits(&contract.limits);
    let codes = codes(&contract.codes);
    let status = status(&contract.status);
    render(quote! {
        //! Models, routes, limits, codes and statuses of the contract.
        use super::entry::Model;

        /// The default base URL, with its prefix.
        pub const BASE_URL: &str = #base_url;

        #status
        #models
        #routes
        #limits
        #codes
    })
}

fn models(models: &[Model]) -> TokenStream {
    let entries = models.iter().map(|model| {
        let Model { name, input, .. } = model;
        let version = match &model.version {
            Some(version) => quote!(Some(#version)),
            None => quote!(None),
        };
        quote!(Model { name: #name, version: #version, input: #input })
    });
    quote! {
        /// Every model of the contract, in its order.
        pub static MODELS: &[Model] = &[#(#entries),*];
    }
}

fn routes(operations: &[Operation], origin: &TokenStream) -> TokenStream {
    let entries = operations.iter().map(|operation| {
        let Operation { id, method, path, summary, documented_by_gateway } = operation;
        let name = ident(&id.to_uppercase());
        let doc = format!(" `{method} {path}`: {summary}");
        quote! {
            #[doc = #doc]
            pub const #name: Route = Route {
                operation: #id,
                method: #method,
                path: #path,
                documented_by_gateway: #documented_by_gateway,
            };
        }
    });
    let names = operations.iter().map(|operation| ident(&operation.id.to_uppercase()));
    quote! {
        /// The routes, below the base URL.
        pub mod routes {
            use crate::catalog::entry::Route;
            #(#entries)*
            /// Every route of the contract.
            pub const ALL: &[Route] = &[#(#names),*];
            #origin
        }
    }
}

fn limits(limits: &[Limit]) -> TokenStream {
    let entries = limits.iter().map(|Limit { name, value, unit, text }| {
        let name = ident(&name.to_uppercase());
        let doc = doc(&format!("{text}\n\nUnit: {unit}."));
        quote!(#doc pub const #name: u64 = #value;)
    });
    quote! {
        /// Limits that the gateway enforces.
        pub mod limits {
            #(#entries)*
        }
    }
}

fn codes(codes: &[Code]) -> TokenStream {
    let entries = codes.iter().map(|Code { word, status, text, .. }| {
        let name = ident(&word.to_uppercase());
        let with = status.map(|status| format!("{text}\n\nComes with HTTP {status}."));
        let doc = doc(with.as_ref().unwrap_or(text));
        quote!(#doc pub const #name: &str = #word;)
    });
    let all = codes.iter().map(|Code { word, status, text, text_zh }| {
        let name = ident(&word.to_uppercase());
        let status = match status {
            Some(status) => quote!(Some(#status)),
            None => quote!(None),
        };
        quote! {
            ErrorCode {
                code: #name,
                status: #status,
                description: #text,
                description_zh: #text_zh,
            }
        }
    });
    quote! {
        /// Codes in error bodies and in failed predictions.
        pub mod codes {
            use crate::catalog::entry::ErrorCode;
            #(#entries)*
            /// Every code of the contract.
            pub const ALL: &[ErrorCode] = &[#(#all),*];
        }
    }
}

fn status(status: &Status) -> TokenStream {
    let variants: Vec<Ident> = status.values.iter().map(|(word, _)| variant(word)).collect();
    let words: Vec<&String> = status.values.iter().map(|(word, _)| word).collect();
    let docs = status.values.iter().map(|(_, text)| doc(text));
    let terminal: Vec<Ident> = status.terminal.iter().map(|word| variant(word)).collect();
    let read = status.values.iter().map(|(word, _)| {
        let of_word = status.synonyms.iter().filter(|(value, _)| value == word);
        let words = of_word.flat_map(|(_, words)| words).chain([word]);
        let words = words.map(|word| word.replace('_', ""));
        let variant = variant(word);
        quote!(#(#words)|* => Self::#variant,)
    });
    quote! {
        /// Where a prediction stands. The set is open: unknown values are kept. Synonyms that relays
        /// use, such as `SUCCESS`, are read as the contract's own values.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Status {
            #(#docs #variants,)*
            /// A value unknown to the contract, as received.
            Other(String),
        }
        impl Status {
            /// The terminal statuses.
            pub const TERMINAL: &[Self] = &[#(Self::#terminal),*];
            /// The status as written in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #words,)*
                    Self::Other(word) => word,
                }
            }
            /// Whether the status is terminal: it does not change any more.
            pub fn is_terminal(&self) -> bool {
                matches!(self, #(Self::#terminal)|*)
            }
        }
        impl From<&str> for Status {
            fn from(word: &str) -> Self {
                // Relays differ in case and in how they separate words.
                let letters = word.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
                let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
                match letters.as_str() {
                    #(#read)*
                    _ => Self::Other(word.to_owned()),
                }
            }
        }
    }
}

/// A doc comment, with the space in front that a written one has.
pub(super) fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| format!(" {}", line.trim()));
    quote!(#(#[doc = #lines])*)
}

pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn variant(word: &str) -> Ident {
    let camel: String = word
        .split(['_', '-'])
        .map(|part| {
            let mut letters = part.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect();
    ident(&camel)
}
