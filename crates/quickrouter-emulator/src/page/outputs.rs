//! What a prediction has put out: pictures, videos, sounds, text and JSON.

use super::view::View;
use super::{text, words};
use crate::model::lifecycle::Snapshot;
use crate::model::outputs::{Media, Part};
use crate::state::predictions::Record;
use crate::wire::paths::output_path;
use maud::{Markup, html};
use serde_json::Value;

/// How many files of one prediction the list shows.
const THUMBNAILS: usize = 4;
/// How many characters of a text the list shows.
const TEXT: usize = 300;

/// What is there, in short, for the list.
pub(super) fn summary(view: &View, record: &Record, snapshot: &Snapshot) -> Markup {
    let parts = record.parts_at(snapshot);
    let files = files(record, &parts);
    let written = written(&parts);
    html! {
        @if !files.is_empty() {
            div.thumbnails {
                @for index in files.iter().take(THUMBNAILS) { (thumbnail(view, record, *index)) }
                @if files.len() > THUMBNAILS { span.muted { "+" (files.len() - THUMBNAILS) } }
            }
        }
        @if !written.is_empty() { p.written { bdi { (text::clipped(&written, TEXT)) } } }
    }
}

/// All that is there; `output` is the output as the API shows it.
pub(super) fn section(view: &View, record: &Record, snapshot: &Snapshot, output: &Value) -> Markup {
    let parts = record.parts_at(snapshot);
    let files = files(record, &parts);
    let written = written(&parts);
    let is_json = parts.iter().any(|part| matches!(part, Part::Json(_) | Part::Recorded(_)));
    html! {
        section.card #pictures hidden[parts.is_empty()] {
            h2 { (view.say(&words::OUTPUTS)) }
            @if !files.is_empty() {
                div.pictures { @for index in files { (file(view, record, index)) } }
            }
            @if !written.is_empty() { p.written { bdi { (text::clipped(&written, text::LONGEST)) } } }
            @if is_json { pre tabindex="0" { (text::pretty(output)) } }
        }
    }
}

/// The files that are there.
fn files(record: &Record, parts: &[Part<'_>]) -> Vec<usize> {
    let of = |part: &Part<'_>| match part {
        Part::File(index) => vec![*index],
        Part::Json(_) => record.files().collect(),
        // The URLs of its files are in the JSON.
        Part::Text(_) | Part::Recorded(_) => Vec::new(),
    };
    parts.iter().flat_map(of).collect()
}

/// The text that is there, its pieces joined.
fn written(parts: &[Part<'_>]) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(*text),
        Part::File(_) | Part::Json(_) | Part::Recorded(_) => None,
    });
    texts.collect()
}

fn thumbnail(view: &View, record: &Record, index: usize) -> Markup {
    match record.lifecycle.plan.outputs.media(index) {
        Media::Picture | Media::Other => file(view, record, index),
        media => {
            html! { a href=(output_path(&record.id, &record.file_name(index))) { "▶ " (name(view, media, index)) } }
        }
    }
}

/// One file, with a link to it. It is made when it is asked for: only once it is to be seen.
fn file(view: &View, record: &Record, index: usize) -> Markup {
    let plan = &record.lifecycle.plan;
    let media = plan.outputs.media(index);
    let (path, name) =
        (output_path(&record.id, &record.file_name(index)), name(view, media, index));
    html! {
        @match media {
            Media::Picture => a.picture href=(path) {
                img src=(path) alt=(name) loading="lazy" decoding="async" width=(plan.width) height=(plan.height);
            },
            Media::Video => video src=(path) aria-label=(name) controls preload="none" {},
            Media::Audio => audio src=(path) aria-label=(name) controls preload="none" {},
            Media::Other => a href=(path) { (name) },
        }
    }
}

fn name(view: &View, media: Media, index: usize) -> String {
    let kind = match media {
        Media::Picture => &words::PICTURE,
        Media::Video => &words::VIDEO,
        Media::Audio => &words::AUDIO,
        Media::Other => &words::FILE,
    };
    format!("{} {}", view.say(kind), index + 1)
}
