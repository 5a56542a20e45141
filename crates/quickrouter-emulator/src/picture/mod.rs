//! Draws the picture that stands for a model's output: the same input, the same bytes.

mod backdrop;
mod canvas;
mod caption;
mod draw;
mod subject;
mod text;

pub(crate) use draw::draw;
pub(crate) use subject::Picture;
