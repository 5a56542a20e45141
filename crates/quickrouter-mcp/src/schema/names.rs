//! The names of the tools.

pub(crate) const GENERATE_IMAGE: &str = "generate_image";
pub(crate) const RUN_MODEL: &str = "run_model";
pub(crate) const GET_PREDICTION: &str = "get_prediction";
pub(crate) const WAIT_PREDICTION: &str = "wait_prediction";
pub(crate) const CANCEL_PREDICTION: &str = "cancel_prediction";
pub(crate) const LIST_MODELS: &str = "list_models";
pub(crate) const DESCRIBE_MODEL: &str = "describe_model";
pub(crate) const ESTIMATE_COST: &str = "estimate_cost";
pub(crate) const SAVE_OUTPUTS: &str = "save_outputs";
