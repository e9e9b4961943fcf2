//! The README of the repository, so that its samples are compiled.

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
pub struct Readme;
