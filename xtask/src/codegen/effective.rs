//! Makes the type of each model's effective input: the input's own fields, all optional.

use proc_macro2::Span;
use syn::{Attribute, Fields, Ident, Item, ItemStruct, Type, parse_quote};

use super::input::Model;

/// Adds each model's effective type after its input type.
pub(crate) fn add(models: &[Model], types: &mut Vec<Item>) {
    let mut all = Vec::with_capacity(types.len() + models.len());
    for item in types.drain(..) {
        let effective = match &item {
            Item::Struct(item) => models
                .iter()
                .find(|model| item.ident == model.input)
                .map(|model| Item::Struct(of(model, item))),
            _ => None,
        };
        all.push(item);
        all.extend(effective);
    }
    *types = all;
}

/// The type has no builder and no `Default`, since an empty value could pass for the model's defaults.
fn of(model: &Model, item: &ItemStruct) -> ItemStruct {
    let mut made = item.clone();
    made.ident = Ident::new(&model.effective, Span::call_site());
    let (name, input) = (&model.name, &model.input);
    let docs = [
        format!("What {name} uses of a [`{input}`]: the values that are set, and the"),
        "contract's defaults for the others.".to_owned(),
        String::new(),
        format!("Returned by [`{input}::effective`] and [`{input}::defaults`]. It does not"),
        "implement [`ModelInput`](crate::ModelInput), so it cannot be sent.".to_owned(),
    ];
    made.attrs = docs
        .iter()
        .map(|line| format!(" {line}"))
        .map(|line| parse_quote!(#[doc = #line]))
        .collect();
    made.attrs.extend::<[Attribute; 3]>([
        parse_quote!(#[derive(
            ::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq
        )]),
        parse_quote!(#[non_exhaustive]),
        parse_quote!(#[serde(deny_unknown_fields)]),
    ]);
    if let Fields::Named(fields) = &mut made.fields {
        for field in fields.named.iter_mut().filter(|field| !is_option(&field.ty)) {
            let kind = &field.ty;
            field.ty = parse_quote!(::std::option::Option<#kind>);
            let skip: Attribute =
                parse_quote!(#[serde(skip_serializing_if = "::std::option::Option::is_none")]);
            field.attrs.push(skip);
        }
    }
    made
}

fn is_option(kind: &Type) -> bool {
    let Type::Path(kind) = kind else { return false };
    kind.path.segments.last().is_some_and(|last| last.ident == "Option")
}
