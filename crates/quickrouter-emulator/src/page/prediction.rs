//! One prediction on a page of its own, and its cancel.

use super::paths::{HOME, PREDICTION};
use super::predictions::{cancel as cancel_button, facts, progress, prompt, status};
use super::view::View;
use super::{frame, outputs, requests, text, words};
use crate::delivery::Delivery;
use crate::http::origin::Origin;
use crate::http::prediction_json;
use crate::model::lifecycle::Snapshot;
use crate::state::Shared;
use crate::state::predictions::Record;
use crate::wire::paths::fill;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

/// How many webhook deliveries are shown.
const DELIVERIES: usize = 50;
/// How many characters of a prompt are shown.
const PROMPT: usize = 20_000;

pub(super) async fn get(
    State(state): State<Shared>,
    Path(id): Path<String>,
    origin: Origin,
    view: View,
) -> Response {
    let Some(record) = state.store().get(&id) else {
        let missing = frame::missing(&view, &words::NO_PREDICTION, &id);
        return frame::respond(StatusCode::NOT_FOUND, &missing);
    };
    frame::respond(StatusCode::OK, &page(&state, &view, &record, &origin))
}

#[derive(Debug, Deserialize)]
pub(super) struct CancelForm {
    #[serde(default)]
    back: String,
}

/// Cancels it, as a client would, if it is not over.
pub(super) async fn cancel(
    State(state): State<Shared>,
    Path(id): Path<String>,
    view: View,
    Form(back): Form<CancelForm>,
) -> Response {
    let canceled = {
        // As the route does: the time is told while nobody looks.
        let mut store = state.store();
        let now = state.now();
        store.cancel(&id, now)
    };
    let Some(record) = canceled else {
        let missing = frame::missing(&view, &words::NO_PREDICTION, &id);
        return frame::respond(StatusCode::NOT_FOUND, &missing);
    };
    state.canceled.notify_waiters();
    state.notify_changed();
    let own = fill(PREDICTION, &[&record.id]);
    Redirect::to(&view.link(if back.back == "list" { HOME } else { &own })).into_response()
}

fn page(state: &Shared, view: &View, record: &Record, origin: &Origin) -> Markup {
    let snapshot = record.at(view.now);
    let json = prediction_json::prediction(record, view.now, origin);
    let json = serde_json::to_value(json).unwrap_or_default();
    let asked = state.request_log();
    let about = |id: &Option<String>| id.as_deref() == Some(&record.id);
    let asked: Vec<_> =
        asked.all().rev().filter(|one| about(&one.prediction_id)).take(50).cloned().collect();
    let content = html! {
        article.single {
            p.back { a href=(view.link(HOME)) { "← " (view.say(&words::BACK)) } }
            h1.id { (view.say(&words::PREDICTION)) " " code { (record.id) } }
            div.stack #single data-keyed {
                (standing(state, view, record, &snapshot))
                (outputs::section(view, record, &snapshot, &json["output"]))
                (logs(view, &json))
                (open(view, "input", &words::INPUT, &text::pretty(&json["input"]), true))
                (open(view, "whole", &words::WHOLE, &text::pretty(&json), false))
                (deliveries(state, view, record))
                section.card #its-requests {
                    h2 { (view.say(&words::REQUESTS)) }
                    (requests::table(view, &asked, "its-rows"))
                }
            }
        }
    };
    frame::page(view, Some(&text::clipped(&record.lifecycle.plan.prompt, 60)), &content)
}

fn standing(state: &Shared, view: &View, record: &Record, snapshot: &Snapshot) -> Markup {
    html! {
        section.card #standing {
            div.line {
                (status(view, snapshot))
                span.model { (record.model.name) }
                span.when { (text::time(record.lifecycle.created_at)) }
            }
            div.prompt.whole #prompt tabindex="0" { (prompt(view, record, snapshot, PROMPT)) }
            (progress(view, record, snapshot))
            div.line {
                (facts(state, view, record, snapshot))
                (cancel_button(view, record, snapshot, false))
            }
            dl.facts {
                dt { (view.say(&words::SEED)) } dd { code { (text::clipped(&record.lifecycle.plan.seed, 60)) } }
                dt { (view.say(&words::VERSION)) } dd { code { (record.version) } }
                @if let Some(hook) = &record.webhook {
                    dt { "Webhook" } dd { code { (text::clipped(&hook.url, 500)) } }
                }
            }
        }
    }
}

fn logs(view: &View, json: &Value) -> Markup {
    let logs = json["logs"].as_str().unwrap_or_default();
    html! {
        section.card #logs {
            details #logs-open open {
                summary { h2 { (view.say(&words::LOGS)) } }
                @if logs.is_empty() { p.muted { (view.say(&words::NO_LOGS)) } }
                @else { pre #logs-text tabindex="0" { (text::clipped(logs, text::LONGEST)) } }
            }
        }
    }
}

/// What its webhook was told, the newest first.
fn deliveries(state: &Shared, view: &View, record: &Record) -> Markup {
    let mut told = state.webhooks.all();
    told.retain(|delivery| delivery.prediction_id == *record.id);
    html! {
        @if !told.is_empty() {
            section.card #deliveries {
                h2 { (view.say(&words::DELIVERIES)) }
                ul.deliveries {
                    @for delivery in told.iter().rev().take(DELIVERIES) { li { (delivery_row(delivery)) } }
                }
            }
        }
    }
}

fn delivery_row(delivery: &Delivery) -> Markup {
    html! {
        div.line {
            span class={"status " (delivery.state.as_str())} { (delivery.state.as_str()) }
            b { (delivery.event) }
            code { (text::clipped(&delivery.url, 300)) }
            span.when { (text::time(delivery.at)) }
        }
        p.muted {
            code { (delivery.webhook_id) }
            @for attempt in &delivery.attempts {
                " · "
                @match (attempt.status, &attempt.error) {
                    (Some(status), _) => (status),
                    (None, error) => (text::clipped(error.as_deref().unwrap_or("–"), 200)),
                }
            }
            @if let Some(fault) = delivery.fault { " · " (serde_json::to_string(&fault).unwrap_or_default()) }
        }
    }
}

fn open(view: &View, id: &str, title: &words::Phrase, content: &str, opened: bool) -> Markup {
    html! {
        section.card id=(id) {
            details id={(id) "-open"} open[opened] {
                summary { h2 { (view.say(title)) } }
                pre id={(id) "-text"} tabindex="0" { (content) }
            }
        }
    }
}
