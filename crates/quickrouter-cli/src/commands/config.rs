//! `config show|path`: the settings in force, and where each comes from. The key is not shown.

use serde_json::{Map, Value, json};

use crate::args::config::{ConfigAction, ShowArgs};
use crate::args::generate::{OUTPUT_VARIABLE, TIMEOUT_VARIABLE};
use crate::args::settings::Connection;
use crate::connect::account_errors::of_account;
use crate::connect::keys::{self, KnownKey};
use crate::connect::settings::{self, Settings, of_profile};
use crate::connect::source::Source;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::output::table::{Fit, Table};
use crate::text::lang::LANG_VARIABLE;
use crate::text::message::{Message, message};

/// Runs the command.
pub(crate) async fn run(
    action: &ConfigAction,
    connection: &Connection,
    printer: &Printer,
) -> Result<u8, Failure> {
    if let Some(folder) = settings::ignored_folder() {
        printer.warning(&message!("config-folder-relative", folder = folder));
    }
    match action {
        ConfigAction::Show(shown) => show(shown, connection, printer).await,
        ConfigAction::Path => {
            let path = connection.config.clone().or_else(quickrouter_account::Config::default_path);
            let none = || of_account(quickrouter_account::AccountError::NoConfigFolder);
            printer.path(&path.ok_or_else(none)?)?;
            Ok(0)
        }
    }
}

/// A setting as it is shown: a value of `None` is not set.
struct Row {
    name: &'static str,
    value: Option<String>,
    source: Source,
}

async fn show(shown: &ShowArgs, connection: &Connection, printer: &Printer) -> Result<u8, Failure> {
    let settings = Settings::resolve(connection).map_err(of_account)?;
    let mut rows = of_gateway(&settings, connection);
    rows.push(of_key(connection, &settings, printer).await?);
    rows.extend(of_profile_alone(&settings));
    rows.extend(of_run(shown, printer));
    if shown.json {
        let entry = |row: &Row| {
            let entry = json!({"value": row.value, "source": row.source.to_json()});
            (row.name.to_owned(), entry)
        };
        printer.json(&Value::Object(rows.iter().map(entry).collect::<Map<_, _>>()))?;
        return Ok(0);
    }
    let lang = printer.lang();
    let columns = [
        (message!("column-setting"), Fit::Whole),
        (message!("column-value"), Fit::Wrapped),
        (message!("column-source"), Fit::Wrapped),
    ];
    let mut table = Table::new(columns.map(|(head, fit)| (head.to_text(lang), fit)).to_vec());
    for row in &rows {
        let value = Message::verbatim(row.value.as_deref().unwrap_or("-")).to_text(lang);
        table.row(vec![row.name.to_owned(), value, row.source.message().to_text(lang)]);
    }
    printer.table(&table)?;
    Ok(0)
}

fn of_gateway(settings: &Settings, connection: &Connection) -> Vec<Row> {
    vec![
        Row {
            name: "config",
            value: Some(settings.config.path().display().to_string())
                .filter(|_| settings.config.exists()),
            source: settings::config_source(connection),
        },
        Row {
            name: "profile",
            value: Some(settings.profile.name.clone()),
            source: settings.profile_source.clone(),
        },
        Row {
            name: "base-url",
            value: Some(settings.base_url.value.trim().to_owned()),
            source: settings.base_url.source.clone(),
        },
        Row {
            name: "allow-http",
            value: Some(settings.allow_http.value.to_string()),
            source: settings.allow_http.source.clone(),
        },
    ]
}

/// How long the key is, or what is wrong with it.
async fn of_key(
    connection: &Connection,
    settings: &Settings,
    printer: &Printer,
) -> Result<Row, Failure> {
    let (value, source) = match keys::look(connection, settings).await? {
        KnownKey::Missing => (None, Source::Default),
        KnownKey::Printed { program, source } => {
            (Some(message!("key-printed", program = program)), source)
        }
        KnownKey::Found(found) => {
            (Some(message!("key-length", characters = found.length())), found.source)
        }
        KnownKey::Unusable(error) => {
            printer.failure(&of_account(error));
            (Some(message!("key-unusable")), Source::Default)
        }
    };
    let value = value.map(|value| value.to_text(printer.lang()));
    Ok(Row { name: "key", value, source })
}

/// What only a profile can set.
fn of_profile_alone(settings: &Settings) -> Vec<Row> {
    let profile = &settings.profile;
    let row = |name: &'static str, value: Option<String>| Row {
        name,
        value,
        source: of_profile(profile, name),
    };
    let amount = |amount: Option<quickrouter_account::Amount>| amount.map(|a| a.to_string());
    vec![
        row("group", profile.group.clone()),
        row("currency", profile.currency.clone()),
        row("family", Some(profile.family.to_string())),
        row("confirm-above", amount(profile.confirm_above)),
        row("max-cost", amount(profile.max_cost)),
    ]
}

/// What flags and variables alone set.
fn of_run(shown: &ShowArgs, printer: &Printer) -> Vec<Row> {
    let of = |id, flag, variable| Source::of_flag(shown.source(id), flag, variable);
    let lang = match of("lang", "--lang", LANG_VARIABLE) {
        Source::Default => Source::Locale,
        source => source,
    };
    vec![
        Row {
            name: "timeout",
            value: Some(humantime::format_duration(shown.timeout()).to_string()),
            source: of("timeout", "--timeout", TIMEOUT_VARIABLE),
        },
        Row {
            name: "output",
            value: Some(shown.output.folder.display().to_string()),
            source: of("output", "--output", OUTPUT_VARIABLE),
        },
        Row { name: "lang", value: Some(printer.lang().of("en", "zh").to_owned()), source: lang },
    ]
}
