//! The command on a terminal: what is written there, and what is not.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;

use pty_process::Size;
use pty_process::blocking::{Command, open};

use crate::{Odd, Value, json};

/// 32 by 32 pixels: red and blue above, green and nothing below.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAN0lEQVR42u3OsQ0AMAwCME7v50l/YMhiJEaQM8k0LecTAAAAAAAAgHNA3j9pWgcAAAAAAADgGLB7qXtMigxdgAAAAABJRU5ErkJggg==";

fn list(_: &str) -> (u16, Value) {
    let entry = |id: &str, model: &str, created: &str| json!({"id": id, "status": "succeeded", "model": model, "created_at": created});
    let entries = [
        entry("rrr4z55ocneqzikepnug6xezpe", "stability-ai/sdxl", "2024-02-03T04:05:06.789Z"),
        entry(
            "q8fz1n6kc5rme0cs4e5vh0a2x8",
            "某中转站/一个名字很长很长的图像模型",
            "2024-02-03T04:05:06Z",
        ),
    ];
    (200, json!({"results": entries}))
}

fn succeeded(output: &str) -> (u16, Value) {
    (200, json!({"id": "p1", "status": "succeeded", "output": output}))
}

fn picture(_: &str) -> (u16, Value) {
    succeeded(&format!("data:image/png;base64,{PICTURE}"))
}

fn svg(_: &str) -> (u16, Value) {
    succeeded("data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E")
}

/// What a run wrote to its terminal, and to a stdout that is none.
struct Seen {
    terminal: String,
    stdout: String,
}

/// The command, with these variables and no others of the caller's.
fn prepared(odd: &Odd, set: &[(&str, &str)], words: &[&str]) -> Command {
    let folder = odd.folder.path();
    let own = [
        ("HOME", folder.to_str().unwrap()),
        ("LC_ALL", "C"),
        ("NO_PROXY", "127.0.0.1"),
        ("QUICKROUTER_BASE_URL", &odd.base),
        ("QUICKROUTER_API_KEY", "k"),
        ("TERM", "xterm-256color"),
    ];
    let command = Command::new(env!("CARGO_BIN_EXE_quickrouter")).env_clear();
    let all = own.iter().chain(set).copied();
    command.envs(all).args(words).current_dir(folder)
}

/// Runs the command on a terminal of this many columns; `piped`: stdout is none.
fn on_terminal(odd: &Odd, columns: u16, piped: bool, set: &[(&str, &str)], words: &[&str]) -> Seen {
    let command = prepared(odd, set, words);
    let command = if piped { command.stdout(Stdio::piped()) } else { command };
    watched(command, columns)
}

fn watched(command: Command, columns: u16) -> Seen {
    let (mut terminal, side) = open().unwrap();
    terminal.resize(Size::new(24, columns)).unwrap();
    let mut child = command.spawn(side).unwrap();
    // What is written to a terminal is read at once: it keeps little.
    let reader = std::thread::spawn(move || {
        let (mut all, mut part) = (Vec::new(), [0; 4096]);
        loop {
            match terminal.read(&mut part) {
                // Linux says EIO when the other side is closed.
                Ok(0) | Err(_) => return all,
                Ok(count) => all.extend_from_slice(&part[..count]),
            }
        }
    });
    let mut stdout = String::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut stdout).unwrap();
    }
    assert!(child.wait().unwrap().success());
    let terminal = String::from_utf8(reader.join().unwrap()).unwrap().replace("\r\n", "\n");
    Seen { terminal, stdout }
}

#[test]
fn a_list_is_a_table_on_a_terminal_and_lines_of_four_words_elsewhere() {
    let odd = Odd::new(list);
    for columns in [40, 80, 120] {
        let seen = on_terminal(&odd, columns, false, &[], &["predictions", "list"]);
        insta::assert_snapshot!(format!("list_{columns}"), seen.terminal.replace('\u{1b}', "ESC"));
    }
    let seen = on_terminal(&odd, 40, true, &[], &["predictions", "list"]);
    assert_eq!(
        seen.stdout,
        "rrr4z55ocneqzikepnug6xezpe  succeeded   stability-ai/sdxl  2024-02-03T04:05:06.789Z\n\
         q8fz1n6kc5rme0cs4e5vh0a2x8  succeeded   某中转站/一个名字很长很长的图像模型  2024-02-03T04:05:06Z\n"
    );
}

