//! The server as a process of its own, so that its time and memory are not counted: the benchmark
//! starts itself once more. The two talk in lines, by the server's standard input and output.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use axum::Router;
use axum::serve::ListenerExt;
use quickrouter::catalog::BASE_URL;
use tokio::net::TcpListener;

/// Makes a benchmark's program its own server.
const SERVER: &str = "--server";

/// Whether this process is the server.
pub(crate) fn is_wanted() -> bool {
    std::env::args().any(|argument| argument == SERVER)
}

/// The path prefix of the API, as in the contract's base URL.
fn prefix() -> String {
    let base = reqwest::Url::parse(BASE_URL).expect("the contract's base URL is a URL");
    base.path().trim_end_matches('/').to_owned()
}

/// A server in another process; it ends with this value.
pub(crate) struct Server {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    base_url: String,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub(crate) fn start() -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(SERVER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take());
        let (Some(commands), Some(output)) = pipes else { unreachable!("both are piped") };
        let mut server =
            Self { child, commands, answers: BufReader::new(output), base_url: String::new() };
        let address = server.line()?;
        server.base_url = format!("http://{address}{}", prefix());
        Ok(server)
    }

    /// The base URL for a client.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Says one line to it; what it answers.
    pub(crate) fn ask(&mut self, command: &str) -> io::Result<String> {
        writeln!(self.commands, "{command}")?;
        self.line()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be over already; then there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves `routes` below the prefix on one thread, tells `accepted` of every connection, and
/// answers the starter's lines by `answer` until there are no more.
pub(crate) fn serve(
    routes: Router,
    mut accepted: impl FnMut() + Send + 'static,
    answer: impl Fn(&str) -> String,
) -> io::Result<()> {
    let routes = Router::new().nest(&prefix(), routes);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    say(&listener.local_addr()?.to_string())?;
    let listener = listener.tap_io(move |connection| {
        accepted();
        // Answers wait for nothing, as those of a gateway do.
        let _ = connection.set_nodelay(true);
    });
    std::thread::spawn(move || runtime.block_on(axum::serve(listener, routes).into_future()));
    for command in io::stdin().lock().lines() {
        say(&answer(&command?))?;
    }
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}
