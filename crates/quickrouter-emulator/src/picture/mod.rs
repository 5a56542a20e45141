//! Draws the picture that stands in for a model's output: the same input gives the same bytes.

mod backdrop;
mod canvas;
mod caption;
mod draw;
mod subject;
mod text;

pub(crate) use draw::draw;
pub(crate) use subject::Picture;
