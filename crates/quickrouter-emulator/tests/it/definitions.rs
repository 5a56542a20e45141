//! Models as data: what can be defined, by whom, and what is refused.

use crate::rig::{Rig, SDXL, pass, request, settings};
use http::{Method, StatusCode};
use quickrouter_emulator::{Error, LogShape, LogStyle, ModelDefinition, OutputKind};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

const LANGUAGE_MODEL: &str = include_str!("../../examples/language-model.yaml");
const VERSION: &str = "5a6809ca6288247d06daf6365557e5e429063f32a21146b2a807c682652136b8";

/// What the API answers for a model, shortened.
fn answered(name: &str, output: &Value, example: &Value) -> Value {
    json!({
        "url": format!("https://replicate.com/acme/{name}"),
        "owner": "acme",
        "name": name,
        "description": null,
        "visibility": "public",
        "run_count": 12,
        "github_url": null,
        "cover_image_url": "https://example.com/cover.png",
        "default_example": {"id": "abc", "status": "succeeded", "output": example},
        "latest_version": {
            "id": VERSION,
            "created_at": "2025-01-01T00:00:00.000000Z",
            "cog_version": "0.9.20",
            "openapi_schema": {
                "openapi": "3.0.2",
                "info": {"title": "Cog", "version": "0.1.0"},
                "paths": {},
                "components": {"schemas": {
                    "Input": {"type": "object", "properties": {
                        "prompt": {"type": "string", "title": "Prompt"},
                        "seed": {"type": "integer", "nullable": true},
                    }},
                    "Output": output,
                }},
            },
        },
    })
}

pub(crate) async fn run(rig: &Rig, name: &str, input: Value) -> Value {
    let path = format!("/replicate/v1/models/{name}/predictions");
    let created = rig.post(&path, &json!({"input": input})).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.json());
    pass(60_000).await;
    rig.prediction(created.json()["id"].as_str().unwrap()).await
}

fn refused(text: &str) -> String {
    ModelDefinition::parse(text).expect_err(text).to_string()
}

