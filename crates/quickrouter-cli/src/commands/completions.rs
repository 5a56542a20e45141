//! `completions`: the script that completes the command in a shell.

use clap_complete::generate;

use crate::args::commands;
use crate::args::completions::CompletionsArgs;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::lang::Lang;

pub(crate) fn run(typed: &CompletionsArgs, lang: Lang, printer: &Printer) -> Result<u8, Failure> {
    printer.exact(script(typed, lang).trim_end())?;
    Ok(0)
}

fn script(typed: &CompletionsArgs, lang: Lang) -> String {
    let mut script = Vec::new();
    generate(typed.shell, &mut commands::shown(lang), "quickrouter", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
