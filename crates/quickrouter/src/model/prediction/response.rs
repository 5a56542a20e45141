//! Reading a prediction from a response, depending on the request.

use quickrouter_api::Status;
use serde_json::{Map, Value};

use super::{Prediction, all_failed};
use crate::detail::{Detail, detail};
use crate::model::document::Document;
use crate::model::prediction_id::PredictionId;
use crate::model::{envelope, output};

impl Prediction {
    /// Reads a prediction from JSON: Replicate's format with `id` and `status`, also inside an
    /// envelope, or the OpenAI-shaped `{created, data}`, which is a finished prediction without an
    /// id.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read(document: &Document) -> Result<Self, Detail> {
        if let (Some(id), Some(status), true) =
            (document.id(), document.status(), document.is_plain())
            && !(id.trim().is_empty() || status.trim().is_empty())
            && let Some(id) = PredictionId::accept(id)
        {
            return Ok(Self::of(Some(id), Status::from(status), document.clone()));
        }
        let response = document.tree();
        if let Some(inside) = envelope::prediction(response) {
            return Self::inside(document, inside);
        }
        if let Some(images) = envelope::images(response) {
            let id = images.get("id").and_then(envelope::id_text);
            let id = id.and_then(|id| PredictionId::accept(&id));
            let own = own_document(document, images);
            let failed = all_failed(&output::read(own.tree()));
            let status = if failed { Status::Failed } else { Status::Succeeded };
            return Ok(Self::of(id, status, own));
        }
        Err(match envelope::id(response) {
            None => detail!(NoId, "it has no id"),
            Some(_) => detail!(NoStatus, "it has no status"),
        })
    }

    /// Reads the response to a create, which may lack a status, or the id if it is terminal and has
    /// outputs.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read_created(document: &Document) -> Result<Self, Detail> {
        let read = Self::read(document);
        let Err(reason) = read else { return read };
        let response = document.tree();
        let no_failure = response
            .as_object()
            .is_some_and(|map| envelope::error(map).is_none() && envelope::failure(map).is_none());
        let inside = envelope::polled(response).filter(|_| no_failure);
        match inside.map(|inside| Self::inside(document, inside)) {
            Some(Ok(created)) => {
                let finished = created.is_terminal() && created.has_outputs();
                if created.id.is_some() || finished { Ok(created) } else { Err(reason) }
            }
            _ => Err(reason),
        }
    }

    /// Reads the response to a poll, which need not repeat what is known.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read_polled(document: &Document) -> Result<Self, Detail> {
        let read = Self::read(document);
        let Err(reason) = read else { return read };
        match envelope::polled(document.tree()) {
            Some(inside) => Self::inside(document, inside),
            None => Err(reason),
        }
    }

    /// Reads the prediction in this part of a response. A missing status is an unknown one.
    fn inside(document: &Document, inside: &Map<String, Value>) -> Result<Self, Detail> {
        let id = match envelope::own_id(inside) {
            None => None,
            Some(id) => match PredictionId::accept(&id) {
                Some(id) => Some(id),
                None => return Err(detail!(IdInvalid, "{id:?} is not a prediction id", id = id)),
            },
        };
        let word = envelope::own_status(inside).unwrap_or_default();
        Ok(Self::of(id, Status::from(word), own_document(document, inside)))
    }

    /// Adjusts the response to a create. A relay's `success` often refers to the request there: unless
    /// something shows that the prediction is terminal, it is waited for.
    pub(crate) fn just_created(mut self) -> Self {
        // Most creates have only started, and need no tree.
        if self.status != Status::Succeeded || self.completed_at().is_some() || self.has_outputs() {
            return self;
        }
        if let Some(word) = self.text("status").filter(|word| *word != self.status.as_str()) {
            self.status = Status::Other(word.to_owned());
        }
        self
    }
}

/// Makes a part of a document its own document, unless it is the whole.
fn own_document(document: &Document, part: &Map<String, Value>) -> Document {
    let whole = document.tree().as_object().is_some_and(|all| std::ptr::eq(all, part));
    if whole { document.clone() } else { Value::from(part.clone()).into() }
}
