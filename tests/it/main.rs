//! The whole way: the real command, the real SDK, the emulator, and the contract between them.

#![allow(
    missing_docs,
    clippy::needless_pass_by_value,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod agreement;
mod command;
mod contract;
mod corpus;
mod deliveries;
mod documented_request;
mod exits;
mod interrupts;
mod kept;
mod looks;
mod pictures;
mod readmes;
mod recording;
mod replaying;
mod sdk;
mod serving;
mod virtual_time;
