//! Configures and starts an emulator.

mod settings;
mod start;

pub use settings::EmulatorBuilder;
