//! What a machine can hold of docs/style.md: widths, module headers, wording, documentation.

mod documented;
mod phrases;
mod text;

use std::fs;

use syn::visit::{self, Visit};

use super::ratchet::{self, Violation};
use super::source;

const WIDTH: usize = 100;
const LENGTH: usize = 400;
const TEST_NAME: usize = 60;

/// All Rust files that are written by hand, with their text.
fn rust_files() -> Vec<(String, String)> {
    let root = source::root();
    ["crates", "tests", "xtask"]
        .iter()
        .flat_map(|folder| source::files(root, folder, &["rs"]))
        .map(|file| {
            let text = fs::read_to_string(root.join(&file)).unwrap();
            (file, text)
        })
        .filter(|(file, text)| {
            !text.starts_with("// Generated")
                && !file.contains("/before_passes/")
                && !file.contains("/test_data/")
        })
        .collect()
}

fn is_product(file: &str) -> bool {
    file.contains("/src/") && !file.starts_with("tests/")
}

#[test]
fn comments_are_at_most_100_columns_wide() {
    let mut violations = Vec::new();
    for (file, text) in rust_files() {
        for (at, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > WIDTH && is_breakable_comment(line) {
                let problem = format!("{columns} columns, break the comment at {WIDTH}");
                violations.push(Violation::new(&file, at + 1, &problem));
            }
        }
    }
    ratchet::check("width", &violations);
}

/// Whether a line is a comment that has room for a break: tables and long words have none.
fn is_breakable_comment(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("//") else {
        return false;
    };
    let comment = comment.trim_start_matches(['/', '!']).trim_start();
    if comment.starts_with('|') || comment.starts_with('[') && comment.contains("]: ") {
        return false;
    }
    let before = line.chars().count() - comment.chars().count();
    let longest = comment.split(' ').map(|word| word.chars().count()).max();
    before + longest.unwrap_or(0) <= WIDTH
}

#[test]
fn only_what_can_be_broken_is_too_wide() {
    let words = "word ".repeat(30);
    assert!(is_breakable_comment(&format!("    /// {words}")));
    assert!(!is_breakable_comment(&format!("    let x = \"{words}\";")));
    assert!(!is_breakable_comment(&format!("//! | {words} |")));
    assert!(!is_breakable_comment(&format!(
        "// see https://example.com/{}",
        "a".repeat(90)
    )));
}

#[test]
fn modules_open_with_a_sentence() {
    let mut violations = Vec::new();
    for (file, text) in rust_files() {
        if !opens_with_sentence(&text) {
            let problem = "open the file with `//!` and a sentence that says what it is for";
            violations.push(Violation::new(&file, 1, problem));
        }
    }
    ratchet::check("headers", &violations);
}

fn opens_with_sentence(text: &str) -> bool {
    if text.starts_with("#![doc = include_str!") {
        return true;
    }
    let paragraph: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .take_while(|line| !line.trim().is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    let sentence = paragraph.trim().trim_end_matches(['`', ')']);
    sentence.ends_with(['.', ':', '?', '!'])
}

#[test]
fn a_header_is_a_comment_that_ends_as_a_sentence() {
    assert!(opens_with_sentence(
        "//! Reads specs.\n//!\n//! More\n\nuse a::b;\n"
    ));
    assert!(!opens_with_sentence("//! Specs\n\nuse a::b;\n"));
    assert!(!opens_with_sentence("use a::b;\n"));
}

#[test]
fn names_of_tests_are_at_most_60_characters_long() {
    let mut violations = Vec::new();
    for (file, text) in rust_files() {
        let mut names = TestNames::default();
        names.visit_file(&syn::parse_file(&text).unwrap());
        for (name, line) in names.found {
            if name.len() > TEST_NAME {
                let problem = format!("`{name}` has {} characters, not {TEST_NAME}", name.len());
                violations.push(Violation::new(&file, line, &problem));
            }
        }
    }
    ratchet::check("test_names", &violations);
}

#[derive(Default)]
struct TestNames {
    found: Vec<(String, usize)>,
}

impl<'ast> Visit<'ast> for TestNames {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let is_test = function.attrs.iter().any(|attribute| {
            let path = attribute.path();
            path.segments
                .last()
                .is_some_and(|segment| segment.ident == "test")
        });
        if is_test {
            let ident = &function.sig.ident;
            self.found
                .push((ident.to_string(), ident.span().start().line));
        }
        visit::visit_item_fn(self, function);
    }
}

#[test]
fn product_files_are_at_most_400_lines_long() {
    let mut violations = Vec::new();
    for (file, text) in rust_files() {
        let lines = text.lines().count();
        if is_product(&file) && lines > LENGTH {
            let problem = format!("{lines} lines, split it by what it is for");
            violations.push(Violation::new(&file, lines, &problem));
        }
    }
    ratchet::check("length", &violations);
}
