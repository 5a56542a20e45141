//! The price list of a gateway.
