//! [`CreateRequest`]: the model, its input, and options of a create.

pub(crate) mod check_file;
pub(crate) mod data_uri;
pub(crate) mod inline_limit;
pub(crate) mod local_file;
pub(crate) mod model_name;
mod model_ref;
pub(crate) mod preview;
pub(crate) mod raw;
pub(crate) mod requested;

use std::sync::Arc;
use std::time::Duration;

use quickrouter_api::types::WebhookEvent;
use quickrouter_api::{ModelInput, is_loopback, limits};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::detail::detail;
use crate::error::Error;
use crate::request::model_ref::ModelRef;
use crate::request::requested::Requested;
use crate::validate::check;
use crate::validate::finding::{Violation, Warning};
use crate::validate::schema;
use crate::validate::warnings;

/// An input for any model, as JSON.
///
/// Models known to the contract are validated like typed inputs; other inputs are sent unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct AnyInput {
    model: String,
    input: Value,
}

impl AnyInput {
    /// Creates an input for a model: `owner/name`, `owner/name:version` or a version of 64
    /// hexadecimal digits.
    pub fn new(model: impl Into<String>, input: Value) -> Self {
        Self { model: model.into(), input }
    }
}

impl<T: ModelInput> From<T> for AnyInput {
    fn from(input: T) -> Self {
        let value = serde_json::to_value(&input).unwrap_or_default();
        Self::new(T::model().name, value)
    }
}

/// A request to create a prediction: an input and its options.
///
/// # Examples
/// ```no_run
/// # async fn create(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
/// use std::time::Duration;
///
/// use quickrouter::CreateRequest;
/// use quickrouter::inputs::SdxlInput;
///
/// let input = SdxlInput::builder().prompt("a red door").build();
/// let request = CreateRequest::new(input).cancel_after(Duration::from_secs(300));
/// let prediction = client.run(request.cancel_on_drop(true)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until a client sends it"]
pub struct CreateRequest {
    input: AnyInput,
    webhook: Option<String>,
    events: Vec<WebhookEvent>,
    unchecked: bool,
    stop: CancellationToken,
    prefer_wait: Option<Duration>,
    cancel_after: Option<Duration>,
    cancel_on_drop: bool,
    cancel_at_deadline: bool,
}

impl CreateRequest {
    /// Creates a request with default options.
    pub fn new(input: impl Into<AnyInput>) -> Self {
        Self {
            input: input.into(),
            webhook: None,
            events: Vec::new(),
            unchecked: false,
            stop: CancellationToken::new(),
            prefer_wait: None,
            cancel_after: None,
            cancel_on_drop: false,
            cancel_at_deadline: true,
        }
    }

    /// Requests another version of the model than the contract's: 64 hexadecimal digits.
    pub fn version(mut self, version: impl AsRef<str>) -> Self {
        let name = self.input.model.split(':').next().unwrap_or_default();
        self.input.model = format!("{name}:{}", version.as_ref());
        self
    }

    /// Sets a URL that the gateway notifies of changes. Best effort: a gateway may ignore it.
    pub fn webhook(mut self, url: impl Into<String>) -> Self {
        self.webhook = Some(url.into());
        self
    }

    /// Sets the events that the webhook is notified of. Defaults to all.
    pub fn webhook_events(mut self, events: impl IntoIterator<Item = WebhookEvent>) -> Self {
        self.events = events.into_iter().collect();
        self
    }

    /// Skips local validation, for a version whose inputs differ from the contract's. Whatever the
    /// gateway makes of the input is billed. NUL characters are rejected all the same.
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    /// Asks the gateway to hold its response to the create until the prediction is terminal, at
    /// most this long (`Prefer: wait=SECONDS`): from 1 s to
    /// [`PREFER_WAIT_MAX_SECONDS`](crate::catalog::limits::PREFER_WAIT_MAX_SECONDS), rounded up to
    /// whole seconds. If the gateway supports it, a short prediction takes one request.
    ///
    /// Off by default, because there is no id until the response arrives: nothing to cancel, and
    /// nothing to name if the connection breaks. Best effort: a gateway that ignores the header
    /// responds immediately, and the prediction is waited for as usual.
    pub fn prefer_wait(mut self, longest: Duration) -> Self {
        self.prefer_wait = Some(longest);
        self
    }

    /// Asks the gateway to cancel the prediction if it is not terminal this long after its creation
    /// (`Cancel-After`): at least
    /// [`CANCEL_AFTER_MIN_SECONDS`](crate::catalog::limits::CANCEL_AFTER_MIN_SECONDS), rounded up
    /// to whole seconds. Works even if this program has exited by then. Best effort: a gateway may
    /// ignore the header.
    pub fn cancel_after(mut self, limit: Duration) -> Self {
        self.cancel_after = Some(limit);
        self
    }

