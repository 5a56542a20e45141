//! Rate limiting: permits to send, slots for predictions in flight, and what 429 and the rate limit
//! headers report.

mod budget;
pub(crate) mod denied;
pub(crate) mod feedback;
pub(crate) mod limiter;
mod rules;
#[cfg(test)]
mod tests;
mod window;
