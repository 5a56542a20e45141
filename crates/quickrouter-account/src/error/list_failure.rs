//! [`ListFailure`]: why a price list is unavailable.

use quickrouter::error::Detail;

use crate::error::misread::Misread;

/// Why a price list is unavailable, in parts that a program can say in any language.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListFailure {
    /// The request failed.
    Request(Detail),
    /// The gateway refused, with HTTP 200 too.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The gateway's message.
        message: String,
    },
    /// The gateway does not have the route.
    NotServed {
        /// The HTTP status.
        status: u16,
    },
    /// The response cannot be understood.
    Unreadable(Misread),
    /// Something else, which the message says.
    Other,
}
