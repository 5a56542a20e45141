//! Predictions in progress.
