//! Tests of tables and lists at several widths.

use billing_edit::{Path, is_hidden};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use arm_client::models::BillingProfile;

use crate::args::global::Output;
use crate::arm::list::{COLUMNS, cells};
use crate::diff::diff;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::render::list::List;
use crate::render::table::{columns, differences, members};

fn page_of(columns: u16) -> Page {
    Page::new(Some(columns))
}

/// Returns the text without its styles.
fn plain(painted: &Painted) -> String {
    anstream::adapter::strip_str(painted.as_str()).to_string()
}

fn profile(company: &str) -> Value {
    json!({
        "companyName": company,
        "defaultAddress": { "addressLine1": "31 Sample Plaza, Building 7, Second Floor" },
        "vatId": company,
    })
}

/// Renders both kinds of tables; neither may be wider than the page.
fn shown(columns: u16) -> String {
    let before = profile("Contoso, Ltd.");
    let after =
        profile("有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name");
    let page = page_of(columns);
    let shown = [
        members(&after, Path::to_string, page),
        differences(&diff(&before, &after), Path::to_string, page),
    ];
    let shown = shown.map(|one| plain(&one)).join("\n---\n");
    for line in shown.lines() {
        let width = line.width();
        assert!(width <= columns.into(), "{width}: {line}");
    }
    shown
}

