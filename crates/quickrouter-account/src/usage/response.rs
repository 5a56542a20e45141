//! Reads what a key has left from a gateway's response.
