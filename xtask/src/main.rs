//! The verbs.

fn main() {}
