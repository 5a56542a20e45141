//! Shows saved pictures in the terminal.
//!
//! The `viuer` crate writes to stdout, where paths belong, and asks the terminal what it can, which waits
//! for an answer and reads what was typed meanwhile. Here the environment decides, nothing is asked, and
//! the printer writes.

#[cfg(feature = "preview")]
mod blocks;
#[cfg(feature = "preview")]
mod choice;
#[cfg(feature = "preview")]
mod iterm;
#[cfg(feature = "preview")]
mod kitty;
#[cfg(feature = "preview")]
mod picture;
#[cfg(feature = "preview")]
mod sixel;
#[cfg(feature = "preview")]
mod tmux;

use std::path::PathBuf;

use crate::args::show::PreviewMode;
use crate::output::printer::Printer;
#[cfg(feature = "preview")]
use crate::output::printer::screen;
use crate::text::message::message;

/// Says how to get a build that has previews, if one was asked for.
#[cfg(not(feature = "preview"))]
pub(crate) fn shown(mode: PreviewMode, _: &[PathBuf], _: bool, printer: &Printer) {
    if !matches!(mode, PreviewMode::Auto | PreviewMode::Off) {
        printer.note(&message!("preview-missing", mode = mode.word()));
    }
}

/// Draws each picture, or notes why not. `json`: a program reads stdout.
#[cfg(feature = "preview")]
pub(crate) fn shown(mode: PreviewMode, files: &[PathBuf], json: bool, printer: &Printer) {
    let variable = |name: &str| std::env::var(name).ok();
    let is_wanted = printer.shows_pictures() && !json;
    let Some(way) = choice::choose(mode, is_wanted, &variable) else { return };
    let Some(screen) = screen() else {
        printer.note(&message!("preview-no-terminal", mode = mode.word()));
        return;
    };
    for (at, file) in files.iter().enumerate() {
        match picture::read(file) {
            Ok(picture) => {
                printer.picture(&way.drawn(&picture, picture::fit(&picture, screen), id(at)));
            }
            Err(why) => {
                printer.progress(&message!("preview-skipped", file = file.display(), why = why));
            }
        }
    }
}

/// A number for a picture, by which kitty finds it again; 24 bits, as its placeholders can name.
#[cfg(feature = "preview")]
fn id(at: usize) -> u32 {
    let low = u32::try_from(at % 256).unwrap_or_default();
    ((std::process::id() << 8 | low) & 0x00ff_ffff).max(1)
}
