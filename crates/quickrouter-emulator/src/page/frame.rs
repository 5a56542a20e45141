//! The frame of every page: head, title, footer.

use super::paths::{HOME, ICON, SCRIPT, STYLE};
use super::view::View;
use super::words;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use maud::{DOCTYPE, Markup, html};

/// A whole page.
pub(super) fn page(view: &View, title: Option<&str>, content: &Markup) -> Markup {
    let name = view.say(&words::TITLE);
    html! {
        (DOCTYPE)
        html lang=(view.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { @if let Some(title) = title { (title) " · " } (name) }
                link rel="icon" type="image/svg+xml" href=(ICON);
                link rel="stylesheet" href=(STYLE);
                script src=(SCRIPT) defer {}
            }
            body
                data-live=(view.say(&words::LIVE))
                data-lost=(view.say(&words::LOST))
                data-copied=(view.say(&words::COPIED)) {
                a.skip href="#content" { (view.say(&words::SKIP)) }
                (top(view, name))
                main #content { (content) }
                footer { p { (view.say(&words::FOOT)) } }
            }
        }
    }
}

fn top(view: &View, name: &str) -> Markup {
    html! {
        header.top {
            a.name href=(view.link(HOME)) { img src=(ICON) alt="" width="28" height="28"; (name) }
            nav {
                span #connection role="status" {}
                a #again href=(view.again()) { (view.say(&words::RELOAD)) }
                a href=(view.in_other_language()) lang=(view.language.other().tag())
                    hreflang=(view.language.other().tag()) {
                    (view.say(&words::OTHER_LANGUAGE))
                }
            }
        }
    }
}

/// The page of something that is not there.
pub(super) fn missing(view: &View, what: &words::Phrase, name: &str) -> Markup {
    let content = html! {
        section.plain {
            h1 { (view.say(&words::NOT_HERE)) }
            p { (view.say(what)) " " code { (super::text::clipped(name, 100)) } }
            p { a href=(view.link(HOME)) { (view.say(&words::BACK)) } }
        }
    };
    page(view, Some(view.say(&words::NOT_HERE)), &content)
}

/// A page as an answer.
pub(super) fn respond(status: StatusCode, page: &Markup) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, page.0.clone()).into_response()
}
