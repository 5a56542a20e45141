//! Warnings for inputs that are likely to fail: files of the wrong type, unreachable addresses.

use quickrouter_api::Model;
use serde_json::{Map, Value};
use url::Url;

use crate::media::content::{self, BEGINNING};
use crate::media::decode;
use crate::validate::finding::Warning;
use crate::validate::{address, texts};

/// Returns the warnings for the files in an input of `model`.
pub(crate) fn of_content(model: &Model, input: &Map<String, Value>) -> Vec<Warning> {
    let doubt = |(field, value): (&String, &Value)| {
        let uri = value.as_str().filter(|text| decode::is_data_uri(text))?;
        let kind = accepted(model.input(field)?)?;
        let found = match decode::data_uri(uri) {
            Err(_) => Found::Undecodable,
            Ok(decoded) if decoded.bytes.is_empty() => Found::Nothing,
            Ok(decoded) => {
                let beginning = &decoded.bytes[..decoded.bytes.len().min(BEGINNING)];
                Found::Recognized(content::recognized(beginning)?)
            }
        };
        mismatch(field, kind, &found)
    };
    input.iter().filter_map(doubt).collect()
}

/// Returns the warnings for addresses that a remote gateway cannot reach. For a model of the
/// contract, only URI inputs are checked; for others, everything but prompts.
pub(crate) fn of_addresses(
    model: Option<&Model>,
    input: &Map<String, Value>,
    base: &Url,
) -> Vec<Warning> {
    let takes_address = |place: &str| match model {
        Some(model) => model.input(place).is_some_and(|schema| schema["format"] == "uri"),
        None => !place.contains("prompt"),
    };
    let mut warnings = Vec::new();
    texts::each(input, &mut |place, text| {
        if takes_address(place) && !text.contains(char::is_whitespace) {
            warnings.extend(of_address(place, text, base));
        }
    });
    warnings
}

/// Returns the warning for one address.
pub(crate) fn of_address(field: &str, text: &str, base: &Url) -> Option<Warning> {
    let host = address::local_host(text, base)?;
    Some(Warning {
        field: field.to_owned(),
        message: format!(
            "{field} is an address at {host}, which only this machine or its network can reach; a gateway elsewhere cannot fetch it: pass a public address, or the file itself"
        ),
        message_zh: format!(
            "{field} 的地址在 {host}，只有本机或本地网络能访问，别处的网关无法取得；请改用公网地址，或直接给出文件"
        ),
    })
}

/// Returns the warning for a file of a recognized type, `None` if the input accepts that type.
pub(crate) fn of_file(
    model: &Model,
    input: &str,
    recognized: Option<&'static str>,
) -> Option<Warning> {
    let kind = model.input(input).and_then(accepted)?;
    mismatch(input, kind, &Found::Recognized(recognized?))
}

/// What a data URI contains. Unrecognized content causes no warning: some image formats have no
/// magic number (TGA, camera raw).
enum Found {
    Recognized(&'static str),
    Nothing,
    Undecodable,
}

/// Returns the top-level media type that an input accepts, `image`, if the contract names one.
fn accepted(schema: &'static Value) -> Option<&'static str> {
    schema.get("x-accepts").and_then(Value::as_str)
}

fn mismatch(field: &str, kind: &str, found: &Found) -> Option<Warning> {
    let (what, what_zh) = match found {
        Found::Recognized(media_type) if media_type.split('/').next() == Some(kind) => return None,
        Found::Recognized(media_type) => {
            (format!("{media_type} content"), format!("的内容是 {media_type}"))
        }
        Found::Nothing => {
            ("a data URI without content".to_owned(), "的 data URI 没有内容".to_owned())
        }
        Found::Undecodable => {
            ("base64 that cannot be decoded".to_owned(), "的 base64 无法解码".to_owned())
        }
    };
    let (wanted, wanted_zh) = match kind {
        "image" => ("an image".to_owned(), "图像".to_owned()),
        other => (format!("{other} content"), other.to_owned()),
    };
    Some(Warning {
        field: field.to_owned(),
        message: format!(
            "{field} contains {what}, but the model takes {wanted}; it is likely to fail, and may still be billed"
        ),
        message_zh: format!(
            "{field} {what_zh}，而模型需要{wanted_zh}；预测很可能失败，并且仍可能计费"
        ),
    })
}
