//! Error messages: what happened, with which value, and what to do next.

use std::fmt;

use quickrouter_api::Status;

use crate::error::details::{
    ApiError, CancelOutcome, DeadlinePassed, FileError, OutputError, Recovery, UnexpectedResponse,
    UnknownOutcome,
};
use crate::model::prediction::{MissingOutputs, Prediction};
use crate::model::prediction_id::PredictionId;
use crate::text::printable::{excerpt, printable};
use crate::validate::finding::Violation;

/// One violation on the same line, several on lines of their own.
pub(crate) struct Listed<'a>(pub(crate) &'a [Violation]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [one] => write!(f, " {one}"),
            many => many.iter().try_for_each(|violation| write!(f, "\n  {violation}")),
        }
    }
}

/// The suffix of an error that ends a wait.
pub(crate) struct RunsOn(pub(crate) bool);

impl fmt::Display for RunsOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = "; the prediction may still run and be billed: wait for it again";
        f.write_str(if self.0 { words } else { "" })
    }
}

/// ` (prediction ID)`.
pub(crate) struct Of<'a>(pub(crate) Option<&'a PredictionId>);

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |id| write!(f, " (prediction {})", printable(id.as_str())))
    }
}

/// The hint for a connection that could not be made.
pub(crate) struct Checked(pub(crate) bool);

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "; check the base URL and the network" } else { "" })
    }
}

/// ` (request ID)`.
struct By<'a>(Option<&'a str>);

impl fmt::Display for By<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |id| write!(f, " (request {})", printable(id)))
    }
}

/// A prediction that did not succeed.
pub(crate) struct Ended<'a>(pub(crate) &'a Prediction);

impl fmt::Display for Ended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prediction = self.0;
        match prediction.id() {
            Some(id) => write!(f, "prediction {}", printable(id.as_str()))?,
            None => f.write_str("the prediction")?,
        }
        // A prediction that succeeded ends up here if all of its outputs failed.
        match prediction.status() {
            Status::Succeeded => f.write_str(" has no output")?,
            status => write!(f, " ended {}", printable(status.as_str()))?,
        }
        match prediction.error() {
            Some(error) => write!(f, ": {}", printable(&error)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for MissingOutputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} outputs are missing", self.missing, self.requested)?;
        match &self.reason {
            Some(reason) => write!(f, ": {}", printable(reason)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_folder { "folder" } else { "file" };
        write!(f, "{what} {}: {}", self.path.display(), self.reason)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} returned HTTP {}", self.operation, self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", printable(&self.code))?;
        }
        let message = printable(&self.message);
        if !message.is_empty() {
            write!(f, ": {}", message.trim_end_matches('.'))?;
        }
        // The gateway's own message often ends in the request id.
        let unmentioned = self.request_id.as_deref().filter(|id| !message.contains(id));
        write!(f, "{}{}", Of(self.prediction_id.as_ref()), By(unmentioned))?;
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        RunsOn(self.may_still_run).fmt(f)
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the create was sent, but its outcome is unknown: ")?;
        f.write_str(&printable(self.cause.as_str()))?;
        // For an error status the cause already says everything.
        if let Some(status) = self.status.filter(|status| *status < 300) {
            write!(f, ", HTTP {status}")?;
            if !self.body.is_empty() {
                write!(f, ", body: {}", excerpt(&self.body))?;
            }
        }
        write!(f, "{}{}", Of(self.prediction_id.as_ref()), By(self.request_id.as_deref()))?;
        f.write_str("; it may be running and billed: ")?;
        match &self.recovery {
            Recovery::Candidates(ids) if !ids.is_empty() => {
                let ids: Vec<_> = ids.iter().map(|id| printable(id.as_str())).collect();
                write!(f, "check {} before sending it again", ids.join(" or "))
            }
            Recovery::Candidates(_) => f.write_str(
                "the list of predictions does not show it yet; check again before sending it again",
            ),
            Recovery::NotRelayed => f.write_str(
                "this gateway does not relay the list of predictions, so check what the account \
                 was billed before sending it again",
            ),
            Recovery::Failed(why) => {
                let why = printable(why.as_str());
                write!(
                    f,
                    "check your predictions before sending it again (the search for it failed: {why})"
                )
            }
            Recovery::NotAttempted => f.write_str("check your predictions before sending it again"),
        }
    }
}

impl fmt::Display for DeadlinePassed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the deadline of {:?} passed", self.deadline)?;
        let id = printable(self.prediction_id.as_str());
        match &self.last_status {
            Some(status) if status.as_str().trim().is_empty() => {
                write!(f, " while prediction {id} had no status")?;
            }
            Some(status) => write!(f, " while prediction {id} was {}", printable(status.as_str()))?,
            None => write!(f, " before prediction {id} was seen")?,
        }
        if let Some(problem) = &self.last_problem {
            write!(f, "; the last poll failed: {}", printable(problem.as_str()))?;
        }
        match &self.cancel {
            CancelOutcome::NotRequested => {
                f.write_str("; it continues: wait for it again, or cancel it")
            }
            CancelOutcome::Requested(status) if status.is_terminal() => {
                write!(f, "; a cancel was requested and confirmed: it is {status}")
            }
            CancelOutcome::Requested(status) => {
                let status = printable(status.as_str());
                write!(
                    f,
                    "; a cancel was requested but is not confirmed yet, its status is {status}"
                )?;
                f.write_str(": poll it again")
            }
            CancelOutcome::Unconfirmed(why) => {
                write!(
                    f,
                    "; a cancel was requested but not confirmed ({}), ",
                    printable(why.as_str())
                )?;
                f.write_str("so it may still run and be billed: poll it again")
            }
        }
    }
}

impl fmt::Display for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} returned HTTP {} ", self.operation, self.status)?;
        write!(f, "with unexpected content: {}", printable(self.reason.as_str()))?;
        if !self.body.is_empty() {
            write!(f, ", body: {}", excerpt(&self.body))?;
        }
        write!(f, "{}{}", Of(self.prediction_id.as_ref()), By(self.request_id.as_deref()))?;
        f.write_str("; try again, and check the base URL")?;
        RunsOn(self.may_still_run).fmt(f)
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.prediction_id {
            Some(id) => {
                write!(f, "an output of prediction {} was not saved: ", printable(id.as_str()))?;
            }
            None => f.write_str("an output was not saved: ")?,
        }
        for (index, failed) in self.failed.iter().enumerate() {
            let between = if index == 0 { "" } else { "; another: " };
            write!(f, "{between}{}", printable(failed.reason.as_str()))?;
            if let Some(url) = &failed.url {
                write!(f, " ({})", printable(url))?;
            }
        }
        match self.saved.len() {
            0 => {}
            1 => write!(f, "; 1 other was saved")?,
            many => write!(f, "; {many} others were saved")?,
        }
        match &self.unread {
            Some(file) => write!(f, "; the whole response is in {}", file.display()),
            None => Ok(()),
        }
    }
}
