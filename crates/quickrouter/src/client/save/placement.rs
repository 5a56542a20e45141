//! Which outputs become files, and where those are that are given by an address without a scheme.

use quickrouter_api::Model;
use url::Url;

use crate::media::content;
use crate::media::extension;
use crate::model::output::Output;

/// What becomes a file each. Beside files, what is said about them is left out (it is in the raw
/// response); without files, texts that follow each other are one: language models answer in pieces.
pub(crate) fn files(outputs: Vec<Output>, model: Option<&Model>, base: &Url) -> Vec<Output> {
    let is_media = model.is_some_and(|model| content::is_media(model.media()));
    let placed = |output| match output {
        Output::Text(text) => match address(text.trim(), is_media, base) {
            Some(url) => Output::Url(url.into()),
            None => Output::Text(text),
        },
        other => other,
    };
    let outputs: Vec<Output> = outputs.into_iter().map(placed).collect();
    let any_file = outputs.iter().any(is_one);
    // In a list of addresses, a single word is an address that cannot be fetched.
    let counts = |output: &Output| match output {
        Output::Text(text) if is_media && text.trim().is_empty() => false,
        Output::Text(text) => !any_file || (is_media && !text.trim().contains(char::is_whitespace)),
        output => !any_file || is_one(output),
    };
    let mut whole: Vec<Output> = Vec::with_capacity(outputs.len());
    for output in outputs.into_iter().filter(counts) {
        match (whole.last_mut(), output) {
            (Some(Output::Text(before)), Output::Text(text)) if !is_media => before.push_str(&text),
            (_, output) => whole.push(output),
        }
    }
    whole
}

/// Whether an output is a file, or was to be one.
fn is_one(output: &Output) -> bool {
    matches!(output, Output::Failed { .. } | Output::Undecodable { .. }) || output.is_file()
}

/// The URL that a text without a scheme stands for: `/path` at the base URL's origin, `//host/path`
/// of its scheme, `host/path` where the first part can only be a host. Of a model whose outputs are
/// no files it has to end like a file.
fn address(text: &str, is_media: bool, base: &Url) -> Option<Url> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let fits = is_media || extension::media_extension(path).is_some();
    if !fits || text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    if text.starts_with('/') {
        return base.join(text).ok();
    }
    let (host, _) = text.split_once('/')?;
    let named = host.split(':').next().unwrap_or_default();
    let is_host = named == "localhost" || (named.contains('.') && !named.starts_with('.'));
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    if is_host && plain { base.join(&format!("//{text}")).ok() } else { None }
}

/// Whether a text is the address of a file that is not fetched here, such as `s3://bucket/x.png`.
pub(crate) fn is_foreign(text: &str) -> bool {
    let path = text.trim().split(['?', '#']).next().unwrap_or_default();
    path.contains("://")
        && !path.contains(char::is_whitespace)
        && extension::media_extension(path).is_some()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::address;

    #[test]
    fn an_address_without_a_scheme_belongs_to_the_base_url() {
        let base = Url::parse("https://api.example:8443/replicate").unwrap();
        for (text, is_media, found) in [
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
            let url = address(text, is_media, &base);
            assert_eq!(url.as_ref().map(Url::as_str), found, "{text}");
        }
    }
}
