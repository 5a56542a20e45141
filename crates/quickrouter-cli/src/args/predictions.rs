//! `predictions`: its commands and their flags.

use clap::{Args, Subcommand};

use super::generate::{FileFlags, TimeLimit};

/// Manage existing predictions
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Show predictions: id, status, model and time, then the outputs
    Get {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        form: Form,
    },
    /// Wait for predictions to finish, then show them
    #[command(mut_arg("timeout", |arg| arg.help("Time limit for each prediction, such as 90s, 10m or 1h30m")))]
    Wait {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        limit: TimeLimit,
        #[command(flatten)]
        form: Form,
    },
    /// Request a cancel of predictions, then show them
    Cancel {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        form: Form,
    },
    /// List predictions, newest first
    List {
        /// Maximum number of predictions to list; 0 lists all
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        form: Form,
    },
    /// Save the outputs of predictions; paths go to stdout, one per line
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
    /// Print each prediction as the gateway sent it, one JSON document per line
    #[arg(long)]
    json: bool,
}

impl Action {
    /// The ids, as typed.
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
