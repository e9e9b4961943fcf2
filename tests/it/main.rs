//! Whole-system behaviour.
