//! Draws the picture that stands in for a model's output: the same input gives the same bytes.

mod backdrop;
mod canvas;
mod caption;
mod draw;
mod subject;
mod text;

pub(crate) use canvas::Canvas;
pub(crate) use caption::{MARK, fill_bar};
pub(crate) use draw::{SOFTWARE, draw, paint};
pub(crate) use subject::Picture;
