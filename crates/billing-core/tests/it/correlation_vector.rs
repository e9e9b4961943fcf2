//! Correlation vectors follow version 2.1 of the convention.

use billing_core::CorrelationVector;
use insta::assert_snapshot;

fn vector(text: &str) -> CorrelationVector {
    text.parse().unwrap()
}

/// The longest example of the convention, 127 characters and the sign that ends it.
const LONGEST: &str = "CgOLQOn9Gkmd4pM720ciZA.1.15.3226329855.4111101367.10.23.8.3226332926.1671828776.2345.12.3.243.544.3226336576.3422508575.23.1.34";

#[test]
fn a_fresh_one_is_twenty_two_characters_and_a_counter() {
    let fresh = CorrelationVector::generate();
    let text = fresh.to_string();
    assert_eq!(text.len(), 24, "{text}");
    assert!(text.ends_with(".0"));
    assert_ne!(fresh, CorrelationVector::generate());
    assert_eq!(vector(&text), fresh);
}

#[test]
fn it_counts_and_grows_as_in_the_conventions_examples() {
    for (before, after) in [
        ("PmvzQKgYek6Sdk/T5sWaqw.0", "PmvzQKgYek6Sdk/T5sWaqw.1"),
        ("e8iECJiOvUGPvOVtchxG9g.1.23", "e8iECJiOvUGPvOVtchxG9g.1.24"),
        ("e8iECJiOvUGPvOVtchxG9g.9", "e8iECJiOvUGPvOVtchxG9g.10"),
        ("xqqtn+OEVE2ridoS.0", "xqqtn+OEVE2ridoS.1"),
    ] {
        assert_eq!(vector(before).increment().to_string(), after);
    }
    for (before, after) in [
        ("PmvzQKgYek6Sdk/T5sWaqw.1", "PmvzQKgYek6Sdk/T5sWaqw.1.0"),
        ("xqqtn+OEVE2ridoS.3.7", "xqqtn+OEVE2ridoS.3.7.0"),
    ] {
        assert_eq!(vector(before).extend().to_string(), after);
    }
}

#[test]
fn one_that_has_no_room_left_is_terminated_and_stays_as_it_is() {
    let full_counter = "PmvzQKgYek6Sdk/T5sWaqw.4294967295";
    let no_room_to_grow = LONGEST;
    let no_room_to_count = format!("{}99", &LONGEST[..125]);
    let older = "xqqtn+OEVE2ridoS.1234567890.1234567890.1234567890.1234567890.99";
    assert_eq!((LONGEST.len(), older.len()), (127, 63));
    let ends = [
        vector(full_counter).increment(),
        vector(no_room_to_grow).extend(),
        vector(&no_room_to_count).increment().increment(),
        vector(older).increment(),
        vector(older).extend(),
    ];
    let lines = ends.each_ref().map(ToString::to_string).join("\n");
    assert_snapshot!(lines, @"
    PmvzQKgYek6Sdk/T5sWaqw.4294967295!
    CgOLQOn9Gkmd4pM720ciZA.1.15.3226329855.4111101367.10.23.8.3226332926.1671828776.2345.12.3.243.544.3226336576.3422508575.23.1.34!
    CgOLQOn9Gkmd4pM720ciZA.1.15.3226329855.4111101367.10.23.8.3226332926.1671828776.2345.12.3.243.544.3226336576.3422508575.23.1.99!
    xqqtn+OEVE2ridoS.1234567890.1234567890.1234567890.1234567890.99!
    xqqtn+OEVE2ridoS.1234567890.1234567890.1234567890.1234567890.99!
    ");
    for end in ends {
        assert!(end.is_terminated());
        assert_eq!((end.increment(), end.extend()), (end.clone(), end.clone()));
        assert_eq!(vector(&end.to_string()), end, "what is sent can be read");
    }
}

#[test]
fn what_is_none_is_refused() {
    let too_long = format!("{LONGEST}5");
    for text in [
        "",
        "!",
        "PmvzQKgYek6Sdk/T5sWaqw",
        "PmvzQKgYek6Sdk/T5sWaqw.",
        "PmvzQKgYek6Sdk/T5sWaqw.!",
        "PmvzQKgYek6Sdk/T5sWaqw.x",
        "PmvzQKgYek6Sdk/T5sWaqw.+1",
        "PmvzQKgYek6Sdk/T5sWaqw.0!!",
        "PmvzQKgYek6Sdk/T5sWaqw.1..2",
        "PmvzQKgYek6Sdk/T5sWaqw.4294967296",
        "PmvzQKgYek6Sdk/T5sWaqw.00000000001",
        "PmvzQKgYek6Sdk/T5sWaqx.0",
        "PmvzQKgYek6Sdk T5sWaqw.0",
        "xqqtn+OEVE2ridoSA.0",
        "short.0",
        "xqqtn+OEVE2ridoS.1234567890.1234567890.1234567890.1234567890.999",
        &too_long,
    ] {
        let error = text.parse::<CorrelationVector>().unwrap_err();
        assert!(error.is_invalid_input(), "{text:?}");
    }
    let error = "short.0".parse::<CorrelationVector>().unwrap_err();
    assert_snapshot!(error, @"the correlation vector must be 22 base64 characters and one or more counters, such as PmvzQKgYek6Sdk/T5sWaqw.1.0, of 127 characters at most");
}
