//! Small pages of our own: spellings that are read, and errors that name the line of a flaw.

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

/// Nothing follows the last table, so a cut between its rows is not noticed. Within the table of
/// responses, the page is that of an operation without types.
#[test]
fn a_page_is_refused_if_it_is_cut_before_its_last_table() {
    let lines: Vec<_> = TEXT.lines().collect();
    let mut unnoticed: Vec<&str> = Vec::new();
    for end in 0..lines.len() {
        let page = lines[..end].join("\n");
        match import(&page, "") {
            Ok(_) => unnoticed.extend(lines[..end].last().filter(|line| !line.is_empty())),
            Err(problems) => assert!(problems.starts_with("page.txt"), "{problems}"),
        }
    }
    let rows = [
        "200 OK",
        "Thing",
        "Color",
        "Its color.",
        "string",
        "Its id.",
        "integer[]",
    ];
    assert_eq!(unnoticed, rows);
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
