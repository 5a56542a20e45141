//! Passes requests on to a gateway, and records every prediction.

mod access;
mod builder;
mod create;
mod folder_lock;
mod guard;
mod ledger;
#[cfg(test)]
mod ledger_tests;
mod notice;
mod outcome;
mod outputs;
mod predictions;
mod randomness;
mod recover;
mod relay;
mod resume;
mod routes;
mod running;
mod session;
mod stream_sources;
mod streams;
mod tracked;
mod unknown;
mod upstream;
mod urls;

pub use builder::RecorderBuilder;
pub use notice::Notice;
pub use routes::RecordingGateway;
pub use running::Recorder;
