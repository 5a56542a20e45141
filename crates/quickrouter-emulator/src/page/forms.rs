//! The forms of the first page: the price, and the faults.

use super::amounts::read;
use super::faults::RejectedFaults;
use super::home::{FormErrors, refused};
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
pub(super) struct PriceForm {
    price: String,
}

/// Sets the price of a picture.
pub(super) async fn set_price(
    State(state): State<Shared>,
    view: View,
    Form(asked): Form<PriceForm>,
) -> Response {
    let Some(price) = read(&asked.price) else {
        let wrong = FormErrors { price: Some(asked.price), ..FormErrors::default() };
        return refused(&state, &view, &wrong);
    };
    state.price.set(price);
    state.notify_changed();
    Redirect::to(&view.link(HOME)).into_response()
}

#[derive(Debug, Deserialize)]
pub(super) struct FaultsForm {
    faults: String,
}

/// Replaces all faults; counting and drawing start from the beginning.
pub(super) async fn save(
    State(state): State<Shared>,
    view: View,
    Form(saved): Form<FaultsForm>,
) -> Response {
    match Faults::from_json(&saved.faults) {
        Ok(faults) => state.set_faults(faults),
        Err(error) => {
            let rejected = RejectedFaults { text: saved.faults, why: error.to_string() };
            let wrong = FormErrors { faults: Some(rejected), ..FormErrors::default() };
            return refused(&state, &view, &wrong);
        }
    }
    Redirect::to(&view.link(HOME)).into_response()
}

#[derive(Debug, Deserialize)]
pub(super) struct PresetForm {
    preset: String,
    #[serde(default)]
    on: String,
}

/// Switches a preset on or off. The other faults keep their counts.
pub(super) async fn switch(
    State(state): State<Shared>,
    view: View,
    Form(switched): Form<PresetForm>,
) -> Response {
    if let Some(preset) = presets().into_iter().find(|preset| preset.name == switched.preset) {
        let mut selector = state.faults();
        let without = selector.without(&preset.fault);
        *selector = if switched.on == "1" { without.and(preset.fault) } else { without };
    }
    state.notify_changed();
    Redirect::to(&view.link(HOME)).into_response()
}
