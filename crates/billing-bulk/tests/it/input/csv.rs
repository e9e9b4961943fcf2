//! CSV: quotes, lines and the number of cells.

use billing_bulk::input::{Delimiter, Encoding, InputFormat, Newline};

use super::setup::{CUSTOMER, check, one_line, partner, read, rows};

#[test]
fn detected_form_is_reported() {
    for (delimiter, character) in [
        (Delimiter::Comma, ","),
        (Delimiter::Semicolon, ";"),
        (Delimiter::Tab, "\t"),
    ] {
        for (newline, end) in [(Newline::Lf, "\n"), (Newline::CrLf, "\r\n")] {
            let text = format!("customer_id{character}email{end}{CUSTOMER}{character}{end}");
            let input = check(text, partner()).unwrap();
            let expected = InputFormat::Csv {
                delimiter,
                newline,
                encoding: Encoding::Utf8,
            };
            assert_eq!(input.form().format, expected);
        }
    }
    let text = format!("\u{feff}customer_id;email\r\n{CUSTOMER};\r\n");
    let input = check(text, partner()).unwrap();
    assert_eq!(
        input.notes(),
        [
            "input: CSV with `;`, UTF-8 with a byte order mark, lines end with CRLF, rows: 1",
            "rows that change nothing: 1"
        ]
    );
}

#[test]
fn broken_form_is_refused_with_its_line() {
    let header = "customer_id,email,companyName";
    let mut seen = Vec::new();
    for rows in [
        format!("{CUSTOMER},a@example.com\n"),
        format!("{CUSTOMER},a@example.com,b,c\n"),
        format!("{CUSTOMER},\"a\nb\",c,d\n{CUSTOMER},e\n"),
        format!("{CUSTOMER},5\" disk,\n"),
        format!("{CUSTOMER},\"say \"hi\"\",\n"),
        format!("\n\n{CUSTOMER},\"a\n\nb\",\"open\n\n\n"),
        format!("{CUSTOMER},a\rb,c\n"),
        format!("{CUSTOMER},a,\"b\r\nc\"\r\r\n"),
        format!("{CUSTOMER}\n"),
        String::new(),
        ",,\n , ,\n\n".to_owned(),
    ] {
        seen.push(one_line(&read(format!("{header}\n{rows}"), partner())));
    }
    seen.push(one_line(&read("sep=;\r\ncustomer_id;email\r\n", partner())));
    seen.push(one_line(&read("", partner())));
    seen.push(one_line(&read("\n \n", partner())));
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn mistakes_have_the_physical_line_of_their_cell() {
    let text = format!(
        "\r\n\"customer_id\",\"# long\nname\",invoiceEmailOptIn,email,# end\r\n\
         \r\n\
         {CUSTOMER},\"1\n2\n3\",true,\"a\n\",\r\n\
         nobody,\"\n\",,,\n"
    );
    assert_eq!(
        one_line(&read(text, partner())),
        "input:7: invoiceEmailOptIn: the row is for Partner Center, and only Azure Resource \
         Manager has this member / hint: empty this cell, or correct the service of the row / \
         input:9: customer_id: this is not a GUID / hint: the form is \
         4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"
    );
}

#[test]
fn empty_rows_and_a_missing_last_line_end_are_no_mistakes() {
    let text = format!("customer_id;email\n\n;\n;;\n  ; \n{CUSTOMER};\"a@example.com\"");
    let input = check(text, partner()).unwrap();
    assert_eq!(
        rows(&input),
        [format!(
            "partner/{CUSTOMER}: {{\"email\":\"a@example.com\"}}"
        )]
    );
    let row = input.rows().unwrap().next().unwrap().unwrap();
    assert_eq!((row.number, row.location.line()), (1, 6));
}
