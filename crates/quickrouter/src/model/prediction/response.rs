//! Reading a prediction out of a response, as the request that it answers allows.

use quickrouter_api::Status;
use serde_json::{Map, Value};

use super::{Prediction, all_failed};
use crate::model::document::Document;
use crate::model::prediction_id::PredictionId;
use crate::model::{envelope, output};

impl Prediction {
    /// Reads a prediction from JSON: Replicate's form, which has `id` and `status`, also inside an
    /// envelope, or the OpenAI-shaped `{created, data}`, which is a finished prediction without an
    /// id.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read(document: &Document) -> Result<Self, String> {
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
            None => "it has no id".to_owned(),
            Some(_) => "it has no status".to_owned(),
        })
    }

    /// Reads the answer to a create, which is a prediction also without a status, or without an id
    /// where it shows the outputs and the end.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read_created(document: &Document) -> Result<Self, String> {
        let read = Self::read(document);
        let Err(reason) = read else { return read };
        let response = document.tree();
        let no_failure = response
            .as_object()
            .is_some_and(|map| envelope::error(map).is_none() && envelope::failure(map).is_none());
        let inside = envelope::polled(response).filter(|_| no_failure);
        match inside.map(|inside| Self::inside(document, inside)) {
            Some(Ok(created)) => {
                let over = created.is_terminal() && created.has_outputs();
                if created.id.is_some() || over { Ok(created) } else { Err(reason) }
            }
            _ => Err(reason),
        }
    }

    /// Reads the answer to a request for this prediction, which need not repeat what is known.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read_polled(document: &Document) -> Result<Self, String> {
        let read = Self::read(document);
        let Err(reason) = read else { return read };
        match envelope::polled(document.tree()) {
            Some(inside) => Self::inside(document, inside),
            None => Err(reason),
        }
    }

    /// The prediction in this part of a response. A status that is not there is an unknown one.
    fn inside(document: &Document, inside: &Map<String, Value>) -> Result<Self, String> {
        let id = match envelope::own_id(inside) {
            None => None,
            Some(id) => match PredictionId::accept(&id) {
                Some(id) => Some(id),
                None => return Err(format!("{id:?} is not a prediction id")),
            },
        };
        let word = envelope::own_status(inside).unwrap_or_default();
        Ok(Self::of(id, Status::from(word), own_document(document, inside)))
    }

    /// The answer to a create. A relay's `success` there is often that of the request: where nothing
    /// shows that the prediction is over, it is waited for.
    pub(crate) fn just_created(mut self) -> Self {
        // Most creates have only started: those are not looked into.
        if self.status != Status::Succeeded || self.completed_at().is_some() || self.has_outputs() {
            return self;
        }
        if let Some(word) = self.text("status").filter(|word| *word != self.status.as_str()) {
            self.status = Status::Other(word.to_owned());
        }
        self
    }
}

/// A part of a document as one of its own, unless it is the whole.
fn own_document(document: &Document, part: &Map<String, Value>) -> Document {
    let whole = document.tree().as_object().is_some_and(|all| std::ptr::eq(all, part));
    if whole { document.clone() } else { Value::from(part.clone()).into() }
}
