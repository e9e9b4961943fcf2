//! The `billing` command once more, so that cargo builds it for the tests of this package.

fn main() {}
