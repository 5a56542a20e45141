//! The client of the gateway.

use std::time::Duration;

use quickrouter::{Client, ClientBuilder, WaitPolicy};

use super::durations;
use crate::args::settings::Connection;
use crate::connect::account_errors::of_account;
use crate::connect::keys;
use crate::connect::settings::Settings;
use crate::exit::failure::Failure;

/// A client and the settings that it was made from.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) settings: Settings,
}

/// Builds the gateway's client with the settings in force.
pub(crate) async fn connect(
    connection: &Connection,
    timeout: Option<Duration>,
) -> Result<Connected, Failure> {
    let settings = Settings::resolve(connection).map_err(of_account)?;
    let base_url = &settings.base_url.value;
    let Some(key) = keys::find(connection, &settings, base_url).await? else {
        return Err(keys::missing());
    };
    let builder = Client::builder()
        .base_url(base_url)
        .allow_http(settings.allow_http.value)
        .durations(durations::kept())
        .api_key(key.text)
        .api_key_source(key.words);
    let client = finish(builder, timeout)?;
    Ok(Connected { client, settings })
}

/// Builds the gateway's client.
pub(crate) async fn client(
    connection: &Connection,
    timeout: Option<Duration>,
) -> Result<Client, Failure> {
    Ok(connect(connection, timeout).await?.client)
}

/// Builds a client without the key, for what is not sent or needs none. A client has a key: this one has
/// a word in its place, which belongs to nobody.
pub(crate) fn connect_keyless(connection: &Connection) -> Result<Connected, Failure> {
    let settings = Settings::resolve(connection).map_err(of_account)?;
    let builder = Client::builder()
        .base_url(&settings.base_url.value)
        .allow_http(settings.allow_http.value)
        .api_key("none");
    Ok(Connected { client: finish(builder, None)?, settings })
}

/// Builds a client with this command's wait policy and user agent.
pub(crate) fn finish(builder: ClientBuilder, timeout: Option<Duration>) -> Result<Client, Failure> {
    let policy = WaitPolicy::new();
    let policy = timeout.map_or(policy.clone(), |timeout| policy.deadline(timeout));
    let user_agent = concat!("quickrouter-cli/", env!("CARGO_PKG_VERSION"));
    Ok(builder.wait_policy(policy).user_agent(user_agent).build()?)
}
