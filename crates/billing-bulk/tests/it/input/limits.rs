//! Hostile and broken files.

use super::setup::{CUSTOMER, arm, one_line, partner, read};

#[test]
fn limits_are_named() {
    let long = "a".repeat((64 << 10) + 1);
    let cells = vec!["a".repeat(60 << 10); 20].join(",");
    let wide = "#,".repeat(1001);
    let many: String = (0..1001)
        .map(|number| format!(",\"#{number}\":1"))
        .collect();
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let nested = format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40));
    for (text, expected) in [
        (
            format!("customer_id,#\n{CUSTOMER},\"{long}\n"),
            "input:2: a cell is longer than 64 KiB / hint: is the quote that begins on this line \
             closed?",
        ),
        (
            format!("customer_id,#\n{CUSTOMER},{long}\n"),
            "input:2: a cell is longer than 64 KiB",
        ),
        (
            format!("customer_id,#\n{CUSTOMER},{cells}\n"),
            "input:2: the row is longer than 1024 KiB or 1000 cells",
        ),
        (
            format!("customer_id,{wide}\n"),
            "input:1: the row is longer than 1024 KiB or 1000 cells",
        ),
        (
            format!("{{\"customer_id\":\"{CUSTOMER}\"{many}}}"),
            "input:1: there are more than 1000 columns",
        ),
        (
            format!("{{\"customer_id\":\"{CUSTOMER}\",\"email\":\"{long}\"}}"),
            "input:1: email: the value is longer than 64 KiB",
        ),
        (
            format!("{{\"#\":\"{}\"}}", "a".repeat(1 << 20)),
            "input:1: an object is longer than 1024 KiB",
        ),
        (
            format!("[{{\"#\":\"{}\"}}]", "a".repeat(1 << 20)),
            "input:1: an object is longer than 1024 KiB",
        ),
    ] {
        assert_eq!(one_line(&read(text, partner())), expected);
    }
    let object = |members: &str| {
        format!("{{\"billing_account\":\"a\",\"billing_profile\":\"p\",{members}}}")
    };
    assert_eq!(
        one_line(&read(
            object(&format!("\"enabledAzurePlans\":{deep}")),
            arm()
        )),
        "input:1: enabledAzurePlans: it is nested deeper than 32 levels"
    );
    assert_eq!(
        one_line(&read(object(&format!("\"b\":{nested}")), arm())),
        "input:1: it is nested deeper than 32 levels"
    );
}
