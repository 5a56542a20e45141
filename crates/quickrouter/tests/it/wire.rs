//! Requests on the wire, model by model.

use std::time::Duration;

use quickrouter::catalog::{Model, models};
use quickrouter::inputs::{FluxKontextProInput, SdxlInput, SdxlInputRefine, SdxlInputScheduler};
use quickrouter::webhook::WebhookEvent;
use quickrouter::{AnyInput, CreateRequest, PredictionId};
use serde_json::{Map, Value, json};

use crate::scripted::{ID, Script, answer, prediction};

/// The required inputs, and every default spelled out.
fn full(model: &Model) -> Value {
    let mut input = Map::new();
    for (name, schema) in model.inputs() {
        let value = match (schema.get("default"), schema.get("format")) {
            (Some(default), _) => default.clone(),
            (None, Some(_)) if model.required().any(|field| field == name) => {
                json!("https://example.com/in.png")
            }
            (None, _) if model.required().any(|field| field == name) => json!("a red door"),
            _ => continue,
        };
        input.insert(name.to_owned(), value);
    }
    Value::Object(input)
}

#[tokio::test(start_paused = true)]
async fn every_model_is_created_by_its_own_route() {
    for model in models() {
        let script = Script::new([answer(201, &prediction("starting"))]);
        script.client().create(AnyInput::new(model.name, full(model))).await.unwrap();
        insta::assert_snapshot!(model.input, script.sent()[0].shown());
    }
}

#[tokio::test(start_paused = true)]
async fn a_typed_input_sends_what_was_set_and_nothing_else() {
    let script = Script::new(vec![answer(201, &prediction("starting")); 3]);
    let client = script.client();
    client.create(SdxlInput::builder().build()).await.unwrap();
    let sdxl = SdxlInput::builder()
        .prompt("An astronaut riding a rainbow unicorn, cinematic, dramatic")
        .negative_prompt("")
        .width(768)
        .height(768)
        .refine(SdxlInputRefine::ExpertEnsembleRefiner)
        .scheduler(SdxlInputScheduler::KEuler)
        .guidance_scale(7.5)
        .apply_watermark(false)
        .seed(42)
        .build();
    client.create(sdxl).await.unwrap();
    let flux = FluxKontextProInput::builder().prompt("a red door").safety_tolerance(0).build();
    client.create(flux).await.unwrap();
    let shown: Vec<String> = script.sent().iter().map(super::scripted::Sent::shown).collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[tokio::test(start_paused = true)]
async fn webhook_and_version_go_with_the_create() {
    let version = &"0123456789abcdef".repeat(4);
    let script = Script::new([answer(201, &prediction("starting"))]);
    let request = CreateRequest::new(SdxlInput::builder().prompt("a red door").build())
        .version(version)
        .webhook("https://example.com/hook")
        .webhook_events([WebhookEvent::Start, WebhookEvent::Completed]);
    script.client().create(request).await.unwrap();
    insta::assert_snapshot!(script.sent()[0].shown());
}

#[tokio::test(start_paused = true)]
async fn a_model_the_contract_does_not_know_is_sent_as_it_is() {
    let script = Script::new(vec![answer(201, &prediction("starting")); 3]);
    let client = script.client();
    let version = "0123456789abcdef".repeat(4);
    for model in ["meta/llama-2-70b-chat".to_owned(), format!("someone/thing:{version}"), version] {
        client.create(AnyInput::new(model, json!({"anything": [1, 2]}))).await.unwrap();
    }
    let shown: Vec<String> = script.sent().iter().map(super::scripted::Sent::shown).collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[tokio::test(start_paused = true)]
async fn get_cancel_and_list_go_to_the_base_url() {
    let page = json!({"next": null, "previous": null, "results": []});
    let script = Script::new([
        answer(200, &prediction("starting")),
        answer(200, &prediction("canceled")),
        answer(200, &page),
    ]);
    let client = script.builder().base_url("http://127.0.0.1:9/prefix/").build().unwrap();
    let id = PredictionId::new(ID).unwrap();
    client.get(&id).await.unwrap();
    client.cancel(&id).await.unwrap();
    let _: Vec<_> = futures_util::StreamExt::collect(client.list()).await;
    let shown: Vec<String> = script.sent().iter().map(super::scripted::Sent::shown).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn an_id_from_outside_cannot_leave_its_place_in_the_path() {
    let script = Script::new(vec![answer(200, &prediction("starting")); 5]);
    let once = quickrouter::RetryPolicy::new().max_attempts(1);
    let client = script.builder().retry_policy(once).build().unwrap();
    for id in ["../models", "a/b?c=d#e", "ü", "%2e%2e", r"..\..\x"] {
        // The answer is about another id and not what this is about.
        let _ = client.get(&PredictionId::new(id).unwrap()).await;
    }
    let urls: Vec<String> = script.sent().into_iter().map(|sent| sent.url).collect();
    insta::assert_snapshot!(urls.join("\n"));
    for id in ["", ".", ".."] {
        assert!(PredictionId::new(id).is_err(), "{id:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_preview_is_what_is_sent() {
    for model in models() {
        let script = Script::new([answer(201, &prediction("starting"))]);
        let request = CreateRequest::new(AnyInput::new(model.name, full(model)))
            .prefer_wait(Duration::from_millis(29_001))
            .cancel_after(Duration::from_secs(90));
        let preview = script.client().preview(request.clone()).unwrap();
        assert!(script.sent().is_empty(), "a preview sends nothing");
        script.client().create(request).await.unwrap();
        let sent = &script.sent()[0];
        assert_eq!(
            (preview.method, preview.url.as_str()),
            (sent.method.as_str(), sent.url.as_str())
        );
        assert_eq!(preview.body, sent.body);
        assert_eq!(preview.headers.len(), 2);
        for (name, value) in preview.headers {
            assert!(sent.headers.contains(&(name.to_owned(), value)), "{name}: {:?}", sent.headers);
        }
    }
}
