//! The checked-in specs of reference pages are what the pages' text and the overlays give.
//!
//! The text of the pages is not in the repository. The tests read it from the folder that
//! `BILLING_PAGES` names, in which a file is found by the sha256 in `sources.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use xtask::codegen::manifest;
use xtask::codegen::problem::Problem;
use xtask::layout::Layout;
use xtask::spec::emit::{emit, simplify};
use xtask::spec::overlay::Overlay;
use xtask::spec::page;

fn layout() -> Layout {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    Layout::of_repository(xtask.parent().unwrap())
}

fn shown(problems: &[Problem]) -> String {
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn both_pages_import_to_the_checked_in_specs() {
    let Some(folder) = std::env::var_os("BILLING_PAGES").map(PathBuf::from) else {
        eprintln!("skipped: BILLING_PAGES does not name the folder with the text of the pages");
        return;
    };
    let specs = layout().specs;
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let mut imported = 0;
    for target in manifest::read(&specs).unwrap() {
        let Some(sum) = &target.page_sha256 else {
            continue;
        };
        let text = files.iter().find_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            (page::sha256(&text) == *sum).then_some(text)
        });
        let text = text.unwrap_or_else(|| panic!("no file in {folder:?} has the sha256 {sum}"));
        let path = specs.join(&target.file).with_extension("overlay.toml");
        let overlay = Overlay::read(&path, "overlay").unwrap();
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 40, "{} has {lines} lines", path.display());
        let page =
            page::read("page", &text, &overlay).unwrap_or_else(|all| panic!("{}", shown(&all)));
        println!("{}", page.notes.join("\n"));
        let mut api = simplify(page.api).unwrap();
        overlay
            .apply(&mut api, &specs)
            .unwrap_or_else(|all| panic!("{}", shown(&all)));
        let spec = emit(&api, &target.file).unwrap();
        let checked_in = fs::read_to_string(specs.join(&target.file)).unwrap();
        similar_asserts(&target.file, &checked_in, &spec);
        imported += 1;
    }
    assert_eq!(imported, 2);
}

fn similar_asserts(file: &str, expected: &str, found: &str) {
    if expected != found {
        let diff = similar::TextDiff::from_lines(expected, found);
        panic!("{file}:\n{}", diff.unified_diff());
    }
}
