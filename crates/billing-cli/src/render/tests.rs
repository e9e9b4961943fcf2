use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use arm_client::models::BillingProfile;

use super::{Page, billing_profiles, differences, json, members};
use crate::diff::diff;

fn profile(company: &str) -> Value {
    json!({
        "companyName": company,
        "defaultAddress": { "addressLine1": "31 Sample Plaza, Building 7, Second Floor" },
        "vatId": company,
    })
}

/// Both kinds of tables; none may be wider than the page, in columns of a terminal.
fn shown(columns: u16) -> String {
    let before = profile("Contoso, Ltd.");
    let after =
        profile("有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name");
    let page = Page::plain(columns);
    let shown = [
        members(&after, str::to_owned, page),
        differences(&diff(&before, &after), str::to_owned, page),
    ];
    let shown = shown.join("\n---\n");
    for line in shown.lines() {
        let width = line.width();
        assert!(width <= columns.into(), "{width}: {line}");
    }
    shown
}

#[test]
fn at_40_columns_values_stand_below_their_names() {
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
fn at_80_columns_long_values_are_broken_between_words() {
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
fn at_200_columns_each_value_has_a_line() {
    insta::assert_snapshot!(shown(200), @"
    companyName                  有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    defaultAddress.addressLine1  31 Sample Plaza, Building 7, Second Floor
    vatId                        有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    ---
    companyName  Contoso, Ltd. → 有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    vatId        Contoso, Ltd. → 有限会社コントソ サンプル شركة كونتوسو 🏢 und Söhne, who have a long name
    ");
}

#[test]
fn a_list_is_a_block_for_each_profile_where_there_is_no_room_for_columns() {
    let profiles: Vec<BillingProfile> = serde_json::from_value(json!([
        { "name": "P-1", "properties": { "displayName": "Contoso Engineering, Second Floor", "currency": "EUR" } },
        { "name": "P-2" },
    ]))
    .unwrap();
    insta::assert_snapshot!(billing_profiles(&profiles, Page::plain(40)), @"
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
    insta::assert_snapshot!(billing_profiles(&profiles, Page::plain(60)), @"
    NAME  DISPLAY NAME          PO NUMBER  CURRENCY  STATUS
    P-1   Contoso Engineering,  -          EUR       -
          Second Floor
    P-2   -                     -          -         -
    ");
}

#[test]
fn columns_of_text_stand_below_each_other_where_there_is_no_room_for_them() {
    let shown = |columns| {
        let row = [
            "authority",
            "https://login.microsoftonline.com",
            "cloud public",
        ];
        let rows = [row.map(str::to_owned)];
        super::columns(["SETTING", "VALUE", "FROM"], rows, Page::plain(columns))
    };
    insta::assert_snapshot!(shown(40), @"
    authority
      https://login.microsoftonline.com
      cloud public
    ");
    insta::assert_snapshot!(shown(80), @"
    SETTING    VALUE                              FROM
    authority  https://login.microsoftonline.com  cloud public
    ");
}

#[test]
fn a_table_for_a_terminal_is_styled_and_a_plain_one_is_not() {
    // Whatever the environment of the test says.
    crossterm::style::force_color_output(true);
    let differences = |page| {
        differences(
            &diff(&json!({ "a": 1 }), &json!({ "a": 2 })),
            str::to_owned,
            page,
        )
    };
    insta::assert_snapshot!(differences(Page::styled(Some(80))).escape_debug(), @r"\u{1b}[38;5;6ma\u{1b}[39m  \u{1b}[38;5;1m1\u{1b}[39m \u{1b}[38;5;2m→ 2\u{1b}[39m");
    assert_eq!(differences(Page::plain(80)), "a  1 → 2");
}

#[test]
fn json_is_harmless_to_a_terminal_and_the_same_document() {
    let document = json!({ "name": "\u{9b}31m\u{7f}\u{202e}é有" });
    let shown = json(&document).unwrap();
    assert_eq!(shown, "{\n  \"name\": \"\\u009b31m\\u007f\\u202eé有\"\n}");
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), document);
}
