//! The golden specs under `test_data/specs`: one idea each, compared with `test_data/generated` and
//! compiled.
//!
//! After a change of the generator, `cargo xtask codegen --test-data` writes what it makes now;
//! read the diff before you keep it.

use std::path::Path;

use xtask::codegen;
use xtask::codegen::write::Mode;
use xtask::layout::Layout;

#[allow(
    dead_code,
    missing_docs,
    reason = "compiling is all that is asked of it"
)]
#[path = "../../test_data/generated.rs"]
mod generated;

fn layout() -> Layout {
    Layout::of_test_data(Path::new(env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn the_golden_specs_make_the_golden_files() {
    let stale = codegen::run(&layout(), Mode::Check, &[]).unwrap();
    let diffs: String = stale.iter().map(|file| file.diff.as_str()).collect();
    assert!(
        stale.is_empty(),
        "{diffs}\nrun `cargo xtask codegen --test-data`"
    );
}

#[test]
fn the_same_specs_make_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = Layout {
        parent: folder.path().join("generated.rs"),
        ..layout()
    };
    std::fs::copy(layout().parent, &elsewhere.parent).unwrap();
    codegen::run(&elsewhere, Mode::Write, &[]).unwrap();
    for entry in std::fs::read_dir(elsewhere.generated()).unwrap() {
        let path = entry.unwrap().path();
        let golden = layout().generated().join(path.file_name().unwrap());
        let [made, golden] = [&path, &golden].map(|path| std::fs::read_to_string(path).unwrap());
        assert_eq!(made, golden, "{}", path.display());
    }
}
