//! `x-origin-routes`: what lies at a gateway's origin, outside the base URL's prefix.

use anyhow::{Context, Result, ensure};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value};

use super::catalog::{doc, ident};
use super::family::{self, Family};
use super::strict::{object, object_at, only, string};

pub(super) const PLACE: &str = "x-origin-routes";

/// Everything of `x-origin-routes`.
pub(crate) struct Origin {
    hosts: Vec<(String, Texts)>,
    units_per_money: u64,
    units: Texts,
    family: Family,
    routes: Vec<OriginRoute>,
}

/// What is said of an entry.
pub(super) struct Texts {
    pub(super) text: String,
    text_zh: String,
    pub(super) source: String,
}

struct OriginRoute {
    name: String,
    path: String,
    key: bool,
    texts: Texts,
    entries: Option<String>,
    /// Constants of the response: name, JSON pointer, and what it points into.
    pointers: Vec<(String, String, &'static str)>,
    values: Vec<(String, u64)>,
}

/// Reads `x-origin-routes`; `base_url` has to be at the first host.
pub(crate) fn read(document: &Value, base_url: &str) -> Result<Origin> {
    let map = object_at(document, &format!("/{PLACE}"))?;
    only(map, &["hosts", "units-per-money", "groups", "failures", "not-family", "routes"], PLACE)?;
    let hosts = hosts(map, base_url)?;
    let place = format!("{PLACE}.units-per-money");
    let units = object(map.get("units-per-money").unwrap_or(&Value::Null), &place)?;
    only(units, &["value", "description", "x-description-zh", "source"], &place)?;
    let value = units.get("value").and_then(Value::as_u64).filter(|value| *value > 0);
    let units_per_money =
        value.with_context(|| format!("{place}: value is not a whole number above 0"))?;
    let routes = object_at(document, &format!("/{PLACE}/routes"))?;
    let routes = routes.iter().map(|(name, route)| self::route(name, route));
    let routes = routes.collect::<Result<Vec<_>>>()?;
    ensure!(!routes.is_empty(), "{PLACE}.routes is empty");
    let (units, family) = (texts(units, &place)?, family::read(map)?);
    Ok(Origin { hosts, units_per_money, units, family, routes })
}

fn hosts(map: &Map<String, Value>, base_url: &str) -> Result<Vec<(String, Texts)>> {
    let list = map.get("hosts").and_then(Value::as_array);
    let list = list.with_context(|| format!("{PLACE}: hosts is missing or not a list"))?;
    let mut found: Vec<(String, Texts)> = Vec::new();
    for (index, host) in list.iter().enumerate() {
        let place = format!("{PLACE}.hosts[{index}]");
        let host = object(host, &place)?;
        only(host, &["origin", "description", "x-description-zh", "source"], &place)?;
        let origin = string(host, "origin", &place)?;
        let name = origin.strip_prefix("https://").unwrap_or_default();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        ensure!(
            !name.is_empty() && name.chars().all(plain),
            "{place}: {origin} is not an origin such as https://gateway.example"
        );
        ensure!(
            found.iter().all(|(known, _)| *known != origin),
            "{place}: {origin} is listed twice"
        );
        found.push((origin, texts(host, &place)?));
    }
    let own = found.first().map(|(origin, _)| format!("{origin}/"));
    ensure!(
        own.is_some_and(|own| format!("{base_url}/").starts_with(&own)),
        "{PLACE}: the first of hosts is not that of servers[0], {base_url}"
    );
    Ok(found)
}

fn route(name: &str, route: &Value) -> Result<OriginRoute> {
    let place = format!("{PLACE}.routes.{name}");
    let route = object(route, &place)?;
    let known = [
        "path",
        "key",
        "description",
        "x-description-zh",
        "source",
        "fields",
        "entries",
        "entry-fields",
        "values",
    ];
    only(route, &known, &place)?;
    is_name(name, &place)?;
    let path = string(route, "path", &place)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    ensure!(
        path.starts_with('/') && !path.contains("//") && path.chars().all(plain),
        "{place}: {path} is not a path such as /api/pricing"
    );
    let key = route.get("key").and_then(Value::as_bool);
    let key = key.with_context(|| format!("{place}: key is neither true nor false"))?;
    let entries = route.contains_key("entries").then(|| pointer(route, "entries", &place));
    let entries = entries.transpose()?;
    ensure!(
        entries.is_some() == route.contains_key("entry-fields"),
        "{place}: entries and entry-fields need each other"
    );
    let mut pointers = Vec::new();
    for (list, into) in [("fields", "the response"), ("entry-fields", "an entry")] {
        for (name, place, map) in named(route, list, &place)? {
            pointers.push((name.clone(), pointer(map, name, &place)?, into));
        }
    }
    let mut values = Vec::new();
    for (name, place, map) in named(route, "values", &place)? {
        let value = map.get(name).and_then(Value::as_u64);
        let value = value.with_context(|| format!("{place}: {name} is not a whole number"))?;
        values.push((name.clone(), value));
    }
    let mut names: Vec<&String> =
        pointers.iter().map(|(name, ..)| name).chain(values.iter().map(|(name, _)| name)).collect();
    names.sort_unstable();
    let twice = names.windows(2).find_map(|pair| (pair[0] == pair[1]).then_some(pair[0]));
    ensure!(twice.is_none(), "{place}: {} is named twice", twice.map_or("", String::as_str));
    Ok(OriginRoute {
        name: name.to_owned(),
        path,
        key,
        texts: texts(route, &place)?,
        entries,
        pointers,
        values,
    })
}

type Named<'a> = (&'a String, String, &'a Map<String, Value>);

/// The names of one of a route's maps, with its place and itself.
fn named<'a>(route: &'a Map<String, Value>, key: &str, place: &str) -> Result<Vec<Named<'a>>> {
    let place = format!("{place}.{key}");
    let Some(map) = route.get(key) else { return Ok(Vec::new()) };
    let map = object(map, &place)?;
    map.keys()
        .map(|name| {
            is_name(name, &place)?;
            ensure!(name != "entries", "{place}: entries is a name of its own");
            Ok((name, place.clone(), map))
        })
        .collect()
}

