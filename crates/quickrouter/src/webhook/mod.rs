//! Deliveries of a webhook: whether they are the gateway's, and the predictions in them.
//!
//! A delivery is a POST of the prediction, signed with the [`Secret`] that
//! [`Client::webhook_secret`](crate::Client::webhook_secret) asks for. Until the signature fits,
//! nothing of the body is read.
//!
//! ```
//! use quickrouter::webhook::{Delivery, Secret, Verifier};
//!
//! # fn main() -> Result<(), quickrouter::Error> {
//! // Once, when the program starts:
//! let verifier = Verifier::new(Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?);
//!
//! // For each request, with the body as it came, not parsed and written again:
//! # let headers = http::HeaderMap::new();
//! # let body = b"";
//! match verifier.verify(&headers, body) {
//!     Ok(Delivery::New { prediction, .. }) => println!("{}", prediction.status()), // answer 200
//!     Ok(Delivery::Replayed { .. }) => {} // had before: answer 200, and do nothing
//!     Err(error) => eprintln!("{error}"), // answer 400
//! }
//! # Ok(())
//! # }
//! ```

mod headers;
mod secret;
mod seen;
mod signature;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use quickrouter_api::limits;

pub use self::headers::Headers;
pub use self::secret::Secret;
pub use crate::error::delivery::DeliveryError;
pub use quickrouter_api::types::WebhookEvent;

use bytes::Bytes;

use self::headers::Signed;
use self::seen::SeenIds;
use crate::error::Error;
use crate::model::document::Document;
use crate::model::prediction::Prediction;

/// Verifies one delivery, with the [usual tolerance](limits::WEBHOOK_TOLERANCE_SECONDS) and by the
/// system's clock, and gives the prediction in it.
///
/// It has no memory, so a delivery that comes twice fits twice: see [`Verifier`].
///
/// # Errors
/// [`Error::Delivery`] with the reason.
pub fn verify<H: Headers + ?Sized>(
    secret: &Secret,
    headers: &H,
    body: &[u8],
) -> Result<Prediction, Error> {
    let signed = Signed::read(headers)?;
    authentic(secret, &signed, body, TOLERANCE, SystemTime::now())?;
    Ok(read(body)?)
}

const TOLERANCE: Duration = Duration::from_secs(limits::WEBHOOK_TOLERANCE_SECONDS);

/// Verifies deliveries and remembers their ids, so that none is taken for new twice.
///
/// An id is remembered until its delivery is so old that it is refused anyway; and only ids under a
/// signature that fits are, so that strangers cannot fill the memory. The memory is this process's:
/// where several receive the deliveries, or one is started anew, keep the ids that are done with
/// where your results are.
#[derive(Debug)]
pub struct Verifier {
    secret: Secret,
    tolerance: Duration,
    seen: Mutex<SeenIds>,
}

/// A delivery whose signature fits.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// It comes for the first time.
    New {
        /// Its id, which is the same when it is sent again.
        id: String,
        /// The prediction as it was when the delivery was made. Deliveries may overtake each other.
        prediction: Prediction,
    },
    /// It was given out before. Answer with success, or it will be sent once more, and skip it.
    Replayed {
        /// Its id.
        id: String,
    },
}

impl Verifier {
    /// With the [usual tolerance](limits::WEBHOOK_TOLERANCE_SECONDS).
    pub fn new(secret: Secret) -> Self {
        Self { secret, tolerance: TOLERANCE, seen: Mutex::default() }
    }

    /// How far `webhook-timestamp` may be from the clock, in both directions. Ids are remembered
    /// for as long.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a delivery by the system's clock.
    ///
    /// # Errors
    /// [`Error::Delivery`] with the reason.
    pub fn verify<H: Headers + ?Sized>(&self, headers: &H, body: &[u8]) -> Result<Delivery, Error> {
        self.verify_at(headers, body, SystemTime::now())
    }

    /// Verifies a delivery as it would be at another time: for tests, and for a clock of your own.
    ///
    /// # Errors
    /// [`Error::Delivery`] with the reason.
    pub fn verify_at<H: Headers + ?Sized>(
        &self,
        headers: &H,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Delivery, Error> {
        let signed = Signed::read(headers)?;
        authentic(&self.secret, &signed, body, self.tolerance, now)?;
        // Before it is remembered: what cannot be read was not given out.
        let prediction = read(body)?;
        let id = signed.id.to_owned();
        let until = signed.moment.checked_add(self.tolerance);
        if self.seen().is_new(&id, until, now) {
            Ok(Delivery::New { id, prediction })
        } else {
            Ok(Delivery::Replayed { id })
        }
    }

    /// Forgets an id, so that the delivery is new when it is sent again. Call it when the prediction
    /// could not be handled, and answer with an error: the gateway then sends it again.
    pub fn forget(&self, id: &str) {
        self.seen().forget(id);
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, SeenIds> {
        // Nothing is left half done by whoever panicked.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the timestamp is near enough and a signature fits.
fn authentic(
    secret: &Secret,
    signed: &Signed<'_>,
    body: &[u8],
    tolerance: Duration,
    now: SystemTime,
) -> Result<(), DeliveryError> {
    let (off, ahead) = match now.duration_since(signed.moment) {
        Ok(behind) => (behind, false),
        Err(ahead) => (ahead.duration(), true),
    };
    if off > tolerance {
        return Err(DeliveryError::TimestampOff { off, ahead, tolerance });
    }
    signature::one_fits(secret, signed, body)
}

/// The prediction in a body whose signature fits.
fn read(body: &[u8]) -> Result<Prediction, DeliveryError> {
    let document = Document::read(&Bytes::copy_from_slice(body))
        .map_err(|error| DeliveryError::NotAPrediction { reason: error.to_string() })?;
    Prediction::read(&document).map_err(|reason| DeliveryError::NotAPrediction { reason })
}
