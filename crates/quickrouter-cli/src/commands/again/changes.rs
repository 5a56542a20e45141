//! `--set NAME=VALUE`: which input is meant, and what it becomes.

use quickrouter::catalog::ModelName;
use serde_json::{Map, Value};

use crate::args::flags::{Flag, Given, flags_of};
use crate::exit::failure::Failure;
use crate::input::collect::has_scheme;
use crate::input::reference::is_reference;
use crate::output::sidecar::OMITTED;
use crate::text::describe;
use crate::text::exact_number;
use crate::text::message::{Message, message};

/// Applies what was typed to a recorded input. Returns the values to be read like flags; inputs of a
/// model that is not in the contract are changed at once, by the types they have.
pub(super) fn apply(
    set: &[String],
    model: &ModelName,
    input: &mut Map<String, Value>,
) -> Result<Vec<Given>, Failure> {
    let flags = flags_of(model);
    let mut given: Vec<Given> = Vec::new();
    for change in set {
        let Some((name, text)) = change.split_once('=') else {
            return Err(Failure::refused(message!("set-without-value", text = change)));
        };
        if model.known.is_none() {
            apply_untyped(name, text, model, input).map_err(Failure::refused)?;
            continue;
        }
        let flag = flag(name, model, &flags).map_err(Failure::refused)?.clone();
        // The last one counts, as of flags.
        given.retain(|other| other.flag.input != flag.input);
        input.remove(flag.input);
        if !text.is_empty() || is_text(&flag) {
            let text = typed(&flag, text).to_owned();
            given.push(Given { flag, text });
        }
    }
    Ok(given)
}

/// Whether empty text is a value of its own. Of anything else it means to leave the input out.
fn is_text(flag: &Flag) -> bool {
    describe::schema_type(flag.schema) == "string"
        && !describe::is_uri(flag.schema)
        && flag.schema.get("enum").is_none()
}

/// The text as a flag takes it: `@photo.png` is a path here, unless it refers to a prediction.
fn typed<'a>(flag: &Flag, text: &'a str) -> &'a str {
    let path = text.strip_prefix('@').filter(|_| describe::is_uri(flag.schema));
    path.filter(|_| !is_reference(text)).unwrap_or(text)
}

/// The flag of the input that is meant.
fn flag<'a>(name: &str, model: &ModelName, flags: &'a [Flag]) -> Result<&'a Flag, Message> {
    let word = normal(name);
    let exact = |flag: &&Flag| normal(flag.input) == word || normal(&flag.name) == word;
    if let Some(flag) = flags.iter().find(exact) {
        return Ok(flag);
    }
    let follows = |flag: &Flag| flag.schema["x-default-from"].as_str().map(str::to_owned);
    let names: Vec<_> = flags.iter().map(|flag| (flag.input, follows(flag))).collect();
    let found = matching(&word, &names);
    match found.as_slice() {
        [one] => Ok(flags.iter().find(|flag| flag.input == *one).unwrap_or(&flags[0])),
        [] => Err(unknown(name, &model.full, flags.iter().map(|flag| flag.input))),
        several => Err(ambiguous(name, several)),
    }
}

/// The names that a part of a name means: those that end with it, else those that have it anywhere. An
/// input whose default follows another of them is not meant.
fn matching<'a>(word: &str, names: &[(&'a str, Option<String>)]) -> Vec<&'a str> {
    let parts: Vec<&str> = word.split('_').collect();
    let own = |name: &str| normal(name).split('_').map(str::to_owned).collect::<Vec<_>>();
    let of = |fits: &dyn Fn(&[String]) -> bool| -> Vec<&(&'a str, Option<String>)> {
        names.iter().filter(|(name, _)| fits(&own(name))).collect()
    };
    let ending =
        of(&|own| own.ends_with(&parts.iter().map(ToString::to_string).collect::<Vec<_>>()));
    let found = if ending.is_empty() {
        of(&|own| own.windows(parts.len()).any(|window| window == parts.as_slice()))
    } else {
        ending
    };
    let all: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let leads = |from: &Option<String>| from.as_deref().is_none_or(|from| !all.contains(&from));
    found.into_iter().filter(|(_, from)| leads(from)).map(|(name, _)| *name).collect()
}

/// A name without regard to case and to how its parts are joined.
fn normal(name: &str) -> String {
    name.trim().trim_start_matches('-').replace('-', "_").to_ascii_lowercase()
}

