//! The models, and what one does in time with an input.

pub(crate) mod behavior;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod definition;
pub(crate) mod entry;
pub(crate) mod failure;
pub(crate) mod hex;
pub(crate) mod lifecycle;
pub(crate) mod log_style;
pub(crate) mod logs;
pub(crate) mod names;
pub(crate) mod outputs;
pub(crate) mod plan;
pub(crate) mod replay;
pub(crate) mod rng;
pub(crate) mod timing;

mod api_answer;
mod document;
mod free;
mod openapi;
mod output_kind;
mod parse;
mod produce;
mod sample;
mod tqdm;
mod words;
