//! The forms of the first page: the price, and the faults.

use super::amounts::read;
use super::faults::Said;
use super::index::{Wrong, refused};
use super::paths::HOME;
use super::presets::presets;
use super::view::View;
use crate::faults::Faults;
use crate::state::Shared;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    price: String,
}

/// Sets the price of a picture.
pub(super) async fn set_price(
    State(state): State<Shared>,
    view: View,
    Form(asked): Form<Asked>,
) -> Response {
    let Some(price) = read(&asked.price) else {
        let wrong = Wrong { price: Some(asked.price), ..Wrong::default() };
        return refused(&state, &view, &wrong);
    };
    state.price.set(price);
    state.changed();
    Redirect::to(&view.link(HOME)).into_response()
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
