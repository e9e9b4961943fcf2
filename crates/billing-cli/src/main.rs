//! The `billing` command.

fn main() {}
