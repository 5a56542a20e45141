//! The client of the gateway.

use std::time::Duration;

use quickrouter::{Client, ClientBuilder, WaitPolicy};

use super::durations;
use super::key_file::{file_key, is_in_variable, missing};
use crate::args::settings::Connection;
use crate::exit::failure::Failure;

/// Builds the gateway's client.
pub(crate) fn client(
    connection: &Connection,
    timeout: Option<Duration>,
) -> Result<Client, Failure> {
    let mut builder = ClientBuilder::from_env().durations(durations::kept());
    if let Some(url) = &connection.base_url {
        builder = builder.base_url(url);
    }
    match file_key(connection)? {
        Some((key, source)) => builder = builder.api_key(key).api_key_source(source),
        None if !is_in_variable() => return Err(missing()),
        None => {}
    }
    finish(builder.allow_http(connection.allow_http), timeout)
}

/// Builds a client without the key, for what is not sent or needs none. A client has a key: this one has
/// a word in its place, which belongs to nobody.
pub(crate) fn keyless_client(connection: &Connection) -> Result<Client, Failure> {
    let mut builder = ClientBuilder::from_env().durations(durations::kept()).api_key("none");
    if let Some(url) = &connection.base_url {
        builder = builder.base_url(url);
    }
    finish(builder.allow_http(connection.allow_http), None)
}

/// Builds a client with this command's wait policy and user agent.
pub(super) fn finish(builder: ClientBuilder, timeout: Option<Duration>) -> Result<Client, Failure> {
    let policy = WaitPolicy::new();
    let policy = timeout.map_or(policy.clone(), |timeout| policy.deadline(timeout));
    let user_agent = concat!("quickrouter-cli/", env!("CARGO_PKG_VERSION"));
    Ok(builder.wait_policy(policy).user_agent(user_agent).build()?)
}
