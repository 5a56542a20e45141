//! The names of the counters that outlive the process.

/// How many creates were accepted.
pub(crate) const CREATES: &str = "creates";
/// How many pictures they requested.
pub(crate) const PICTURES: &str = "pictures";
/// How many files were uploaded.
pub(crate) const UPLOADS: &str = "uploads";
/// How many units of quota they cost.
pub(crate) const USED: &str = "quota_used";
/// How many of these come back, since their predictions fail.
pub(crate) const REFUNDED: &str = "quota_refunded";
/// Followed by the name of a model: how many of the creates were its.
pub(crate) const RUNS: &str = "runs/";
