//! The emulator's page for people: predictions, requests and faults in a browser.

mod amounts;
mod assets;
mod counters;
mod events;
mod faults;
mod forms;
mod frame;
mod guard;
mod home;
mod language;
mod outputs;
mod paths;
mod prediction;
mod predictions;
mod presets;
mod request;
mod requests;
mod text;
mod view;
mod words;

use crate::state::Shared;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(paths::HOME, get(home::get))
        .route(paths::PREDICTION, get(prediction::get))
        .route(paths::CANCEL, post(prediction::cancel))
        .route(paths::REQUESTS, get(requests::all))
        .route(paths::REQUEST, get(request::get))
        .route(paths::EVENTS, get(events::get))
        .route(paths::PRICE, post(forms::set_price))
        .route(paths::FAULTS, post(forms::save))
        .route(paths::PRESET, post(forms::switch))
        .route(paths::STYLE, get(assets::style))
        .route(paths::SCRIPT, get(assets::script))
        .route(paths::ICON, get(assets::icon))
        .route_layer(from_fn(guard::guard))
}
