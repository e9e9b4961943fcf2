//! Error bodies are read in every known format.

use std::fmt::Write as _;

use billing_core::ServiceError;
use insta::assert_snapshot;

/// Returns every member that was read, one per line.
fn read(body: &str) -> String {
    let error = ServiceError::read(body.as_bytes());
    assert_eq!(error.raw(), body.trim_start_matches('\u{feff}'));
    let mut out = format!("{error}");
    let or_none = |text: Option<&str>| text.unwrap_or("-").to_owned();
    write!(out, "\ncode {}", or_none(error.code())).unwrap();
    write!(out, " | message {}", or_none(error.message())).unwrap();
    write!(out, " | target {}", or_none(error.target())).unwrap();
    for one in error.details() {
        let parts = [one.code(), one.target(), one.message()].map(or_none);
        write!(out, "\ndetail {}", parts.join(" | ")).unwrap();
    }
    out
}

#[test]
fn partner_center_errors_have_a_number_or_a_text_as_code() {
    assert_snapshot!(read(r#"{"code":2055,"description":"Etag is no longer valid","data":[],"source":"PartnerFD"}"#), @r"
    2055: Etag is no longer valid
    code 2055 | message Etag is no longer valid | target -
    ");
    assert_snapshot!(read(r#"{"code":"2000","description":"Tenant Id must be a GUID."}"#), @r"
    2000: Tenant Id must be a GUID.
    code 2000 | message Tenant Id must be a GUID. | target -
    ");
    assert_snapshot!(read(r#"{"code":27002,"description":"A property has invalid data.","data":["property_name:  StateInvalid - Details","details:  \n"],"source":"PartnerFD"}"#), @r"
    27002: A property has invalid data.
    code 27002 | message A property has invalid data. | target -
    detail - | - | property_name:  StateInvalid - Details
    detail - | - | details:
    ");
    assert_snapshot!(read(r#"{"Code":20002,"Description":"No relationship","Data":null,"Source":null}"#), @r"
    20002: No relationship
    code 20002 | message No relationship | target -
    ");
}

#[test]
fn the_extended_shape_and_the_gateway_are_read() {
    assert_snapshot!(read(r#"{"code":600061,"message":"m","description":"d","errorName":"E","isRetryable":false,"parameters":{},"errorMessageExtended":"InternalErrorCode=600061"}"#), @r"
    600061: d
    code 600061 | message d | target -
    ");
    assert_snapshot!(read(r#"{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds." }"#), @r"
    429: Rate limit is exceeded. Try again in 57 seconds.
    code 429 | message Rate limit is exceeded. Try again in 57 seconds. | target -
    ");
}

#[test]
fn resource_manager_errors_are_read_wrapped_and_unwrapped() {
    assert_snapshot!(read(r#"{"error":{"code":"BadRequest","message":"Wrong.","target":"poNumber","details":[{"code":"TooLong","message":"At most 40.","target":"properties.poNumber"}],"additionalInfo":[{"type":"t","info":{}}]}}"#), @r"
    BadRequest: Wrong.
    code BadRequest | message Wrong. | target poNumber
    detail TooLong | properties.poNumber | At most 40.
    ");
    assert_snapshot!(read(r#"{"code":"NotFound","message":"The resource could not be found."}"#), @r"
    NotFound: The resource could not be found.
    code NotFound | message The resource could not be found. | target -
    ");
    assert_snapshot!(read(r#"{"error":{"code":null,"message":null}}"#), @r"
    an error in an unknown format
    code - | message - | target -
    ");
}

#[test]
fn problem_details_are_read() {
    assert_snapshot!(read(r#"{"type":"https://tools.ietf.org/html/rfc7231","title":"One or more validation errors occurred.","status":400,"traceId":"|7f.","errors":{"":["The JSON patch document was malformed."],"city":["is missing","is short"]}}"#), @r"
    One or more validation errors occurred.
    code - | message One or more validation errors occurred. | target -
    detail - |  | The JSON patch document was malformed.
    detail - | city | is missing
    detail - | city | is short
    ");
}

#[test]
fn anything_else_is_kept_as_it_came() {
    assert_snapshot!(read("<html><h1>Bad Gateway</h1></html>"), @r"
    an error in an unknown format
    code - | message - | target -
    ");
    assert_snapshot!(read(r#"["no","error"]"#), @r"
    an error in an unknown format
    code - | message - | target -
    ");
    assert_snapshot!(read(r#"{"error":"broken"}"#), @"
    broken
    code broken | message - | target -
    ");
    assert_snapshot!(read("\u{feff}{\"code\":800003}"), @r"
    800003
    code 800003 | message - | target -
    ");
}

#[test]
fn an_empty_body_says_nothing() {
    assert_snapshot!(read(""), @"
    an error in an unknown format
    code - | message - | target -
    ");
}

#[test]
fn what_is_no_text_stays_in_the_raw_text() {
    let body = r#"{"code":{"jane":1},"message":["Jane Roe"],"target":true,"data":[{"city":"Oz"},[1],null,7]}"#;
    assert_snapshot!(read(body), @"
    an error in an unknown format
    code - | message - | target -
    detail - | - | 7
    ");
}

#[test]
fn oauth_and_older_asp_net_errors_are_read() {
    assert_snapshot!(read(r#"{"error":"invalid_grant","error_description":"AADSTS50076: MFA."}"#), @"
    invalid_grant: AADSTS50076: MFA.
    code invalid_grant | message AADSTS50076: MFA. | target -
    ");
    assert_snapshot!(read(r#"{"Message":"Authorization has been denied for this request."}"#), @"
    Authorization has been denied for this request.
    code - | message Authorization has been denied for this request. | target -
    ");
    assert_snapshot!(read(r#"{"code":null,"title":"Unsupported","status":415}"#), @"
    Unsupported
    code - | message Unsupported | target -
    ");
}

#[test]
fn what_is_shown_is_one_line_of_bounded_length() {
    let body = format!(
        r#"{{"code":"{}","message":"a\u001b[2Jb\nc{}"}}"#,
        "C".repeat(1_000),
        "m".repeat(5_000)
    );
    let error = ServiceError::read(body.as_bytes());
    let shown = error.to_string();
    assert_eq!(
        shown.chars().count(),
        100 + 1 + 2 + 1024 + 1 + "\\u{1b}".len() - 1
    );
    assert!(shown.contains(r"a\u{1b}[2Jb c"), "{shown}");
    assert_eq!(
        error.code().unwrap().len(),
        1_000,
        "nothing is lost for who asks"
    );
}

#[test]
fn raw_text_is_bounded_and_lossless_only_for_utf_8() {
    let error = ServiceError::read(&vec![b'x'; 1_000_000]);
    assert_eq!(error.raw().len(), 16 * 1024);
    let error = ServiceError::read(b"caf\xe9");
    assert_eq!(error.raw(), "caf\u{fffd}");
}

#[test]
fn debug_hides_what_the_body_repeats() {
    let body = r#"{"code":1,"description":"d","data":["Jane Roe"],"echo":"Jane Roe"}"#;
    let error = ServiceError::read(body.as_bytes());
    assert_snapshot!(format!("{error:?} {:?}", error.details()), @r#"ServiceError { code: Some("1"), message: [1 bytes hidden], details: [1 hidden], raw: [66 bytes hidden], .. } [ServiceErrorDetail { code: None, .. }]"#);
}

#[test]
fn ten_thousand_levels_are_kept_as_text() {
    let body = "[".repeat(10_000);
    let error = ServiceError::read(body.as_bytes());
    assert_eq!(
        (error.code(), error.message(), error.raw()),
        (None, None, body.as_str())
    );
}

#[test]
fn xml_errors_are_read_with_any_root_and_prefix() {
    assert_snapshot!(read(r#"<ApiFault xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:faults"><Code>2055</Code><Data xmlns:a="urn:a" /><Description>Etag is no longer valid</Description><Source>PartnerFD</Source></ApiFault>"#), @"
    2055: Etag is no longer valid
    code 2055 | message Etag is no longer valid | target -
    ");
    assert_snapshot!(read("\u{feff}<?xml version=\"1.0\"?>\n<p:f xmlns:p='urn:f'>\n <p:code> 27002 </p:code>\n <p:description>A &lt;property&gt; &#39;has&#39;<![CDATA[ <invalid> ]]>data.</p:description>\n <p:data><s>property_name:  StateInvalid</s><s>details</s></p:data>\n</p:f>"), @"
    27002: A <property> 'has' <invalid> data.
    code 27002 | message A <property> 'has' <invalid> data. | target -
    detail - | - | property_name:  StateInvalid
    detail - | - | details
    ");
    assert_snapshot!(read("<Error><Message>The request entity's media type is not supported.</Message></Error>"), @"
    The request entity's media type is not supported.
    code - | message The request entity's media type is not supported. | target -
    ");
}

#[test]
fn xml_that_is_no_error_or_not_whole_gives_what_was_read_of_it() {
    assert_snapshot!(read("<html><head><title>Bad gateway</title></head><body><code>502</code></body></html>"), @"
    an error in an unknown format
    code - | message - | target -
    ");
    assert_snapshot!(read("<Error><Code>500</Code><Message>Jane"), @"
    500
    code 500 | message - | target -
    ");
    assert_snapshot!(read("<!DOCTYPE a [<!ENTITY b 'ha'>]><Error><Code>&b;</Code></Error>"), @"
    an error in an unknown format
    code - | message - | target -
    ");
    assert_snapshot!(read("<Error><Code>&b;1</Code></Oops>"), @"
    1
    code 1 | message - | target -
    ");
    assert_snapshot!(read("<string>no members</string>"), @"
    an error in an unknown format
    code - | message - | target -
    ");
    let deep = "<a>".repeat(5000);
    assert!(
        read(&deep).starts_with("an error in an unknown format"),
        "{deep}"
    );
}
