//! The generated files of this repository are what its specs say.

use std::path::Path;

use xtask::codegen;
use xtask::codegen::write::Mode;
use xtask::layout::Layout;

#[test]
fn the_models_are_up_to_date_with_the_specs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let stale = codegen::run(&Layout::of_repository(root), Mode::Check, &[]).unwrap();
    let diffs: String = stale.iter().map(|file| file.diff.as_str()).collect();
    assert!(stale.is_empty(), "{diffs}\nrun `cargo xtask codegen`");
}