#[test]
fn settings_fit_a_terminal_without_a_broken_word_and_are_whole_elsewhere() {
    let odd = Odd::new(list);
    let set = [("NO_COLOR", "1")];
    for words in [["config", "show"], ["auth", "status"]] {
        let piped = on_terminal(&odd, 40, true, &set, &words).stdout;
        assert!(piped.lines().any(|line| line.len() > 40), "{piped}");
        for columns in [40, 80] {
            let seen = on_terminal(&odd, columns, false, &set, &words).terminal;
            for line in seen.lines() {
                let fits = line.chars().count() <= columns.into();
                assert!(fits || !line.trim().contains(' '), "{columns}: {line}");
            }
            let each = |text: &str| text.split_whitespace().map(str::to_owned).collect();
            let (seen, piped): (BTreeSet<_>, BTreeSet<_>) = (each(&seen), each(&piped));
            // A narrow terminal has no room for a head.
            assert!(seen.is_subset(&piped), "{seen:?}");
        }
    }
}

#[test]
fn colors_are_for_terminals_and_as_the_environment_says() {
    let odd = Odd::new(list);
    let help = |set: &[(&str, &str)], piped| {
        let seen = on_terminal(&odd, 80, piped, set, &["models", "--help"]);
        (seen.terminal + &seen.stdout).contains('\u{1b}')
    };
    assert!(help(&[], false));
    assert!(!help(&[], true));
    assert!(!help(&[("NO_COLOR", "1")], false));
    assert!(!help(&[("CLICOLOR", "0")], false));
    assert!(!help(&[("TERM", "dumb")], false));
    assert!(help(&[("CLICOLOR_FORCE", "1")], true));
    assert!(!help(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], true));
}

#[test]
fn a_bar_is_drawn_on_terminals_that_can_redraw_a_line() {
    let odd = Odd::new(half_done_then_finished);
    let wait = ["predictions", "wait"];
    for (columns, id, set) in [(40, "p1", &[("LC_ALL", "zh_CN.UTF-8")][..]), (80, "p2", &[])] {
        let seen = on_terminal(&odd, columns, false, set, &[&wait[..], &[id]].concat()).terminal;
        assert!(seen.contains("processing  [=") && seen.contains("19/50"), "{seen}");
    }
    for (id, set) in [("p3", ("TERM", "dumb")), ("p4", ("CI", "true"))] {
        let seen = on_terminal(&odd, 80, false, &[set], &[&wait[..], &[id]].concat()).terminal;
        assert!(!seen.contains('\u{1b}'), "{seen}");
        let line = format!("prediction {id}: processing, 19 of 50 steps");
        assert!(seen.contains(&line), "{seen}");
    }
    let seen = on_terminal(&odd, 80, true, &[], &["-q", "predictions", "wait", "p5"]);
    assert_eq!(seen.terminal, "", "--quiet is quiet");
}

/// A prediction that runs when it is looked at for the first time, and has finished the next time.
fn half_done_then_finished(line: &str) -> (u16, Value) {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let id = line.split(['/', ' ']).rfind(|part| part.starts_with('p')).unwrap();
    if !SEEN.lock().unwrap().insert(id.to_owned()) {
        return (200, json!({"id": id, "status": "succeeded", "output": []}));
    }
    let logs = " 38%|###8      | 19/50 [00:04<00:07,  4.13it/s]";
    (200, json!({"id": id, "status": "processing", "logs": logs}))
}

