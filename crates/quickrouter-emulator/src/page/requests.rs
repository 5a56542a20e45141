//! The requests to the emulator, newest first.

use super::paths::{REQUEST, REQUESTS};
use super::view::View;
use super::{frame, text, words};
use crate::state::Shared;
use crate::state::request_log::Exchange;
use crate::wire::paths::{Side, fill};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use std::sync::Arc;

/// How many are on the first page.
const LATEST: usize = 25;
/// How many are on a page of their own.
const PAGE: usize = 100;

/// How many ignored inputs of one request are named.
const IGNORED: usize = 8;

/// The latest ones, on the first page.
pub(super) fn latest(state: &Shared, view: &View) -> Markup {
    let asked: Vec<_> = state.request_log().all().rev().take(LATEST).cloned().collect();
    html! {
        section.card aria-labelledby="requests-title" {
            div.title {
                h2 #requests-title { (view.say(&words::REQUESTS)) }
                a href=(view.link(REQUESTS)) { (view.say(&words::ALL)) }
            }
            (table(view, &asked, "requests"))
        }
    }
}

/// All that are kept, by pages.
pub(super) async fn all(State(state): State<Shared>, view: View) -> Response {
    let before = view.query.get("before").and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    let mut asked: Vec<_> = {
        let history = state.request_log();
        let older = history.all().rev().filter(|one| one.number < before);
        older.take(PAGE + 1).cloned().collect()
    };
    let more = asked.len() > PAGE;
    asked.truncate(PAGE);
    let last = asked.last().filter(|_| more).map(|one| one.number);
    let content = html! {
        article.single {
            p.back { a href=(view.link(super::paths::HOME)) { "← " (view.say(&words::BACK)) } }
            h1 { (view.say(&words::REQUESTS)) }
            section.card { (table(&view, &asked, "requests")) }
            nav.pages #pages data-keyed aria-label=(view.say(&words::PAGES)) {
                @if let Some(number) = last {
                    a #older href=(view.link(&format!("{REQUESTS}?before={number}"))) {
                        (view.say(&words::OLDER)) " →"
                    }
                }
            }
        }
    };
    frame::respond(StatusCode::OK, &frame::page(&view, Some(view.say(&words::REQUESTS)), &content))
}

/// A table of requests, whose rows are replaced one by one.
pub(super) fn table(view: &View, asked: &[Arc<Exchange>], id: &str) -> Markup {
    html! {
        table.requests {
            thead {
                tr {
                    th scope="col" { "#" }
                    th scope="col" { (view.say(&words::REQUEST)) }
                    th scope="col" { (view.say(&words::STATUS)) }
                    th scope="col" { (view.say(&words::TOOK)) }
                    th scope="col" { (view.say(&words::NOTES)) }
                }
            }
            tbody id=(id) data-keyed {
                @if asked.is_empty() {
                    tr id={(id) "-none"} { td.muted colspan="5" { (view.say(&words::NO_REQUESTS)) } }
                }
                @for one in asked { (row(view, one, id)) }
            }
        }
    }
}

fn row(view: &View, one: &Exchange, table: &str) -> Markup {
    let own = view.link(&fill(REQUEST, &[&one.number.to_string()]));
    html! {
        tr id={(table) "-" (one.number)} {
            td.number { (one.number) }
            td.asked {
                a id={(table) "-open-" (one.number)} href=(own) {
                    b { (text::clipped(one.method.as_str(), 20)) } " " span { (text::clipped(short(one), 200)) }
                }
                small.muted { (text::time(one.at)) }
            }
            td { (status(view, one)) }
            td.took { (text::duration(one.duration)) }
            td.remarks { div.notes { (notes(view, one)) } }
        }
    }
}

/// The path below the base URL.
fn short(one: &Exchange) -> &str {
    one.path.strip_prefix(one.side.prefix()).unwrap_or(&one.path)
}

/// The status of the answer, with its colour.
pub(super) fn status(view: &View, one: &Exchange) -> Markup {
    match one.status {
        Some(status) => html! { span class={"code c" (status / 100)} { (status) } },
        None => html! { span.code.c5 { (view.say(&words::RESET)) } },
    }
}

/// What is worth a word: the other origin, whether a key was carried, inputs that were ignored, the
/// faults it met.
pub(super) fn notes(view: &View, one: &Exchange) -> Markup {
    let elsewhere = one.side == Side::Elsewhere;
    html! {
        @if elsewhere { span.note { (view.say(&words::ELSEWHERE)) } }
        @match (one.had_key, elsewhere) {
            (true, true) => span.note.bad { (view.say(&words::KEY_LEAKED)) },
            (true, false) => span.note { (view.say(&words::WITH_KEY)) },
            (false, _) => span.note { (view.say(&words::WITHOUT_KEY)) },
        }
        @for name in one.ignored_inputs.iter().take(IGNORED) {
            span.note { (view.say(&words::IGNORED)) " " code { (text::clipped(name, 60)) } }
        }
        @if one.ignored_inputs.len() > IGNORED {
            span.note { "+" (one.ignored_inputs.len() - IGNORED) }
        }
        @for fault in &one.faults {
            span.note.fault { (view.say(&words::FAULT)) " " code { (text::clipped(fault, 120)) } }
        }
    }
}
