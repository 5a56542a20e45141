//! `doctor`: checks everything that a run needs. Nothing is created and nothing costs: only GET is sent,
//! and the key only to the base URL's own origin.

mod finding;
mod key;
mod local;
mod network;
mod proxies;
mod reply;
mod space;

use futures_util::future::join_all;
use quickrouter::{Client, ClientBuilder, RetryPolicy};
use quickrouter_account::{Account, Config};

use crate::args::doctor::DoctorArgs;
use crate::args::settings::Connection;
use crate::connect::account_errors::of_account;
use crate::connect::gateway::finish;
use crate::connect::keys::FoundKey;
use crate::connect::settings::Settings;
use crate::connect::source::Source;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::printer::Printer;
use crate::output::table::{Fit, Table};
use crate::text::message::{Message, message};

use self::finding::{Check, Finding, Verdict};

/// Stands for the key where no key is sent.
const NO_KEY: &str = "none";

/// Runs the checks and prints what they found. Exits with 1 if one failed.
pub(crate) async fn run(
    args: &DoctorArgs,
    connection: &Connection,
    printer: &Printer,
) -> Result<u8, Failure> {
    let mut interrupts = Interrupts::listen()?;
    let findings = tokio::select! {
        findings = examined(args, connection, printer) => findings,
        () = interrupts.next() => {
            return Err(Failure::interrupted(message!("doctor-interrupted"), None));
        }
    };
    report(&findings, args.json, printer)?;
    Ok(u8::from(findings.iter().any(|finding| finding.verdict == Verdict::Fail)))
}

fn report(findings: &[Finding], json: bool, printer: &Printer) -> std::io::Result<()> {
    let lang = printer.lang();
    if json {
        return printer.json(&findings.iter().map(|finding| finding.to_json(lang)).collect());
    }
    let mut table = Table::headless(&[Fit::Whole, Fit::Whole, Fit::Wrapped]);
    for finding in findings {
        table.row_above(finding.cells(lang).to_vec(), finding.further(lang));
    }
    printer.table(&table)?;
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (failed, warned) = (count(Verdict::Fail), count(Verdict::Warn));
    printer.message(&message!("doctor-sum", failed = failed, warned = warned))
}

/// Runs all checks; those of the network at the same time.
async fn examined(args: &DoctorArgs, connection: &Connection, printer: &Printer) -> Vec<Finding> {
    let (settings, config) = configured(connection);
    let mut findings = vec![config];
    let base_url = settings.base_url.value.as_str();
    let (key, finding) = key::found(connection, &settings).await;
    findings.push(finding);
    let (proxy, unusable) = proxies::check(base_url);
    let (client, finding) = base_url_check(&settings, key.as_ref(), &unusable);
    let is_sound = finding.verdict != Verdict::Fail;
    findings.extend([finding, proxy]);
    let account = client.as_ref().filter(|_| key.is_some());
    let account = account.map(|client| Account::new(client.clone(), settings.profile.clone()));
    let anonymous = anonymous(&unusable);
    let hosts =
        network::hosts(base_url, anonymous.as_ref(), is_sound && client.is_some(), printer.lang());
    let routes = network::routes(client.as_ref().filter(|_| key.is_some()));
    let (accepted, hosts, routes) =
        tokio::join!(key::accepted(account.as_ref()), join_all(hosts), join_all(routes));
    findings.push(accepted);
    let clock = network::clock(&hosts);
    findings.extend(hosts.into_iter().map(|host| host.finding));
    findings.extend(routes);
    findings.push(clock);
    findings.extend([space::output(&args.output.folder), space::cache(), local::terminal()]);
    findings
}

/// The settings in force, without the file if it cannot be used.
fn configured(connection: &Connection) -> (Settings, Finding) {
    let (config, finding) = local::config(connection);
    let config = config.unwrap_or_else(Config::built_in);
    match Settings::with(config, connection) {
        Ok(settings) => (settings, finding),
        Err(error) => {
            let mut without = connection.clone();
            without.profile = None;
            let settings = Settings::with(Config::built_in(), &without);
            let settings = settings.expect("the built-in configuration has its profile");
            let failure = of_account(error);
            // What is wrong with the file comes first.
            let finding = match finding.verdict {
                Verdict::Fail => finding,
                _ => Check::new("config").failed(failure),
            };
            (settings, finding)
        }
    }
}

/// Checks the base URL, and returns the client for it, without a key if there is none.
fn base_url_check(
    settings: &Settings,
    key: Option<&FoundKey>,
    unusable: &[Message],
) -> (Option<Client>, Finding) {
    let check = Check::new("base_url");
    let base_url = settings.base_url.value.as_str();
    let text = key.map_or(NO_KEY, |key| key.text.as_str());
    let builder = Client::builder().base_url(base_url).allow_http(settings.allow_http.value);
    match finish(once(builder.api_key(text)), None) {
        Err(failure) if !unusable.contains(&failure.message) => {
            let finding = check.failed(failure);
            let finding = match settings.base_url.source {
                Source::Default => finding,
                ref source => finding.fact(source.message()),
            };
            (None, finding)
        }
        // What is wrong is the proxy.
        Err(_) => (None, network::base_url(settings)),
        Ok(client) => (Some(client), network::base_url(settings)),
    }
}

/// A check that fails is reported, not retried.
fn once(builder: ClientBuilder) -> ClientBuilder {
    builder.retry_policy(RetryPolicy::new().max_attempts(1))
}

/// A client whose requests go elsewhere only, without a key; it has no gateway.
fn anonymous(unusable: &[Message]) -> Option<Client> {
    let builder = Client::builder().base_url("http://127.0.0.1").api_key(NO_KEY);
    finish(once(builder), None).ok().filter(|_| unusable.is_empty())
}
