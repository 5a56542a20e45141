//! What models put out, by their schemas, and the files behind it.

use crate::definitions::run;
use crate::rig::{Rig, pass, settings};
use http::StatusCode;
use quickrouter_emulator::{ModelDefinition, OutputKind};
use serde_json::{Value, json};

/// A model whose output has this schema.
fn model(output: &Value, others: &Value) -> ModelDefinition {
    let mut schemas = json!({"Input": {"type": "object"}, "Output": output});
    schemas.as_object_mut().unwrap().extend(others.as_object().cloned().unwrap_or_default());
    let document = json!({"openapi": "3.0.2", "components": {"schemas": schemas}});
    ModelDefinition::new("acme/model").openapi_schema(document)
}

async fn output_of(definition: ModelDefinition, input: Value) -> Value {
    let rig = Rig::with(settings().model(definition));
    run(&rig, "acme/model", input).await["output"].clone()
}

/// The path of an output, without its host and the prediction's id.
fn name(url: &Value) -> &str {
    url.as_str().unwrap_or("-").rsplit('/').next().unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_schema_of_the_output_says_what_is_put_out() {
    let file = json!({"type": "string", "format": "uri"});
    let one = output_of(model(&file, &json!({})), json!({})).await;
    assert_eq!(name(&one), "out-0.png");
    let list = json!({"type": "array", "items": file});
    let many = output_of(model(&list, &json!({})), json!({"num_outputs": 3})).await;
    assert_eq!(
        many.as_array().unwrap().iter().map(name).collect::<Vec<_>>(),
        ["out-0.png", "out-1.png", "out-2.png"]
    );
    let text = output_of(model(&json!({"type": "string"}), &json!({})), json!({})).await;
    assert!(text.as_str().unwrap().starts_with("No model has written this"), "{text}");
    let texts = json!({"type": "array", "items": {"type": "string"}});
    assert!(output_of(model(&texts, &json!({})), json!({})).await.as_array().unwrap().len() > 10);
    let number =
        output_of(model(&json!({"type": "integer", "minimum": 3}), &json!({})), json!({})).await;
    assert_eq!(number, 3);
}

#[tokio::test(start_paused = true)]
async fn an_object_follows_references_and_has_real_files_for_its_urls() {
    let segment = json!({"type": "object", "properties": {
        "start": {"type": "number"}, "speaker": {"type": "string", "enum": ["A", "B"]}}});
    let result = json!({"type": "object", "properties": {
        "language": {"type": "string", "default": "en"},
        "segments": {"type": "array", "items": {"$ref": "#/components/schemas/Segment"}},
        "srt/file": {"type": "string", "format": "uri"},
        "audio": {"type": "string", "format": "uri"},
        "video": {"anyOf": [{"type": "string", "format": "uri"}, {"type": "null"}]},
        "count": {"type": "integer"},
        "ok": {"type": "boolean"}}});
    let others = json!({"Result": result, "Segment": segment});
    for output in [
        json!({"$ref": "#/components/schemas/Result"}),
        json!({"title": "Output", "allOf": [{"$ref": "#/components/schemas/Result"}]}),
    ] {
        let rig = Rig::with(settings().model(model(&output, &others)));
        let done = run(&rig, "acme/model", json!({"seed": 7})).await;
        let output = &done["output"];
        assert_eq!(output["language"], "en");
        assert_eq!(output["segments"], json!([{"start": 0.5, "speaker": "A"}]));
        for (key, kind) in
            [("srt/file", "image/png"), ("audio", "audio/wav"), ("video", "video/mp4")]
        {
            let file = rig.output(&output[key]).await;
            assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, kind));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn schemas_that_refer_to_themselves_or_nowhere_come_to_an_end() {
    let node = json!({"type": "object", "properties": {
        "a": {"$ref": "#/components/schemas/Node"}, "b": {"$ref": "#/components/schemas/Node"},
        "c": {"$ref": "#/components/schemas/Node"}, "d": {"$ref": "#/components/schemas/Node"}}});
    let reference = json!({"$ref": "#/components/schemas/Node"});
    let output = output_of(model(&reference, &json!({"Node": node})), json!({})).await;
    assert!(output.to_string().len() < 100_000);
    for to in ["#/components/schemas/Output", "#/nowhere", "https://example.com/schema"] {
        let output = json!({"$ref": to});
        let rig = Rig::with(settings().model(model(&output, &json!({}))));
        assert_eq!(run(&rig, "acme/model", json!({})).await["status"], "succeeded", "{to}");
    }
}

#[tokio::test(start_paused = true)]
async fn pictures_of_an_iterator_appear_one_by_one_and_can_be_fetched_meanwhile() {
    let output = json!({"type": "array", "items": {"type": "string", "format": "uri"},
        "x-cog-array-type": "iterator"});
    let rig = Rig::with(settings().model(model(&output, &json!({}))));
    let path = "/replicate/v1/models/acme/model/predictions";
    let created =
        rig.post(path, &json!({"input": {"num_outputs": 4, "width": 64, "height": 64}})).await;
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let mut seen = Vec::new();
    for _ in 0..120 {
        pass(100).await;
        let now = rig.prediction(&id).await;
        let count = now["output"].as_array().map_or(0, Vec::len);
        if seen.last() != Some(&(now["status"].clone(), count)) {
            seen.push((now["status"].clone(), count));
        }
        if count == 2 && now["status"] == "processing" {
            let [first, second] = [0, 1].map(|index| now["output"][index].clone());
            assert_eq!(rig.output(&first).await.status, StatusCode::OK);
            let next = json!(second.as_str().unwrap().replace("out-1", "out-2"));
            assert_eq!(rig.output(&next).await.status, StatusCode::NOT_FOUND, "not yet");
        }
    }
    let counts: Vec<_> = seen.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [0, 0, 1, 2, 3, 4, 4], "{seen:?}");
    assert_eq!(seen.last().unwrap().0, "succeeded");
}

#[tokio::test(start_paused = true)]
async fn a_fixed_output_is_put_out_as_it_is() {
    let text = "No. 你好，世界。 \u{1f600}\r\nNext line.";
    let plain = ModelDefinition::new("acme/model").text(text);
    assert_eq!(output_of(plain.clone(), json!({})).await, text);
    let stream = output_of(plain.clone().output(OutputKind::TextStream), json!({})).await;
    let pieces: Vec<&str> = stream.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(pieces.len() > 4, "{pieces:?}");
    assert_eq!(pieces.concat(), text);
    let fixed = json!({"a": [1, null, {"b": "https://example.com/x.png"}]});
    let json = ModelDefinition::new("acme/model").json(fixed.clone());
    assert_eq!(output_of(json, json!({})).await, fixed);
    assert_eq!(
        output_of(ModelDefinition::new("acme/model").json(Value::Null), json!({})).await,
        Value::Null
    );
}

#[tokio::test(start_paused = true)]
async fn a_sound_is_a_wav_file_that_says_what_it_is() {
    let rig =
        Rig::with(settings().model(ModelDefinition::new("acme/model").output(OutputKind::Audio)));
    let done = run(&rig, "acme/model", json!({"text": "嗨", "seed": 1})).await;
    let file = rig.output(&done["output"]).await;
    assert_eq!(file.header("content-type"), "audio/wav");
    let bytes = file.body;
    assert!(bytes.starts_with(b"RIFF") && &bytes[8..12] == b"WAVE");
    assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize, bytes.len() - 8);
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.contains("not a model's picture") && text.contains("嗨"),
        "marked in its INFO chunk"
    );
    let again = run(&rig, "acme/model", json!({"text": "嗨", "seed": 1})).await;
    assert_eq!(rig.output(&again["output"]).await.body, bytes, "the same for the same");
    let wrong = json!(done["output"].as_str().unwrap().replace(".wav", ".png"));
    assert_eq!(rig.output(&wrong).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_video_is_an_mp4_file_that_says_what_it_is() {
    let rig =
        Rig::with(settings().model(ModelDefinition::new("acme/model").output(OutputKind::Video)));
    let done = run(&rig, "acme/model", json!({"prompt": "a red door", "seed": 1})).await;
    let file = rig.output(&done["output"]).await;
    assert_eq!(file.header("content-type"), "video/mp4");
    let mut names = Vec::new();
    let mut rest = &file.body[..];
    while let Some((head, _)) = rest.split_at_checked(8) {
        let size = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
        names.push(String::from_utf8_lossy(&head[4..]).into_owned());
        rest = &rest[size..];
    }
    assert_eq!((names.join(" ").as_str(), rest.len()), ("ftyp moov mdat", 0));
    assert!(String::from_utf8_lossy(&file.body).contains("not a model's"));
    assert!(file.body.len() < 1 << 20);
}
