//! The content of a result: one sentence, the structured content, pictures, links.
//!
//! A picture is once in a result, as an image; the structured content and the links name its file.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::path::Path;

use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::ToolError;
use crate::pictures::{self, Images, Shown};
use crate::results::budget::BudgetReport;
use crate::results::error::ErrorReport;
use crate::results::prediction::PredictionReport;
use crate::results::{masked, resources, sentence, text};

/// The text of a result, and the message of an error, in bytes: long enough for the paths.
const MAX_SENTENCE: usize = 16 << 10;
const MAX_MESSAGE: usize = 4 << 10;
/// Links of one result; the structured content has all files.
const MAX_LINKS: usize = 100;
/// Warnings in the structured content.
const MAX_WARNINGS: usize = 20;

/// The result of a prediction. Blocks while it reads pictures.
pub(crate) fn prediction(report: &PredictionReport, images: Images) -> CallToolResult {
    let mut report = report.clone();
    let text = report.text.as_deref().map(text::bounded);
    report.text = text.or_else(|| text::of_files(&report.files));
    report.percent = report.percent.filter(|percent| percent.is_finite());
    report.warnings.truncate(MAX_WARNINGS);
    let files = report.files.iter().filter(|file| file.media_type.starts_with("image/"));
    let files: Vec<&Path> = files.map(|file| file.path.as_path()).collect();
    let shown = pictures::shown(&files, images);

    let sentence = format!("{}{}", sentence::of(&report), about(&shown));
    let mut result = structured(&sentence, &report);
    let pictures = shown.pictures.into_iter();
    result.content.extend(pictures.map(|it| ContentBlock::image(it.data, it.media_type)));
    let links = report.files.iter().filter_map(resources::resource).take(MAX_LINKS);
    result.content.extend(links.map(ContentBlock::resource_link));
    result
}

/// What the pictures are not, if a person asked for more.
fn about(shown: &Shown) -> String {
    let mut about = String::new();
    if shown.reduced > 0 {
        let (count, all) = (shown.reduced, shown.pictures.len());
        let _ = write!(
            about,
            " {count} of the {all} pictures here are thumbnails, since the files are too large to be shown or of a type that clients do not show."
        );
    }
    if shown.left_out > 0 {
        let _ = write!(about, " {} more pictures are not shown here.", shown.left_out);
    }
    about
}

/// A result without pictures, whose text may have several lines.
pub(crate) fn structured(text: &str, content: &impl Serialize) -> CallToolResult {
    let text = masked::block(text, MAX_SENTENCE);
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(masked_json(content));
    result
}

/// The result of a call that failed.
pub(crate) fn error(error: &ToolError, budget: Option<&BudgetReport>) -> CallToolResult {
    let sentence = masked::line(&error.to_string(), MAX_MESSAGE);
    let mut content = json!({"error": ErrorReport::from(error)});
    if let Some(budget) = budget {
        content["budget"] = masked_json(budget);
    }
    let mut result = CallToolResult::error(vec![ContentBlock::text(sentence)]);
    result.structured_content = Some(masked_json(&content));
    result
}

fn masked_json(content: &impl Serialize) -> Value {
    let mut content = serde_json::to_value(content).unwrap_or(Value::Null);
    masked::value(&mut content);
    content
}
