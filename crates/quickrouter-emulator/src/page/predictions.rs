//! The predictions, newest first, and the way one of them looks in the list.

use super::amounts::amount;
use super::paths::{CANCEL, HOME, PREDICTION};
use super::view::View;
use super::{outputs, text, words};
use crate::model::lifecycle::Snapshot;
use crate::model::outputs::Media;
use crate::state::Shared;
use crate::state::paging::Cursor;
use crate::state::predictions::Record;
use crate::wire::paths::fill;
use maud::{Markup, html};
use quickrouter_api::Status;
use std::sync::Arc;
use std::time::Duration;

/// How many predictions are on a page.
const PAGE: usize = 50;
/// How many characters of a prompt the list shows.
const PROMPT: usize = 300;

pub(super) fn section(state: &Shared, view: &View) -> Markup {
    let cursor = view.query.get("cursor").and_then(|text| Cursor::decode(text));
    let (page, kept) = {
        let store = state.store();
        (store.page(cursor, PAGE), store.len())
    };
    let link = |cursor: Cursor| view.link(&format!("{HOME}?cursor={}", cursor.encode()));
    html! {
        section #predictions-section aria-labelledby="predictions-title" {
            div.title {
                h2 #predictions-title { (view.say(&words::PREDICTIONS)) }
                p.muted #kept data-keyed aria-live="polite" {
                    span id="kept-count" { (kept) " " (view.say(&words::KEPT)) }
                }
            }
            ul.cards #predictions data-keyed {
                @if page.records.is_empty() { (nothing_yet(view)) }
                @for (_, record) in &page.records { (card(state, view, record)) }
            }
            nav.pages #pages data-keyed aria-label=(view.say(&words::PAGES)) {
                @if let Some(cursor) = page.previous {
                    a #newer href=(link(cursor)) { "← " (view.say(&words::NEWER)) }
                }
                @if let Some(cursor) = page.next {
                    a #older href=(link(cursor)) { (view.say(&words::OLDER)) " →" }
                }
            }
        }
    }
}

fn nothing_yet(view: &View) -> Markup {
    let example = format!(
        "curl {}/v1/models/stability-ai/sdxl/predictions \\\n  -H 'Authorization: Bearer KEY' \\\n  \
         -H 'Content-Type: application/json' \\\n  \
         -d '{{\"input\": {{\"prompt\": \"a red kite over a lake\"}}}}'",
        view.base_url
    );
    html! {
        li.card.empty #nothing {
            p { (view.say(&words::NOTHING)) }
            pre tabindex="0" { (example) }
        }
    }
}

fn card(state: &Shared, view: &View, record: &Arc<Record>) -> Markup {
    let snapshot = record.at(view.now);
    let own = view.link(&fill(PREDICTION, &[&record.id]));
    html! {
        li.card.prediction id={"p-" (record.id)} {
            div.line {
                (status(view, &snapshot))
                span.model { (record.model.name) }
                span.when { (text::time(record.lifecycle.created_at)) }
            }
            a.prompt id={"o-" (record.id)} href=(own) {
                (prompt(view, record, &snapshot, PROMPT))
            }
            (progress(view, record, &snapshot))
            (outputs::summary(view, record, &snapshot))
            div.line {
                (facts(state, view, record, &snapshot))
                (cancel(view, record, &snapshot, true))
            }
        }
    }
}

/// The prompt, isolated so that its direction affects nothing beside it.
pub(super) fn prompt(view: &View, record: &Record, snapshot: &Snapshot, most: usize) -> Markup {
    let prompt = &record.lifecycle.plan.prompt;
    html! {
        @if snapshot.removed { em { (view.say(&words::REMOVED)) } }
        @else if prompt.trim().is_empty() { em { (view.say(&words::NO_PROMPT)) } }
        @else { bdi { (text::clipped(prompt, most)) } }
    }
}

/// The status as a word and a colour, and why it failed.
pub(super) fn status(view: &View, snapshot: &Snapshot) -> Markup {
    let word = snapshot.status.as_str();
    html! { span class={"status " (word)} { (view.say(words::of_status(&snapshot.status))) } }
}

/// How far it is, while the model runs; what it says, when it failed.
pub(super) fn progress(view: &View, record: &Record, snapshot: &Snapshot) -> Markup {
    let percent = percent(snapshot.ran, record.lifecycle.plan.run());
    html! {
        @if snapshot.status == Status::Processing {
            div.progress {
                progress max="100" value=(percent) aria-label=(view.say(&words::PROGRESS)) {}
                span { (percent) " %" }
            }
        }
        @if snapshot.status == Status::Failed { p.wrong { (record.lifecycle.error()) } }
    }
}

fn percent(ran: Duration, of: Duration) -> u128 {
    (ran.as_millis() * 100).checked_div(of.as_millis()).unwrap_or(100).min(100)
}

/// Size, count, time and price, in one line.
pub(super) fn facts(state: &Shared, view: &View, record: &Record, snapshot: &Snapshot) -> Markup {
    let plan = &record.lifecycle.plan;
    let pictures = u64::try_from(plan.outputs.files()).unwrap_or(u64::MAX);
    let total = snapshot.completed_at.unwrap_or(view.now);
    let total = total.duration_since(record.lifecycle.created_at).unwrap_or_default();
    html! {
        span.facts {
            @if pictures > 0 && plan.outputs.media(0) == Media::Picture {
                span { (plan.width) " × " (plan.height) }
                span { (pictures) " " (view.say(if pictures == 1 { &words::ONE_PICTURE } else { &words::N_PICTURES })) }
            }
            span { (text::duration(total)) }
            @if state.price.get() > 0.0 { span { (amount(state.price.of(pictures))) " USD" } }
        }
    }
}

/// A button that cancels what is not over yet, and leads back to the list or to the prediction.
pub(super) fn cancel(view: &View, record: &Record, snapshot: &Snapshot, list: bool) -> Markup {
    html! {
        @if !snapshot.is_terminal() {
            form.inline method="post" action=(view.link(&fill(CANCEL, &[&record.id]))) data-quiet {
                @if list { input type="hidden" name="back" value="list"; }
                button.small id={"c-" (record.id)} type="submit" { (view.say(&words::CANCEL)) }
            }
        }
    }
}
