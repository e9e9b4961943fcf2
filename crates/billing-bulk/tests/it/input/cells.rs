//! Cells of members: unchanged, cleared, or a new value.

use super::setup::{CUSTOMER, arm_row, check, one_line, partner, partner_row, rows};

#[test]
fn text_is_taken_as_it_is() {
    for (cells, expected) in [
        (
            "true,5",
            r#"{"companyName":"true","defaultAddress":{"postalCode":"5"}}"#,
        ),
        (
            "{},[]",
            r#"{"companyName":"{}","defaultAddress":{"postalCode":"[]"}}"#,
        ),
        (
            "null,01234",
            r#"{"companyName":"null","defaultAddress":{"postalCode":"01234"}}"#,
        ),
        (
            "\"a, \"\"b\"\"\",'5",
            r#"{"companyName":"a, \"b\"","defaultAddress":{"postalCode":"'5"}}"#,
        ),
        ("\"two\nlines\",", r#"{"companyName":"two\nlines"}"#),
    ] {
        assert_eq!(
            partner_row("companyName,defaultAddress.postalCode", cells),
            expected
        );
    }
}

#[test]
fn other_members_take_json() {
    for (cells, expected) in [
        (
            "true,[]",
            r#"{"properties":{"enabledAzurePlans":[],"invoiceEmailOptIn":true}}"#,
        ),
        (" false , ", r#"{"properties":{"invoiceEmailOptIn":false}}"#),
    ] {
        assert_eq!(
            arm_row("invoiceEmailOptIn,enabledAzurePlans", cells),
            expected
        );
    }
    for (cells, expected) in [
        (
            "yes,",
            "input:2: invoiceEmailOptIn: the value must be true or false / hint: write true or \
             false in lower case",
        ),
        (
            "TRUE,",
            "input:2: invoiceEmailOptIn: the value must be true or false / hint: write true or \
             false in lower case",
        ),
        (
            "1,",
            "input:2: invoiceEmailOptIn: `invoiceEmailOptIn` must be true or false",
        ),
        (
            "null,",
            "input:2: invoiceEmailOptIn: null is not a value / hint: write <clear> to clear the \
             member",
        ),
        (
            ",\"[{\"\"skuId\"\":1,\"\"skuId\"\":2}]\"",
            "input:2: enabledAzurePlans: a name occurs twice in one object",
        ),
    ] {
        let read = arm_row("invoiceEmailOptIn,enabledAzurePlans", cells);
        assert_eq!(one_line(&read), expected, "{cells}");
    }
}

#[test]
fn empty_cell_leaves_and_marker_clears_the_member() {
    assert_eq!(
        partner_row("email,companyName,language", ",<clear>,en"),
        r#"{"companyName":null,"language":"en"}"#
    );
    let text = format!(
        "customer_id,email,companyName\n{},-,<clear>\n",
        super::setup::CUSTOMER
    );
    let input = check(text, partner().with_clear_marker("-")).unwrap();
    let [row] = &rows(&input)[..] else {
        unreachable!()
    };
    assert!(
        row.ends_with(r#": {"companyName":"<clear>","email":null}"#),
        "{row}"
    );
}

#[test]
fn spaces_around_cells_are_removed_and_counted() {
    let cells = "  a@example.com\t,\u{a0}Contoso\u{3000}, ,\" <clear> \"";
    let text = format!(
        "customer_id,email,companyName,language,culture\n\u{a0}{}\u{feff} ,{cells}\n",
        super::setup::CUSTOMER
    );
    let input = check(&text, partner()).unwrap();
    let [row] = &rows(&input)[..] else {
        unreachable!()
    };
    let expected = r#"{"companyName":"Contoso","culture":null,"email":"a@example.com"}"#;
    assert!(row.ends_with(expected), "{row}");
    assert_eq!(input.counts().trimmed, 3);
    assert!(
        input
            .notes()
            .contains(&"cells from which spaces around the text were removed: 3".into()),
        "{:?}",
        input.notes()
    );

    let input = check(&text, partner().without_trim()).unwrap();
    assert_eq!(input.counts().trimmed, 0);
    let [row] = &rows(&input)[..] else {
        unreachable!()
    };
    assert!(row.contains(r#""language":" ""#), "{row}");
    assert!(row.contains(r#""culture":" <clear> ""#), "{row}");
}

#[test]
fn edits_of_one_row_do_not_overlap() {
    let cells = "Oslo,\"{\"\"country\"\":\"\"NO\"\"}\"";
    let read = partner_row("defaultAddress.city,defaultAddress", cells);
    assert_eq!(
        one_line(&read),
        "input:2: `defaultAddress` is changed as a whole, and `defaultAddress.city` in it as well \
         / hint: empty one of the two cells"
    );
    // One of the two may be filled in each row.
    assert_eq!(
        partner_row("defaultAddress.city,defaultAddress", "Oslo,"),
        r#"{"defaultAddress":{"city":"Oslo"}}"#
    );
}

#[test]
fn cells_of_the_other_service_must_be_empty() {
    let read = partner_row("email,poNumber", "a@example.com,5");
    assert_eq!(
        one_line(&read),
        "input:2: poNumber: the row is for Partner Center, and only Azure Resource Manager has \
         this member / hint: empty this cell, or correct the service of the row"
    );
    assert_eq!(
        partner_row("email,poNumber", "a@example.com, "),
        r#"{"email":"a@example.com"}"#
    );
}

#[test]
fn row_that_changes_nothing_is_noted() {
    let text = format!("customer_id,email\n{},\n", super::setup::CUSTOMER);
    let input = check(text, partner()).unwrap();
    assert_eq!((input.counts().rows, input.counts().unchanged), (1, 1));
    assert!(
        input
            .notes()
            .contains(&"rows that change nothing: 1".into())
    );
    assert_eq!(rows(&input).len(), 1);
}

#[test]
fn text_that_edits_take_for_another_one_is_kept() {
    for (cells, edits, literal) in [
        (
            " Oslo ,<clear>",
            r#"{"companyName":"Oslo","email":null}"#,
            r#"{"companyName":" Oslo ","email":"<clear>"}"#,
        ),
        ("Oslo, ", r#"{"companyName":"Oslo"}"#, "{}"),
    ] {
        let text = format!("customer_id,companyName,email\n{CUSTOMER},{cells}\n");
        let input = check(text, partner()).unwrap();
        let row = input.rows().unwrap().next().unwrap().unwrap();
        assert_eq!(row.edits.merge_patch().to_string(), edits);
        assert_eq!(row.literal.merge_patch().to_string(), literal);
    }
    let text = format!("customer_id,companyName\n{CUSTOMER}, Oslo \n");
    let input = check(text, partner().without_trim()).unwrap();
    let row = input.rows().unwrap().next().unwrap().unwrap();
    assert!(row.literal.is_empty());
}

#[test]
fn clear_marker_in_other_letter_case_is_text_for_the_plan() {
    for (cell, text, literal) in [
        ("<Clear>", "<Clear>", "{}"),
        (" <CLEAR> ", "<CLEAR>", r#"{"companyName":" <CLEAR> "}"#),
    ] {
        let csv = format!("customer_id,companyName\n{CUSTOMER},{cell}\n");
        let input = check(csv, partner()).unwrap();
        let row = input.rows().unwrap().next().unwrap().unwrap();
        let edits = format!(r#"{{"companyName":"{text}"}}"#);
        assert_eq!(row.edits.merge_patch().to_string(), edits);
        assert_eq!(row.like_marker.merge_patch().to_string(), edits);
        assert_eq!(row.literal.merge_patch().to_string(), literal);
    }
    // It is no value of other members.
    for cell in ["<Clear>", " <CLEAR> "] {
        assert_eq!(
            one_line(&arm_row("invoiceEmailOptIn", cell)),
            "input:2: invoiceEmailOptIn: the text differs from `<clear>` in letter case only / \
             hint: write <clear> to clear the member; if it is a value, choose another \
             --clear-marker"
        );
    }
    let text = format!("customer_id,companyName\n{CUSTOMER},<Clear>\n");
    let input = check(text, partner().with_clear_marker("-")).unwrap();
    assert_eq!(
        rows(&input),
        [format!(
            "partner/{CUSTOMER}: {{\"companyName\":\"<Clear>\"}}"
        )]
    );
}
