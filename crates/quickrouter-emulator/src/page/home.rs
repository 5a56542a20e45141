//! The first page: what this is, how to reach it, counters, predictions, requests and faults.

use super::faults::RejectedFaults;
use super::view::View;
use super::{counters, faults, frame, predictions, requests, text, words};
use crate::state::Shared;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};

/// What was wrong with a form, to be shown where it was filled in.
#[derive(Default)]
pub(super) struct FormErrors {
    pub(super) price: Option<String>,
    pub(super) faults: Option<RejectedFaults>,
}

pub(super) async fn get(State(state): State<Shared>, view: View) -> Response {
    frame::respond(StatusCode::OK, &home(&state, &view, &FormErrors::default()))
}

/// The first page again, with what is wrong.
pub(super) fn refused(state: &Shared, view: &View, wrong: &FormErrors) -> Response {
    frame::respond(StatusCode::UNPROCESSABLE_ENTITY, &home(state, view, wrong))
}

fn home(state: &Shared, view: &View, wrong: &FormErrors) -> Markup {
    let content = html! {
        (head(state, view))
        (counters::section(state, view, wrong.price.as_deref()))
        div.columns {
            (predictions::section(state, view))
            div.side {
                (faults::section(state, view, wrong.faults.as_ref()))
                (requests::latest(state, view))
            }
        }
    };
    frame::page(view, None, &content)
}

/// What this is, and how a client reaches it.
fn head(state: &Shared, view: &View) -> Markup {
    html! {
        section.hello {
            h1 { (view.say(&words::HELLO)) }
            p.notice { (view.say(&words::NOTICE)) }
            div.reach {
                (text::copied(view, &words::BASE_URL, &view.base_url))
                @match state.keys.placeholder() {
                    Some(key) => (text::copied(view, &words::KEY_ANY, key)),
                    None => div.copied {
                        span.label { (view.say(&words::KEY)) }
                        span { (view.say(&words::KEY_SET)) }
                    },
                }
            }
        }
    }
}
