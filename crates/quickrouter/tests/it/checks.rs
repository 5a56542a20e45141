//! Invalid input is rejected before it costs.

use std::fmt::Write;

use quickrouter::catalog::{ModelInput, models};
use quickrouter::inputs::SdxlInput;
use quickrouter::{AnyInput, CreateRequest, Error};
use serde_json::{Value, json};

use crate::scripted::{Script, answer, prediction};

const SDXL: &str = "stability-ai/sdxl";

async fn refused(model: &str, input: Value) -> Error {
    let script = Script::new([]);
    let error = script.client().run(AnyInput::new(model, input)).await.unwrap_err();
    assert!(script.sent().is_empty(), "nothing may be sent");
    error
}

#[tokio::test]
async fn bad_input_is_refused_with_field_value_and_limit_before_any_request() {
    let wrong = [
        json!({"num_outputs": 5}),
        json!({"num_outputs": 0}),
        json!({"width": 1001}),
        json!({"width": 0}),
        json!({"width": -8}),
        json!({"refine_steps": 0, "refine": "base_image_refiner"}),
        json!({"width": 1000.5}),
        json!({"width": "wide"}),
        json!({"width": null}),
        json!({"scheduler": "EULER"}),
        json!({"scheduler": 3}),
        json!({"guidance_scale": 50.1}),
        json!({"apply_watermark": "yes"}),
        json!({"widht": 768}),
        json!({"sampler": "ddim"}),
        json!({"image": "picture.png"}),
        json!({"prompt": ["a"]}),
        json!({"prompt_strength": -0.1}),
        json!({"seed": 1.5}),
        json!({"seed": 1e20}),
        json!({"seed": -1.9e19}),
        json!({"seed": 18_446_744_073_709_551_616.0}),
        json!({"image": "file:///home/me/a.png"}),
    ];
    let mut shown = String::new();
    for input in wrong {
        writeln!(shown, "{}", refused(SDXL, input).await).unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let input = json!({"num_outputs": 5, "width": 1001, "scheduler": "EULER", "promt": "a"});
    let error = refused(SDXL, input).await;
    let Error::InvalidInput { violations, .. } = &error else { panic!("{error}") };
    let fields: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["num_outputs", "width", "scheduler", "promt"]);
    assert_eq!(violations[0].value, Some(json!(5)));
    insta::assert_snapshot!(error);
}

#[tokio::test]
async fn what_a_model_requires_must_be_there() {
    for model in models().iter().filter(|model| model.required().next().is_some()) {
        let error = refused(model.name, json!({})).await;
        let Error::InvalidInput { violations, .. } = &error else { panic!("{error}") };
        let missing: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(missing, model.required().collect::<Vec<_>>(), "{}", model.name);
    }
}

#[tokio::test]
async fn a_rule_between_inputs_can_refuse() {
    let input =
        json!({"prompt": "a", "input_image": "https://example.com/a.png", "safety_tolerance": 5});
    insta::assert_snapshot!(refused("black-forest-labs/flux-kontext-pro", input).await);
}

#[tokio::test]
async fn what_the_model_would_ignore_comes_back_as_warnings() {
    let image = "https://example.com/a.png";
    let ignored = [
        json!({"mask": image}),
        json!({"prompt_strength": 0.5}),
        json!({"image": image, "width": 512, "height": 512}),
        json!({"high_noise_frac": 0.5}),
        json!({"refine_steps": 5, "refine": "expert_ensemble_refiner"}),
        json!({"lora_scale": 0.5}),
    ];
    let mut shown = String::new();
    for input in ignored {
        let script = Script::new([answer(201, &prediction("starting"))]);
        let created = script.client().create(AnyInput::new(SDXL, input.clone())).await.unwrap();
        writeln!(shown, "{input}").unwrap();
        for warning in created.warnings() {
            writeln!(shown, "  {warning}\n  {}", warning.message_zh).unwrap();
        }
    }
    insta::assert_snapshot!(shown);
    let fine = json!({"image": image, "mask": image, "width": 512, "prompt_strength": 0.5, "refine": "base_image_refiner", "refine_steps": 5});
    let script = Script::new([]);
    assert_eq!(script.client().check(AnyInput::new(SDXL, fine)).unwrap(), []);
}

