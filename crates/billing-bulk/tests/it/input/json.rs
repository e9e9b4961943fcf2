//! JSON Lines and JSON arrays.

use billing_bulk::input::{InputFormat, InputOptions, RawRow};

use super::setup::{CUSTOMER, arm, check, one_line, partner, read, rows};

#[test]
fn nested_objects_mean_dotted_paths() {
    let lines = format!(
        "{{\"customer_id\":\"{CUSTOMER}\",\"email\":null,\"defaultAddress\":{{\"city\":\"Oslo\",\
         \"region\":null}}}}\r\n\
         \n  \n\
         {{\"service\":\"partner\",\"customer_id\":\" {} \",\"defaultAddress.city\":\" x \",\
         \"defaultAddress\":{{}},\"#ticket\":{{\"id\":1,\"id\":2}}}}",
        CUSTOMER.replace('4', "5")
    );
    let expected = [
        format!(
            "partner/{CUSTOMER}: {{\"defaultAddress\":{{\"city\":\"Oslo\",\"region\":null}},\
             \"email\":null}}"
        ),
        format!(
            "partner/{}: {{\"defaultAddress\":{{\"city\":\" x \"}}}}",
            CUSTOMER.replace('4', "5")
        ),
    ];
    let input = check(&lines, partner()).unwrap();
    assert_eq!(rows(&input), expected);
    assert!(matches!(input.form().format, InputFormat::JsonLines { .. }));
    assert_eq!(
        input.form().columns,
        [
            "customer_id",
            "email",
            "defaultAddress.city",
            "defaultAddress.region",
            "service",
            "#ticket"
        ]
    );
    let objects = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let objects: Vec<_> = objects.collect();
    let raw = input.rows().unwrap().map(|row| row.unwrap().raw);
    let same = raw
        .zip(&objects)
        .all(|(raw, text)| raw == RawRow::Json((*text).to_owned()));
    assert!(same);

    let array = format!("\n[\n {}\n , {} ]\n", objects[0], objects[1]);
    let input = check(array, partner()).unwrap();
    assert_eq!(rows(&input), expected);
    assert!(matches!(input.form().format, InputFormat::JsonArray { .. }));
    let lines = input
        .rows()
        .unwrap()
        .map(|row| row.unwrap().location.line());
    assert_eq!(lines.collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn values_have_the_type_of_their_member() {
    let object = |members: &str| {
        format!("{{\"billing_account\":\"a\",\"billing_profile\":\"p\",{members}}}")
    };
    let valid = object(r#""poNumber":"","invoiceEmailOptIn":true,"enabledAzurePlans":[]"#);
    assert_eq!(
        read(valid, arm()),
        r#"arm/a/p: {"properties":{"enabledAzurePlans":[],"invoiceEmailOptIn":true,"poNumber":""}}"#
    );
    for (members, expected) in [
        (r#""poNumber":5"#, "poNumber: `poNumber` must be text"),
        (
            r#""invoiceEmailOptIn":"true""#,
            "invoiceEmailOptIn: `invoiceEmailOptIn` must be true or false",
        ),
        (
            r#""enabledAzurePlans":"[]""#,
            "enabledAzurePlans: `enabledAzurePlans` must be a JSON array",
        ),
        (
            r#""address":"Oslo""#,
            "address: `address` must be a JSON object",
        ),
        (
            r#""poNumber":"<clear>""#,
            "poNumber: `<clear>` is text in JSON / hint: write null to clear the member",
        ),
        (r#""customer_id":5"#, "customer_id: the value must be text"),
        (
            r#""email":"a@example.com""#,
            "email: the row is for Azure Resource Manager, and only Partner Center has this \
             member / hint: empty this cell, or correct the service of the row",
        ),
        (
            r#""poNumber":"\ud800""#,
            "poNumber: this is not JSON: unexpected end of hex escape",
        ),
    ] {
        let seen = one_line(&read(object(members), arm()));
        assert_eq!(seen, format!("input:1: {expected}"), "{members}");
    }
}

#[test]
fn names_occur_once() {
    for (members, expected) in [
        (
            r#""email":"a","email":"b""#,
            "input:1: email: the name occurs twice in one object",
        ),
        (
            r#""defaultAddress":{"city":"a","city":"b"}"#,
            "input:1: defaultAddress.city: the name occurs twice in one object",
        ),
        (
            r#""defaultAddress":{"city":"a"},"defaultAddress.city":"b""#,
            "input:1: defaultAddress.city: the member is given twice",
        ),
    ] {
        let text = format!("{{\"customer_id\":\"{CUSTOMER}\",{members}}}");
        assert_eq!(one_line(&read(text, partner())), expected);
    }
    let text =
        r#"{"billing_account":"a","billing_profile":"p","enabledAzurePlans":[{"a":1,"a":2}]}"#;
    assert_eq!(
        one_line(&read(text, arm())),
        "input:1: enabledAzurePlans: a name occurs twice in one object"
    );
}

#[test]
fn mistakes_have_the_line_of_their_value() {
    let text = format!(
        "[\n\
         {{ \"customer_id\": \"{CUSTOMER}\",\n  \"defaultAddress\": {{\n\
         \"city\":\n 5,\n \"town\": \"a\" }} }},\n\
         {{ \"customer_id\": \"{CUSTOMER}\", \"town\": 1, \"email\": [] }},\n\
         {{}}\n]"
    );
    assert_eq!(
        one_line(&read(text, partner())),
        "input:5: defaultAddress.city: `defaultAddress.city` must be text / \
         input:6: defaultAddress.town: there is no member `defaultAddress.town` / input:7: town: there is no member `town` / hint: begin the name with `#` to keep the \
         column as a comment / \
         input:7: email: `email` must be text / \
         input:7: the profile is already on line 2 / hint: keep one row per profile / \
         input:8: customer_id: the row has no customer_id / hint: give the customer's GUID"
    );
}

#[test]
fn text_that_is_not_json_is_refused_with_its_line() {
    let row = format!("{{\"customer_id\":\"{CUSTOMER}\"}}");
    let mut seen = Vec::new();
    for text in [
        format!("{row}\n{{\"customer_id\":}}\n[]\n5\n{row} x\n{{\n"),
        format!("[{row},\n{{\"customer_id\":,}},\n5\n]"),
        format!("[{row},\n]"),
        format!("[{row}\n{row}]"),
        format!("[{row}]\n{row}"),
        format!("[\n{row},\n{{\"a\":\"]"),
        format!("[{row}\n"),
        "[]".to_owned(),
        "[".to_owned(),
        "{\n\"customer_id\": \"a\"\n}".to_owned(),
    ] {
        seen.push(one_line(&read(text, InputOptions::default())));
    }
    insta::assert_snapshot!(seen.join("\n\n"));
}
