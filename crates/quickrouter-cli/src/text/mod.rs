//! Text as people type and paste it, and as it may be shown. Nothing here knows of the command.

pub(crate) mod describe;
pub(crate) mod encoding;
pub(crate) mod exact_number;
pub(crate) mod lang;
pub(crate) mod model_name;
pub(crate) mod pasted_id;
pub(crate) mod printable;
