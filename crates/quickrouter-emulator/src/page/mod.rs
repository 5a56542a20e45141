//! The emulator's page: what it was asked and what it made of it, to look at in a browser.

mod assets;
mod counters;
mod events;
mod exchange;
mod faults;
mod frame;
mod guard;
mod index;
mod language;
mod prediction;
mod predictions;
mod presets;
mod price;
mod requests;
mod text;
mod view;
mod words;

pub(crate) use guard::change;
pub(crate) use price::{HIGHEST, Price};

use crate::origin::PREDICTION_PAGE as PREDICTION;
use crate::state::Shared;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

/// The page itself.
pub(crate) const HOME: &str = "/";
const CANCEL: &str = "/emulator/predictions/{id}/cancel";
const REQUESTS: &str = "/emulator/requests";
const REQUEST: &str = "/emulator/requests/{number}";
const EVENTS: &str = "/emulator/events";
const PRICE: &str = "/emulator/page/price";
const FAULTS: &str = "/emulator/page/faults";
const PRESET: &str = "/emulator/page/preset";
const STYLE: &str = "/emulator/page/style.css";
const SCRIPT: &str = "/emulator/page/page.js";
const ICON: &str = "/emulator/page/icon.svg";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(HOME, get(index::get))
        .route(PREDICTION, get(prediction::get))
        .route(CANCEL, post(prediction::cancel))
        .route(REQUESTS, get(requests::all))
        .route(REQUEST, get(exchange::get))
        .route(EVENTS, get(events::get))
        .route(PRICE, post(counters::set_price))
        .route(FAULTS, post(faults::save))
        .route(PRESET, post(faults::switch))
        .route(STYLE, get(assets::style))
        .route(SCRIPT, get(assets::script))
        .route(ICON, get(assets::icon))
        .route_layer(from_fn(guard::guard))
}