/// A folder with a program `xdg-open` that notes its arguments.
fn fake_viewer(folder: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    let (programs, noted) = (folder.join("programs"), folder.join("opened"));
    std::fs::create_dir(&programs).unwrap();
    let program = programs.join("xdg-open");
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" >> '{}'\n", noted.display());
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    programs.to_str().unwrap().to_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn a_saved_picture_is_opened_by_its_whole_path_and_nothing_else_is_opened() {
    let odd = Odd::new(picture);
    let programs = fake_viewer(odd.folder.path());
    let desktop = [("DISPLAY", ":9"), ("PATH", programs.as_str())];
    let words = ["predictions", "save", "p1", "--output=-x", "--open"];
    let seen = on_terminal(&odd, 80, true, &desktop, &words);
    let saved = odd.folder.path().join(seen.stdout.trim_end()).canonicalize().unwrap();
    let opened = || std::fs::read_to_string(odd.folder.path().join("opened"));
    // The viewer is on its own; it is waited for, however long it takes.
    while opened().map_or(true, |text| !text.ends_with(".png\n")) {
        std::thread::yield_now();
    }
    assert_eq!(opened().unwrap(), format!("1\n{}\n", saved.display()));

    let drawn = Odd::new(svg);
    let seen = on_terminal(&drawn, 200, true, &desktop, &["predictions", "save", "p1", "--open"]);
    assert!(seen.stdout.ends_with(".svg\n"), "{}", seen.stdout);
    assert!(seen.terminal.contains("not opened: it is not a picture"), "{}", seen.terminal);
    assert_eq!(opened().unwrap().lines().count(), 2);

    let words = ["predictions", "save", "p1", "--open", "--overwrite"];
    let seen = on_terminal(&odd, 200, true, &[("PATH", programs.as_str())], &words);
    assert!(seen.terminal.contains("there is no desktop here"), "{}", seen.terminal);
    let none = [("DISPLAY", ":9"), ("PATH", "/nonexistent")];
    let seen = on_terminal(&odd, 200, true, &none, &words);
    assert!(seen.terminal.contains("there is no program to open files with"), "{}", seen.terminal);
}

#[cfg(not(feature = "preview"))]
#[test]
fn a_preview_that_is_asked_for_says_which_feature_it_needs() {
    let odd = Odd::new(picture);
    let seen = |how: &str| {
        on_terminal(&odd, 200, true, &[], &["predictions", "save", "p1", "--overwrite", how])
            .terminal
    };
    assert!(seen("--preview=kitty").contains("--features preview"));
    assert_eq!(seen("--preview=off"), "");
    assert_eq!(seen("--preview=auto"), "");
}

#[cfg(feature = "preview")]
mod previews {
    use std::fs::File;
    use std::io::{BufRead, BufReader, Write};
    use std::os::fd::AsFd;
    use std::process::Stdio;

    use super::{Odd, on_terminal, open, picture, prepared, succeeded, svg, watched};

    const SAVE: [&str; 4] = ["predictions", "save", "p1", "--overwrite"];

    fn drawn(odd: &Odd, set: &[(&str, &str)], further: &[&str]) -> String {
        let seen = on_terminal(odd, 80, true, set, &[&SAVE, further].concat());
        assert_eq!(seen.stdout.lines().count(), 1, "stdout has the path alone");
        assert!(!seen.stdout.contains('\u{1b}'), "{}", seen.stdout);
        seen.terminal
    }

    /// Bytes as they are read in a snapshot; the number of a picture is the process's.
    fn shown(bytes: &str) -> String {
        bytes.replace('\u{1b}', "ESC").replace('\u{7}', "BEL").replace('\u{10eeee}', "@")
    }

    #[test]
    fn each_protocol_is_written_to_the_terminal_and_asks_it_nothing() {
        let odd = Odd::new(picture);
        for how in ["kitty", "iterm", "sixel", "blocks"] {
            let bytes = drawn(&odd, &[], &[&format!("--preview={how}")]);
            // Questions to a terminal: device attributes, cursor position, kitty's query, status.
            for question in ["\u{1b}[c", "\u{1b}[>", "\u{1b}[6n", "a=q", "\u{1b}[5n"] {
                assert!(!bytes.contains(question), "{how}");
            }
            insta::assert_snapshot!(how, shown(&bytes));
        }
        let bytes = drawn(&odd, &[("QUICKROUTER_PREVIEW", "iterm")], &[]);
        assert!(bytes.starts_with("\u{1b}]1337;File="), "{bytes}");
    }

