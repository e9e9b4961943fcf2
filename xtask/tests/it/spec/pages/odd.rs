//! Small pages of our own: spellings that are read, and errors that name the line of a flaw.

use std::process::Command;

use xtask::codegen::text;
use xtask::spec::overlay::Overlay;
use xtask::spec::page::import::{ImportedPage, spec};
use xtask::spec::sha256::sha256;

const TEXT: &str = include_str!("../../../../test_data/pages/text.txt");
const MARKDOWN: &str = include_str!("../../../../test_data/pages/markdown.md");

fn import(page: &str, overlay: &str) -> Result<ImportedPage, String> {
    let overlay = Overlay::parse(overlay, "overlay.toml").unwrap();
    let id = "things/2031-01-01/thing.json";
    let specs = std::path::Path::new("no-specs");
    spec("page.txt", page, &overlay, id, specs).map_err(|problems| problems.to_string())
}

/// Returns what is wrong with a page.
fn told(page: &str) -> String {
    import(page, "").map_or_else(|problems| problems, |_| "page.txt is read".to_owned())
}

fn replaced(old: &str, new: &str) -> String {
    assert!(TEXT.contains(old), "{old}");
    TEXT.replacen(old, new, 1)
}

#[test]
fn a_page_as_text_and_as_markdown_gives_one_spec() {
    let [text, markdown] = [TEXT, MARKDOWN].map(|page| import(page, "").unwrap().spec);
    insta::assert_snapshot!(text);
    assert_eq!(text, markdown);
}

#[test]
fn line_ends_tabs_and_hard_spaces_change_nothing() {
    let expected = import(TEXT, "").unwrap().spec;
    let spellings = [
        TEXT.replace('\n', "\r\n"),
        TEXT.replace(' ', "\u{A0}"),
        TEXT.replace("Name Type", "Name\tType"),
        TEXT.replace("\n\n", "\n \t\n\n"),
        format!("\n\n{TEXT}\n\n"),
    ];
    for page in spellings {
        assert_eq!(import(&page, "").unwrap().spec, expected, "{page:?}");
    }
}

#[test]
fn a_fix_of_a_line_applies_to_one_text() {
    let wrong = replaced("color\n\nColor\n", "color\n\nColour\n");
    insta::assert_snapshot!(told(&wrong));
    let line = 1 + wrong.lines().position(|line| line == "Colour").unwrap();
    let overlay = |sum: &str, old: &str, line: usize| {
        format!(
            "[[fix]]\nsha256 = \"{sum}\"\nline = {line}\nold = \"{old}\"\nnew = \"Color\"\nevidence = \"Its table.\"\n"
        )
    };
    let sum = sha256(&wrong);
    let fixed = import(&wrong, &overlay(&sum, "Colour", line)).unwrap().spec;
    assert_eq!(fixed, import(TEXT, "").unwrap().spec);

    let refused = |overlay: String| import(&wrong, &overlay).unwrap_err();
    let told = [
        refused(overlay(&sum, "Couleur", line)),
        refused(overlay(&sum, "Colour", 999)),
        refused(overlay(&"0".repeat(64), "Colour", line)),
    ];
    insta::assert_snapshot!(told.join("\n").replace(&sum, "SUM"));
}

#[test]
fn a_byte_order_mark_and_utf_16_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.txt");
    let utf_16 = TEXT.encode_utf16().flat_map(u16::to_le_bytes);
    let files = [format!("\u{FEFF}{TEXT}").into_bytes(), utf_16.collect()];
    let told = files.map(|bytes| {
        std::fs::write(&path, bytes).unwrap();
        text::read(&path, "page.txt").unwrap_err().to_string()
    });
    insta::assert_snapshot!(told.join("\n"));
    insta::assert_snapshot!(self::told(&format!("\u{FEFF}{TEXT}")));
}

#[test]
fn an_empty_page_or_one_without_operation_is_refused() {
    let pages = [
        "",
        " \n\t\n",
        "Billing documentation\n\nLearn how to pay.\n\nQuickstart\n\nCreate an account\n",
        "Overview\n\nName Type Description\nid\n\nstring\n",
    ];
    insta::assert_snapshot!(pages.map(told).join("\n"));
}

/// What cannot be noticed in the page alone is a cut behind a complete row of the last table, if no
/// sample has what is missing.
#[test]
fn a_page_that_was_cut_off_is_noticed() {
    for page in [TEXT, MARKDOWN] {
        let lines: Vec<_> = page.lines().collect();
        let mut unnoticed: Vec<&str> = Vec::new();
        for end in 0..lines.len() {
            let page = lines[..end].join("\n");
            match import(&page, "") {
                Ok(read) if !read.notes.is_empty() => {}
                Ok(_) => unnoticed.extend(lines[..end].last().filter(|line| !line.is_empty())),
                Err(problems) => assert!(problems.starts_with("page.txt"), "{problems}"),
            }
        }
        let last = match page == TEXT {
            true => "Its id.",
            false => "| id | string | Its id. |",
        };
        assert_eq!(unnoticed, [last]);
    }
}

