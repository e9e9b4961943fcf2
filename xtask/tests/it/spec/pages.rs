//! The checked-in specs of reference pages say what the pages say, and importing the pages gives
//! them byte for byte.
//!
//! The text of the pages is not in the repository. Its sha256 is in `sources.toml`, and a spec has
//! every fact of its page: [`render`] writes the page that a spec comes from, whose sha256 must be
//! that of the page. What the page does not say, the marks `readOnly` and `x-personal`, is in the
//! overlay alone. So page and overlay determine the spec, and a changed word of it fails one of the
//! two tests below. The pages themselves are read from the folder that `BILLING_PAGES` names.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the environment names the folder, and a test says that it is skipped"
)]

mod odd;
mod render;

use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use xtask::codegen::manifest;
use xtask::spec::emit::Ordered;
use xtask::spec::overlay::Overlay;
use xtask::spec::page;
use xtask::spec::sha256::sha256;

use self::render::Form;

const PARTNER: &str = "partner-center/v1/customer-billing-profile.json";
const ARM: &str = "arm-billing/2019-10-01-preview/billing-profile.json";

/// Each spec of a page, with the types whose headings the page has lost.
pub(crate) const PAGES: [(&str, &[&str]); 2] = [(PARTNER, &["Link", "ResourceLinks"]), (ARM, &[])];

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the page that says what a checked-in spec says.
fn rendered(file: &str, form: Form, lost: &[&str]) -> String {
    let spec = Ordered::parse(&read(&specs().join(file))).unwrap();
    render::page(&spec, form, lost)
}

/// Returns the sha256 of the page of a spec.
fn page_sha256(file: &str) -> String {
    let targets = manifest::read(&specs()).unwrap();
    let target = targets.into_iter().find(|target| target.file == file);
    target.and_then(|target| target.page_sha256).unwrap()
}

/// Imports a page, checks that this gives the checked-in spec, and returns the notes.
fn assert_imports_to(file: &str, text: &str) -> Vec<String> {
    let path = specs().join(file).with_extension("overlay.toml");
    let overlay = Overlay::parse(&read(&path), "overlay.toml").unwrap();
    let imported = page::import::spec("page.txt", text, &overlay, file, &specs());
    let imported = imported.unwrap_or_else(|problems| panic!("{file}:\n{problems}"));
    let expected = read(&specs().join(file));
    if expected != imported.spec {
        let diff = TextDiff::from_lines(&expected, &imported.spec);
        panic!("{file} and the import differ:\n{}", diff.unified_diff());
    }
    imported.notes
}

#[test]
fn each_spec_says_what_its_page_says_word_for_word() {
    for (file, lost) in PAGES {
        assert_eq!(
            sha256(rendered(file, Form::Text, lost)),
            page_sha256(file),
            "specs/{file} says something else than its page, or the other way round"
        );
    }
}

#[test]
fn the_text_of_a_page_imports_to_its_spec() {
    let [partner, arm] = PAGES.map(|(file, lost)| {
        let notes = assert_imports_to(file, &rendered(file, Form::Text, lost));
        notes.join("\n")
    });
    insta::assert_snapshot!(partner, @"
    page.txt:82: the heading of this table is lost; by the order of the table Definitions it is `Microsoft.Partner.Core.Collections.Link`
    page.txt:110: the heading of this table is lost; by the order of the table Definitions it is `Microsoft.Partner.Core.Collections.ResourceLinks`
    ");
    insta::assert_snapshot!(arm, @"page.txt:126: the sample's headers are of the 202, its body of the 200");
}

#[test]
fn a_page_as_markdown_imports_to_its_spec() {
    for (file, lost) in PAGES {
        let text = rendered(file, Form::Markdown, lost);
        assert!(text.contains("| Name | Type | Description |"), "{text}");
        assert_imports_to(file, &text);
        assert_imports_to(file, &rendered(file, Form::Markdown, &[]));
    }
}

#[test]
fn the_pages_themselves_import_to_the_specs() {
    let Some(folder) = std::env::var_os("BILLING_PAGES").map(PathBuf::from) else {
        println!("skipped: BILLING_PAGES does not name a folder with the text of the pages");
        return;
    };
    let files = fs::read_dir(&folder).unwrap();
    let texts: Vec<_> = files
        .filter_map(|file| fs::read_to_string(file.unwrap().path()).ok())
        .collect();
    for (file, _) in PAGES {
        let sum = page_sha256(file);
        let text = texts.iter().find(|text| sha256(text) == sum);
        let text = text.unwrap_or_else(|| panic!("no file in {folder:?} has the sha256 {sum}"));
        assert_imports_to(file, text);
    }
}

#[test]
fn overlays_of_pages_have_at_most_40_lines() {
    for (file, _) in PAGES {
        let path = specs().join(file).with_extension("overlay.toml");
        let lines = read(&path).lines().count();
        assert!(lines <= 40, "{}: {lines} lines", path.display());
    }
}
