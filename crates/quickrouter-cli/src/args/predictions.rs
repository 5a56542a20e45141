//! `predictions`: its commands and their flags.

use clap::{Args, Subcommand};

use super::generate::{FileFlags, TimeLimit};
use super::values::whole;

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    Get {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        form: JsonFlag,
    },
    Wait {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        limit: TimeLimit,
        #[command(flatten)]
        form: JsonFlag,
    },
    Cancel {
        #[command(flatten)]
        ids: Ids,
        #[command(flatten)]
        form: JsonFlag,
    },
    List {
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = whole::<usize>(0..=u64::MAX))]
        limit: usize,
        #[command(flatten)]
        form: JsonFlag,
    },
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
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

#[derive(Clone, Copy, Debug, Args)]
#[group(skip)]
pub(crate) struct JsonFlag {
    #[arg(long)]
    json: bool,
}

impl Action {
    pub(crate) fn ids(&self) -> &[String] {
        match self {
            Self::Get { ids, .. }
            | Self::Wait { ids, .. }
            | Self::Cancel { ids, .. }
            | Self::Save { ids, .. } => &ids.ids,
            Self::List { .. } => &[],
        }
    }

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
