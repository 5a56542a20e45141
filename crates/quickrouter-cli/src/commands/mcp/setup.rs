//! What a server is made of: the gateway, the budget, the folders.

use std::path::PathBuf;

use quickrouter::Client;
use quickrouter_account::{Account, Amount, Profile};
use quickrouter_emulator::Emulator;
use quickrouter_mcp::{
    Confirmation, FileStore, Images, Language, Left, Limits, McpServer, McpServerBuilder,
    RequestStore, StoreError,
};
use tempfile::TempDir;

use super::places;
use crate::args::mcp::{BudgetFlags, ImagesMode, McpArgs};
use crate::args::money::MAX_COST_VARIABLE;
use crate::args::settings::Connection;
use crate::commands::money::limits;
use crate::connect::{emulator, gateway, keys, profile};
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// The gateway of a state file of emulators, whose port is another at each start.
const EMULATOR: &str = "emulator";

/// A server that may begin to serve, and what is said of it.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) server: McpServer,
    pub(super) emulator: Option<Emulator>,
    pub(super) profile: Profile,
    pub(super) base_url: String,
    pub(super) output: PathBuf,
    pub(super) state_file: PathBuf,
    pub(super) limits: Limits,
    pub(super) left: Left,
    pub(super) dry_run: bool,
    /// Deleted at the end.
    _state: Option<TempDir>,
}

/// What may be spent, by the flags.
struct Spending {
    limits: Limits,
    per_run: Option<Amount>,
    confirm_above: Option<Amount>,
}

/// Checks everything that can be wrong before a client asks, and makes the server.
///
/// # Errors
/// What is wrong with the flags, the settings, the key, a folder or the state file.
pub(super) async fn ready(
    typed: &McpArgs,
    connection: &Connection,
    printer: &Printer,
) -> Result<Ready, Failure> {
    let spending = spending(&typed.budget)?;
    let allowed = places::allowed(&typed.allow_dir)?;
    let output = places::output(typed.output.as_deref())?;
    let (client, profile, emulator) = upstream(typed, connection, printer).await?;
    quickrouter::files::check_folder(&output).await.map_err(Failure::of_folder)?;
    let (origin, temporary) = match (&emulator, &typed.state_file) {
        (None, _) => (client.origin(), None),
        (Some(_), Some(_)) => (EMULATOR.to_owned(), None),
        (Some(_), None) => (EMULATOR.to_owned(), Some(places::temporary()?)),
    };
    let named = typed.state_file.clone();
    let named = named.or(temporary.as_ref().map(|folder| folder.path().join("mcp.jsonl")));
    let state_file = places::state_file(named, &origin)?;
    let store = FileStore::open(&state_file, &origin).map_err(|error| unusable(&error))?;
    let limits = spending.limits;
    let left = limits.left(&store.spent(limits).await.map_err(|error| unusable(&error))?);
    let base_url = client.base_url().to_owned();
    let account = Account::new(client, profile.clone());
    // What an emulator makes costs nothing, so no limit of the user's is about it.
    let billed = emulator.is_none();
    let per_run = spending.per_run.or(profile.max_cost).filter(|_| billed);
    let builder = McpServerBuilder::new(account, store, &output)
        .limits(limits)
        .max_cost_per_run(per_run)
        .wait(typed.wait)
        .images(images(typed.images))
        .confirmation(confirmation(typed.budget.yes, spending.confirm_above, &profile))
        .language(language(printer.lang()))
        .cancel_on_abort(typed.cancel_on_abort)
        .dry_run(typed.budget.dry_run);
    let builder = allowed.into_iter().fold(builder, McpServerBuilder::allow_folder);
    Ok(Ready {
        server: builder.build(),
        emulator,
        profile,
        base_url,
        output,
        state_file,
        limits,
        left,
        dry_run: typed.budget.dry_run,
        _state: temporary,
    })
}

fn spending(flags: &BudgetFlags) -> Result<Spending, Failure> {
    let per_run = std::env::var(MAX_COST_VARIABLE).unwrap_or_default();
    let per_run = Some(per_run.as_str()).filter(|text| !text.trim().is_empty());
    Ok(Spending {
        limits: Limits {
            max_pictures: flags.max_pictures,
            max_cost: limits::typed("--max-cost", flags.max_cost.as_deref())?,
            window: flags.budget_window,
        },
        per_run: limits::typed(MAX_COST_VARIABLE, per_run)?,
        confirm_above: limits::typed("--confirm-above", flags.confirm_above.as_deref())?,
    })
}

