//! Reads the charges of a key from a gateway's log.
