use quickrouter::PredictionId;
use rmcp::model::JsonObject;
use serde_json::{Value, json};

use super::{
    Handle, REQUEST_ID_CHARS, generate_image, handle_only, image_model, model_and_input,
    model_only, nothing, run_model, save_outputs,
};
use crate::error::{Kind, ToolError};

fn object(value: Value) -> JsonObject {
    let Value::Object(object) = value else { panic!("{value} is no object") };
    object
}

/// The message of a refusal, which costs nothing and says what to do.
fn refusal<T: std::fmt::Debug>(read: Result<T, ToolError>) -> String {
    let error = read.unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArguments);
    assert!(!error.may_be_billed && !error.next.is_empty(), "{error:?}");
    error.message
}

#[expect(clippy::needless_pass_by_value, reason = "as it is written in a call")]
fn run(model: &str, input: Value) -> Value {
    json!({"request_id": "fox-1", "model": model, "input": input})
}

#[test]
fn an_image_is_asked_for_with_a_request_id_and_inputs() {
    let read = generate_image(object(json!({"request_id": "fox-1", "prompt": "a fox"}))).unwrap();
    assert_eq!((read.request_id.as_str(), read.model.as_str()), ("fox-1", image_model().name));
    assert_eq!(Value::Object(read.input), json!({"prompt": "a fox"}));
}

#[test]
fn a_request_id_that_cannot_be_kept_is_refused_by_name_value_and_limit() {
    let refused = |id: Value| refusal(generate_image(object(json!({"request_id": id}))));
    assert_eq!(refused(json!("")), "request_id is empty.");
    assert_eq!(refused(json!(null)), "request_id is missing.");
    assert_eq!(refused(json!(7)), "request_id is 7, not a string.");
    assert_eq!(refused(json!(["a"])), "request_id is a list of 1, not a string.");
    assert_eq!(
        refused(json!("狐".repeat(129))),
        "request_id has 129 characters; the limit is 128."
    );
    assert_eq!(
        refused(json!("a\u{1b}[2J")),
        r#"request_id has the control character U+001B at position 2: "a\u001b[2J"."#
    );
    assert_eq!(
        refused(json!("a\u{202e}b")),
        "request_id has the control character U+202E at position 2: \"a\u{fffd}b\"."
    );
    let longest = "狐".repeat(REQUEST_ID_CHARS);
    let read = generate_image(object(json!({"request_id": longest}))).unwrap();
    assert_eq!(read.request_id, longest);
}

#[test]
fn a_misspelt_request_id_is_recognized() {
    let message = refusal(generate_image(object(json!({"requestId": "fox-1", "prompt": "a fox"}))));
    assert_eq!(message, "request_id is missing; is requestId meant to be it?");
    let message = refusal(generate_image(object(json!({"prompt": "a fox"}))));
    assert_eq!(message, "request_id is missing.");
}

