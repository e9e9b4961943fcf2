//! Profiles written as XML.

use insta::assert_snapshot;
use serde_json::json;

use super::*;

/// Returns the document with one line for each start tag, to be readable.
fn lines(document: &str) -> String {
    document.replace("><", ">\n<")
}

#[test]
fn full_profile_is_one_line_in_schema_order() {
    let document = xml(&full()).unwrap();
    assert!(!document.contains('\r') && document.starts_with("<CustomerBillingProfile "));
    assert_snapshot!("full", lines(&document));
    assert_eq!(read(&document).unwrap(), full());
}

#[test]
fn empty_profile_is_an_empty_element() {
    let empty = CustomerBillingProfile::default();
    assert_snapshot!(xml(&empty).unwrap(), @r#"<CustomerBillingProfile xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1"></CustomerBillingProfile>"#);
    assert_eq!(read(xml(&empty).unwrap()).unwrap(), empty);
}

#[test]
fn response_is_written_back_without_its_nulls() {
    for service in [SERVICE, SERVICE_WITH_NULLS] {
        let mut expected = service.to_owned();
        for null in service.split('<').filter(|tag| tag.contains("i:nil")) {
            expected = expected.replace(&format!("<{null}"), "");
        }
        // The namespaces are declared once, with other prefixes.
        let bare = |document: &str| {
            let mut text = document.to_owned();
            while let Some(at) = text.find(" xmlns") {
                let end = at + text[at..].match_indices('"').nth(1).unwrap().0 + 1;
                text.replace_range(at..end, "");
            }
            for prefix in ["d1p1:", "d1p2:", "d2p1:", "d4p1:"] {
                text = text.replace(prefix, "");
            }
            text.replace("<Headers />", "<Headers></Headers>")
        };
        let written = xml(&read(service).unwrap()).unwrap();
        assert_eq!(bare(&written), bare(&expected));
    }
}

#[test]
fn both_names_of_a_media_type_write_the_same() {
    let [json, xml] = [
        [ContentType::Json, ContentType::TextJson],
        [ContentType::Xml, ContentType::TextXml],
    ];
    for [one, other] in [json, xml] {
        assert_eq!(body(&full(), one).unwrap(), body(&full(), other).unwrap());
    }
}

#[test]
fn unknown_member_is_written_in_ordinal_order() {
    let profile = profile(json!({
        "zip": "9",
        "companyName": "Fabrikam",
        "companySize": 40,
        "language": "de",
        "Nickname": "fab",
        "isNew": true,
        "links": { "last": "l", "self": { "uri": "/" } },
        "gone": null,
    }));
    assert_snapshot!(lines(&xml(&profile).unwrap()), @r#"
    <CustomerBillingProfile xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1" xmlns:d1p1="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections">
    <CompanyName>Fabrikam</CompanyName>
    <CompanySize>40</CompanySize>
    <Gone i:nil="true" />
    <IsNew>true</IsNew>
    <Language>de</Language>
    <Links>
    <d1p1:Last>l</d1p1:Last>
    <d1p1:Self>
    <d1p1:Uri>/</d1p1:Uri>
    </d1p1:Self>
    </Links>
    <Nickname>fab</Nickname>
    <Zip>9</Zip>
    </CustomerBillingProfile>
    "#);
}

#[test]
fn null_item_is_written_as_nil_and_read_as_null() {
    let nulls = profile(
        json!({ "links": { "self": { "headers": [null, { "key": "a", "value": null }, null] } } }),
    );
    let document = xml(&nulls).unwrap();
    assert_snapshot!(lines(&document), @r#"
    <CustomerBillingProfile xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1" xmlns:d1p1="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections" xmlns:d1p2="http://schemas.datacontract.org/2004/07/System.Collections.Generic">
    <Links>
    <d1p1:Self>
    <d1p1:Headers>
    <d1p2:KeyValuePairOfstringstring i:nil="true" />
    <d1p2:KeyValuePairOfstringstring>
    <d1p2:key>a</d1p2:key>
    </d1p2:KeyValuePairOfstringstring>
    <d1p2:KeyValuePairOfstringstring i:nil="true" />
    </d1p1:Headers>
    </d1p1:Self>
    </Links>
    </CustomerBillingProfile>
    "#);
    let headers =
        |profile: CustomerBillingProfile| profile.links.unwrap().self_.unwrap().headers.unwrap();
    let read = headers(read(&document).unwrap());
    assert_eq!(read, headers(nulls));
    assert!(read[0].is_none() && read[1].is_some() && read[2].is_none());
}

/// The digits of a JSON document; XML has only text.
#[test]
fn digits_of_unknown_numbers_are_kept() {
    for number in [
        "0.10",
        "12345678901234567.89",
        "1E2",
        "1e400",
        "18446744073709551617",
        "-0",
    ] {
        let text = format!(r#"{{"credit":{number},"attributes":{{"version":{number}}}}}"#);
        let profile: CustomerBillingProfile = serde_json::from_str(&text).unwrap();
        let document = xml(&profile).unwrap();
        assert!(
            document.contains(&format!("<Credit>{number}</Credit>")),
            "{document}"
        );
        let form = body(&profile, ContentType::Form).unwrap();
        let encoded = number.replace('+', "%2B");
        assert_eq!(
            form,
            format!("attributes%5Bversion%5D={encoded}&credit={encoded}")
        );
    }
}

#[test]
fn member_that_xml_cannot_carry_is_named_without_its_value() {
    let told = |json| xml(&profile(json)).unwrap_err().to_string();
    let told = [
        told(json!({ "defaultAddress": { "city": "Red\u{1}mond" } })),
        told(json!({ "links": { "self": { "headers": [{}, { "value": "\u{ffff}" }] } } })),
        told(json!({ "tier": { "level": 3 } })),
        told(json!({ "tags": [] })),
        told(json!({ "two words": "x" })),
        told(json!({ "": "x" })),
        told(json!({ "{urn:a}b c": "x" })),
        told(json!({ "{urn:\u{2}}b": "x" })),
        told(json!({ "Tier": "x", "tier": "y" })),
        told(
            json!({ "companyName": "x", "{http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1}CompanyName": "y" }),
        ),
    ];
    assert_snapshot!(told.join("\n"), @"
    the body cannot be written as application/xml at `defaultAddress.city`: XML has no character U+0001; take it out, or send the profile as JSON
    the body cannot be written as application/xml at `links.self.headers[1].value`: XML has no character U+FFFF; take it out, or send the profile as JSON
    the body cannot be written as application/xml at `tier`: it came as JSON and is more than text, so its form in XML is not known; send the profile as JSON
    the body cannot be written as application/xml at `tags`: it came as JSON and is more than text, so its form in XML is not known; send the profile as JSON
    the body cannot be written as application/xml at `…`: no element can have this name; send the profile as JSON
    the body cannot be written as application/xml at `…`: no element can have this name; send the profile as JSON
    the body cannot be written as application/xml at `…`: no element can have this name; send the profile as JSON
    the body cannot be written as application/xml at `…`: no namespace can have this name
    the body cannot be written as application/xml at `tier`: two members are the same element
    the body cannot be written as application/xml at `…`: two members are the same element
    ");
}