#[tokio::test(start_paused = true)]
async fn a_defined_model_is_created_by_name_by_version_and_looked_up() {
    let models = ModelDefinition::parse(LANGUAGE_MODEL).unwrap();
    let name = models[0].name().to_owned();
    let rig = Rig::with(settings().models(models));
    for version in [name.clone(), VERSION.to_owned(), format!("{name}:{VERSION}")] {
        let body = json!({"version": version, "input": {"prompt": "hello"}});
        let answer = rig.post("/replicate/v1/predictions", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{version}");
        assert_eq!(
            (&answer.json()["model"], &answer.json()["version"]),
            (&json!(name), &json!(VERSION))
        );
    }
    let looked_up = rig.get(&format!("/replicate/v1/models/{name}")).await.json();
    assert_eq!(looked_up["description"], "A language model, in name only");
    let schemas = &looked_up["latest_version"]["openapi_schema"]["components"]["schemas"];
    assert_eq!(schemas["Input"]["properties"]["max_tokens"]["x-order"], 2);
    let path = format!("/replicate/v1/models/{name}/predictions");
    let wrong = rig.post(&path, &json!({"input": {"temperature": 9}})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_json_snapshot!("input_of_a_defined_model", wrong.json());
}

#[tokio::test(start_paused = true)]
async fn the_definitions_in_the_readme_are_what_they_say() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```yaml\n").expect("an example");
    let models = ModelDefinition::parse(rest.split("```").next().unwrap()).unwrap();
    let rig = Rig::with(settings().models(models));
    let chat = run(&rig, "acme/chat", json!({"prompt": "a"})).await;
    assert_eq!(chat["output"], json!(["There ", "was ", "a ", "red ", "door."]));
    assert_eq!(chat["version"], VERSION);
    let pictures = run(&rig, "acme/slow-pictures", json!({"steps": 5, "num_outputs": 2})).await;
    assert_eq!(pictures["output"].as_array().unwrap().len(), 2);
    assert!(pictures["logs"].as_str().unwrap().contains("Loading pipeline components"));
}

#[tokio::test(start_paused = true)]
async fn what_the_api_answers_is_a_definition_and_its_example_tells_videos_from_pictures() {
    let file = json!({"type": "string", "format": "uri", "title": "Output"});
    let all = json!({"next": null, "previous": null, "results": [
        answered("picture", &file, &json!("https://replicate.delivery/a/out.webp")),
        answered("video", &file, &json!("https://replicate.delivery/a/out.mp4?x=1")),
        answered("sound", &file, &json!("https://replicate.delivery/a/out.WAV")),
        answered("unsaid", &json!({"title": "Output"}), &json!("https://replicate.delivery/o.mp3")),
    ]});
    let all = all.to_string().replacen(VERSION, "hidden", 3);
    let rig = Rig::with(settings().models(ModelDefinition::parse(&all).unwrap()));
    for (name, extension) in
        [("picture", ".png"), ("video", ".mp4"), ("sound", ".wav"), ("unsaid", ".wav")]
    {
        let done = run(&rig, &format!("acme/{name}"), json!({"prompt": "a", "seed": null})).await;
        assert!(done["output"].as_str().unwrap().ends_with(extension), "{done}");
    }
}

#[tokio::test(start_paused = true)]
async fn definitions_in_code_say_the_same_as_those_in_a_file() {
    let style = LogStyle::from(LogShape::Bars).every(5).seconds_per_step(2.5).loading(7);
    let coded = ModelDefinition::new("acme/one")
        .description("One")
        .version(VERSION)
        .deployment("acme/deployed")
        .output(OutputKind::TextStream)
        .text("fixed")
        .duration(Duration::from_millis(1500))
        .log(style.carriage_returns().bar_for_each_output());
    let written = format!(
        "name: acme/one\ndescription: One\nversions: [{VERSION}]\ndeployments: [acme/deployed]\n\
         behavior:\n  output: text_stream\n  text: fixed\n  duration_seconds: 1.5\n  log: {{every: 5, \
         seconds_per_step: 2.5, loading: 7, carriage_returns: true, bar_for_each_output: true}}\n"
    );
    assert_eq!(ModelDefinition::parse(&written).unwrap(), std::slice::from_ref(&coded));
    let json = serde_json::to_string(&coded).unwrap();
    assert_eq!(ModelDefinition::parse(&json).unwrap(), [coded], "what is shown can be put again");
}

#[tokio::test(start_paused = true)]
async fn models_are_put_and_shown_at_a_running_emulator_and_replace_those_before() {
    let rig = Rig::new();
    let put = |text: &str| {
        let mut request = request(Method::PUT, "/emulator/models", &Value::Null);
        *request.body_mut() = axum::body::Body::from(text.to_owned());
        rig.send(request)
    };
    let first = put("[{name: acme/one}, {name: acme/two, behavior: {text: hi}}]").await;
    assert_eq!(first.status, StatusCode::BAD_REQUEST, "braces are read as JSON");
    let first = put("- name: acme/one\n- name: acme/two\n  behavior: {text: hi}").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.json());
    assert_eq!(run(&rig, "acme/two", json!({})).await["output"], "hi");
    assert_eq!(rig.get("/emulator/models").await.json(), first.json());
    let again = put(&first.json().to_string()).await;
    assert_eq!(again.json(), first.json());
    put("{\"models\": [{\"name\": \"acme/three\"}]}").await;
    assert_eq!(rig.get("/replicate/v1/models/acme/two").await.status, StatusCode::NOT_FOUND);
    assert_eq!(rig.get("/replicate/v1/models/acme/three").await.status, StatusCode::OK);
    assert_eq!(rig.get(&format!("/replicate/v1/models/{SDXL}")).await.status, StatusCode::OK);
    let wrong = put("name: acme/four\nbehavior: {outptu: text}").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    insta::assert_json_snapshot!("refused_definition", wrong.json());
    assert_eq!(rig.get("/replicate/v1/models/acme/three").await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn other_requests_are_answered_while_put_models_are_read() {
    let (rig, order) = (Rig::new(), std::sync::Mutex::new(Vec::new()));
    let models = json!({"models": [{"name": "acme/one"}]});
    let put = async {
        let put = rig.call(Method::PUT, "/emulator/models", &models).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.json());
        order.lock().unwrap().push("put");
    };
    let get = async {
        assert_eq!(rig.get("/emulator/models").await.json(), json!({"models": []}));
        order.lock().unwrap().push("get");
    };
    tokio::join!(biased; put, get);
    assert_eq!(*order.lock().unwrap(), ["get", "put"]);
}

#[tokio::test(start_paused = true)]
async fn a_model_of_the_contract_can_be_defined_anew() {
    let sdxl = ModelDefinition::new("Stability-AI/sdxl").text("not a picture");
    let rig = Rig::with(settings().model(sdxl));
    assert_eq!(run(&rig, SDXL, json!({"anything": 1})).await["output"], "not a picture");
}

/// Definitions that are refused, each for a reason of its own.
const REFUSED: &[&str] = &[
    "",
    " \n\t",
    "a word",
    "name: one",
    "name: a/b/c",
    "name: [a/b]",
    "description: nameless",
    "name: a/b\nbehaviour: {}",
    "name: a/b\nbehavior: {duratoin_seconds: 1}",
    "name: a/b\nbehavior: {duration_seconds: -1}",
    "name: a/b\nbehavior: {duration_seconds: .nan}",
    "name: a/b\nbehavior: {duration_seconds: soon}",
    "name: a/b\nbehavior: {output: pictures}",
    "name: a/b\nbehavior: {log: bar}",
    "name: a/b\nbehavior: {log: {evry: 5}}",
    "name: a/b\nbehavior: {log: {every: 0}}",
    "name: a/b\nbehavior: {log: {loading: 100000}}",
    "name: a/b\nbehavior: {log: {seconds_per_step: 0}}",
    "name: a/b\nbehavior: {log: {shape: words, every: 5}}",
    "name: a/b\nbehavior: {text: a, json: 1}",
    "name: a/b\nbehavior: {text: a, output: image}",
    "name: a/b\nbehavior: {json: 1, output: text}",
    "name: a/b\nversions: [latest]",
    "name: a/b\ndeployments: [c]",
    "name: a/b\nname: c/d",
    "name: a/b\n---\nname: c/d",
    "- name: a/b\n- name: A/B",
    "models: 7",
    "models: [{name: a/b}, {name: c/d, behavior: {output: imge}}]",
    "models: [7]",
    "{\"name\": \"a/b\"} and more",
    "{\"name\": \"a/b\", \"name\": \"a/b\"}",
    "{\"owner\": \"a\"}",
    "{\"owner\": \"a\", \"name\": \"b\", \"latest_version\": {\"id\": \"x\"}}",
    "name: a/b\nbehavior: {json: {$serde_json::private::RawValue: \"[[[\"}}",
    "name: !!binary aGVsbG8=",
];

#[test]
fn an_error_names_the_model_the_place_and_what_is_allowed() {
    let mut all = String::new();
    for text in REFUSED {
        let _ = writeln!(all, "{}\n    {}", text.replace('\n', "\n  "), refused(text));
    }
    insta::assert_snapshot!("refused_definitions", all);
}

#[test]
fn the_same_version_or_deployment_of_two_models_is_refused() {
    let two = |field: &str, word: &str| {
        refused(&format!("- name: a/b\n  {field}: [{word}]\n- name: c/d\n  {field}: [{word}]"))
    };
    assert!(
        two("versions", VERSION).contains("version") && two("versions", VERSION).contains("c/d")
    );
    assert!(two("deployments", "x/y").contains("deployment \"x/y\" is defined twice"));
}

#[tokio::test]
async fn a_builder_refuses_at_its_start_what_a_file_would_not_hold() {
    let fails = |definition: ModelDefinition| settings().model(definition).in_memory().unwrap_err();
    let schema =
        json!({"openapi": "3.0.2", "components": {"schemas": {"Input": {"type": "strnig"}}}});
    for definition in [
        ModelDefinition::new("nameless"),
        ModelDefinition::new("a/b").version("1"),
        ModelDefinition::new("a/b").duration(Duration::from_secs(1_000_000)),
        ModelDefinition::new("a/b").openapi_schema(json!({})),
        ModelDefinition::new("a/b").openapi_schema(schema),
    ] {
        let name = definition.name().to_owned();
        let error = fails(definition);
        assert!(matches!(&error, Error::Model(why) if why.contains(&name)), "{error}");
    }
    let twice = settings().model(ModelDefinition::new("a/b")).model(ModelDefinition::new("a/B"));
    assert!(twice.in_memory().unwrap_err().to_string().contains("defined twice"));
    let many = (0..1001).map(|number| ModelDefinition::new(format!("a/b{number}")));
    let error = settings().models(many).in_memory().unwrap_err().to_string();
    assert!(error.contains("1001") && error.contains("1000"), "{error}");
}

#[test]
fn small_texts_that_would_grow_large_or_deep_are_refused() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ('b'..='i').zip('a'..) {
        let _ = writeln!(bomb, "{name}: &{name} [{}]", vec![format!("*{of}"); 10].join(", "));
    }
    let error = refused(&bomb);
    assert!(error.contains("larger than") || error.contains("limit"), "{error}");
    let fat = format!("a: &a {}\nb: [{}]", "x".repeat(1 << 20), ["*a"].repeat(100).join(", "));
    assert!(refused(&fat).contains("larger than"), "{}", refused(&fat));
    for deep in [format!("{}1{}", "[".repeat(100), "]".repeat(100)), "- ".repeat(100) + "1"] {
        assert!(refused(&deep).contains("nested deeper"), "{}", refused(&deep));
    }
    let endless = "a: &a [*a]";
    assert!(!refused(endless).is_empty());
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_definition() {
    for text in
        ["\u{feff}name: a/b", "\u{feff}{\"name\": \"a/b\"}", "name: a/b\r\n", "---\nname: a/b"]
    {
        assert_eq!(ModelDefinition::parse(text).unwrap()[0].name(), "a/b", "{text:?}");
    }
    assert_eq!(ModelDefinition::parse("models: []").unwrap(), []);
    assert!(refused("# nothing yet").contains("neither a model nor a list of models"));
}

#[tokio::test(start_paused = true)]
async fn any_model_is_taken_if_asked_for_and_puts_out_what_the_input_suggests() {
    let rig = Rig::with(settings().any_model(true));
    let unknown = "30e22229542eb3f79d4f945dacb58d32001b02cc313ae6f54eef27904edf3272";
    for (input, suggested) in [
        (json!({"prompt": "a", "width": 64, "height": 32, "num_outputs": 2}), "png png"),
        (json!({"prompt": "a"}), "png"),
        (json!({"prompt": "a", "duration": null, "voice": null, "max_tokens": null}), "png"),
        (json!({"prompt": "a", "duration": 5}), "mp4"),
        (json!({"text": "say it", "voice": "x"}), "wav"),
    ] {
        let done = run(&rig, "some/one", input.clone()).await;
        let output = &done["output"];
        let all = output.as_array().cloned().unwrap_or_else(|| vec![output.clone()]);
        let extension = |url: &Value| url.as_str().unwrap().rsplit('.').next().unwrap().to_owned();
        let all: Vec<_> = all.iter().map(extension).collect();
        assert_eq!((all.join(" ").as_str(), &done["input"]), (suggested, &input));
    }
    for (name, input) in
        [("meta/llama-2-70b-chat", json!({"prompt": "a"})), ("a/b", json!({"text": "a"}))]
    {
        let done = run(&rig, name, input).await;
        assert_eq!(done["output"][0], "No ", "a text: {done}");
    }
    let body = json!({"version": unknown, "input": {"prompt": "a", "max_tokens": 3}});
    let created = rig.post("/replicate/v1/predictions", &body).await.json();
    assert_eq!(created["version"], unknown);
    pass(60_000).await;
    let done = rig.prediction(created["id"].as_str().unwrap()).await;
    assert_eq!(done["output"], json!(["No ", "model ", "has "]));
    let model = rig.get("/replicate/v1/models/mattt/empty").await.json();
    assert_eq!((&model["owner"], &model["name"]), (&json!("mattt"), &json!("empty")));
    let strange = rig.get("/replicate/v1/models/..%2f/x").await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn no_version_that_is_asked_for_replaces_a_known_model_by_one_that_is_made_up() {
    let own = ModelDefinition::new("acme/own").description("Mine").text("Mine.");
    let rig = Rig::with(settings().any_model(true).model(own));
    let before = rig.get("/emulator/models").await.json();
    for name in ["acme/own", "Acme/OWN", "black-forest-labs/flux-kontext-pro"] {
        let body = json!({"version": format!("{name}:{VERSION}"), "input": {"prompt": "a"}});
        let created = rig.post("/replicate/v1/predictions", &body).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.json());
    }
    assert_eq!(rig.get("/emulator/models").await.json(), before);
}

#[tokio::test(start_paused = true)]
async fn any_model_is_taken_also_when_no_more_of_them_are_listed() {
    let models = (0..1_000).map(|number| ModelDefinition::new(format!("acme/m{number}")));
    let rig = Rig::with(settings().any_model(true).models(models));
    for name in ["late/one", "late/two"] {
        let done = run(&rig, name, json!({"prompt": "a", "max_tokens": 1})).await;
        assert_eq!((&done["model"], &done["output"]), (&json!(name), &json!(["No "])));
        let model = rig.get(&format!("/replicate/v1/models/{name}")).await.json();
        assert_eq!(model["latest_version"]["id"], done["version"]);
    }
    let kept = rig.get("/emulator/models").await.json();
    assert_eq!(kept["models"].as_array().unwrap().len(), 1_000);
}

#[tokio::test(start_paused = true)]
async fn unknown_inputs_are_noted_where_they_are_ignored_and_refused_elsewhere() {
    let input = json!({"prompt": "a", "num_outputs": 1, "sampler": "x"});
    let path = "/replicate/v1/models/black-forest-labs/flux-kontext-pro/predictions";
    let lenient = Rig::with(settings().strict_inputs(false));
    let created = lenient.post(path, &json!({"input": input})).await;
    assert_eq!((created.status, &created.json()["input"]), (StatusCode::CREATED, &input));
    let exchange = lenient.gateway.requests().pop().unwrap();
    assert_eq!(exchange.ignored_inputs, ["num_outputs", "sampler"]);
    let strict = Rig::new().post(path, &json!({"input": input})).await;
    assert_eq!(strict.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = lenient.post(path, &json!({"input": {"prompt": 7, "sampler": "x"}})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "known inputs are still checked");
}