#[test]
fn a_model_goes_by_the_names_that_the_command_takes() {
    let model = |typed: &str| run_model(object(run(typed, json!({})))).map(|read| read.model);
    assert_eq!(model("sdxl").unwrap(), image_model().name);
    assert_eq!(model("owner/name").unwrap(), "owner/name");
    assert_eq!(refusal(model("sdlx")), r#"There is no model "sdlx"; did you mean sdxl?"#);
    let other_case = image_model().name.to_uppercase();
    for typed in [other_case.clone(), format!("{other_case}:{}", "0".repeat(8))] {
        let message = format!("There is no model {typed:?}; did you mean {}?", image_model().name);
        assert_eq!(refusal(model(&typed)), message);
    }
    assert_eq!(refusal(model("zzz")), r#"There is no model "zzz"."#);
    assert_eq!(refusal(model("")), "model is empty.");
    assert_eq!(refusal(model(&"a".repeat(257))), "model has 257 characters; the limit is 256.");
    let message = refusal(model("a/b\u{7}"));
    assert!(message.starts_with("model has the control character U+0007"), "{message}");
    assert_eq!(refusal(model_and_input(object(json!({"input": {}})))), "model is missing.");
    assert!(model_only(object(json!({"model": "sdxl"}))).unwrap().known.is_some());
}

#[test]
fn an_input_may_be_written_as_a_string_of_json() {
    let input = |value: Value| run_model(object(run("a/b", value))).map(|read| read.input);
    let expected = object(json!({"prompt": "a fox", "n": 2}));
    assert_eq!(input(json!({"prompt": "a fox", "n": 2})).unwrap(), expected);
    assert_eq!(input(json!(r#"{"prompt": "a fox", "n": 2}"#)).unwrap(), expected);
    assert_eq!(refusal(input(json!(null))), "input is missing.");
    assert_eq!(refusal(input(json!([1]))), "input is a list of 1, not an object.");
    assert_eq!(refusal(input(json!("[1]"))), r#"input is "[1]", not an object."#);
    assert_eq!(
        refusal(input(json!("a fox"))),
        r#"input is a string that is not a JSON object: expected value at line 1 column 1 in "a fox"."#
    );
    let deep = format!("{{\"a\": {}", "[".repeat(100_000));
    let message = refusal(input(json!(deep)));
    assert!(message.contains("recursion limit") && message.len() < 300, "{message}");
}

#[test]
fn unknown_arguments_are_refused_with_the_nearest_name() {
    let mut call = run("a/b", json!({}));
    call["modle"] = json!(1);
    let message = refusal(run_model(object(call)));
    assert_eq!(message, r#"There is no argument "modle"; did you mean model?"#);
    let mut call = run("a/b", json!({}));
    call["prompt"] = json!("a fox");
    let error = run_model(object(call)).unwrap_err();
    assert_eq!(error.message, r#"There is no argument "prompt"."#);
    assert!(error.next.contains("belong into input"), "{error}");
    let message = refusal(handle_only(object(json!({"id": "a", "wait\u{7}": true}))));
    assert_eq!(message, r#"There is no argument "wait\u0007"."#);
    assert_eq!(
        refusal(nothing(&object(json!({"model": "sdxl"})))),
        r#"There is no argument "model"."#
    );
    let message = refusal(model_only(object(json!({"name": "sdxl", "model": "sdxl"}))));
    assert_eq!(message, r#"There is no argument "name"."#);
}

#[test]
fn an_input_that_is_null_is_left_out() {
    let read = generate_image(object(json!({"request_id": "a", "prompt": "a fox", "image": null})));
    assert_eq!(Value::Object(read.unwrap().input), json!({"prompt": "a fox"}));
    let read = run_model(object(run("sdxl", json!({"prompt": "a fox", "seed": null}))));
    assert_eq!(Value::Object(read.unwrap().input), json!({"prompt": "a fox"}));
    let unknown = json!({"prompt": "a fox", "seed": null});
    let read = run_model(object(run("owner/name", unknown.clone()))).unwrap();
    assert_eq!(Value::Object(read.input), unknown, "null may mean something to it");
}

#[test]
fn a_prediction_goes_by_exactly_one_of_two_names() {
    let read = |value: Value| handle_only(object(value));
    let by_id = Handle::Id(PredictionId::new("abc").unwrap());
    assert_eq!(read(json!({"id": "abc"})).unwrap(), by_id);
    assert_eq!(read(json!({"id": "abc", "request_id": ""})).unwrap(), by_id);
    assert_eq!(read(json!({"id": "abc", "request_id": null})).unwrap(), by_id);
    let by_request = Handle::RequestId("fox-1".to_owned());
    assert_eq!(read(json!({"request_id": "fox-1"})).unwrap(), by_request);
    assert_eq!(
        refusal(read(json!({"id": "abc", "request_id": "fox-1"}))),
        r#"Both id ("abc") and request_id ("fox-1") are given."#
    );
    for none in [json!({}), json!({"id": ""}), json!({"id": null, "request_id": null})] {
        assert_eq!(refusal(read(none)), "Both id and request_id are missing.");
    }
    assert_eq!(refusal(read(json!({"id": 7}))), "id is 7, not a string.");
    assert_eq!(
        refusal(read(json!({"id": "a".repeat(257)}))),
        "id has 257 characters; the limit is 256."
    );
    assert_eq!(refusal(read(json!({"id": ".."}))), r#"id is "..", which is the id of nothing."#);
}

#[test]
fn a_subfolder_is_read_beside_the_prediction() {
    let read = |value: Value| save_outputs(object(value));
    let (handle, subfolder) = read(json!({"request_id": "a", "subfolder": "foxes"})).unwrap();
    assert_eq!(handle, Handle::RequestId("a".to_owned()));
    assert_eq!(subfolder.as_deref(), Some("foxes"));
    assert_eq!(read(json!({"id": "a", "subfolder": ""})).unwrap().1, None);
    assert_eq!(refusal(read(json!({"id": "a", "subfolder": 1}))), "subfolder is 1, not a string.");
    let message = refusal(read(json!({"id": "a", "subfolder": "a\nb"})));
    assert!(message.starts_with("subfolder has the control character U+000A"), "{message}");
    let message = refusal(read(json!({"id": "a", "sub_folder": "foxes"})));
    assert_eq!(message, r#"There is no argument "sub_folder"; did you mean subfolder?"#);
}
