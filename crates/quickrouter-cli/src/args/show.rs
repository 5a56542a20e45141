//! How saved files are shown: flags of the commands that save some.

use clap::Args;

use super::values::one_of;

#[derive(Clone, Copy, Debug, Args)]
#[group(skip)]
pub(crate) struct ShowFlags {
    #[arg(
        long,
        value_name = "HOW",
        env = "QUICKROUTER_PREVIEW",
        default_value = "auto",
        value_parser = one_of(HOW)
    )]
    pub(crate) preview: PreviewMode,
    #[arg(long)]
    pub(crate) open: bool,
}

/// How to draw pictures in the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PreviewMode {
    Auto,
    Kitty,
    Iterm,
    Sixel,
    Blocks,
    Off,
}

const HOW: [(&str, PreviewMode); 6] = [
    ("auto", PreviewMode::Auto),
    ("kitty", PreviewMode::Kitty),
    ("iterm", PreviewMode::Iterm),
    ("sixel", PreviewMode::Sixel),
    ("blocks", PreviewMode::Blocks),
    ("off", PreviewMode::Off),
];

impl PreviewMode {
    /// The word that is typed for it.
    pub(crate) fn word(self) -> &'static str {
        HOW.iter().find(|(_, how)| *how == self).map_or("auto", |(word, _)| word)
    }
}
