use clap::Command;
use unicode_width::UnicodeWidthStr;

use super::page::HelpPage;
use super::{layout, man, page, topics};
use crate::args::commands;
use crate::args::help::Topic;
use crate::text::lang::Lang;
use crate::text::message::Message;

const LANGS: [(Lang, &str); 2] = [(Lang::English, "en"), (Lang::Chinese, "zh")];

/// A page as it looks where nothing can be bold.
fn plain(page: &HelpPage, width: usize, lang: Lang) -> String {
    anstream::adapter::strip_str(&layout::text(page, width, lang)).to_string()
}

/// All commands that the help shows, with what they inherit.
fn all(lang: Lang) -> Vec<Command> {
    fn collect(command: &Command, found: &mut Vec<Command>) {
        found.push(command.clone());
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
            collect(inner, found);
        }
    }
    let mut found = Vec::new();
    collect(&commands::inner(commands::root(lang, None), &[""; 0]), &mut found);
    assert!(found.len() > 20, "{}", found.len());
    found
}

fn name(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or("quickrouter");
    name.rsplit('/').next().unwrap().trim_start_matches("quickrouter ").replace(' ', "_")
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

#[test]
fn help_is_as_it_is_shown() {
    for (lang, suffix) in LANGS {
        for command in all(lang) {
            let name = name(&command);
            // One model stands for all: their flags come from the contract.
            let of_a_model =
                command.get_bin_name().is_some_and(|name| name.contains("quickrouter run "));
            if of_a_model && name != "flux-kontext-pro" {
                continue;
            }
            let shown = plain(&page::of_command(&command, false, lang), 80, lang);
            insta::assert_snapshot!(format!("{name}_{suffix}"), shown);
        }
        let root = commands::root(lang, None);
        for topic in Topic::ALL {
            let shown = plain(&topics::page(topic, &root, lang), 80, lang);
            insta::assert_snapshot!(format!("topic_{}_{suffix}", topic.name()), shown);
        }
    }
}

#[test]
fn every_page_keeps_within_the_width() {
    for (lang, _) in LANGS {
        for width in [40, 80, 100] {
            let root = commands::root(lang, None);
            let topics = Topic::ALL.map(|topic| topics::page(topic, &root, lang));
            let commands = all(lang).into_iter();
            let pages = commands.map(|command| page::of_command(&command, false, lang));
            for page in pages.chain(topics) {
                for line in plain(&page, width, lang).lines() {
                    // What cannot be broken, such as a path to type, may be longer than forty columns.
                    let one_word = line.split_whitespace().any(|word| word.width() > width / 2);
                    assert!(line.width() <= width || one_word && width == 40, "{width}: {line}");
                }
            }
        }
    }
}

#[test]
fn every_page_in_chinese_is_in_chinese() {
    const OF_CLAP: [&str; 12] = [
        "Usage",
        "Commands:",
        "Options:",
        "Arguments:",
        "[default",
        "[possible",
        "[env",
        "[alias",
        "Print ",
        "OPTIONS",
        "[COMMAND]",
        "For more information",
    ];
    for command in all(Lang::Chinese) {
        let shown = page::of_command(&command, false, Lang::Chinese);
        for section in &shown.sections {
            assert!(
                section.heading.contains(is_chinese),
                "{}: {}",
                name(&command),
                section.heading
            );
            for row in &section.rows {
                assert!(row.text.contains(is_chinese), "{}: {row:?}", name(&command));
            }
        }
        let text = plain(&shown, 80, Lang::Chinese);
        for word in OF_CLAP {
            assert!(!text.contains(word), "{}: {word}\n{text}", name(&command));
        }
    }
}

#[test]
fn the_first_page_fits_a_screen_with_every_command() {
    for (lang, _) in LANGS {
        let mut root = commands::root(lang, None);
        let names = crate::args::help::groups().into_iter().flat_map(|(_, names)| names);
        for name in names {
            if root.find_subcommand(name).is_none() {
                root = root.subcommand(Command::new(*name).about("what it does"));
            }
        }
        let root = commands::inner(root, &[""; 0]);
        let shown = plain(&page::of_command(&root, false, lang), 80, lang);
        assert!(shown.lines().count() <= 32, "{}\n{shown}", shown.lines().count());
        for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
            assert!(shown.contains(&format!("\n  {} ", command.get_name())), "{shown}");
        }
    }
}