/// Changes an input of which only the recorded value is known.
fn apply_untyped(
    name: &str,
    text: &str,
    model: &ModelName,
    input: &mut Map<String, Value>,
) -> Result<(), Message> {
    let word = normal(name);
    let exact = input.keys().find(|own| normal(own) == word).cloned();
    let own = match exact {
        Some(own) => own,
        None => {
            let names: Vec<_> = input.keys().map(|own| (own.as_str(), None)).collect();
            match matching(&word, &names).as_slice() {
                [one] => (*one).to_owned(),
                [] => {
                    let known = input.keys().map(String::as_str);
                    return Err(unknown(name, &model.full, known));
                }
                several => return Err(ambiguous(name, several)),
            }
        }
    };
    if text.is_empty() && !input[&own].is_string() {
        input.remove(&own);
        return Ok(());
    }
    let value = match &input[&own] {
        Value::String(_) => Value::from(text),
        // Which of its inputs are files is not known, so no file of this machine is read for it.
        old if old.get(OMITTED).is_some() && has_scheme(text) => Value::from(text),
        old if old.get(OMITTED).is_some() => {
            return Err(message!("set-no-url", name = own, text = text));
        }
        old => match serde_json::from_str::<Value>(text) {
            Ok(new) if same_type(&new, old) && exact_number::rounded(text).is_none() => new,
            _ => return Err(message!("set-other-type", name = own, text = text)),
        },
    };
    input.insert(own, value);
    Ok(())
}

fn same_type(one: &Value, other: &Value) -> bool {
    other.is_null() || std::mem::discriminant(one) == std::mem::discriminant(other)
}

fn unknown<'a>(name: &str, model: &str, known: impl Iterator<Item = &'a str>) -> Message {
    let known = known.collect::<Vec<_>>().join(", ");
    message!("set-unknown", name = name, model = model, known = known)
}

fn ambiguous(name: &str, found: &[&str]) -> Message {
    message!("set-ambiguous", name = name, found = found.join(", "))
}

#[cfg(test)]
mod tests {
    use quickrouter::catalog::ModelName;
    use serde_json::{Value, json};

    use super::apply;

    /// What `--set` makes of an input: `INPUT=TEXT` to be read like a flag, and the rest.
    fn set(model: &str, changes: &[&str], input: Value) -> Result<(Vec<String>, Value), String> {
        let model = ModelName::resolve(model).unwrap();
        let Value::Object(mut input) = input else { panic!("an object") };
        let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
        let given = apply(&changes, &model, &mut input).map_err(|failure| failure.text())?;
        let given = given.iter().map(|given| format!("{}={}", given.flag.input, given.text));
        Ok((given.collect(), Value::Object(input)))
    }

    #[test]
    fn a_short_name_means_the_one_input_that_has_it() {
        for (typed, expected) in [
            ("steps=30", "num_inference_steps=30"),
            ("num-inference-steps=30", "num_inference_steps=30"),
            ("refine_steps=3", "refine_steps=3"),
            ("guidance=5", "guidance_scale=5"),
            ("--width=8", "width=8"),
            ("negative=", "negative_prompt="),
            ("prompt=a=b", "prompt=a=b"),
            ("image=@photo.png", "image=photo.png"),
            ("image=@last/1", "image=@last/1"),
        ] {
            let (given, _) = set("sdxl", &[typed], json!({})).unwrap();
            assert_eq!(given, [expected], "{typed}");
        }
    }

    #[test]
    fn what_could_mean_several_inputs_or_none_is_refused() {
        let message = set("sdxl", &["scale=5"], json!({})).unwrap_err();
        assert!(message.contains("guidance_scale, lora_scale"), "{message}");
        let message = set("sdxl", &["seeds=5"], json!({})).unwrap_err();
        assert!(message.contains("seeds") && message.contains("num_outputs"), "{message}");
        let message = set("sdxl", &["seed"], json!({})).unwrap_err();
        assert!(message.contains("NAME=VALUE"), "{message}");
    }

    #[test]
    fn an_empty_value_leaves_an_input_out() {
        let input = json!({"seed": 7, "scheduler": "DDIM", "prompt": "a"});
        let (given, left) = set("sdxl", &["seed=", "scheduler=", "prompt="], input).unwrap();
        assert_eq!((given, left), (vec!["prompt=".to_owned()], json!({})));
    }

    #[test]
    fn an_input_of_an_unknown_model_keeps_the_type_it_has() {
        let input = json!({"top_k": 5, "fast": true, "text": "a", "list": [1], "last_seed": 3});
        let changes = ["top-k=6", "fast=false", "text=7", "list=[2,3]", "seed="];
        let (given, left) = set("some/model", &changes, input.clone()).unwrap();
        assert_eq!(given, [] as [&str; 0]);
        assert_eq!(left, json!({"top_k": 6, "fast": false, "text": "7", "list": [2, 3]}));
        for typed in ["top_k=six", "top_k=18446744073709551616", "fast=1", "other=1", "list={}"] {
            assert!(set("some/model", &[typed], input.clone()).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_file_of_an_unknown_model_is_given_again_by_its_url() {
        let input = json!({"image": {"omitted_file": {"bytes": 3}}});
        let url = "https://example.com/a.png";
        let (_, left) = set("some/model", &[&format!("image={url}")], input.clone()).unwrap();
        assert_eq!(left, json!({"image": url}));
        let (_, left) = set("some/model", &["image="], input.clone()).unwrap();
        assert_eq!(left, json!({}));
        let why = set("some/model", &["image=a.png"], input).unwrap_err();
        assert!(why.contains("a.png") && why.contains("https:"), "{why}");
    }
}
