//! What was counted, and what it would have cost at a price that can be set.

use super::amounts::amount;
use super::paths::PRICE;
use super::view::View;
use super::words;
use crate::state::Shared;
use crate::state::price::HIGHEST;
use maud::{Markup, html};
use std::sync::atomic::Ordering;

/// The counters; `wrong` is a price that was refused.
pub(super) fn section(state: &Shared, view: &View, wrong: Option<&str>) -> Markup {
    let creates = state.creates_accepted.load(Ordering::SeqCst);
    let pictures = state.pictures_accepted.load(Ordering::Relaxed);
    let requests = state.requests.load(Ordering::Relaxed);
    html! {
        section aria-label=(view.say(&words::COUNTERS)) {
            ul.tiles #counters data-keyed {
                (tile("creates", &creates.to_string(), view.say(&words::CREATES), Some(view.say(&words::CREATES_NOTE))))
                (tile("pictures", &pictures.to_string(), view.say(&words::PICTURES), None))
                (tile("asked", &requests.to_string(), view.say(&words::REQUESTS_COUNT), None))
                (cost(state, view, pictures))
                (price(state, view, wrong))
            }
        }
    }
}

fn tile(id: &str, number: &str, name: &str, note: Option<&str>) -> Markup {
    html! {
        li.tile id={"t-" (id)} {
            strong { (number) }
            span { (name) }
            @if let Some(note) = note { small { (note) } }
        }
    }
}

fn cost(state: &Shared, view: &View, pictures: u64) -> Markup {
    let cost = format!("{} USD", amount(state.price.of(pictures)));
    let note = if state.price.get() == 0.0 { Some(view.say(&words::NO_PRICE)) } else { None };
    tile("cost", &cost, view.say(&words::COST), note)
}

fn price(state: &Shared, view: &View, wrong: Option<&str>) -> Markup {
    let value =
        wrong.map_or_else(|| amount(state.price.get()), |text| super::text::clipped(text, 40));
    html! {
        li.tile #t-price {
            form method="post" action=(view.link(PRICE)) data-quiet {
                label for="price" { (view.say(&words::PRICE)) }
                div.pair {
                    input #price name="price" value=(value) inputmode="decimal" size="8" required
                        autocomplete="off" aria-describedby=[wrong.map(|_| "price-wrong")]
                        aria-invalid=[wrong.map(|_| "true")];
                    button type="submit" { (view.say(&words::SET)) }
                }
            }
            @if wrong.is_some() {
                p.wrong #price-wrong role="alert" { (view.say(&words::PRICE_WRONG)) " 0–" (HIGHEST) " USD" }
            }
        }
    }
}
