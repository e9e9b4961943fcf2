//! The behaviour of bulk runs.
