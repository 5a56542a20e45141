//! Tests of the server through its protocol.

mod calls;
mod creates;
mod harness;
mod layers;
mod outcomes;
mod raw;
mod wire;
