//! Tests of the generation.