    /// Sets whether the prediction is canceled if the future of `run` (or `create`) is dropped
    /// before it completes. Off by default: the prediction then continues, is billed, and is
    /// available from [`Client::take_orphaned`](crate::Client::take_orphaned).
    pub fn cancel_on_drop(mut self, cancel: bool) -> Self {
        self.cancel_on_drop = cancel;
        self
    }

    /// Sets whether `run` requests a cancel when its deadline passes. Defaults to `true`. A cancel
    /// may discard outputs that already exist; to keep them, disable this, save those of
    /// [`DeadlinePassed::last`](crate::error::DeadlinePassed::last), and then cancel.
    pub fn cancel_at_deadline(mut self, cancel: bool) -> Self {
        self.cancel_at_deadline = cancel;
        self
    }

    /// Sets a token that stops a create which has not been accepted yet.
    ///
    /// Cancelled before the first attempt, it prevents the create from being sent at all. Cancelled
    /// later, it ends the pause between two attempts with the error of the last one, which says
    /// that nothing was accepted. An attempt in flight continues, since its response may contain
    /// the id of something that is billed; [cancel](crate::Client::cancel) that by its id.
    pub fn stop_on(mut self, token: &CancellationToken) -> Self {
        self.stop = token.clone();
        self
    }

    /// Resolves the model and validates the input. `base` is the gateway's own URL; addresses at
    /// its origin are reachable by the gateway.
    pub(crate) fn prepare(self, base: &Url) -> Result<Prepared, Error> {
        let model_ref = ModelRef::parse(&self.input.model)?;
        let refused =
            |violations| Error::InvalidInput { model: self.input.model.clone(), violations };
        let Value::Object(input) = self.input.input else {
            let limit = detail!(NotAnObject, "is not a JSON object of inputs");
            let value = Some(self.input.input.clone());
            return Err(refused(vec![Violation { field: "input".to_owned(), value, limit }]));
        };
        let mut warnings =
            check::whole(model_ref.known.filter(|_| !self.unchecked), &input).map_err(refused)?;
        if let Some(url) = self.webhook.as_ref().filter(|url| !schema::is_web_address(url)) {
            return Err(Error::InvalidRequest(detail!(
                WebhookUrl,
                "the webhook {url:?} is not an http or https URL",
                url = url
            )));
        }
        warnings.extend(warnings::of_addresses(model_ref.known, &input, base));
        // A gateway on this machine can deliver to whatever this machine can reach.
        let webhook = self.webhook.as_deref().filter(|_| !is_loopback(base));
        warnings.extend(webhook.and_then(|url| warnings::of_address("webhook", url, base)));
        let prefer_wait = self.prefer_wait.map(prefer_seconds).transpose()?;
        let cancel_after = self.cancel_after.map(cancel_seconds).transpose()?;
        let name = self.input.model.split(':').next().filter(|name| name.contains('/'));
        let (version, known) = (model_ref.version(), model_ref.known);
        let model = known.map(|known| known.name).or(name).map(str::to_owned);
        let body = model_ref.route.body(input, self.webhook, self.events);
        Ok(Prepared {
            requested: Arc::new(Requested { model, version, body }),
            warnings,
            stop: self.stop,
            prefer_wait,
            cancel_after,
            cancel_on_drop: self.cancel_on_drop,
            cancel_at_deadline: self.cancel_at_deadline,
        })
    }
}

fn prefer_seconds(longest: Duration) -> Result<u64, Error> {
    let most = limits::PREFER_WAIT_MAX_SECONDS;
    let seconds = whole_seconds(longest);
    if longest < Duration::from_secs(1) || seconds > most {
        return Err(Error::InvalidRequest(detail!(
            PreferWaitRange,
            "a gateway can hold its response for 1 s to {most} s, not {given}",
            most = most,
            given = format!("{longest:?}")
        )));
    }
    Ok(seconds)
}

fn cancel_seconds(limit: Duration) -> Result<u64, Error> {
    let least = limits::CANCEL_AFTER_MIN_SECONDS;
    if limit < Duration::from_secs(least) {
        return Err(Error::InvalidRequest(detail!(
            CancelAfterMinimum,
            "a gateway can cancel after {least} s or later, not after {given}",
            least = least,
            given = format!("{limit:?}")
        )));
    }
    Ok(whole_seconds(limit))
}

/// Rounded up.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

impl<T: Into<AnyInput>> From<T> for CreateRequest {
    fn from(input: T) -> Self {
        Self::new(input)
    }
}

/// A validated request, ready to be sent.
pub(crate) struct Prepared {
    pub(crate) requested: Arc<Requested>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) stop: CancellationToken,
    /// Whole seconds.
    pub(crate) prefer_wait: Option<u64>,
    /// Whole seconds.
    pub(crate) cancel_after: Option<u64>,
    pub(crate) cancel_on_drop: bool,
    pub(crate) cancel_at_deadline: bool,
}
