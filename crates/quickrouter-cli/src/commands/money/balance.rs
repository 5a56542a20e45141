//! `balance`: what the key has left, by the gateway's usage endpoint.

use std::time::SystemTime;

use quickrouter_account::{Account, Amount, Profile, Usage};
use serde_json::{Value, json};

use crate::args::balance::BalanceArgs;
use crate::args::settings::Connection;
use crate::commands::money::{failure, price};
use crate::connect::{gateway, profile};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// Micro-units in one unit of an [`Amount`].
const MICROS: i128 = 1_000_000;

/// Prints what is left.
pub(crate) async fn run(
    typed: &BalanceArgs,
    connection: &Connection,
    printer: &Printer,
) -> Result<u8, Failure> {
    match asked(connection).await {
        Ok((usage, profile)) if typed.json => printer.json(&to_json(&usage, &profile))?,
        Ok((usage, profile)) => {
            for line in lines(&usage, &profile, SystemTime::now(), printer) {
                printer.message(&line)?;
            }
        }
        Err(failure) if typed.json => {
            let code = printer.failure(&failure);
            printer.json(&json!({"error": failure.to_json(printer.lang())}))?;
            return Ok(code);
        }
        Err(failure) => return Err(failure),
    }
    Ok(0)
}

async fn asked(connection: &Connection) -> Result<(Usage, Profile), Failure> {
    // Whether it may be asked does not depend on a key.
    let keyless = gateway::connect_keyless(connection)?;
    let profile = profile::in_force(&keyless.settings, &keyless.client);
    Account::new(keyless.client, profile.clone()).check_family().map_err(failure::of)?;
    let client = gateway::client(connection, None).await?;
    let account = Account::new(client, profile.clone());
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        usage = account.usage() => Ok((usage.map_err(failure::of)?, profile)),
        () = interrupts.next() => Err(Failure::interrupted(message!("balance-interrupted"), None)),
    }
}

fn lines(usage: &Usage, profile: &Profile, now: SystemTime, printer: &Printer) -> Vec<Message> {
    let shown = |amount: Amount| price::amount(amount, profile, printer.lang());
    let mut lines = Vec::new();
    match usage.available {
        _ if usage.unlimited => lines.push(message!("balance-unlimited")),
        Some(left) if left.is_negative() => {
            lines.push(message!("balance-overdrawn", left = shown(left)));
        }
        Some(left) => lines.push(message!("balance-left", left = shown(left))),
        None => lines.push(message!("balance-not-said")),
    }
    lines.extend(usage.used.map(|used| message!("balance-used", used = shown(used))));
    lines
        .extend(usage.granted.map(|granted| message!("balance-granted", granted = shown(granted))));
    if let Some(end) = usage.expires_at {
        let at = humantime::format_rfc3339_seconds(end).to_string();
        lines.push(if usage.is_expired(now) {
            message!("balance-expired", at = at)
        } else {
            message!("balance-expires", at = at)
        });
    }
    if profile.currency.is_none() && profile.usage.divisor > 1 {
        lines.push(message!("balance-units", quota = profile.usage.divisor.to_string()));
    }
    lines
}

fn to_json(usage: &Usage, profile: &Profile) -> Value {
    json!({
        "profile": profile.name,
        "currency": profile.currency,
        "unlimited": usage.unlimited,
        "available": usage.available,
        "used": usage.used,
        "granted": usage.granted,
        "quota": {
            "available": usage.available.map(|amount| quota(amount, profile)),
            "used": usage.used.map(|amount| quota(amount, profile)),
            "granted": usage.granted.map(|amount| quota(amount, profile)),
        },
        "expires_at": usage.expires_at.map(|end| humantime::format_rfc3339_seconds(end).to_string()),
        "expired": usage.is_expired(SystemTime::now()),
    })
}

/// An amount as the gateway counts it; null if it was rounded.
fn quota(amount: Amount, profile: &Profile) -> Value {
    let micros = i128::from(amount.micros()) * i128::from(profile.usage.divisor);
    let exact = (micros % MICROS == 0).then_some(micros / MICROS);
    exact.and_then(|quota| i64::try_from(quota).ok()).into()
}
