//! The names of the counters that outlive the process.

/// How many creates were accepted.
pub(crate) const CREATES: &str = "creates";
/// How many pictures they requested.
pub(crate) const PICTURES: &str = "pictures";
/// How many files were uploaded.
pub(crate) const UPLOADS: &str = "uploads";
/// Followed by the name of a model: how many of the creates were its.
pub(crate) const RUNS: &str = "runs/";
