//! `predictions`: its commands and their flags.

use clap::{Args, Subcommand};

use super::generate::{FileFlags, TimeLimit};

/// Looks after predictions that were made before
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Shows predictions: id, status, model, time, and the outputs below
    Get {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        form: Form,
    },
    /// Waits until predictions are over, then shows them
    #[command(mut_arg("timeout", |arg| arg.help("How long to wait for each: 90s, 10m, 1h30m")))]
    Wait {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        limit: TimeLimit,
        #[command(flatten)]
        form: Form,
    },
    /// Asks for predictions to be canceled, then shows them
    Cancel {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        form: Form,
    },
    /// Lists predictions, the newest first
    List {
        /// How many to list at most; 0 lists all
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        form: Form,
    },
    /// Saves the outputs of predictions; paths go to stdout, one a line
    Save {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        files: FileFlags,
    },
}

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Ids {
    /// Prediction ids
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

#[derive(Clone, Copy, Debug, Args)]
#[group(skip)]
pub(crate) struct Form {
    /// Print the predictions as the gateway sent them, one JSON document a line
    #[arg(long)]
    json: bool,
}

impl Action {
    /// The ids, as they were typed.
    pub(crate) fn ids(&self) -> &[String] {
        match self {
            Self::Get { ids, .. }
            | Self::Wait { ids, .. }
            | Self::Cancel { ids, .. }
            | Self::Save { ids, .. } => &ids.ids,
            Self::List { .. } => &[],
        }
    }

    /// Whether predictions are printed as JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Get { form, .. }
            | Self::Wait { form, .. }
            | Self::Cancel { form, .. }
            | Self::List { form, .. } => form.json,
            Self::Save { .. } => false,
        }
    }
}