#[test]
fn narrow_page_has_values_below_their_names() {
    insta::assert_snapshot!(shown(40), @"
    companyName
      有限会社コントソ サンプル شركة
      كونتوسو 🏢 und Söhne, who have a long
      name
    defaultAddress.addressLine1
      31 Sample Plaza, Building 7, Second
      Floor
    vatId
      有限会社コントソ サンプル شركة
      كونتوسو 🏢 und Söhne, who have a long
      name
    ---
    companyName
      Contoso, Ltd.
      → 有限会社コントソ サンプル شركة
      كونتوسو 🏢 und Söhne, who have a long
      name
    vatId
      Contoso, Ltd.
      → 有限会社コントソ サンプル شركة
      كونتوسو 🏢 und Söhne, who have a long
      name
    ");
}

#[test]
fn long_values_are_broken_between_words() {
    insta::assert_snapshot!(shown(80), @"
    companyName                  有限会社コントソ サンプル شركة كونتوسو 🏢 und
                                 Söhne, who have a long name
    defaultAddress.addressLine1  31 Sample Plaza, Building 7, Second Floor
    vatId                        有限会社コントソ サンプル شركة كونتوسو 🏢 und
                                 Söhne, who have a long name
    ---
    companyName  Contoso, Ltd. → 有限会社コントソ サンプル شركة كونتوسو 🏢 und
                               Söhne, who have a long name
    vatId        Contoso, Ltd. → 有限会社コントソ サンプル شركة كونتوسو 🏢 und
                               Söhne, who have a long name
    ");
}

#[test]
fn wide_page_has_a_line_for_each_value() {
    insta::assert_snapshot!(shown(200), @"
    companyName                  有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    defaultAddress.addressLine1  31 Sample Plaza, Building 7, Second Floor
    vatId                        有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    ---
    companyName  Contoso, Ltd. → 有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    vatId        Contoso, Ltd. → 有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    ");
}

fn billing_profiles(profiles: &[BillingProfile], page: Page) -> Painted {
    List::new(COLUMNS, Output::Table, page).table(profiles.iter().map(cells))
}

#[test]
fn list_without_room_for_columns_is_a_block_for_each_item() {
    let profiles: Vec<BillingProfile> = serde_json::from_value(json!([
        { "name": "P-1", "properties": { "displayName": "Contoso Engineering, Second Floor", "currency": "EUR" } },
        { "name": "P-2" },
    ]))
    .unwrap();
    insta::assert_snapshot!(plain(&billing_profiles(&profiles, page_of(40))), @"
    name          P-1
    display name  Contoso Engineering,
                  Second Floor
    po number     -
    currency      EUR
    status        -

    name          P-2
    display name  -
    po number     -
    currency      -
    status        -
    ");
    insta::assert_snapshot!(plain(&billing_profiles(&profiles, page_of(60))), @"
    NAME  DISPLAY NAME          PO NUMBER  CURRENCY  STATUS
    P-1   Contoso Engineering,  -          EUR       -
          Second Floor
    P-2   -                     -          -         -
    ");
}

#[test]
fn columns_without_room_stand_below_each_other() {
    let shown = |width| {
        let row = [
            "authority",
            "https://login.microsoftonline.com",
            "cloud public",
        ];
        let rows = [row.map(str::to_owned)];
        columns(["SETTING", "VALUE", "FROM"], rows, page_of(width))
    };
    insta::assert_snapshot!(plain(&shown(40)), @"
    authority
      https://login.microsoftonline.com
      cloud public
    ");
    insta::assert_snapshot!(plain(&shown(80)), @"
    SETTING    VALUE                              FROM
    authority  https://login.microsoftonline.com  cloud public
    ");
}

#[test]
fn only_a_table_for_a_terminal_is_styled() {
    // Independent of the environment of the test.
    crossterm::style::force_color_output(true);
    let differences = |page| {
        differences(
            &diff(&json!({ "a": 1 }), &json!({ "a": 2 })),
            Path::to_string,
            page,
        )
    };
    insta::assert_snapshot!(differences(page_of(80)).as_str().escape_debug(), @r"\u{1b}[38;5;6ma\u{1b}[39m  \u{1b}[38;5;1m1\u{1b}[39m \u{1b}[38;5;2m→ 2\u{1b}[39m");
    assert_eq!(plain(&differences(page_of(80))), "a  1 → 2");
}

#[test]
fn cells_have_no_hidden_characters() {
    let hostile = "\u{1b}[31m\u{9b}2J\u{202e}\u{2028}\ntwo";
    let document = json!({ hostile: hostile, "l": [hostile] });
    let profiles: Vec<BillingProfile> =
        serde_json::from_value(json!([{ "name": hostile, "properties": { "poNumber": hostile } }]))
            .unwrap();
    for page in [page_of(40), page_of(200)] {
        for shown in [
            members(&document, Path::to_string, page),
            differences(
                &diff(&document, &json!({ hostile: "x" })),
                Path::to_string,
                page,
            ),
            billing_profiles(&profiles, page),
            columns(["A", "B"], [[hostile.to_owned(), hostile.to_owned()]], page),
        ] {
            let shown = plain(&shown);
            assert!(
                !shown.contains(|one| is_hidden(one) && one != '\n'),
                "{shown:?}"
            );
            assert!(!shown.contains("\ntwo"), "{shown:?}");
        }
    }
}

#[test]
fn table_of_a_large_document_is_shortened() {
    let values: serde_json::Map<_, _> = (0..200_000)
        .map(|at| (format!("m{at:06}"), json!(at)))
        .collect();
    let document = Value::Object(values);
    let long = json!({ "a": "x".repeat(10_000), &"n".repeat(500): 1 });
    for page in [page_of(40), page_of(200)] {
        let shown = plain(&members(&document, Path::to_string, page));
        assert!(shown.contains("m000999") && !shown.contains("m001000"));
        let count = shown.clone();
        let last = count.lines().last().unwrap();
        assert_eq!(
            last,
            "(199,000 more values: --output json prints the document as a whole)"
        );
        let changes = diff(&document, &json!({}));
        let shown = plain(&differences(&changes, Path::to_string, page));
        assert_eq!(shown.lines().last().unwrap(), last);

        let shown = plain(&members(&long, Path::to_string, page));
        let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("… (9,680 more characters)"), "{words}");
        assert!(words.contains("… (340 more characters)"), "{words}");
        let last = "(shortened: --output json prints the document as a whole)";
        assert_eq!(shown.lines().last().unwrap(), last);
    }
}
