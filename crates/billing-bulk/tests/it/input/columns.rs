//! Names of columns.

use super::setup::{CUSTOMER, check, one_line, partner, read};

/// Returns the mistakes of a CSV header with one row for all its columns.
fn header(columns: &str) -> String {
    let cells = ",".repeat(columns.split(',').count() - 1);
    one_line(&read(format!("{columns}\n{CUSTOMER}{cells}\n"), partner()))
}

#[test]
fn unknown_column_is_refused_with_the_nearest_name() {
    for (column, expected) in [
        (
            "emial",
            "there is no member `emial` / hint: did you mean `email`?",
        ),
        (
            "Email",
            "there is no member `Email` / hint: did you mean `email`?",
        ),
        (
            "email ",
            "there is no member `email ` / hint: did you mean `email`?",
        ),
        (
            "city",
            "there is no member `city` / hint: did you mean `defaultAddress.city`?",
        ),
        (
            "DEFAULTADDRESS.POSTALCODE",
            "there is no member `DEFAULTADDRESS.POSTALCODE` / hint: did you mean \
             `defaultAddress.postalCode`?",
        ),
        (
            "resource_Id",
            "there is no member `resource_Id` / hint: did you mean `resource_id`?",
        ),
        (
            "shoe size",
            "there is no member `shoe size` / hint: begin the name with `#` to keep the column as \
             a comment",
        ),
    ] {
        let seen = header(&format!("customer_id,{column}"));
        assert_eq!(seen, format!("input:1: {column}: {expected}"));
    }
}

#[test]
fn read_only_column_is_refused() {
    assert_eq!(
        header("customer_id,id"),
        "input:1: id: `id` is read-only / hint: name the profile with customer_id, or with \
         billing_account and billing_profile, or with resource_id"
    );
    assert_eq!(
        header("customer_id,attributes.etag"),
        "input:1: attributes.etag: `attributes` is read-only / hint: only the service writes it: \
         delete the column, or begin its name with `#`"
    );
}

#[test]
fn header_must_name_each_column_once() {
    assert_eq!(
        header("customer_id,,email,email"),
        "input:1: column 2 (B in Excel) has no name / hint: name it, begin its name with `#`, or delete it / \
         input:1: email: two columns have this name / hint: delete one, or begin its name with `#`"
    );
}

#[test]
fn input_without_header_is_refused_without_its_contents() {
    let seen = one_line(&read(format!("{CUSTOMER},jane@example.com\n"), partner()));
    assert_eq!(
        seen,
        "input:1: no cell of the first row is the name of a column / hint: give the names of the \
         columns in the first row, such as customer_id, email"
    );
}

#[test]
fn header_with_slips_in_all_names_is_a_header() {
    assert_eq!(
        header("Customer_ID,E-Mail"),
        "input:1: Customer_ID: there is no member `Customer_ID` / hint: did you mean \
         `customer_id`? / input:1: E-Mail: there is no member `E-Mail` / hint: did you mean \
         `email`? / input: no column names the profiles / hint: add customer_id"
    );
}

#[test]
fn table_must_have_the_columns_of_the_identity() {
    for (columns, options, expected) in [
        (
            "customer_id,email",
            Default::default(),
            "input: nothing names the service of the rows / hint: give --service partner or \
             --service arm, or add the column service with partner or arm in each row",
        ),
        (
            "email,culture",
            partner(),
            "input: no column names the profiles / hint: add customer_id",
        ),
        (
            "customer_id,email",
            super::setup::arm(),
            "input: no column names the profiles / hint: add billing_account and billing_profile, \
             or resource_id",
        ),
        (
            "customerid,email",
            partner(),
            "input:1: customerid: there is no member `customerid` / hint: did you mean \
             `customer_id`? / input: no column names the profiles / hint: add customer_id",
        ),
    ] {
        let seen = one_line(&read(format!("{columns}\n{CUSTOMER},x\n"), options));
        assert_eq!(seen, expected);
    }
}

#[test]
fn comments_are_kept_and_mean_nothing() {
    let text = format!("#ticket;customer_id;# note\nT-1; {CUSTOMER};\"a\nb\"\n");
    let input = check(text, partner()).unwrap();
    assert_eq!(input.form().columns, ["#ticket", "customer_id", "# note"]);
    let row = input.rows().unwrap().next().unwrap().unwrap();
    assert!(row.edits.is_empty());
    let billing_bulk::input::RawRow::Cells(cells) = row.raw else {
        unreachable!()
    };
    assert_eq!(
        cells,
        ["T-1".to_owned(), format!(" {CUSTOMER}"), "a\nb".to_owned()]
    );
}
