//! The configuration file and the terminal.

use quickrouter_account::Config;

use super::finding::{Check, Finding, Verdict};
use crate::args::settings::Connection;
use crate::connect::account_errors::of_account;
use crate::connect::settings::{self, ignored_folder};
use crate::output::printer::Printer;
use crate::text::message::message;

/// The configuration file, if it can be used.
pub(super) fn config(connection: &Connection) -> (Option<Config>, Finding) {
    let check = Check::new("config");
    if let Some(folder) = ignored_folder() {
        let finding =
            check.found(Verdict::Warn, message!("config-folder-relative", folder = folder));
        return (settings::read(connection).ok(), finding);
    }
    match settings::read(connection) {
        Err(error) => (None, check.failed(of_account(error))),
        Ok(config) => {
            let path = config.path();
            let finding = if config.exists() {
                check.ok(message!("doctor-config-read", path = path.display()))
            } else if path.as_os_str().is_empty() {
                check
                    .found(Verdict::Warn, message!("config-no-folder"))
                    .hint(message!("config-no-folder-how"))
            } else {
                check.ok(message!("doctor-no-config", path = path.display()))
            };
            (Some(config), finding)
        }
    }
}

/// The terminal that results are shown on.
pub(super) fn terminal() -> Finding {
    let check = Check::new("terminal");
    if !Printer::is_on_terminal() {
        return check.ok(message!("doctor-no-terminal"));
    }
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let term = variable("TERM").unwrap_or_default();
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    if term == "dumb" {
        return check
            .found(Verdict::Warn, message!("doctor-terminal-dumb"))
            .hint(message!("doctor-terminal-dumb-how"));
    }
    let no_colours = variable("NO_COLOR").is_some();
    let finding = check.ok(message!("doctor-terminal", term = term, width = width));
    let finding = finding.fact(if no_colours {
        message!("doctor-colours-off")
    } else {
        message!("doctor-colours-on")
    });
    let finding = finding.fact(message!("doctor-previews", kind = previews(variable)));
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let utf8 =
        locale.is_some_and(|locale| locale.to_ascii_uppercase().replace('-', "").contains("UTF8"));
    if utf8 || cfg!(windows) { finding } else { finding.fact(message!("doctor-locale-no-utf8")) }
}

/// How the terminal can show pictures, by what its own documentation says that it sets.
fn previews(variable: impl Fn(&str) -> Option<String>) -> &'static str {
    let program = variable("TERM_PROGRAM").unwrap_or_default();
    let term = variable("TERM").unwrap_or_default();
    if variable("KITTY_WINDOW_ID").is_some() || term == "xterm-kitty" || program == "ghostty" {
        "kitty"
    } else if matches!(program.as_str(), "iTerm.app" | "WezTerm") {
        "iterm"
    } else {
        "blocks"
    }
}
