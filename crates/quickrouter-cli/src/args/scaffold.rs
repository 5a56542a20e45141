//! `scaffold`: its flags.

use clap::{Args, ValueEnum};

/// A programming language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Rust,
    Python,
    Javascript,
    Curl,
}

// Here, --lang is the program's language.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ScaffoldFlags {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(id = "lang", long = "lang", value_name = "LANGUAGE")]
    pub(crate) language: Language,
}
