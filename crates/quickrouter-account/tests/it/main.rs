//! Tests of the public interface: amounts, prices, usage, charges, the configuration file, and keys.

mod amounts;
mod charges;
mod config;
mod estimates;
mod gateway;
mod key_commands;
mod keys;
mod layers;
mod prices;
mod usage;
