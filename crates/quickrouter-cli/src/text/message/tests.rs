use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast;
use fluent_syntax::parser;
use quickrouter::error::DetailCode;

use super::{LOCALES, Message};
use crate::args::{commands, help};
use crate::text::lang::Lang;

/// The ids of a fluent file, attributes among them, and the variables of each.
fn catalog(name: &str, source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
    let mut catalog = BTreeMap::new();
    for entry in resource.body {
        let ast::Entry::Message(message) = entry else { continue };
        let attributes = message.attributes.into_iter();
        let attributes =
            attributes.map(|inner| (format!("{}.{}", message.id.name, inner.id.name), inner.value));
        let whole = message.value.map(|value| (message.id.name.to_owned(), value));
        for (id, pattern) in whole.into_iter().chain(attributes) {
            let mut variables = BTreeSet::new();
            of_pattern(&pattern, &mut variables);
            let double = catalog.insert(id.clone(), variables).is_some();
            assert!(!double, "{name} has {id} twice");
        }
    }
    catalog
}

fn of_pattern(pattern: &ast::Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let ast::PatternElement::Placeable { expression } = element else { continue };
        match expression {
            ast::Expression::Inline(inline) => of_inline(inline, found),
            ast::Expression::Select { selector, variants } => {
                of_inline(selector, found);
                for variant in variants {
                    of_pattern(&variant.value, found);
                }
            }
        }
    }
}

fn of_inline(inline: &ast::InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        // No message is put together from others.
        ast::InlineExpression::StringLiteral { .. }
        | ast::InlineExpression::NumberLiteral { .. } => {}
        other => panic!("only variables stand in messages, not {other:?}"),
    }
}

/// The messages that the source uses, each with the variables it sets.
fn used() -> BTreeMap<String, BTreeSet<String>> {
    let mut used = BTreeMap::new();
    in_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    used
}

fn in_folder(folder: &Path, used: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            in_folder(&path, used);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("tests.rs")
        {
            let code = std::fs::read_to_string(&path).unwrap();
            let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code: Vec<_> =
                code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for call in code.join("\n").split("message!(").skip(1) {
                let Some((id, variables)) = call_of(call) else { continue };
                let first: &mut BTreeSet<String> =
                    used.entry(id.clone()).or_insert_with(|| variables.clone());
                assert_eq!(*first, variables, "{}: {id} is used in two ways", path.display());
            }
        }
    }
}

/// `"id", name = value)`: the id, and the names before each `=` at this level.
fn call_of(call: &str) -> Option<(String, BTreeSet<String>)> {
    let (id, rest) = call.trim_start().strip_prefix('"')?.split_once('"')?;
    let (mut depth, mut in_text, mut escaped) = (0_i32, false, false);
    let (mut part, mut parts) = (String::new(), Vec::new());
    for c in rest.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts.push(part);
    let name = |part: &String| {
        let (name, _) = part.split_once('=')?;
        Some(name.trim().to_owned())
    };
    Some((id.to_owned(), parts.iter().filter_map(name).collect()))
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let [english, chinese] = LOCALES.map(|(_, name, source)| catalog(name, source));
    for (id, variables) in &english {
        assert_eq!(Some(variables), chinese.get(id), "zh-CN.ftl, {id}");
    }
    for id in chinese.keys() {
        assert!(english.contains_key(id), "en.ftl lacks {id}");
    }
}

#[test]
fn every_message_is_used_and_every_used_message_exists() {
    let [english, _] = LOCALES.map(|(_, name, source)| catalog(name, source));
    let used = used();
    for (id, variables) in &used {
        assert_eq!(Some(variables), english.get(id), "en.ftl, {id}");
    }
    let of_help = help::ids(&commands::unlocalized(Lang::English));
    for id in &of_help {
        assert!(english.contains_key(id), "en.ftl lacks {id}");
    }
    for id in english.keys() {
        let of_sdk = id.starts_with("reason-");
        assert!(used.contains_key(id) || of_help.contains(id) || of_sdk, "{id} is used nowhere");
    }
}

#[test]
fn every_detail_of_the_sdk_has_a_message_with_all_of_its_values_in_both_languages() {
    let [english, chinese] = LOCALES.map(|(_, name, source)| catalog(name, source));
    let mut ids = BTreeSet::new();
    for code in DetailCode::ALL.iter().filter(|code| **code != DetailCode::Verbatim) {
        let id = format!("reason-{}", code.as_str().replace('_', "-"));
        let hint = format!("{id}.hint");
        let expected: BTreeSet<String> = code.values().iter().map(ToString::to_string).collect();
        for (name, catalog) in [("en.ftl", &english), ("zh-CN.ftl", &chinese)] {
            let message = catalog.get(&id).unwrap_or_else(|| panic!("{name} lacks {id}"));
            let both: BTreeSet<_> =
                message.iter().chain(catalog.get(&hint).into_iter().flatten()).cloned().collect();
            assert_eq!(both, expected, "{name}, {id} and its hint");
        }
        for (lang, ..) in LOCALES {
            let sample = |id: &str| {
                let message = Message::new(id.to_owned());
                let values = code.values().iter();
                values.fold(message, |message, name| message.with(name, "VALUE")).to_text(lang)
            };
            let shown = sample(&id);
            assert!(!shown.contains('{') && !shown.contains("reason-"), "{id}: {shown}");
        }
        ids.extend([id, hint]);
    }
    for id in english.keys().filter(|id| id.starts_with("reason-")) {
        assert!(ids.contains(id), "{id} is no detail of the SDK's");
    }
}

#[test]
fn chinese_messages_are_written_in_chinese() {
    // Punctuation alone counts if it is full-width.
    let is_chinese = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}');
    for (_, name, source) in LOCALES.iter().filter(|(lang, ..)| *lang == Lang::Chinese) {
        for id in catalog(name, source).keys() {
            let text = super::find(Lang::Chinese, id, None).unwrap();
            assert!(text.contains(is_chinese), "{id}: {text}");
        }
    }
}

#[test]
fn values_are_masked_and_stand_as_they_are() {
    let message = Message::new("warning").with("text", "a\u{1b}[2J\nb");
    assert_eq!(message.to_text(Lang::English), "warning: a\u{fffd}[2J\u{fffd}b");
    assert_eq!(message.to_text(Lang::Chinese), "警告：a\u{fffd}[2J\u{fffd}b");
}
