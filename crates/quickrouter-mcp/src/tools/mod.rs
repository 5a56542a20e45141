//! One file a tool.
