//! `Json` and `Number`, which no present spec uses: any JSON as its text, and a number as its
//! digits.

use billing_models::{Json, Number};
use serde_json::{Value, json};

#[test]
fn a_number_keeps_its_digits_and_tells_what_they_are() {
    for (text, float, integer) in [
        ("0", Some(0.0), Some(0)),
        ("-7", Some(-7.0), Some(-7)),
        ("0.10", Some(0.1), None),
        ("1E2", Some(100.0), None),
        ("12345678901234567.890", Some(12345678901234568.0), None),
        ("9223372036854775808", Some(9223372036854775808.0), None),
        ("1e400", None, None),
    ] {
        let number: Number = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), text);
        assert_eq!((number.as_str(), number.to_string().as_str()), (text, text));
        assert_eq!(
            (number.as_f64(), number.as_i64()),
            (float, integer),
            "{text}"
        );
        assert_eq!(
            format!("{number:?} {number:>6}"),
            format!("{text} {text:>6}")
        );
        assert_eq!(text.parse::<Number>().unwrap(), number);
    }
}

#[test]
fn numbers_are_made_of_those_of_rust() {
    assert_eq!(Number::from(-7).as_str(), "-7");
    assert_eq!(Number::from(u64::MAX).as_str(), "18446744073709551615");
    assert_eq!(Number::from(i64::MIN).as_str(), "-9223372036854775808");
    assert_eq!(Number::try_from(0.1).unwrap().as_str(), "0.1");
    assert_eq!(Number::try_from(5.0).unwrap().as_str(), "5.0");
    for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        Number::try_from(none).unwrap_err();
    }
    assert_ne!(Number::try_from(0.1).unwrap(), "0.10".parse().unwrap());
}

#[test]
fn what_is_no_number_is_refused_without_its_value() {
    for (text, what) in [
        (r#""1""#, "string"),
        ("true", "boolean"),
        ("null", "null"),
        ("[1]", "sequence"),
        (r#"{"a":1}"#, "map"),
    ] {
        let error = serde_json::from_str::<Number>(text)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("invalid type: {what}, expected a number")),
            "{error}"
        );
    }
    for text in ["", "-", "01", "1.", "+1", "NaN", "0x1", "1 2", " "] {
        text.parse::<Number>().unwrap_err();
    }
}

#[test]
fn a_value_that_no_value_holds_has_a_nearest_one() {
    let json: Json =
        r#"{"huge":[1e400,-1e999,1.5],"half":"a\ud800b","\udfff":null,"plain":{"a":[]}}"#
            .parse()
            .unwrap();
    json.to_value().unwrap_err();
    let nearest = json!({
        "huge": ["1e400", "-1e999", 1.5],
        "half": "a\u{fffd}\u{fffd}\u{fffd}b",
        "\u{fffd}\u{fffd}\u{fffd}": null,
        "plain": { "a": [] },
    });
    assert_eq!(json.to_value_lossy(), nearest);
    let plain = Json::of(&json!({ "a": [1, null] })).unwrap();
    assert_eq!(plain.as_str(), r#"{"a":[1,null]}"#);
    assert_eq!(plain.to_value_lossy(), json!({ "a": [1, null] }));
}

/// The same for a value that was not read from a text.
#[test]
fn numbers_and_json_pass_through_values() {
    let number: Number = serde_json::from_value(json!(0.5)).unwrap();
    assert_eq!(number.as_str(), "0.5");
    assert_eq!(serde_json::to_value(&number).unwrap(), json!(0.5));
    let document = json!({ "b": [null, true, -1, 1.5, "é\"\n"], "a": {} });
    let json: Json = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(json.to_value().unwrap(), document);
    assert_eq!(serde_json::to_value(&json).unwrap(), document);
    assert_eq!(json, Json::from(document));
}

#[test]
fn any_json_keeps_its_text_and_is_equal_to_what_says_the_same() {
    let json: Json = "  { \"b\" : 0.10, \"a\" : \"\\u0041\" } ".parse().unwrap();
    assert_eq!(json.to_string(), r#"{ "b" : 0.10, "a" : "\u0041" }"#);
    assert_eq!(serde_json::to_string(&json).unwrap(), json.as_str());
    assert_eq!(json, r#"{"a":"A","b":0.10}"#.parse().unwrap());
    assert_ne!(json, r#"{"a":"A","b":0.1}"#.parse().unwrap());
    assert_eq!(format!("{json:?}"), "***", "it may name a person");
    assert_eq!(
        serde_json::from_str::<Json>("null")
            .unwrap()
            .to_value()
            .unwrap(),
        Value::Null
    );
    for text in ["", "{", r#"{"a":1,"a":2}"#, "1 2"] {
        text.parse::<Json>().unwrap_err();
    }
    "1e400".parse::<Json>().unwrap().to_value().unwrap_err();
}