    #[test]
    fn one_that_is_asked_for_goes_to_the_controlling_terminal_if_stderr_is_none() {
        let odd = Odd::new(picture);
        let seen = |further: &[&str]| {
            let command = prepared(&odd, &[], &[&SAVE, further].concat());
            watched(command.stdout(Stdio::piped()).stderr(Stdio::null()), 80)
        };
        let asked = seen(&["--preview=blocks"]);
        assert!(
            asked.terminal.contains('▀') && asked.stdout.ends_with(".png\n"),
            "{}",
            asked.terminal
        );
        assert_eq!(seen(&[]).terminal, "");
    }

    #[test]
    fn what_is_typed_meanwhile_is_left_for_the_next_program() {
        let odd = Odd::new(picture);
        let (mut terminal, side) = open().unwrap();
        terminal.write_all(b"typed ahead\n").unwrap();
        let words = [&SAVE[..], &["--preview=kitty"]].concat();
        let mut child = prepared(&odd, &[], &words).spawn_borrowed(&side).unwrap();
        assert!(child.wait().unwrap().success());
        let mut typed = String::new();
        let side = File::from(side.as_fd().try_clone_to_owned().unwrap());
        BufReader::new(side).read_line(&mut typed).unwrap();
        assert_eq!(typed, "typed ahead\n");
    }

    #[test]
    fn inside_tmux_sequences_are_wrapped_and_blocks_are_text() {
        let odd = Odd::new(picture);
        let tmux = [
            ("TMUX", "/tmp/tmux-0/default,1,0"),
            ("TERM", "tmux-256color"),
            ("COLORTERM", "truecolor"),
        ];
        insta::assert_snapshot!("tmux_auto", shown(&drawn(&odd, &tmux, &[])));
        insta::assert_snapshot!("tmux_iterm", shown(&drawn(&odd, &tmux, &["--preview=iterm"])));
        insta::with_settings!({filters => vec![
            (r"i=\d+", "i=ID"), (r"38;2;\d+;\d+;\d+", "38;2;ID"),
        ]}, {
            insta::assert_snapshot!("tmux_kitty", shown(&drawn(&odd, &tmux, &["--preview=kitty"])));
        });
    }

    #[test]
    fn unasked_nothing_is_drawn_where_nobody_wants_it() {
        let odd = Odd::new(picture);
        for set in
            [("TERM", "dumb"), ("CI", "true"), ("NO_COLOR", "1"), ("QUICKROUTER_PREVIEW", "off")]
        {
            assert_eq!(drawn(&odd, &[set], &[]), "", "{set:?}");
        }
        assert_eq!(drawn(&odd, &[], &["--quiet"]), "");
        let piped = odd.run(&[&SAVE[..], &["--preview=auto"]].concat());
        assert_eq!((piped.code, piped.stderr.as_str()), (Some(0), ""));
    }

    #[test]
    fn what_is_no_picture_is_skipped_with_a_note() {
        for answers in
            [svg, |_: &str| succeeded("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgABhqAAAYag")]
        {
            let odd = Odd::new(answers);
            let notes = drawn(&odd, &[], &[]);
            assert!(
                notes.contains("was saved but not shown") && !notes.contains('\u{1b}'),
                "{notes}"
            );
            assert_eq!(drawn(&odd, &[], &["--quiet", "--preview=blocks"]), "");
        }
    }
}

#[cfg(feature = "mcp")]
#[test]
fn a_person_who_starts_the_server_for_agents_is_told_how_a_client_starts_it() {
    let odd = Odd::new(list);
    let command = prepared(&odd, &[], &["mcp", "--emulator"]).stdin(Stdio::null());
    let seen = watched(command, 200).terminal;
    assert!(seen.contains("this is a server for MCP clients"), "{seen}");
    let program = serde_json::to_string(env!("CARGO_BIN_EXE_quickrouter")).unwrap();
    assert!(seen.contains(&format!("\"command\": {program}, \"args\": [\"mcp\"]")), "{seen}");
}
