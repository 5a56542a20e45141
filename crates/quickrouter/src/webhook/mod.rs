//! Verifying webhook deliveries and decoding the predictions in them.
//!
//! A delivery is a POST of the prediction, signed with the [`Secret`] that
//! [`Client::webhook_secret`](crate::Client::webhook_secret) fetches. Nothing of the body is
//! decoded until its signature is verified.
//!
//! ```
//! use quickrouter::webhook::{Delivery, Secret, Verifier};
//!
//! # fn main() -> Result<(), quickrouter::Error> {
//! // Once, when the program starts:
//! let verifier = Verifier::new(Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?);
//!
//! // For each request, with the body exactly as received, and the status to respond with:
//! # let headers = http::HeaderMap::new();
//! # let body = b"";
//! match verifier.verify(&headers, body) {
//!     Ok(Delivery::New { prediction, .. }) => println!("{}", prediction.status()), // 200
//!     Ok(Delivery::Replayed { .. }) => {} // 200, and do nothing
//!     Err(error) => eprintln!("{error}"), // 400
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

use self::headers::SignedHeaders;
use self::seen::SeenIds;
use crate::detail::detail;
use crate::error::Error;
use crate::model::document::Document;
use crate::model::prediction::Prediction;

/// Verifies one delivery, with the [default tolerance](limits::WEBHOOK_TOLERANCE_SECONDS) and the
/// system's clock, and returns its prediction.
///
/// Stateless: a delivery sent twice is accepted twice, see [`Verifier`].
///
/// # Errors
/// [`Error::Delivery`] with the reason.
pub fn verify<H: Headers + ?Sized>(
    secret: &Secret,
    headers: &H,
    body: &[u8],
) -> Result<Prediction, Error> {
    let signed = SignedHeaders::read(headers)?;
    authenticate(secret, &signed, body, TOLERANCE, SystemTime::now())?;
    Ok(read(body)?)
}

const TOLERANCE: Duration = Duration::from_secs(limits::WEBHOOK_TOLERANCE_SECONDS);

/// Verifies deliveries and remembers their ids, so that replayed ones are recognized.
///
/// An id is remembered until its delivery is so old that it is rejected anyway, and only if its
/// signature matches, so that strangers cannot fill the memory. Ids are kept in this process only:
/// if several processes receive deliveries, or one restarts, store the ids you have handled with
/// your results.
#[derive(Debug)]
pub struct Verifier {
    secret: Secret,
    tolerance: Duration,
    seen: Mutex<SeenIds>,
}

/// A delivery with a valid signature.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// It is received for the first time.
    New {
        /// Its id, which stays the same when it is sent again.
        id: String,
        /// The prediction at the time of the delivery. Deliveries may arrive out of order.
        prediction: Prediction,
    },
    /// It has been returned before. Respond with success, or it will be sent again, and skip it.
    Replayed {
        /// Its id.
        id: String,
    },
}

impl Verifier {
    /// Creates a verifier with the [default tolerance](limits::WEBHOOK_TOLERANCE_SECONDS).
    pub fn new(secret: Secret) -> Self {
        Self { secret, tolerance: TOLERANCE, seen: Mutex::default() }
    }

    /// Sets how far `webhook-timestamp` may be from the clock, in either direction. Ids are
    /// remembered for as long.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a delivery at the system's current time.
    ///
    /// # Errors
    /// [`Error::Delivery`] with the reason.
    pub fn verify<H: Headers + ?Sized>(&self, headers: &H, body: &[u8]) -> Result<Delivery, Error> {
        self.verify_at(headers, body, SystemTime::now())
    }

    /// Verifies a delivery as of a given time, for tests and custom clocks.
    ///
    /// # Errors
    /// [`Error::Delivery`] with the reason.
    pub fn verify_at<H: Headers + ?Sized>(
        &self,
        headers: &H,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Delivery, Error> {
        let signed = SignedHeaders::read(headers)?;
        authenticate(&self.secret, &signed, body, self.tolerance, now)?;
        // Decoded before the id is recorded: a delivery that cannot be decoded has not been
        // returned.
        let prediction = read(body)?;
        let id = signed.id.to_owned();
        let until = signed.sent_at.checked_add(self.tolerance);
        if self.seen().insert(&id, until, now) {
            Ok(Delivery::New { id, prediction })
        } else {
            Ok(Delivery::Replayed { id })
        }
    }

    /// Forgets an id, so that the delivery counts as new when it is sent again. Call this if the
    /// prediction could not be handled, and respond with an error, which makes the gateway send it
    /// again.
    pub fn forget(&self, id: &str) {
        self.seen().forget(id);
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, SeenIds> {
        // A panic cannot leave the ids in an inconsistent state.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks the timestamp and the signatures.
fn authenticate(
    secret: &Secret,
    signed: &SignedHeaders<'_>,
    body: &[u8],
    tolerance: Duration,
    now: SystemTime,
) -> Result<(), DeliveryError> {
    let (off, ahead) = match now.duration_since(signed.sent_at) {
        Ok(behind) => (behind, false),
        Err(ahead) => (ahead.duration(), true),
    };
    if off > tolerance {
        return Err(DeliveryError::TimestampOff { off, ahead, tolerance });
    }
    signature::verify_any(secret, signed, body)
}

/// Decodes the prediction in a verified body.
fn read(body: &[u8]) -> Result<Prediction, DeliveryError> {
    let document = Document::read(&Bytes::copy_from_slice(body)).map_err(|error| {
        DeliveryError::NotAPrediction {
            reason: detail!(Failed, "{error}", error = error.to_string()),
        }
    })?;
    Prediction::read(&document).map_err(|reason| DeliveryError::NotAPrediction { reason })
}
