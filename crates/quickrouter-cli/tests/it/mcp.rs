//! `mcp` as an MCP client starts it: over pipes, with stdout for the protocol alone.

use std::process::Stdio;

use crate::{Ran, command};

/// Where nothing listens.
const NOWHERE: &str = "http://127.0.0.1:9/replicate";

#[cfg(not(feature = "mcp"))]
#[test]
fn a_build_without_the_server_knows_the_command_and_says_how_to_get_one_that_has_it() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["mcp"][..], &["mcp", "--emulator", "--max-pictures", "3"]] {
        let mut command = command(folder.path(), NOWHERE, arguments);
        let ran = Ran::from(command.stdout(Stdio::piped()).output().unwrap());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.contains("--features mcp"), "{ran:?}");
    }
}

#[cfg(feature = "mcp")]
mod served {
    use std::io::{BufRead, BufReader, Write};
    use std::path::Path;
    use std::process::{Child, ChildStdout, Command};

    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::{NOWHERE, Ran, Stdio, command};
    use crate::Odd;

    /// A server and its client's side of the pipes.
    struct Session {
        server: Child,
        stdout: BufReader<ChildStdout>,
    }

    impl Session {
        /// Starts a server of an emulator, which needs no key.
        fn emulated(folder: &TempDir) -> Self {
            let mut command = command(folder.path(), NOWHERE, &["mcp", "--emulator"]);
            command.env_remove("QUICKROUTER_API_KEY").env_remove("QUICKROUTER_BASE_URL");
            Self::new(command)
        }