/// The gateway's client, what is known of its prices, and the emulator if it is one.
async fn upstream(
    typed: &McpArgs,
    connection: &Connection,
    printer: &Printer,
) -> Result<(Client, Profile, Option<Emulator>), Failure> {
    if typed.emulator {
        let (client, emulator) = emulator::start(None, printer).await?;
        let profile = Profile::new(EMULATOR, client.base_url());
        return Ok((client, profile, Some(emulator)));
    }
    let connected = match gateway::connect(connection, None).await {
        Err(failure) if typed.budget.dry_run && failure.message.id() == Some(keys::MISSING) => {
            gateway::connect_keyless(connection)
        }
        connected => connected,
    };
    let connected = connected.map_err(|failure| match failure.message.id() {
        Some(keys::MISSING) => failure.hint(message!("key-not-needed")),
        _ => failure,
    })?;
    let profile = profile::in_force(&connected.settings, &connected.client);
    Ok((connected.client, profile, None))
}

fn confirmation(yes: bool, above: Option<Amount>, profile: &Profile) -> Confirmation {
    match above.or(profile.confirm_above) {
        _ if yes => Confirmation::Never,
        Some(above) => Confirmation::Above(above),
        None => Confirmation::Always,
    }
}

fn language(lang: Lang) -> Language {
    match lang {
        Lang::English => Language::English,
        Lang::Chinese => Language::Chinese,
    }
}

fn images(mode: ImagesMode) -> Images {
    match mode {
        ImagesMode::None => Images::None,
        ImagesMode::Thumb => Images::Thumbnail,
        ImagesMode::Full => Images::Full,
    }
}

/// The failure of a state file.
pub(super) fn unusable(error: &StoreError) -> Failure {
    let message = match error {
        StoreError::Io { path, source } => {
            message!("mcp-state-unusable", file = path.display(), error = source.to_string())
        }
        StoreError::Folder { path, source } => {
            message!("mcp-state-folder", folder = path.display(), error = source.to_string())
        }
        StoreError::Corrupt { path, line, reason } => {
            message!("mcp-state-corrupt", file = path.display(), line = *line, reason = reason)
        }
        StoreError::OtherGateway { path, found, expected } => message!(
            "mcp-state-other-gateway",
            file = path.display(),
            found = found,
            expected = expected
        ),
        other => Message::verbatim(other.to_string()),
    };
    Failure::refused(message).hint(message!("mcp-state-how"))
}

#[cfg(test)]
mod tests {
    use quickrouter_account::{Amount, Profile};
    use quickrouter_mcp::{Confirmation, Limits};

    use super::{confirmation, spending};
    use crate::args::command_line::Commands;
    use crate::args::mcp::McpArgs;
    use crate::args::parse::parse_alone;
    use crate::text::lang::Lang;

    fn typed(words: &[&str]) -> McpArgs {
        let argv = ["quickrouter", "mcp"].iter().chain(words).map(std::ffi::OsString::from);
        match parse_alone(&argv.collect::<Vec<_>>(), Lang::English).unwrap().command {
            Commands::Mcp(typed, _) => *typed,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_untyped_budget_and_wait_are_the_defaults_of_the_library() {
        let typed = typed(&[]);
        assert_eq!(spending(&typed.budget).unwrap().limits, Limits::default());
        assert_eq!(typed.wait.as_secs(), 45);
    }

    #[test]
    fn a_person_is_always_asked_unless_a_flag_or_the_profile_says_above_what() {
        let amount = |text: &str| Amount::parse_limit(text).unwrap();
        let mut profile = Profile::new("work", "https://a.example");
        assert_eq!(confirmation(false, None, &profile), Confirmation::Always);
        profile.confirm_above = Some(amount("0.5"));
        assert_eq!(confirmation(false, None, &profile), Confirmation::Above(amount("0.5")));
        let typed = Some(amount("0.1"));
        assert_eq!(confirmation(false, typed, &profile), Confirmation::Above(amount("0.1")));
        assert_eq!(confirmation(true, None, &profile), Confirmation::Never);
    }
}
