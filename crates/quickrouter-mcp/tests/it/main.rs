//! Tests of the server through its protocol.

mod creates;
mod harness;
mod outcomes;