#[tokio::test]
async fn limits_themselves_are_allowed() {
    let inputs = [
        json!({"num_outputs": 1}),
        json!({"num_outputs": 4}),
        json!({"num_inference_steps": 500}),
        json!({"guidance_scale": 1}),
        json!({"guidance_scale": 50}),
        json!({"width": 8}),
        json!({"width": 768.0}),
        json!({"prompt_strength": 0, "image": "data:image/png;base64,AAAA"}),
        json!({"seed": -1}),
        json!({"seed": i64::MIN}),
        json!({"seed": u64::MAX}),
        json!({"seed": 4_294_967_296_u64}),
        json!({"prompt": ""}),
        json!({"prompt": "two\r\nlines\tand \u{1b}[1m"}),
    ];
    for input in inputs {
        let checked = Script::new([]).client().check(AnyInput::new(SDXL, input.clone()));
        assert!(checked.is_ok(), "{input}: {checked:?}");
    }
}

#[tokio::test]
async fn a_file_too_large_for_an_input_is_refused_with_both_sizes() {
    let file = format!("data:image/png;base64,{}", "A".repeat(1_500_000));
    insta::assert_snapshot!(refused(SDXL, json!({"image": file})).await);
}

#[tokio::test]
async fn a_model_that_is_no_model_is_refused() {
    let mut shown = String::new();
    for model in
        ["", "sdxl", "SDXL", "a/b/c", "stability-ai/", "a/..", "a/b:c", "stability-ai/sdxl:7762"]
    {
        writeln!(shown, "{}", refused(model, json!({})).await).unwrap();
    }
    writeln!(shown, "{}", refused(SDXL, json!([1])).await).unwrap();
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn an_unchecked_request_is_sent_as_it_is() {
    let script = Script::new([answer(201, &prediction("starting"))]);
    let request = CreateRequest::new(AnyInput::new(SDXL, json!({"new_input": 1}))).unchecked();
    script.client().create(request).await.unwrap();
    assert_eq!(script.sent()[0].body["input"], json!({"new_input": 1}));
}

#[test]
fn the_json_schema_of_an_input_is_the_contracts_own() {
    let schema = schemars::schema_for!(SdxlInput);
    let width = schema.pointer("/properties/width/multipleOf");
    assert_eq!(width, SdxlInput::model().input_schema().pointer("/properties/width/multipleOf"));
    assert!(width.is_some(), "limits are not lost");
}

#[tokio::test]
async fn nul_is_refused_in_every_text_with_its_field_and_position() {
    let inputs = [
        (SDXL, json!({"prompt": "a\0b", "negative_prompt": "\0"})),
        (SDXL, json!({"image": "https://example.com/\0.png"})),
        (SDXL, json!({"promt\0": "a"})),
        ("some/model", json!({"text": "画\0"})),
        ("some/model", json!({"list": [1, {"inner": ["x", "y\0z"]}], "map": {"na\0me": 1}})),
    ];
    let mut shown = String::new();
    for (model, input) in inputs {
        writeln!(shown, "{}", refused(model, input).await).unwrap();
    }
    insta::assert_snapshot!(shown);
    let script = Script::new([]);
    let request = CreateRequest::new(AnyInput::new(SDXL, json!({"prompt": "a\0"}))).unchecked();
    assert!(matches!(script.client().create(request).await, Err(Error::InvalidInput { .. })));
    let request = CreateRequest::new(SdxlInput::builder().build()).webhook("https://x.example/\0");
    assert!(matches!(script.client().create(request).await, Err(Error::InvalidRequest(_))));
    assert!(script.sent().is_empty(), "nothing may be sent");
}

fn warned(model: &str, input: Value) -> Vec<String> {
    let warnings = Script::new([]).client().check(AnyInput::new(model, input)).unwrap();
    warnings.iter().map(|warning| format!("{warning}\n  {}", warning.message_zh)).collect()
}

fn data_uri(media_type: &str, content: &[u8]) -> String {
    use base64::Engine;
    let content = base64::engine::general_purpose::STANDARD.encode(content);
    format!("data:{media_type};base64,{content}")
}

#[tokio::test]
async fn an_image_input_that_is_no_image_by_its_content_is_a_warning() {
    let others: [&[u8]; 6] = [
        b"<!DOCTYPE html><html><body>404</body></html>",
        b"just some words",
        b"%PDF-1.7\n%\xe2\xe3",
        b"{\"error\": 1}",
        b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2",
        b"",
    ];
    let mut shown = String::new();
    for content in others {
        for told in warned(SDXL, json!({"image": data_uri("image/png", content)})) {
            writeln!(shown, "{told}").unwrap();
        }
    }
    for uri in
        ["data:image/png;base64,%%%%", "data:text/html,<b>hi</b>", "DATA:image/png;BASE64,aGVsbG8="]
    {
        // Not all of these are URIs to the check; those that are have a warning.
        let checked = Script::new([]).client().check(AnyInput::new(SDXL, json!({"image": uri})));
        assert!(checked.map_or(true, |warnings| warnings.len() == 1), "{uri}");
    }
    insta::assert_snapshot!(shown);
    let model = "black-forest-labs/flux-kontext-pro";
    let input = json!({"prompt": "a", "input_image": data_uri("image/png", b"<html><body>")});
    assert_eq!(warned(model, input).len(), 1);
}

#[tokio::test]
async fn images_of_every_kind_are_taken_without_a_warning() {
    // The last is of no kind that can be recognized, as some images are.
    let images: [&[u8]; 9] = [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"II*\0\x08\0\0\0",
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0",
        b"\xff\x0a\xfa\x1f",
        b"\0\x01\x02\x03",
    ];
    for content in images {
        let uri = data_uri("application/octet-stream", content);
        assert_eq!(warned(SDXL, json!({"image": uri})), Vec::<String>::new(), "{content:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_uploaded_can_be_checked_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    let check = async |content: &[u8]| {
        std::fs::write(&path, content).unwrap();
        quickrouter::files::check_file(SdxlInput::model(), "image", &path).await
    };
    assert_eq!(check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await.unwrap(), None);
    let warning = check(b"<html><body>404").await.unwrap().unwrap();
    assert!(warning.message.contains("text/html"), "{warning}");
    assert!(matches!(check(b"").await, Err(Error::File(_))), "an empty file is an error");
}

#[tokio::test]
async fn an_address_that_only_this_machine_reaches_is_a_warning() {
    let local = "http://localhost:8000/a.png?key=hidden";
    let told = warned(SDXL, json!({"image": local}));
    insta::assert_snapshot!(told.join("\n"));
    for input in [json!({"image": local}), json!({"images": [{"url": "http://192.168.1.2/a.png"}]})]
    {
        assert_eq!(warned("some/model", input).len(), 1);
    }
    let prompts = json!({"prompt": local, "image": "https://example.com/a.png"});
    assert_eq!(warned(SDXL, prompts), Vec::<String>::new());

    let request =
        || CreateRequest::new(SdxlInput::builder().build()).webhook("http://10.0.0.7/hook");
    let script = Script::new([answer(201, &prediction("starting"))]);
    let created = script.client().create(request()).await.unwrap();
    let [warning] = created.warnings() else { panic!("{:?}", created.warnings()) };
    assert!(warning.message.starts_with("webhook is an address at 10.0.0.7"), "{warning}");
    // A gateway on this machine delivers to it, and has its own uploads.
    let here = script.builder().base_url("http://127.0.0.1:9/replicate").build().unwrap();
    assert_eq!(here.check(request()).unwrap(), []);
    let of = |url: &str| here.check(SdxlInput::builder().image(url).build()).unwrap().len();
    assert_eq!((of("http://127.0.0.1:9/v1/files/f1"), of("http://127.0.0.1:8/a.png")), (0, 1));
}
