//! All tools: names, descriptions, schemas, annotations.

use rmcp::model::{JsonObject, Tool, ToolAnnotations};

use crate::schema::{arguments, names, outputs};

/// All tools.
pub(crate) fn tools() -> Vec<Tool> {
    let mut all = creating();
    all.extend(about_predictions());
    all.extend(about_models());
    all
}

/// The tools that cost money.
fn creating() -> Vec<Tool> {
    let annotations = || {
        let annotations = ToolAnnotations::new().read_only(false).destructive(false);
        annotations.idempotent(true).open_world(true)
    };
    vec![
        tool(
            names::GENERATE_IMAGE,
            "Generate images with SDXL",
            "Makes images from a prompt with Stable Diffusion XL, changes an image, or repaints a part of \
             one. Costs money: each call with a new request_id reserves its pictures, and its price if \
             it has one, from a budget that a person has set; a person may be asked first. Saves the \
             files on the server's machine and returns their paths. If the result is not done, call \
             wait_prediction with the same request_id. After a time-out or an error that is unclear, \
             repeat the call with the same request_id and arguments; it is not made or billed twice.",
            arguments::generate_image(),
            outputs::prediction(),
            annotations(),
        ),
        tool(
            names::RUN_MODEL,
            "Run any model",
            "Runs any model of the gateway: a documented one of list_models, whose input is checked \
             before it costs, or another by owner/name, whose input is sent as it is. Costs money, from \
             the same budget as generate_image, and a person may be asked first: estimate_cost returns \
             the price, describe_model the inputs. If the result is not done, call wait_prediction with the same request_id. After a \
             time-out or an error that is unclear, repeat the call with the same request_id and \
             arguments; it is not made or billed twice.",
            arguments::run_model(),
            outputs::prediction(),
            annotations(),
        ),
    ]
}

fn about_predictions() -> Vec<Tool> {
    let saves = || {
        let annotations = ToolAnnotations::new().read_only(false).destructive(false);
        annotations.idempotent(true).open_world(true)
    };
    vec![
        tool(
            names::GET_PREDICTION,
            "Look at a prediction",
            "Returns a prediction as it is now: status, progress, and the files that are saved already. \
             Takes id or request_id, exactly one of them. Free, returns at once, saves nothing. If it \
             is not done, call wait_prediction rather than this tool again and again.",
            arguments::handle(),
            outputs::prediction(),
            ToolAnnotations::new().read_only(true).open_world(true),
        ),
        tool(
            names::WAIT_PREDICTION,
            "Wait for a prediction",
            "Waits until a prediction is done, saves its files, and returns their paths. Takes id or \
             request_id, exactly one of them. Free. After a while it returns what still runs: call it \
             again. Canceling this call only stops the waiting.",
            arguments::handle(),
            outputs::prediction(),
            saves(),
        ),
        tool(
            names::CANCEL_PREDICTION,
            "Cancel a prediction",
            "Stops a prediction that is not done; what it would have made is lost. Takes id or \
             request_id, exactly one of them. What has run may be billed all the same, and its \
             reservation stays in the budget. Returns the prediction; call wait_prediction if it is not \
             terminal yet.",
            arguments::handle(),
            outputs::prediction(),
            ToolAnnotations::new()
                .read_only(false)
                .destructive(true)
                .idempotent(true)
                .open_world(true),
        ),
        tool(
            names::SAVE_OUTPUTS,
            "Save a prediction's files",
            "Saves the files of a prediction that has succeeded, into the server's output folder or a \
             folder below it, and returns their paths. Takes id or request_id, exactly one of them. \
             Free; overwrites nothing. generate_image, run_model and wait_prediction save by \
             themselves: use this for predictions of other programs, or to get files again, and \
             soon: the gateway keeps files only for a while.",
            arguments::save_outputs(),
            outputs::prediction(),
            saves(),
        ),
    ]
}

fn about_models() -> Vec<Tool> {
    let reads = |open: bool| ToolAnnotations::new().read_only(true).open_world(open);
    vec![
        tool(
            names::LIST_MODELS,
            "List the documented models",
            "Lists the documented models: name, what each is for, what it makes, what it needs. Free, \
             and asks nobody. Call describe_model for the inputs of one.",
            arguments::nothing(),
            outputs::models(),
            reads(false),
        ),
        tool(
            names::DESCRIBE_MODEL,
            "Describe a model",
            "Returns the inputs of a documented model with types, limits and defaults, its rules, and a \
             call to start from. Free, and asks nobody. Call it before the first run_model of a model.",
            arguments::describe_model(),
            outputs::model(),
            reads(false),
        ),
        tool(
            names::ESTIMATE_COST,
            "Estimate a cost",
            "Returns the pictures and the price that a call with this model and input would reserve, \
             whether the model has a price, and what is left of the budget. Free; creates nothing. \
             Then call generate_image or run_model.",
            arguments::estimate_cost(),
            outputs::estimate(),
            reads(true),
        ),
    ]
}

fn tool(
    name: &'static str,
    title: &str,
    description: &'static str,
    input: JsonObject,
    output: JsonObject,
    annotations: ToolAnnotations,
) -> Tool {
    Tool::new(name, description, input)
        .with_title(title)
        .with_raw_output_schema(output.into())
        .with_annotations(annotations)
}
