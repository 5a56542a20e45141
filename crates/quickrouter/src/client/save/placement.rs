//! Which outputs become files, and how addresses without a scheme are resolved.

use quickrouter_api::Model;
use url::Url;

use crate::media::content;
use crate::media::extension;
use crate::model::output::Output;

/// The outputs to save as one file each. If there are files, texts about them are dropped (they
/// remain in the raw response); otherwise consecutive texts are joined, because language models
/// respond in pieces.
pub(crate) fn files(outputs: Vec<Output>, model: Option<&Model>, base: &Url) -> Vec<Output> {
    let is_media = model.is_some_and(|model| content::is_media(model.media()));
    let placed = |output| match output {
        Output::Text(text) => match resolve(text.trim(), is_media, base) {
            Some(url) => Output::Url(url.into()),
            None => Output::Text(text),
        },
        other => other,
    };
    let outputs: Vec<Output> = outputs.into_iter().map(placed).collect();
    let any_file = outputs.iter().any(is_file);
    // Among addresses, a single word is an address that cannot be fetched.
    let is_saved = |output: &Output| match output {
        Output::Text(text) if is_media && text.trim().is_empty() => false,
        Output::Text(text) => !any_file || (is_media && !text.trim().contains(char::is_whitespace)),
        output => !any_file || is_file(output),
    };
    let mut whole: Vec<Output> = Vec::with_capacity(outputs.len());
    for output in outputs.into_iter().filter(is_saved) {
        match (whole.last_mut(), output) {
            (Some(Output::Text(before)), Output::Text(text)) if !is_media => before.push_str(&text),
            (_, output) => whole.push(output),
        }
    }
    whole
}

/// Whether an output is a file, or a failed one.
fn is_file(output: &Output) -> bool {
    matches!(output, Output::Failed { .. } | Output::Undecodable { .. }) || output.is_file()
}

/// Resolves an address without a scheme: `/path` against the base URL's origin, `//host/path`
/// against its scheme, `host/path` if the first part can only be a host. If the model's outputs are
/// not media, the path must end in a media extension.
fn resolve(text: &str, is_media: bool, base: &Url) -> Option<Url> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let fits = is_media || extension::media_extension(path).is_some();
    if !fits || text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    if text.starts_with('/') {
        return base.join(text).ok();
    }
    let (host, _) = text.split_once('/')?;
    let host_name = host.split(':').next().unwrap_or_default();
    let is_host =
        host_name == "localhost" || (host_name.contains('.') && !host_name.starts_with('.'));
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    if is_host && plain { base.join(&format!("//{text}")).ok() } else { None }
}

/// Whether a text is the address of a file that cannot be fetched here, such as
/// `s3://bucket/x.png`.
pub(crate) fn is_foreign(text: &str) -> bool {
    let path = text.trim().split(['?', '#']).next().unwrap_or_default();
    path.contains("://")
        && !path.contains(char::is_whitespace)
        && extension::media_extension(path).is_some()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::resolve;

    #[test]
    fn an_address_without_a_scheme_belongs_to_the_base_url() {
        let base = Url::parse("https://api.example:8443/replicate").unwrap();
        for (text, is_media, expected) in [
            ("/v1/files/x.png", true, Some("https://api.example:8443/v1/files/x.png")),
            ("/v1/files/x", true, Some("https://api.example:8443/v1/files/x")),
            ("/v1/files/x.png?sig=a", false, Some("https://api.example:8443/v1/files/x.png?sig=a")),
            ("//cdn.example/x.png", true, Some("https://cdn.example/x.png")),
            ("cdn.example/x.png", true, Some("https://cdn.example/x.png")),
            ("127.0.0.1:8080/x.png", false, Some("https://127.0.0.1:8080/x.png")),
            ("localhost:8080/x.png", true, Some("https://localhost:8080/x.png")),
            ("host/x.png", true, None),
            ("x.png", true, None),
            ("../x.png", true, None),
            ("s3://bucket/x.png", true, None),
            ("/imagine a red door.png", true, None),
            ("/imagine", false, None),
            ("once upon a time", false, None),
            ("either/or", false, None),
        ] {
            let url = resolve(text, is_media, &base);
            assert_eq!(url.as_ref().map(Url::as_str), expected, "{text}");
        }
    }
}
