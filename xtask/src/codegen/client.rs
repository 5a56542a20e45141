//! Generates the low-level client and its types with progenitor.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use proc_macro2::Span;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypePatch};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, Ident, ImplItem, Item, ItemImpl, ItemStruct, Lit, Meta, MetaNameValue, Type,
    UseGroup, UseTree, parse_quote,
};

use super::contract::Contract;
use super::input::Model;
use super::property::shared_name;
use super::{effective, lower, render};

/// The function that encodes a path segment.
const ENCODING: &str = "encode_path";

/// `client.rs`.
pub(crate) fn generate(contract: &Contract) -> Result<String> {
    let lowered = lower::lower(contract)?;
    let document: openapiv3::OpenAPI =
        serde_json::from_value(lowered).context("the lowered copy is not OpenAPI 3.0")?;
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::gate::Gate))
        .with_derive("PartialEq");
    for model in &contract.models {
        let mut patch = TypePatch::default();
        patch
            .with_derive("::bon::Builder")
            .with_attr("#[builder(on(::std::string::String, into))]")
            .with_attr("#[non_exhaustive]");
        settings.with_patch(&model.input, &patch);
    }
    let mut generator = Generator::new(&settings);
    let tokens = generator.generate_tokens(&document).context("progenitor rejects the contract")?;
    let mut file = syn::parse2(tokens).context("progenitor's output does not parse as Rust")?;
    Tidy.visit_file_mut(&mut file);
    if let Some(types) = types_mut(&mut file) {
        effective::add(&contract.models, types);
    }
    let encoding = Ident::new(ENCODING, Span::call_site());
    let uses = file.items.iter().take_while(|item| matches!(item, Item::Use(_))).count();
    file.items.insert(uses, parse_quote!(use super::path_segment::#encoding;));
    file.items.push(inputs(contract, &file));
    render(file.into_token_stream())
}

/// The items of the module that holds the types.
pub(super) fn types(file: &syn::File) -> Option<&[Item]> {
    file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => Some(&*module.content.as_ref()?.1),
        _ => None,
    })
}

fn types_mut(file: &mut syn::File) -> Option<&mut Vec<Item>> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => Some(&mut module.content.as_mut()?.1),
        _ => None,
    })
}

/// A module that re-exports the input types and their enums only, for the SDK to re-export.
fn inputs(contract: &Contract, file: &syn::File) -> Item {
    let shared: BTreeSet<&str> = contract
        .models
        .iter()
        .filter_map(|model| {
            contract.document["components"]["schemas"][&model.input]["properties"].as_object()
        })
        .flat_map(|properties| properties.values())
        .filter_map(|property| shared_name(property.get("allOf")?).ok())
        .collect();
    let names = types(file).into_iter().flatten().filter_map(|item| {
        let name = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            _ => return None,
        };
        let text = name.to_string();
        let of_model = |model: &Model| text.starts_with(&model.input) || text == model.effective;
        let of_model = contract.models.iter().any(of_model);
        (of_model || shared.contains(text.as_str())).then_some(name)
    });
    parse_quote! {
        /// The models' input types, each named after its model, their enums, and the types of their
        /// effective inputs.
        pub mod inputs {
            pub use super::types::{#(#names),*};
        }
    }
}

/// Puts each derive before its helper attributes (rustc requires that order), splits doc comments
/// into lines, replaces progenitor's encoding of path segments by ours, and removes the constructor
/// that makes its own reqwest client.
struct Tidy;

impl VisitMut for Tidy {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        item.attrs.sort_by_key(|attribute| {
            let path = attribute.path();
            (!path.is_ident("doc"), !path.is_ident("derive"))
        });
        visit_mut::visit_item_struct_mut(self, item);
    }

    /// `Client::new` makes a reqwest client without a TLS provider, which panics.
    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        let is_client =
            matches!(&*item.self_ty, Type::Path(named) if named.path.is_ident("Client"));
        if item.trait_.is_none() && is_client {
            let is_new = |item: &ImplItem| matches!(item, ImplItem::Fn(function) if function.sig.ident == "new");
            item.items.retain(|item| !is_new(item));
        }
        visit_mut::visit_item_impl_mut(self, item);
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        *attributes = attributes.drain(..).flat_map(split_doc).collect();
    }

    fn visit_use_group_mut(&mut self, group: &mut UseGroup) {
        let kept = std::mem::take(&mut group.items).into_iter();
        let is_ours =
            |tree: &UseTree| matches!(tree, UseTree::Name(name) if name.ident == ENCODING);
        group.items = kept.filter(|tree| !is_ours(tree)).collect();
    }
}

fn split_doc(attribute: Attribute) -> Vec<Attribute> {
    let Meta::NameValue(MetaNameValue { path, value: Expr::Lit(value), .. }) = &attribute.meta
    else {
        return vec![attribute];
    };
    match &value.lit {
        Lit::Str(text) if path.is_ident("doc") => text
            .value()
            .trim()
            .lines()
            // A bracket in the contract's text is not a link.
            .map(|line| format!(" {}", line.trim_end().replace('[', "\\[").replace(']', "\\]")))
            .map(|line| parse_quote!(#[doc = #line]))
            .collect(),
        _ => vec![attribute],
    }
}
