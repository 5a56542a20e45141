#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! Every folder of `src` is a layer; imports run downward only, which a test checks.
//!
//! ```text
//! server    McpServer: what rmcp serves; its builder; what still runs at exit
//! tools     one file a tool
//! schema    the tools as they are listed, with schemas from the contract
//! confirm   a person is asked, by elicitation or by an input-required result
//! jobs      predictions in progress, independent of the call that started them
//! results   what a call returns: sentence, structured content, pictures, links
//! pictures  thumbnails
//! inputs    arguments of calls, and files of this machine
//! store     RequestStore: which request ids were used, and what they reserved
//! budget    the limits, and what is left of them
//! error     the one error of a tool call
//! ```

mod budget;
mod confirm;
mod error;
mod inputs;
mod jobs;
mod pictures;
mod results;
mod schema;
mod server;
mod store;
mod tools;

pub use budget::{Exceeded, Left, Limits, Reservation, Spent};
pub use confirm::Confirmation;
pub use confirm::question::Language;
pub use jobs::Running;
pub use pictures::Images;
pub use server::builder::McpServerBuilder;
pub use server::{McpServer, ServeError};
pub use store::file::FileStore;
pub use store::{Arming, Change, NewRequest, Record, RequestStore, State, StoreError};