/// Returns the lines of a page up to the first one with a text.
fn up_to(page: &str, line: &str) -> String {
    let before = page.lines().take_while(|one| *one != line);
    let last = page.lines().find(|one| *one == line);
    before.chain([last.unwrap()]).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_that_was_cut_off_is_refused_or_has_a_note() {
    let complete = replaced(
        "200 OK\n\nThing\n\nThe thing.",
        "200 OK\n\nstring\n\nIts name.",
    );
    let pages = [
        up_to(TEXT, "200 OK"),
        up_to(TEXT, "Thing"),
        up_to(&complete, "Its name."),
        up_to(TEXT, "Its color."),
        up_to(TEXT, "integer[]"),
        up_to(MARKDOWN, "| 200 OK | [Thing](#thing) | The thing. |")
            .trim_end_matches('|')
            .to_owned(),
        up_to(&complete, "Status code: 200"),
        up_to(
            &complete,
            "GET https://service.example/things/one?api-version=2031-01-01",
        ),
    ];
    let told = pages.map(|page| match import(&page, "") {
        Ok(read) => format!("note: {}", read.notes.join("\nnote: ")),
        Err(problems) => problems,
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn two_pages_in_one_file_are_refused_with_both_lines() {
    let other = TEXT.replace("Get", "Update").replace("\nGET ", "\nPATCH ");
    let without_types = |page: &str| {
        let page = page.replace("\n\nThing\n\nThe thing.", "\n\nThe thing.");
        up_to(&page, "There is none.")
    };
    let files = [
        format!("{TEXT}\n{TEXT}"),
        format!("{TEXT}\n{other}"),
        format!("{MARKDOWN}\n{MARKDOWN}"),
        format!("{}\n{other}", up_to(TEXT, "There is none.")),
        format!("{}\n{other}", up_to(TEXT, "Status code: 204")),
        format!("{}\n{}", without_types(TEXT), without_types(&other)),
        // The first page up to its samples, and the samples and types of the second.
        up_to(TEXT, "Examples") + other.split_once("Examples").unwrap().1,
        TEXT.replace("Gets a thing.\n", "Gets a thing.\n\nGets a thing.\n"),
    ];
    insta::assert_snapshot!(files.map(|file| told(&file)).join("\n"));
}

#[test]
fn all_errors_of_a_page_are_told_in_one_go() {
    let pages = [TEXT, MARKDOWN].map(|page| {
        page.replacen("query True", "body True", 1)
            .replacen("| query |", "| body |", 1)
            .replacen("204 No Content", "204 Nothing", 1)
            .replacen("integer[]", "whole[]", 1)
            .replacen("integer\\[\\]", "whole", 1)
            .replacen("\"color\": \"Red\"", "\"color\": Red", 1)
    });
    insta::assert_snapshot!(pages.map(|page| told(&page)).join("\n\n"));
}

#[test]
fn what_is_there_twice_is_refused() {
    let sample = "Get a thing\n\nSample Request\n\nHTTP\nGET https://service.example/things/one\n\n\
                  Sample Response\n\nStatus code: 204\n\n";
    let security = "Security\n\nkey\n\nA key.\nType: apiKey\n\nkey\n\nA key.\n\nExamples\n";
    let headers = "There is none.\n\nHeaders\n\n  • ETag: string\n  • ETag: string\n";
    let pages = [
        replaced("Definitions\n", &format!("{sample}Definitions\n")),
        replaced("Status code: 204", "Status code: 200"),
        replaced("Status code: 204", "Status code: 202"),
        replaced("Examples\n", security),
        replaced("There is none.\n", headers),
    ];
    insta::assert_snapshot!(pages.map(|page| told(&page)).join("\n"));
}

#[test]
fn flaws_of_a_page_are_told_with_their_line() {
    let pages = [
        replaced("path True", "body True"),
        replaced("path True", "path Maybe"),
        replaced("200 OK", "200 Fine"),
        replaced("Status code: 200", "Status code: fine"),
        replaced("\"color\": \"Red\"", "\"color\": Red"),
        replaced("api-version=2031-01-01", "api-version=2031-01-01&top=1"),
        replaced("Responses\n", "Answers\n"),
        replaced("Sample Response", "Sample Answer"),
    ];
    insta::assert_snapshot!(pages.map(|page| told(&page)).join("\n"));
}

#[test]
fn a_cut_that_only_the_last_spec_shows_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("specs/things/2031-01-01/thing.json");
    std::fs::create_dir_all(out.parent().unwrap()).unwrap();
    let told = |page: &str| {
        std::fs::write(folder.path().join("page.txt"), page).unwrap();
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let import = xtask.current_dir(folder.path());
        let import = import.args(["spec", "import", "--page", "page.txt", "--out"]);
        let output = import.arg(&out).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        let notes = told.lines().filter(|line| line.contains("last table"));
        notes.map(str::to_owned).collect::<Vec<_>>()
    };
    const NONE: [&str; 0] = [];
    let end = MARKDOWN.trim_end().rfind('\n').unwrap();
    let cut = &MARKDOWN[..end];
    // There is no spec yet.
    assert_eq!(told(cut), NONE);
    assert_eq!(told(MARKDOWN), NONE);
    assert_eq!(told(MARKDOWN), NONE);
    let note = "note: page.txt: its last table, `Thing`, no longer has `sizes`, which the spec had; \
                check that the page is whole";
    assert_eq!(told(cut), [note]);
}
