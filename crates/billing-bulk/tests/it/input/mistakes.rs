//! The list of mistakes.

use super::setup::{CUSTOMER, check, partner, read};
use billing_bulk::input::{InputError, Location};

#[test]
fn all_mistakes_of_a_file_are_listed() {
    let text = format!(
        "customer_id;emial;companyName;id;invoiceEmailOptIn;defaultAddress.city;#\n\
         {CUSTOMER};a;b;c;;Oslo;\n\
         {CUSTOMER};a;\"b\n\";c;yes;Oslo;\n\
         ;;;;;;\n\
         nobody;;;;;;\n\
         {CUSTOMER};;;\n\
         ;a;;;;;\n"
    );
    insta::assert_snapshot!(read(text, partner()));
}

#[test]
fn first_hundred_mistakes_are_listed_and_all_counted() {
    let mut text = format!("customer_id\n{CUSTOMER}\n");
    for number in 0..150 {
        text.push_str(&format!("{number}\n"));
    }
    text.push_str(&format!("{CUSTOMER}\n").repeat(2));
    let Err(InputError::Invalid(mistakes)) = check(&text, partner()) else {
        unreachable!()
    };
    assert_eq!((mistakes.count(), mistakes.listed().len()), (152, 100));
    let shown = mistakes.to_string();
    assert!(
        shown.starts_with("input has 152 mistakes\ninput:3: customer_id: this is not a GUID\n")
    );
    assert!(shown.ends_with("\nand 52 more mistakes"), "{shown}");

    // Duplicates are found last, and listed where they are.
    let text = text.replacen(CUSTOMER, &format!("{CUSTOMER}\n{CUSTOMER}"), 1);
    let Err(InputError::Invalid(mistakes)) = check(text, partner()) else {
        unreachable!()
    };
    let first = &mistakes.listed()[0];
    assert_eq!(first.location, Some(Location::Line(3)));
    assert_eq!(first.problem, "the profile is already on line 2");
    assert_eq!(mistakes.count(), 153);
}

#[test]
fn mistakes_have_no_contents_and_no_control_characters() {
    let text = format!(
        "customer_id,email,invoiceEmailOptIn,\u{1b}[2Jname\n\
         {CUSTOMER},jane@example.com,jane@example.com,jane@example.com\n\
         jane@example.com,,,\n"
    );
    let shown = read(text, partner());
    assert!(!shown.contains("jane"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    assert!(
        shown.contains("there is no member `\\u{1b}[2Jname`"),
        "{shown}"
    );
}

#[test]
fn values_are_in_no_debug_text() {
    let text = format!("customer_id,email\n{CUSTOMER},jane@example.com\n");
    let input = check(text, partner()).unwrap();
    let mut all = format!("{input:?} {:?}", input.rows());
    for row in input.rows().unwrap() {
        all.push_str(&format!("{row:?}"));
    }
    assert!(!all.contains("jane"), "{all}");
}

#[test]
fn file_that_cannot_be_read_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    for path in [
        directory.path().join("missing.csv"),
        directory.path().to_owned(),
    ] {
        let error = billing_bulk::input::Input::check(path.as_path(), partner()).unwrap_err();
        assert!(matches!(error, InputError::Read { .. }), "{error}");
        assert_eq!(
            error.to_string(),
            format!("{}: could not read it", path.display())
        );
    }
}
