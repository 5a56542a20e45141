//! The faults: switches for the usual ones, and all of them as JSON.

use super::paths::{FAULTS, PRESET};
use super::presets::{Preset, presets};
use super::view::View;
use super::{text, words};
use crate::state::Shared;
use maud::{Markup, html};

/// Faults that were refused, and why.
pub(super) struct RejectedFaults {
    pub(super) text: String,
    pub(super) why: String,
}

/// The faults; `rejected` are some that were refused.
pub(super) fn section(state: &Shared, view: &View, rejected: Option<&RejectedFaults>) -> Markup {
    let (faults, spent) = {
        let selector = state.faults();
        (selector.faults().clone(), selector.spent())
    };
    let stands = |preset: &Preset| {
        let at = faults.faults.iter().position(|fault| *fault == preset.fault);
        at.map(|index| spent[index])
    };
    let json = serde_json::to_string_pretty(&faults).unwrap_or_default();
    let content = rejected.map_or(json.as_str(), |rejected| &rejected.text);
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
                details #faults-open open[rejected.is_some()] {
                    summary { (view.say(&words::AS_JSON)) }
                    form method="post" action=(view.link(FAULTS)) data-quiet {
                        label.unseen for="faults" { (view.say(&words::AS_JSON)) }
                        // The first line break in a textarea is none of its text.
                        textarea #faults name="faults" rows="12" spellcheck="false" autocomplete="off"
                            aria-describedby=[rejected.map(|_| "faults-wrong")]
                            aria-invalid=[rejected.map(|_| "true")] { "\n" (text::clipped(content, text::LONGEST)) }
                        @if let Some(rejected) = rejected {
                            p.wrong #faults-wrong role="alert" { (text::clipped(&rejected.why, 1000)) }
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
