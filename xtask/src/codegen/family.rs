//! What the routes of `x-origin-routes` have in common: groups, failures, and hosts without them.

use anyhow::{Context, Result, ensure};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value};

use super::catalog::doc;
use super::origin::{PLACE, Texts, is_pointer, texts};
use super::strict::{object, only, string, strings};

/// `groups`, `failures` and `not-family`.
pub(super) struct Family {
    every_group: String,
    default_group: String,
    chosen_group: String,
    groups: Texts,
    not_served: Vec<u16>,
    false_fields: Vec<String>,
    error: String,
    messages: Vec<String>,
    failures: Texts,
    other_hosts: Vec<String>,
    others: Texts,
}

const TEXTS: [&str; 3] = ["description", "x-description-zh", "source"];

/// Reads the three parts of `x-origin-routes`.
pub(super) fn read(map: &Map<String, Value>) -> Result<Family> {
    let (groups, place) = part(map, "groups", &["every", "default", "chosen"])?;
    let [every_group, default_group, chosen_group] = [
        string(groups, "every", &place)?,
        string(groups, "default", &place)?,
        string(groups, "chosen", &place)?,
    ];
    let groups = texts(groups, &place)?;

    let keys = ["not-served", "false-fields", "error", "messages"];
    let (failures, place) = part(map, "failures", &keys)?;
    let statuses = failures.get("not-served").and_then(Value::as_array);
    let statuses = statuses.with_context(|| format!("{place}: not-served is not a list"))?;
    let status = |value: &Value| value.as_u64().and_then(|status| u16::try_from(status).ok());
    let not_served = statuses.iter().map(|value| {
        let client_error = status(value).filter(|status| (400..500).contains(status));
        client_error.with_context(|| format!("{place}: not-served: {value} is not 400 to 499"))
    });
    let not_served = not_served.collect::<Result<Vec<_>>>()?;
    let false_fields = strings(failures, "false-fields", &place)?;
    let (error, messages) =
        (string(failures, "error", &place)?, strings(failures, "messages", &place)?);
    for pointer in false_fields.iter().chain(&messages).chain([&error]) {
        ensure!(is_pointer(pointer), "{place}: {pointer} is not a JSON pointer such as /data/name");
    }
    let failures = texts(failures, &place)?;

    let (others, place) = part(map, "not-family", &["hosts"])?;
    let other_hosts = strings(others, "hosts", &place)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    let is_host = |host: &String| !host.is_empty() && host.chars().all(plain);
    ensure!(other_hosts.iter().all(is_host), "{place}: hosts are not such as gateway.example");
    let others = texts(others, &place)?;
    Ok(Family {
        every_group,
        default_group,
        chosen_group,
        groups,
        not_served,
        false_fields,
        error,
        messages,
        failures,
        other_hosts,
        others,
    })
}

fn part<'a>(
    map: &'a Map<String, Value>,
    name: &str,
    keys: &[&str],
) -> Result<(&'a Map<String, Value>, String)> {
    let place = format!("{PLACE}.{name}");
    let part = object(map.get(name).unwrap_or(&Value::Null), &place)?;
    only(part, &[keys, &TEXTS].concat(), &place)?;
    Ok((part, place))
}

/// Their modules and constants in `routes::origin`.
pub(super) fn generate(family: &Family) -> TokenStream {
    let Family {
        every_group,
        default_group,
        chosen_group,
        not_served,
        false_fields,
        error,
        messages,
        ..
    } = family;
    let other_hosts = &family.other_hosts;
    let [groups, failures, others] = [&family.groups, &family.failures, &family.others]
        .map(|Texts { text, source, .. }| doc(&format!("{text}\n\nSource: {source}.")));
    quote! {
        #groups
        pub mod groups {
            /// What stands in a list of groups for all of them.
            pub const EVERY: &str = #every_group;
            /// The group that every gateway has.
            pub const DEFAULT: &str = #default_group;
            /// The group of keys whose calls each go to a group that the gateway chooses.
            pub const CHOSEN: &str = #chosen_group;
        }
        #failures
        pub mod failures {
            /// The statuses of a route that the gateway does not serve.
            pub const NOT_SERVED: &[u16] = &[#(#not_served),*];
            /// JSON pointers of fields that are false in a failure.
            pub const FALSE_FIELDS: &[&str] = &[#(#false_fields),*];
            /// The JSON pointer of an error, which only a failure has.
            pub const ERROR: &str = #error;
            /// JSON pointers of a failure's message; the first that has one counts.
            pub const MESSAGES: &[&str] = &[#(#messages),*];
        }
        #others
        pub const NOT_FAMILY: &[&str] = &[#(#other_hosts),*];
    }
}
