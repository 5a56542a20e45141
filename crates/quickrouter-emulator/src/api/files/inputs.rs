//! Checks that the emulator's own files named in an input exist.

use crate::http::origin::Origin;
use crate::model::entry::ModelEntry;
use crate::state::{Shared, State};
use crate::wire::paths::{CONTENT, Side};
use http::Uri;
use quickrouter_api::routes;
use serde_json::Value;

/// URLs of the emulator's files start with one of these, the second behind a proxy; an inline file,
/// which is long, does not.
const SCHEMES: [&str; 2] = ["http://", "https://"];

/// Why the model cannot run: an input names a file of this emulator that is not there. Other URLs
/// are not checked.
pub(crate) fn missing(
    state: &Shared,
    model: &ModelEntry,
    input: &Value,
    called: &Origin,
) -> Option<String> {
    for (name, value) in input.as_object()? {
        let Some(url) = value.as_str().filter(|text| is_url(text)) else { continue };
        // Where the schema does not know an input, its value decides.
        if model.input(name).is_some_and(|property| property["format"] != "uri") {
            continue;
        }
        let Some(id) = named(url, state, called) else { continue };
        if state.files().get(&id).is_none() {
            return Some(format!(
                "input.{name}: {url} cannot be fetched (404 Not Found): \
                 the file was never uploaded, was deleted, or has expired."
            ));
        }
    }
    None
}

/// The digest of the content of the file of this emulator that a text is the URL of.
pub(crate) fn digest(state: &State, text: &str, called: &Origin) -> Option<String> {
    let id = named(Some(text).filter(|text| is_url(text))?, state, called)?;
    Some(state.files().get(&id)?.digests.sha256.clone())
}

fn is_url(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// The id in the URL of a file of this emulator.
fn named(url: &str, state: &State, called: &Origin) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let path = match called.path_of(url) {
        Some(path) => path.split(['?', '#']).next()?,
        None => uri.path(),
    };
    let port = |origin: &str| origin.parse::<Uri>().ok()?.port_u16();
    // By port, since a machine has several names.
    let ours = called.path_of(url).is_some()
        || [&state.origin, &state.elsewhere]
            .iter()
            .any(|own| uri.port_u16().is_some() && port(own) == uri.port_u16());
    let sides = [Side::Gateway, Side::Elsewhere];
    let api = sides.map(|side| format!("{}{}", side.prefix(), routes::GET_FILE.path));
    let paths = api.into_iter().chain([CONTENT.to_owned()]);
    let mut ids = paths.filter_map(|known| {
        let id = path.strip_prefix(known.split('{').next()?)?;
        (!id.is_empty() && !id.contains('/')).then(|| id.to_owned())
    });
    ids.next().filter(|_| ours)
}
