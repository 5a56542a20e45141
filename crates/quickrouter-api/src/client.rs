//! The generated client and its types, with the hand-written parts that they need.

#[rustfmt::skip]
#[path = "generated/client.rs"]
#[allow(clippy::all, clippy::pedantic, missing_docs, elided_lifetimes_in_paths, unreachable_pub, reason = "generated")]
mod generated;
mod hooks;
mod path_segment;
#[rustfmt::skip]
#[path = "generated/typed.rs"]
#[allow(clippy::all, clippy::pedantic, reason = "generated")]
mod typed;
mod upload;

pub use generated::{Client, inputs, types};
pub use upload::FileUpload;
