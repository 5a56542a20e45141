//! The faults: switches for the usual ones, and all of them as JSON.

use super::index::{Wrong, refused};
use super::presets::{Preset, presets};
use super::view::View;
use super::{FAULTS, HOME, PRESET, text, words};
use crate::faults::Faults;
use crate::state::Shared;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

/// Faults that were refused, and why.
pub(super) struct Said {
    text: String,
    why: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Saved {
    faults: String,
}

/// Puts faults in place of those there were, and starts to count and to draw anew.
pub(super) async fn save(
    State(state): State<Shared>,
    view: View,
    Form(saved): Form<Saved>,
) -> Response {
    match Faults::from_json(&saved.faults) {
        Ok(faults) => state.plot(faults),
        Err(error) => {
            let said = Said { text: saved.faults, why: error.to_string() };
            let wrong = Wrong { faults: Some(said), ..Wrong::default() };
            return refused(&state, &view, &wrong);
        }
    }
    Redirect::to(&view.link(HOME)).into_response()
}

#[derive(Debug, Deserialize)]
pub(super) struct Switched {
    preset: String,
    #[serde(default)]
    on: String,
}

/// Switches one of the usual faults on or off. The others go on counting.
pub(super) async fn switch(
    State(state): State<Shared>,
    view: View,
    Form(switched): Form<Switched>,
) -> Response {
    if let Some(preset) = presets().into_iter().find(|preset| preset.name == switched.preset) {
        let mut plotted = state.faults();
        let without = plotted.without(&preset.fault);
        *plotted = if switched.on == "1" { without.and(preset.fault) } else { without };
    }
    state.changed();
    Redirect::to(&view.link(HOME)).into_response()
}

/// The faults; `said` are some that were refused.
pub(super) fn section(state: &Shared, view: &View, said: Option<&Said>) -> Markup {
    let (faults, spent) = {
        let plotted = state.faults();
        (plotted.faults().clone(), plotted.spent())
    };
    let stands = |preset: &Preset| {
        let at = faults.faults.iter().position(|fault| *fault == preset.fault);
        at.map(|index| spent[index])
    };
    let json = serde_json::to_string_pretty(&faults).unwrap_or_default();
    let content = said.map_or(json.as_str(), |said| &said.text);
    html! {
        section.card aria-labelledby="faults-title" {
            div.title {
                h2 #faults-title { (view.say(&words::FAULTS)) }
                p.muted #faults-kept data-keyed {
                    span #faults-count { (faults.faults.len()) " " (view.say(&words::SET_FAULTS)) }
                }
            }
            ul.switches #switches data-keyed {
                @for preset in presets() { (switch_of(view, &preset, stands(&preset))) }
            }
            div #faults-json data-keyed {
                details #faults-open open[said.is_some()] {
                    summary { (view.say(&words::AS_JSON)) }
                    form method="post" action=(view.link(FAULTS)) data-quiet {
                        label.unseen for="faults" { (view.say(&words::AS_JSON)) }
                        // The first line break in a textarea is none of its text.
                        textarea #faults name="faults" rows="12" spellcheck="false" autocomplete="off"
                            aria-describedby=[said.map(|_| "faults-wrong")]
                            aria-invalid=[said.map(|_| "true")] { "\n" (text::clipped(content, text::LONGEST)) }
                        @if let Some(said) = said {
                            p.wrong #faults-wrong role="alert" { (text::clipped(&said.why, 1000)) }
                        }
                        button type="submit" { (view.say(&words::SAVE)) }
                    }
                }
            }
        }
    }
}

/// One switch: `stands` says whether it is set, and whether it has had its turn already.
fn switch_of(view: &View, preset: &Preset, stands: Option<bool>) -> Markup {
    let on = stands == Some(false);
    html! {
        li id={"s-" (preset.name)} {
            form.inline method="post" action=(view.link(PRESET)) data-quiet {
                input type="hidden" name="preset" value=(preset.name);
                input type="hidden" name="on" value=(if on { "0" } else { "1" });
                button.switch id={"b-" (preset.name)} type="submit" role="switch"
                    aria-checked=(on.to_string()) {
                    span.knob aria-hidden="true" {}
                    span { (view.say(preset.words)) }
                    @if stands == Some(true) { small { (view.say(&words::SPENT)) } }
                }
            }
        }
    }
}