        /// Starts a server, and greets it.
        fn new(mut command: Command) -> Self {
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut server = command.spawn().unwrap();
            let stdout = BufReader::new(server.stdout.take().unwrap());
            let mut session = Self { server, stdout };
            session.send(&json!({"id": 1, "method": "initialize", "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            }}));
            assert_eq!(session.receive()["result"]["protocolVersion"], "2025-06-18");
            session.send(&json!({"method": "notifications/initialized"}));
            session
        }

        fn send(&mut self, message: &Value) {
            let mut message = message.clone();
            message["jsonrpc"] = json!("2.0");
            writeln!(self.server.stdin.as_mut().unwrap(), "{message}").unwrap();
        }

        /// The next line on stdout, which is a message of the protocol.
        fn receive(&mut self) -> Value {
            let mut line = String::new();
            self.stdout.read_line(&mut line).unwrap();
            let message: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(message["jsonrpc"], "2.0", "{line}");
            message
        }

        /// The result of a tool.
        fn call(&mut self, tool: &str, arguments: &Value) -> Value {
            self.send(&json!({
                "id": 3, "method": "tools/call", "params": {"name": tool, "arguments": arguments}
            }));
            self.receive()["result"].take()
        }

        /// Closes the client's pipe, and waits for the end.
        fn closed(mut self) -> Ran {
            drop(self.server.stdin.take());
            self.ended()
        }

        /// Waits for its end, and returns what is left on stdout, and all of stderr.
        fn ended(mut self) -> Ran {
            let mut rest = String::new();
            std::io::Read::read_to_string(&mut self.stdout, &mut rest).unwrap();
            let mut ran = Ran::from(self.server.wait_with_output().unwrap());
            ran.stdout = rest;
            ran
        }
    }

    /// A server whose client closes its pipe at once.
    fn unasked(folder: &Path, arguments: &[&str], set: &[(&str, &str)]) -> Ran {
        let mut command = command(folder, NOWHERE, &[&["mcp"], arguments].concat());
        Ran::from(command.envs(set.iter().copied()).output().unwrap())
    }

    #[test]
    fn a_client_is_served_until_its_pipe_ends_with_nothing_but_the_protocol_on_stdout() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = Session::emulated(&folder);
        session.send(&json!({"id": 2, "method": "tools/list"}));
        let tools = session.receive()["result"]["tools"].take();
        let tools: Vec<_> = tools.as_array().unwrap().iter().map(|tool| &tool["name"]).collect();
        assert!(tools.contains(&&json!("generate_image")), "{tools:?}");
        let made =
            session.call("generate_image", &json!({"request_id": "fox-1", "prompt": "a fox"}));
        let file = &made["structuredContent"]["files"][0]["path"];
        let file = Path::new(file.as_str().unwrap_or_else(|| panic!("{made:#}")));
        assert!(file.starts_with(folder.path().join("home/quickrouter-pictures")), "{made:#}");
        assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"));
        let ran = session.closed();
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
        assert!(ran.stderr.contains("emulator: pictures are placeholders"), "{ran:?}");
        assert!(ran.stderr.contains("pictures left: 5 of 5 in 24 h"), "{ran:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_signal_ends_it_although_its_client_keeps_the_pipe_open() {
        for signal in ["TERM", "INT"] {
            let folder = tempfile::tempdir().unwrap();
            let mut session = Session::emulated(&folder);
            let mut kill = std::process::Command::new("kill");
            let kill = kill.args(["-s", signal, &session.server.id().to_string()]);
            assert!(kill.status().unwrap().success());
            let open = session.server.stdin.take();
            let ran = session.ended();
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{signal}: {ran:?}");
            drop(open);
        }
    }

    #[test]
    fn what_runs_at_the_end_is_named_and_the_next_server_goes_on_with_it() {
        let odd = Odd::new(|line| {
            let status = if line.starts_with("POST") { "starting" } else { "processing" };
            (200, json!({"id": "p1", "status": status}))
        });
        let arguments = ["mcp", "--yes", "--wait", "100ms"];
        let mut session = Session::new(odd.command(&arguments));
        let made =
            session.call("generate_image", &json!({"request_id": "fox-1", "prompt": "a fox"}));
        assert_eq!(made["structuredContent"]["id"], "p1", "{made:#}");
        let ran = session.closed();
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
        for told in ["prediction p1 still runs", "fox-1", "`quickrouter predictions wait p1`"] {
            assert!(ran.stderr.contains(told), "{told}: {ran:?}");
        }
        let ran = Session::new(odd.command(&arguments)).closed();
        assert!(ran.stderr.contains("pictures left: 4 of 5 in 24 h"), "{ran:?}");
        assert!(ran.stderr.contains("1 prediction of an earlier server did not finish"), "{ran:?}");
        assert_eq!(odd.creates(), 1);
    }

    #[test]
    fn a_client_that_says_nothing_is_no_failure_and_stderr_has_what_would_have_been_served() {
        let folder = tempfile::tempdir().unwrap();
        let places = ["--output", "pictures", "--state-file", "state.jsonl"];
        let shown = |ran: &Ran| ran.stderr.replace(folder.path().to_str().unwrap(), "FOLDER");
        for (lang, suffix) in [("en", ""), ("zh", "_zh")] {
            let arguments = [&["--lang", lang, "--max-cost", "0.5", "--dry-run"], &places[..]];
            let ran = unasked(folder.path(), &arguments.concat(), &[]);
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
            insta::assert_snapshot!(format!("mcp_start{suffix}"), shown(&ran));
        }
        let quiet = unasked(folder.path(), &[&["--quiet"], &places[..]].concat(), &[]);
        assert_eq!(shown(&quiet), "MCP server: pictures left: 5 of 5 in 24 h\n", "{quiet:?}");
    }

    #[test]
    fn without_a_key_it_says_so_and_ends_unless_nothing_is_created() {
        let folder = tempfile::tempdir().unwrap();
        let no_key = [("QUICKROUTER_API_KEY", "")];
        let ran = unasked(folder.path(), &[], &no_key);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.contains("the API key is missing"), "{ran:?}");
        assert!(ran.stderr.contains("--emulator needs no key"), "{ran:?}");
        let ran = unasked(folder.path(), &["--dry-run"], &no_key);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    #[test]
    fn what_is_wrong_is_said_before_anything_is_served() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let mut told = [String::new(), String::new()];
        for arguments in [
            &["--max-pictures", "0"][..],
            &["--max-pictures", "many"],
            &["--max-cost", "much"],
            &["--max-cost", "-1"],
            &["--confirm-above", "0,5"],
            &["--confirm-above", "0.5", "--yes"],
            &["--budget-window", "10"],
            &["--wait", "0s"],
            &["--images", "big"],
            &["--allow-dir", "none-such"],
            &["--allow-dir", "file"],
            &["--output", "file/pictures"],
            &["--state-file", "file/state"],
            &["--emulator", "--profile", "work"],
        ] {
            for (lang, told) in ["en", "zh"].into_iter().zip(&mut told) {
                let ran = unasked(folder.path(), &[&["--lang", lang], arguments].concat(), &[]);
                assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
                let stderr = ran.stderr.replace(folder.path().to_str().unwrap(), "FOLDER");
                let line = arguments.join(" ");
                told.push_str(&["$ quickrouter mcp ", &line, "\n", &stderr, "\n"].concat());
            }
        }
        insta::assert_snapshot!("mcp_refused", told[0]);
        insta::assert_snapshot!("mcp_refused_zh", told[1]);
        let ran = unasked(folder.path(), &[], &[("QUICKROUTER_MAX_COST", "much")]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("QUICKROUTER_MAX_COST: much"), "{ran:?}");
        let ran = unasked(folder.path(), &["--yes"], &[("QUICKROUTER_CONFIRM_ABOVE", "0.5")]);
        assert_eq!(ran.code, Some(0), "a variable is no contradiction: {ran:?}");
    }

    #[test]
    fn a_state_file_that_is_none_or_of_another_gateway_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.jsonl");
        std::fs::write(&path, "not a state file\n").unwrap();
        let arguments = ["--state-file", "state.jsonl"];
        let refused = |arguments: &[&str]| {
            let before = std::fs::read(&path).unwrap();
            let ran = unasked(folder.path(), arguments, &[]);
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
            assert!(ran.stderr.contains("state.jsonl"), "{ran:?}");
            assert!(ran.stderr.contains("--state-file FILE names another one"), "{ran:?}");
            assert_eq!(std::fs::read(&path).unwrap(), before);
        };
        refused(&arguments);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(unasked(folder.path(), &arguments, &[]).code, Some(0));
        refused(&[&arguments[..], &["--base-url", "http://127.0.0.1:10/replicate"]].concat());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_budget_is_kept_in_a_file_of_each_gateway_that_only_its_owner_can_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(unasked(folder.path(), &[], &[]).code, Some(0));
        let home = folder.path().join("home");
        let file = home.join("state/quickrouter/mcp/http-127.0.0.1-9.jsonl");
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
        assert!(home.join("quickrouter-pictures").is_dir(), "there is no folder for pictures");
        let config = home.join("config");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("user-dirs.dirs"), "XDG_PICTURES_DIR=\"$HOME/Bilder\"\n")
            .unwrap();
        assert_eq!(unasked(folder.path(), &[], &[]).code, Some(0));
        assert!(home.join("Bilder/quickrouter").is_dir());
    }
    #[test]
    fn the_settings_of_clients_in_the_readme_start_a_server() {
        let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
        let readme = std::fs::read_to_string(readme).unwrap();
        let settings = readme.split("```json\n").skip(1).map(|block| {
            let block = block.split("```").next().unwrap_or_default();
            serde_json::from_str::<Value>(block).unwrap()
        });
        let mut started = 0;
        for settings in settings {
            let servers = settings.get("mcpServers").or(settings.get("servers")).unwrap();
            let args = servers["quickrouter"]["args"].as_array().unwrap().iter();
            let args: Vec<_> = args.map(|arg| arg.as_str().unwrap()).collect();
            let folder = tempfile::tempdir().unwrap();
            let mut command = command(folder.path(), NOWHERE, &args);
            let ran = Ran::from(command.output().unwrap());
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{args:?}: {ran:?}");
            started += 1;
        }
        assert_eq!(started, 3);
    }
}
