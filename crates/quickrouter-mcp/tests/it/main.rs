//! Tests of the server through its protocol.

mod asked;
mod bounded;
mod calls;
mod creates;
mod files;
mod harness;
mod layers;
mod lost;
mod outcomes;
mod prices;
mod raw;
mod wire;
