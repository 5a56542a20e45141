//! Tests of the server through its protocol.

mod asked;
mod calls;
mod creates;
mod harness;
mod layers;
mod lost;
mod outcomes;
mod prices;
mod raw;