#[test]
fn the_welcome_is_ten_lines_that_fit_forty_columns() {
    for (lang, suffix) in LANGS {
        let text = Message::new("welcome").to_text(lang);
        assert_eq!(text.lines().count(), 10, "{text}");
        assert!(text.lines().all(|line| line.width() <= 40), "{text}");
        insta::assert_snapshot!(format!("welcome_{suffix}"), text);
    }
}

#[test]
fn a_brief_page_leaves_rarely_used_flags_out() {
    let root = commands::root(Lang::English, None);
    let command = commands::inner(root, &["predictions", "get"]);
    let [brief, whole] = [true, false]
        .map(|brief| plain(&page::of_command(&command, brief, Lang::English), 80, Lang::English));
    assert!(!brief.contains("--base-url") && whole.contains("--base-url"));
    assert!(brief.contains("--json") && brief.contains("--help"));
}

#[test]
fn every_model_has_a_flag_for_every_input() {
    for model in quickrouter::catalog::models() {
        let command = commands::inner(commands::root(Lang::English, None), &["run", model.name]);
        let shown = page::of_command(&command, false, Lang::English);
        let rows: Vec<_> = shown.sections.iter().flat_map(|section| &section.rows).collect();
        for flag in crate::args::flags::flags_of(&model.into()) {
            let term = format!("    --{}", flag.name);
            assert!(rows.iter().any(|row| row.term.starts_with(&term)), "{} {term}", model.name);
        }
    }
}

#[test]
fn every_variable_of_a_flag_is_explained() {
    let root = commands::root(Lang::English, None);
    let shown = plain(&topics::page(Topic::Environment, &root, Lang::English), 80, Lang::English);
    for command in all(Lang::English) {
        for variable in command.get_arguments().filter_map(clap::Arg::get_env) {
            let name = variable.to_str().unwrap();
            assert!(shown.contains(&format!("\n  {name} ")), "{name}\n{shown}");
        }
    }
    // Those that the source reads by itself.
    for name in ["QUICKROUTER_API_KEY", "QUICKROUTER_NO_CACHE", "LC_ALL"] {
        assert!(shown.contains(name), "{name}");
    }
}

/// The numbers that the lines of a text begin with, a table's too.
fn leading_numbers(text: &str) -> Vec<u8> {
    let first = |line: &str| line.split_whitespace().find(|word| *word != "|")?.parse().ok();
    text.lines().filter_map(first).collect()
}

#[test]
fn the_exit_codes_stand_in_the_help_alone() {
    for (lang, _) in LANGS {
        let root = commands::root(lang, None);
        let shown = topics::page(Topic::ExitCodes, &root, lang);
        assert_eq!(leading_numbers(&plain(&shown, 80, lang)), [0, 1, 2, 3, 4, 5, 6, 130]);
    }
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let readme = readme.unwrap();
    let (_, section) = readme.split_once("## Exit codes").unwrap();
    assert!(section.contains("quickrouter help exit-codes"));
    assert_eq!(leading_numbers(section), [0; 0], "a copy would go stale");
}

#[test]
fn every_command_has_a_man_page_in_both_languages() {
    let pages = man::pages();
    assert_eq!(pages.len(), 2 * all(Lang::English).len());
    for (path, text) in &pages {
        let chinese = path.starts_with("zh_CN");
        assert!(text.contains(if chinese { ".SH 名称" } else { ".SH NAME" }), "{path:?}");
        assert!(path.to_str().unwrap().ends_with(".1"), "{path:?}");
    }
    for (path, snapshot) in [
        ("man1/quickrouter-predictions-wait.1", "man_en"),
        ("zh_CN/man1/quickrouter-predictions-wait.1", "man_zh"),
    ] {
        let (_, text) = pages.iter().find(|(found, _)| found.to_str() == Some(path)).unwrap();
        insta::assert_snapshot!(snapshot, text);
    }
}
