//! One request and its response in full.

use super::paths::{HOME, PREDICTION, REQUEST};
use super::view::View;
use super::{frame, requests, text, words};
use crate::state::Shared;
use crate::state::request_log::{BODY, Exchange};
use crate::wire::paths::{Side, fill};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};

pub(super) async fn get(
    State(state): State<Shared>,
    Path(number): Path<String>,
    view: View,
) -> Response {
    let kept = number.parse().ok().and_then(|number| state.request_log().get(number));
    let Some(one) = kept else {
        return frame::respond(
            StatusCode::NOT_FOUND,
            &frame::missing(&view, &words::NO_REQUEST, &number),
        );
    };
    let is_kept = |number: u64| state.request_log().get(number).is_some();
    let (before, after) = (one.number - 1, one.number + 1);
    let content = html! {
        article.single {
            p.back { a href=(view.link(HOME)) { "← " (view.say(&words::BACK)) } }
            h1.id { (view.say(&words::REQUEST)) " " (one.number) }
            (summary(&view, &one))
            (half(&view, &words::REQUEST, &one.headers, &one.body))
            (half(&view, &words::ANSWER, &one.response_headers, &one.response_body))
            nav.pages aria-label=(view.say(&words::PAGES)) {
                @if is_kept(before) { a href=(to(&view, before)) { "← " (before) } }
                @if is_kept(after) { a href=(to(&view, after)) { (after) " →" } }
            }
        }
    };
    let title = format!("{} {}", view.say(&words::REQUEST), one.number);
    frame::respond(StatusCode::OK, &frame::page(&view, Some(&title), &content))
}

fn to(view: &View, number: u64) -> String {
    view.link(&fill(REQUEST, &[&number.to_string()]))
}

fn summary(view: &View, one: &Exchange) -> Markup {
    let side = if one.side == Side::Gateway { &words::AT_GATEWAY } else { &words::ELSEWHERE };
    html! {
        section.card {
            p.target { b { (text::clipped(one.method.as_str(), 20)) } " " code { (text::clipped(&one.path, 4000)) } }
            div.line { (requests::status(view, one)) div.notes { (requests::notes(view, one)) } }
            dl.facts {
                dt { (view.say(&words::TIME)) } dd { (text::time(one.at)) }
                dt { (view.say(&words::TOOK)) } dd { (text::duration(one.duration)) }
                dt { (view.say(&words::ORIGIN)) } dd { (view.say(side)) }
                dt { (view.say(&words::OPERATION)) } dd { code { (one.operation.unwrap_or("–")) } }
                @if let Some(id) = &one.prediction_id {
                    dt { (view.say(&words::PREDICTION)) }
                    dd { a href=(view.link(&fill(PREDICTION, &[&segment(id)]))) { code { (text::clipped(id, 100)) } } }
                }
            }
        }
    }
}

/// An id as a part of a path. Those of the emulator's own are letters and digits; what else a caller
/// asked for leads to a page that says it is not there.
fn segment(id: &str) -> String {
    id.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_%".contains(*letter)).collect()
}

/// The request, or its answer.
fn half(view: &View, title: &words::Phrase, headers: &HeaderMap, body: &Bytes) -> Markup {
    html! {
        section.card {
            h2 { (view.say(title)) }
            dl.headers {
                @for (name, value) in headers {
                    dt { (name) }
                    dd { code { (text::clipped(&String::from_utf8_lossy(value.as_bytes()), 4000)) } }
                }
            }
            @if body.is_empty() { p.muted { (view.say(&words::NO_BODY)) } }
            @else { pre tabindex="0" { (text::body(body)) } }
            @if body.len() >= BODY { p.muted { (view.say(&words::BODY_CUT)) } }
        }
    }
}
