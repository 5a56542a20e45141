//! What a server says on stderr, which MCP clients keep as its log.

use std::io::{self, IsTerminal};
use std::time::Duration;

use quickrouter_account::Amount;
use quickrouter_mcp::Running;

use super::setup::Ready;
use crate::commands::money::price;
use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// Says how much is left of an earlier server, which this one waits for and saves.
pub(super) fn resumed(predictions: usize, printer: &Printer) {
    if predictions > 0 {
        printer.note(&message!("mcp-resumed", count = predictions));
    }
}

/// Says what is served, within which budget, and where files are.
pub(super) fn at_start(ready: &Ready, printer: &Printer) {
    if io::stdin().is_terminal() || Printer::is_on_terminal() {
        printer.note(&message!("mcp-on-terminal", command = this_program()));
    }
    printer.progress(&message!("mcp-serving", gateway = &ready.base_url));
    printer.note(&budget(ready, printer));
    if ready.limits.max_cost.is_some() && ready.emulator.is_none() && is_unpriced(ready) {
        printer.warning(&message!("mcp-unpriced"));
    }
    if ready.dry_run {
        printer.note(&message!("mcp-dry-run"));
    }
    printer.progress(&message!("mcp-output", folder = ready.output.display()));
    printer.progress(&message!("mcp-state", file = ready.state_file.display()));
}

/// How a configuration has to name this program: clients may have another `PATH`.
fn this_program() -> String {
    let path = std::env::current_exe().unwrap_or_else(|_| "quickrouter".into());
    serde_json::Value::from(path.to_string_lossy()).to_string()
}

/// Whether nothing at this gateway can have a price.
fn is_unpriced(ready: &Ready) -> bool {
    !ready.profile.family && ready.profile.prices.is_empty()
}

fn budget(ready: &Ready, printer: &Printer) -> Message {
    let shown = |amount: Amount| price::amount(amount, &ready.profile, printer.lang());
    let (left, limits) = (&ready.left, &ready.limits);
    let window = window(limits.window);
    let (pictures, most) = (left.pictures.to_string(), limits.max_pictures.to_string());
    match (left.cost, limits.max_cost) {
        (Some(cost), Some(max_cost)) => message!(
            "mcp-budget-with-cost",
            left = pictures,
            most = most,
            cost = shown(cost),
            max_cost = shown(max_cost),
            window = window
        ),
        _ => message!("mcp-budget", left = pictures, most = most, window = window),
    }
}

/// A window in the largest unit that measures it.
fn window(window: Duration) -> Message {
    let seconds = window.as_secs();
    let (unit, count) = match seconds {
        _ if seconds.is_multiple_of(3600) => ("hours", seconds / 3600),
        _ if seconds.is_multiple_of(60) => ("minutes", seconds / 60),
        _ => ("seconds", seconds),
    };
    message!("mcp-window", unit = unit, count = count)
}

/// Names what still runs, and how a person gets it.
pub(super) fn at_end(running: &[Running], is_emulated: bool, printer: &Printer) {
    for one in running {
        let (request, id) = (one.request_id.as_deref(), one.id.as_deref());
        match still_runs(request, id, one.model.as_deref(), is_emulated) {
            (told, Some(how)) => {
                printer.warning(&told);
                printer.note(&how);
            }
            (told, None) => printer.note(&told),
        }
    }
}

/// What is told of a request that still runs, and what to do about it if it is billed.
fn still_runs(
    request: Option<&str>,
    id: Option<&str>,
    model: Option<&str>,
    is_emulated: bool,
) -> (Message, Option<Message>) {
    let named = |name: Option<&str>| name.map_or(message!("mcp-unknown"), Message::verbatim);
    let (request, model) = (named(request), named(model));
    match id {
        _ if is_emulated => {
            (message!("mcp-ends-with-emulator", request = request, model = model), None)
        }
        Some(id) => (
            message!("mcp-still-runs", request = request, id = id, model = model),
            Some(message!("mcp-still-runs-how", id = id)),
        ),
        None => (
            message!("mcp-unanswered", request = request, model = model),
            Some(message!("mcp-unanswered-how")),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{still_runs, window};
    use crate::text::lang::Lang;

    #[test]
    fn what_still_runs_is_named_with_the_commands_that_get_it() {
        for lang in [Lang::English, Lang::Chinese] {
            let told = |id: Option<&str>| {
                let (told, how) = still_runs(Some("r1"), id, Some("a/b"), false);
                [told, how.unwrap()].map(|message| message.to_text(lang))
            };
            let [what, how] = told(Some("p1"));
            assert!(["r1", "p1", "a/b"].iter().all(|name| what.contains(name)), "{what}");
            for command in ["quickrouter predictions wait p1", "quickrouter predictions save p1"] {
                assert!(how.contains(command), "{how}");
            }
            let [what, how] = told(None);
            assert!(what.contains("r1") && how.contains("quickrouter predictions list"), "{how}");
            let (emulated, how) = still_runs(Some("r1"), Some("p1"), None, true);
            assert!(emulated.to_text(lang).contains("r1") && how.is_none());
        }
    }

    #[test]
    fn a_window_is_told_in_hours_minutes_or_seconds() {
        for (seconds, english, chinese) in
            [(86_400, "24 h", "24 小时"), (5400, "90 min", "90 分钟"), (61, "61 s", "61 秒")]
        {
            let told = window(Duration::from_secs(seconds));
            assert_eq!(told.to_text(Lang::English), english);
            assert_eq!(told.to_text(Lang::Chinese), chinese);
        }
    }
}
