//! How this terminal draws pictures. The environment says it: a terminal that is asked may not answer, and
//! its answer mixes with what is typed.

use image::RgbaImage;

use super::blocks::{self, Palette};
use super::picture::Cells;
use super::{iterm, kitty, sixel, tmux};
use crate::args::show::PreviewMode;

/// A way to draw pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Way {
    form: Form,
    /// Inside tmux, which passes on only what is wrapped for it.
    tmux: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Kitty,
    Iterm,
    Sixel,
    Blocks(Palette),
}

/// The way asked for, or else the best that the terminal is known to have; none where nobody would see it.
pub(super) fn choose(
    mode: PreviewMode,
    is_wanted: bool,
    variable: &impl Fn(&str) -> Option<String>,
) -> Option<Way> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let tmux = set("TMUX").is_some();
    let palette = palette(variable);
    let form = match mode {
        PreviewMode::Off => return None,
        PreviewMode::Auto if !is_wanted => return None,
        PreviewMode::Auto => automatic(variable)?,
        PreviewMode::Kitty => Form::Kitty,
        PreviewMode::Iterm => Form::Iterm,
        PreviewMode::Sixel => Form::Sixel,
        PreviewMode::Blocks => Form::Blocks(palette.unwrap_or(Palette::Ansi256)),
    };
    Some(Way { form, tmux })
}

/// Terminals by what they set. Each protocol's own pages name who has it:
/// <https://sw.kovidgoyal.net/kitty/graphics-protocol/>, <https://iterm2.com/documentation-images.html>
/// and <https://wezterm.org/imgcat.html>, <https://www.arewesixelyet.com>.
fn automatic(variable: &impl Fn(&str) -> Option<String>) -> Option<Form> {
    let text = |name: &str| variable(name).unwrap_or_default();
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let term = text("TERM");
    let blocks = || palette(variable).map(Form::Blocks);
    // tmux passes pictures on only if its option allow-passthrough is on, which cannot be seen from here;
    // screen and zellij draw over them.
    if is_set("TMUX") || is_set("STY") || is_set("ZELLIJ") || term.starts_with("screen") {
        return blocks();
    }
    match text("TERM_PROGRAM").as_str() {
        "ghostty" => return Some(Form::Kitty),
        "iTerm.app" | "WezTerm" | "mintty" => return Some(Form::Iterm),
        _ => {}
    }
    match term.as_str() {
        "xterm-kitty" | "xterm-ghostty" => Some(Form::Kitty),
        "foot" | "foot-extra" | "mlterm" | "contour" => Some(Form::Sixel),
        // Sent along by ssh, as iTerm2 sets it up.
        _ if text("LC_TERMINAL") == "iTerm2" => Some(Form::Iterm),
        _ => blocks(),
    }
}

/// The colors of the terminal: `COLORTERM` as <https://github.com/termstandard/colors> has it.
fn palette(variable: &impl Fn(&str) -> Option<String>) -> Option<Palette> {
    let text = |name: &str| variable(name).unwrap_or_default();
    match text("COLORTERM").as_str() {
        "truecolor" | "24bit" => Some(Palette::True),
        _ if text("TERM").contains("direct") => Some(Palette::True),
        _ if text("TERM").contains("256color") => Some(Palette::Ansi256),
        _ => None,
    }
}

impl Way {
    /// The bytes that draw a picture, and end on a line of their own.
    pub(super) fn drawn(self, picture: &RgbaImage, cells: Cells, id: u32) -> Vec<u8> {
        match self.form {
            Form::Kitty if self.tmux => kitty::placeholders(picture, cells, id).into_bytes(),
            Form::Kitty => kitty::direct(picture, cells).into_bytes(),
            Form::Iterm if self.tmux => {
                tmux::placed(&iterm::drawn(picture, cells), cells).into_bytes()
            }
            Form::Iterm => format!("{}\n", iterm::drawn(picture, cells)).into_bytes(),
            // tmux 3.4 and later draw sixels themselves, if built so.
            Form::Sixel => sixel::drawn(picture, cells),
            Form::Blocks(palette) => blocks::drawn(picture, cells, palette).into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, choose};
    use crate::args::show::PreviewMode;
    use crate::output::preview::blocks::Palette;

    fn automatic(set: &[(&str, &str)]) -> Option<Form> {
        form(PreviewMode::Auto, true, set)
    }

    fn form(mode: PreviewMode, is_wanted: bool, set: &[(&str, &str)]) -> Option<Form> {
        let variable = |name: &str| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        choose(mode, is_wanted, &variable).map(|way| way.form)
    }

    #[test]
    fn terminals_are_known_by_what_they_set() {
        assert_eq!(automatic(&[("TERM", "xterm-kitty")]), Some(Form::Kitty));
        let ghostty = [("TERM", "xterm-256color"), ("TERM_PROGRAM", "ghostty")];
        assert_eq!(automatic(&ghostty), Some(Form::Kitty));
        let wezterm = [("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")];
        assert_eq!(automatic(&wezterm), Some(Form::Iterm));
        let by_ssh = [("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")];
        assert_eq!(automatic(&by_ssh), Some(Form::Iterm));
        assert_eq!(automatic(&[("TERM", "foot")]), Some(Form::Sixel));
        let gnome = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        assert_eq!(automatic(&gnome), Some(Form::Blocks(Palette::True)));
        assert_eq!(automatic(&[("TERM", "xterm-256color")]), Some(Form::Blocks(Palette::Ansi256)));
        assert_eq!(automatic(&[("TERM", "vt100")]), None);
    }

    #[test]
    fn inside_a_multiplexer_blocks_are_drawn_unless_asked_otherwise() {
        for inside in [("TMUX", "/tmp/tmux-0/default,1,0"), ("STY", "1.tty"), ("ZELLIJ", "0")] {
            let set = [("TERM", "tmux-256color"), ("TERM_PROGRAM", "iTerm.app"), inside];
            assert_eq!(automatic(&set), Some(Form::Blocks(Palette::Ansi256)), "{inside:?}");
            assert_eq!(form(PreviewMode::Kitty, false, &set), Some(Form::Kitty));
        }
    }

    #[test]
    fn where_nobody_sees_it_nothing_is_drawn_unless_it_is_asked_for() {
        let set = [("TERM", "xterm-kitty")];
        assert_eq!(form(PreviewMode::Auto, false, &set), None);
        assert_eq!(form(PreviewMode::Off, true, &set), None);
        assert_eq!(form(PreviewMode::Sixel, false, &set), Some(Form::Sixel));
        assert_eq!(form(PreviewMode::Blocks, false, &[]), Some(Form::Blocks(Palette::Ansi256)));
    }
}
