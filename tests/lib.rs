//! The workspace's README, whose example is compiled as a test.
#![doc = include_str!("../README.md")]

pub mod fuzzing;