/// A name that can be a constant's.
fn is_name(name: &str, place: &str) -> Result<()> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    ensure!(plain && !name.is_empty(), "{place}: {name} is not a name in lower case, with _");
    Ok(())
}

/// A JSON pointer (RFC 6901).
fn pointer(map: &Map<String, Value>, key: &str, place: &str) -> Result<String> {
    let text = string(map, key, place)?;
    ensure!(is_pointer(&text), "{place}: {key}: {text} is not a JSON pointer such as /data/name");
    Ok(text)
}

pub(super) fn is_pointer(text: &str) -> bool {
    let segments: Vec<&str> = text.split('/').collect();
    let fits = |part: &&str| !part.is_empty() && !part.contains([' ', '~']);
    segments[0].is_empty() && segments.len() > 1 && segments[1..].iter().all(fits)
}

pub(super) fn texts(map: &Map<String, Value>, place: &str) -> Result<Texts> {
    Ok(Texts {
        text: string(map, "description", place)?,
        text_zh: string(map, "x-description-zh", place)?,
        source: string(map, "source", place)?,
    })
}

/// The module `routes::origin`.
pub(crate) fn generate(origin: &Origin) -> TokenStream {
    let Origin { hosts, units_per_money, units, family, routes } = origin;
    let hosts = hosts.iter().map(|(origin, Texts { text, text_zh, source })| {
        quote! {
            OriginHost {
                origin: #origin,
                description: #text,
                description_zh: #text_zh,
                source: #source,
            }
        }
    });
    let Texts { text, source, .. } = units;
    let units_doc = doc(&format!("{text}\n\nSource: {source}."));
    let family = family::generate(family);
    let names = routes.iter().map(|route| ident(&route.name.to_uppercase()));
    let routes = routes.iter().map(generate_route);
    quote! {
        /// What lies at the origin of a gateway of the new-api family, outside the base URL's prefix.
        /// All are GET. Use them only where a profile names the host as one of the family, never at
        /// Replicate's own.
        pub mod origin {
            use crate::catalog::entry::{OriginHost, OriginRoute};
            /// The hosts of the family; the first is the default base URL's. Offer the others, and
            /// never change to one by itself: that would replay a paid request.
            pub const HOSTS: &[OriginHost] = &[#(#hosts),*];
            #units_doc
            pub const UNITS_PER_MONEY: u64 = #units_per_money;
            #family
            #(#routes)*
            /// Every route at the origin.
            pub const ALL: &[OriginRoute] = &[#(#names),*];
        }
    }
}

fn generate_route(route: &OriginRoute) -> TokenStream {
    let OriginRoute { name, path, key, texts, entries, pointers, values } = route;
    let Texts { text, text_zh, source } = texts;
    let (constant, module) = (ident(&name.to_uppercase()), ident(name));
    let with = if *key { "with the key" } else { "without the key" };
    let route_doc = doc(&format!("`GET {path}`, {with}: {text}\n\nSource: {source}."));
    let module_doc = doc(&format!("The JSON of `GET {path}`."));
    let entries = entries.iter().map(|pointer| {
        quote! {
            /// The JSON pointer of the list of entries.
            pub const ENTRIES: &str = #pointer;
        }
    });
    let pointers = pointers.iter().map(|(name, pointer, into)| {
        let (doc, name) =
            (doc(&format!("A JSON pointer into {into}.")), ident(&name.to_uppercase()));
        quote!(#doc pub const #name: &str = #pointer;)
    });
    let values = values.iter().map(|(name, value)| {
        let name = ident(&name.to_uppercase());
        quote! {
            /// A value of a field.
            pub const #name: u64 = #value;
        }
    });
    quote! {
        #route_doc
        pub const #constant: OriginRoute = OriginRoute {
            name: #name,
            path: #path,
            needs_key: #key,
            description: #text,
            description_zh: #text_zh,
            source: #source,
        };
        #module_doc
        pub mod #module {
            #(#entries)*
            #(#pointers)*
            #(#values)*
        }
    }
}
