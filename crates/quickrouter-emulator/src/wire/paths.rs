//! The paths of the contract and of the emulator itself.

use quickrouter_api::BASE_URL;
use std::sync::LazyLock;

/// The emulator's own routes are below this path.
pub(crate) const OWN: &str = "/emulator/";
/// The path of the outputs, outside the API: no key is needed there.
pub(crate) const OUTPUTS: &str = "/emulator/outputs/{id}/{file}";
/// The path of the counters.
pub(crate) const STATS: &str = "/emulator/stats";
/// The path of the webhook deliveries.
pub(crate) const WEBHOOKS: &str = "/emulator/webhooks";

/// The path of uploaded content, outside the API: no key is needed there.
pub(crate) const CONTENT: &str = "/emulator/files/{id}";

/// The path of the faults.
pub(crate) const FAULTS: &str = "/emulator/faults";

/// The path of a recorder's creates of unknown outcome.
pub(crate) const UNKNOWN_CREATES: &str = "/emulator/unknown";

/// The path of the models beside the contract's.
pub(crate) const MODELS: &str = "/emulator/models";

/// The path of a prediction's page.
pub(crate) const PREDICTION_PAGE: &str = "/emulator/predictions/{id}";

/// One of the emulator's two origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Side {
    /// The base URL's own: the gateway.
    Gateway,
    /// The other one, which stands for the service behind the gateway: URLs point at it if the
    /// gateway passes that service's URLs on. It takes no key of the gateway's.
    Elsewhere,
}

impl Side {
    /// The path prefix of the API: the base URL's at the gateway, none elsewhere.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Gateway => prefix(),
            Self::Elsewhere => "",
        }
    }
}

/// The path prefix of the API, as in the contract's base URL: `/replicate`.
pub(crate) fn prefix() -> &'static str {
    static PREFIX: LazyLock<String> = LazyLock::new(|| {
        let base: http::Uri = BASE_URL.parse().expect("the contract's base URL is a URL");
        base.path().trim_end_matches('/').to_owned()
    });
    &PREFIX
}

/// A route's path with its parameters filled in, in their order.
pub(crate) fn fill(path: &str, values: &[&str]) -> String {
    let mut filled = String::with_capacity(room(path, values));
    fill_into(&mut filled, path, values);
    filled
}

/// The parameters of a route that a path matches, in their order.
pub(crate) fn parameters<'a>(route: &str, path: &'a str) -> Option<Vec<&'a str>> {
    if route.split('/').count() != path.split('/').count() {
        return None;
    }
    let mut found = Vec::new();
    for (wanted, part) in route.split('/').zip(path.split('/')) {
        match wanted.starts_with('{') {
            true if !part.is_empty() => found.push(part),
            false if wanted == part => {}
            _ => return None,
        }
    }
    Some(found)
}

fn room(path: &str, values: &[&str]) -> usize {
    path.len() + values.iter().map(|value| value.len()).sum::<usize>()
}

fn fill_into(text: &mut String, path: &str, values: &[&str]) {
    let (mut rest, mut values) = (path, values.iter());
    // By bytes: in texts this short, setting up a character search costs more than the search.
    let find = |text: &str, brace: u8| text.bytes().position(|byte| byte == brace);
    while let Some(start) = find(rest, b'{') {
        text.push_str(&rest[..start]);
        text.push_str(values.next().copied().unwrap_or_default());
        rest = find(rest, b'}').map_or("", |end| &rest[end + 1..]);
    }
    text.push_str(rest);
}

/// An absolute URL.
pub(crate) fn absolute(start: [&str; 2], path: &str, values: &[&str]) -> String {
    let length = start.iter().map(|part| part.len()).sum::<usize>() + room(path, values);
    let mut url = String::with_capacity(length);
    for part in start {
        url.push_str(part);
    }
    fill_into(&mut url, path, values);
    url
}

/// The path of an output, the same at both origins.
pub(crate) fn output_path(id: &str, file: &str) -> String {
    fill(OUTPUTS, &[id, file])
}

/// Whether this is the path of an output.
pub(crate) fn is_output(path: &str) -> bool {
    let start = OUTPUTS.split('{').next().unwrap_or_default();
    path.starts_with(start)
}

/// Whether an operation is one of the creates.
pub(crate) fn is_create(operation: &str) -> bool {
    use quickrouter_api::routes;
    let creates = [
        routes::CREATE_PREDICTION,
        routes::CREATE_MODEL_PREDICTION,
        routes::CREATE_DEPLOYMENT_PREDICTION,
    ];
    creates.iter().any(|route| route.operation == operation)
}
