//! `auth status`: where the key is. Nothing is sent, and no key command is run.

use std::path::Path;

use quickrouter_account::{KeySource, KeyStore, Origin};
use serde_json::{Value, json};

use crate::args::settings::Connection;
use crate::connect::account_errors::of_account;
use crate::connect::keys::{self, FoundKey, KnownKey};
use crate::connect::settings::{KEY_VARIABLE, Settings};
use crate::connect::source::Source;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::output::table::{Fit, Table};
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// Shows the profile, its origin and its key. Exits with 1 if there is no key to use.
pub(super) async fn run(
    connection: &Connection,
    json: bool,
    printer: &Printer,
) -> Result<u8, Failure> {
    let settings = Settings::resolve(connection).map_err(of_account)?;
    let known = keys::look(connection, &settings).await?;
    let usable = matches!(known, KnownKey::Found(_) | KnownKey::Printed { .. });
    let key = KeyReport::of(known, &settings);
    if json {
        printer.json(&document(&settings, &key, printer.lang()))?;
    } else {
        let mut table = Table::headless(&[Fit::Whole, Fit::Wrapped, Fit::Wrapped]);
        for row in rows(&settings, &key, printer.lang()) {
            table.row(row.to_vec());
        }
        printer.table(&table)?;
        if let Some(failure) = &key.failure {
            printer.failure(failure);
        }
    }
    Ok(u8::from(!usable))
}

/// What is shown of a key.
struct KeyReport {
    detail: Message,
    source: Option<Source>,
    characters: Option<usize>,
    file: Option<String>,
    mode: Option<u32>,
    /// What the key in force takes precedence over.
    overridden: bool,
    failure: Option<Failure>,
}

impl KeyReport {
    fn of(known: KnownKey, settings: &Settings) -> Self {
        let report = |detail, source| Self {
            detail,
            source,
            characters: None,
            file: None,
            mode: None,
            overridden: false,
            failure: None,
        };
        match known {
            KnownKey::Missing => report(message!("key-missing"), None).with(keys::missing()),
            KnownKey::Unusable(error) => {
                report(message!("key-unusable"), None).with(of_account(error))
            }
            KnownKey::Printed { program, source } => {
                report(message!("key-printed", program = program), Some(source))
            }
            KnownKey::Found(found) => Self::of_found(&found, settings, report),
        }
    }

    fn of_found(
        found: &FoundKey,
        settings: &Settings,
        report: impl Fn(Message, Option<Source>) -> Self,
    ) -> Self {
        let detail = message!("key-length", characters = found.length());
        let given = matches!(found.source, Source::Flag(_) | Source::Variable(_));
        let file = found.file.as_deref();
        Self {
            characters: Some(found.length()),
            file: file.map(|file| file.display().to_string()),
            mode: file.and_then(mode),
            overridden: given && has_own_key(settings),
            ..report(detail, Some(found.source.clone()))
        }
    }

    fn with(self, failure: Failure) -> Self {
        Self { failure: Some(failure), ..self }
    }
}

/// Whether the profile has a key, too.
fn has_own_key(settings: &Settings) -> bool {
    let kept =
        |store: &KeyStore| store.path(&settings.profile.name).is_some_and(|path| path.exists());
    match settings.profile.key {
        KeySource::Login => kept(&settings.config.key_store()),
        KeySource::File(_) | KeySource::Command(_) => true,
        _ => false,
    }
}

fn rows(settings: &Settings, key: &KeyReport, lang: Lang) -> Vec<[String; 3]> {
    let text = |message: Message| message.to_text(lang);
    let source = |source: &Source| source.message().to_text(lang);
    let origin = |url: &str| match Origin::of(url) {
        Ok(origin) => origin.to_string(),
        // What is wrong with it is said below.
        Err(_) => "-".to_owned(),
    };
    let mut rows = vec![
        [
            text(message!("status-profile")),
            settings.profile.name.clone(),
            source(&settings.profile_source),
        ],
        [
            text(message!("status-origin")),
            origin(&settings.base_url.value),
            source(&settings.base_url.source),
        ],
        [
            text(message!("status-key")),
            text(key.detail.clone()),
            key.source.as_ref().map(source).unwrap_or_default(),
        ],
    ];
    if let Some(file) = &key.file {
        let shown = Message::verbatim(file).to_text(lang);
        let mode = key.mode.map(|mode| text(permissions(mode))).unwrap_or_default();
        rows.push([text(message!("status-file")), shown, mode]);
    }
    if key.overridden {
        let name = key.source.as_ref().and_then(Source::name).unwrap_or(KEY_VARIABLE);
        let detail = message!("status-overrides-what", name = name);
        rows.push([text(message!("status-overrides")), text(detail), String::new()]);
    }
    rows
}

fn document(settings: &Settings, key: &KeyReport, lang: Lang) -> Value {
    json!({
        "profile": {
            "value": settings.profile.name,
            "source": settings.profile_source.to_json(),
        },
        "origin": {
            "value": Origin::of(&settings.base_url.value).ok().map(|origin| origin.to_string()),
            "source": settings.base_url.source.to_json(),
        },
        "key": {
            "usable": key.failure.is_none(),
            "source": key.source.as_ref().map(Source::to_json),
            "characters": key.characters,
            "file": key.file,
            "mode": key.mode.map(|mode| format!("{mode:o}")),
            "overrides_profile": key.overridden,
            "error": key.failure.as_ref().map(|failure| failure.to_json(lang)),
        },
    })
}

fn permissions(mode: u32) -> Message {
    let shown = format!("{mode:o}");
    match mode & 0o077 {
        0 => message!("mode-owner-only", mode = shown),
        _ => message!("mode-others-too", mode = shown),
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o7777)
}

/// Windows has lists of access, which the user's folders inherit.
#[cfg(not(unix))]
fn mode(_path: &Path) -> Option<u32> {
    None
}
