//! Hostile documents: each is an error with a position.

use insta::assert_snapshot;

use super::*;

#[test]
fn document_types_entities_and_instructions_are_refused() {
    let lol = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let external = "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
    let ha = document("<CompanyName>&b;</CompanyName>");
    assert_snapshot!(refusal(format!("{lol}{ha}")), @"
    could not read the XML
    -
    a document type declaration is not accepted (byte 0)
    ");
    assert_snapshot!(refusal(format!("{external}{ha}")), @"
    could not read the XML
    -
    a document type declaration is not accepted (byte 0)
    ");
    assert_snapshot!(refusal(&ha), @"
    could not read the XML at `companyName`
    companyName
    an entity beyond the five of XML is not accepted (byte 271)
    ");
    assert_snapshot!(refusal(document("<Tier>&nbsp;</Tier>")), @"
    could not read the XML at `tier`
    tier
    an entity beyond the five of XML is not accepted (byte 264)
    ");
    assert_snapshot!(refusal(document("<Email>a<?php b?></Email>")), @"
    could not read the XML at `email`
    email
    a processing instruction is not accepted here (byte 266)
    ");
    assert_snapshot!(refusal(document("<Email a=\"&b;\"/>")), @"
    could not read the XML at `email`
    email
    an attribute is malformed (byte 258)
    ");
}

#[test]
fn hundred_thousand_levels_are_refused() {
    let deep = |name: &str| {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        format!("{}{}", open.repeat(100_000), close.repeat(100_000))
    };
    assert_snapshot!(refusal(document(&deep("Tier"))), @"
    could not read the XML at `tier`
    tier
    the elements are more than 64 levels deep (byte 636)
    ");
    assert_snapshot!(refusal(document(&deep("DefaultAddress"))), @"
    could not read the XML at `defaultAddress.defaultAddress`
    defaultAddress.defaultAddress
    the elements are more than 64 levels deep (byte 1266)
    ");
    assert_snapshot!(refusal(document(&deep("City"))), @"
    could not read the XML at `city`
    city
    the elements are more than 64 levels deep (byte 636)
    ");
    assert_snapshot!(refusal(deep("a")), @"
    could not read the XML
    -
    the root is not `CustomerBillingProfile` of `http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1` (byte 0)
    ");
}

#[test]
fn malformed_xml_is_refused() {
    assert_snapshot!(refusal(""), @"
    could not read the XML
    -
    there is no element (byte 0)
    ");
    assert_snapshot!(refusal("{\"id\":\"p1\"}"), @"
    could not read the XML
    -
    text stands where only elements may (byte 0)
    ");
    assert_snapshot!(refusal(&document("<Email>a</Email>")[..200]), @r#"
    could not read the XML
    -
    attribute value not closed: `"` not found before end of input (byte 0)
    "#);
    assert_snapshot!(refusal(document("<Email>a</Id>")), @"
    could not read the XML at `email`
    email
    a tag does not match, or an `&` begins nothing (byte 266)
    ");
    assert_snapshot!(refusal(document("<Email>a & b</Email>")), @"
    could not read the XML at `email`
    email
    a tag does not match, or an `&` begins nothing (byte 267)
    ");
    assert_snapshot!(refusal(document("<Email a=1/>")), @"
    could not read the XML at `email`
    email
    an attribute is malformed (byte 258)
    ");
    assert_snapshot!(refusal(document("<Email a=\"1\" a=\"2\"/>")), @"
    could not read the XML at `email`
    email
    an attribute is malformed (byte 258)
    ");
    let nil_twice = "<Email xmlns:j=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\" j:nil=\"false\"/>";
    assert_snapshot!(refusal(document(nil_twice)), @"
    could not read the XML at `email`
    email
    an attribute is malformed (byte 258)
    ");
    assert_snapshot!(refusal(document("<xmlns:Tier/>")), @"
    could not read the XML
    -
    an element is in a reserved or invalid namespace (byte 258)
    ");
    assert_snapshot!(refusal(document("<xml:tier/>")), @"
    could not read the XML
    -
    an element is in a reserved or invalid namespace (byte 258)
    ");
    assert_snapshot!(refusal(document("<Email>a]]>b</Email>")), @"
    could not read the XML at `email`
    email
    text has a `]]>` (byte 265)
    ");
    assert_snapshot!(refusal(document("<Tier a=\"\"><!-- a -- b --></Tier>")), @"
    could not read the XML at `tier`
    tier
    a comment has a `--` (byte 269)
    ");
    assert_snapshot!(refusal(document("<p:Email/>")), @"
    could not read the XML
    -
    a prefix has no namespace (byte 258)
    ");
    assert_snapshot!(refusal(document("<1/>")), @"
    could not read the XML
    -
    the name of an element is invalid (byte 258)
    ");
    assert_snapshot!(refusal(document("<Email>&#0;</Email>")), @"
    could not read the XML at `email`
    email
    a reference names no character (byte 265)
    ");
    assert_snapshot!(refusal(document("<Email>\0</Email>")), @"
    could not read the XML at `email`
    email
    XML has no character U+0000 (byte 265)
    ");
    assert_snapshot!(refusal(document("<Tier>&#xFFFF;</Tier>")), @"
    could not read the XML at `tier`
    tier
    XML has no character U+FFFF (byte 264)
    ");
    assert_snapshot!(refusal(document("<Tier a=\"&#8;\"/>")), @"
    could not read the XML at `tier`
    tier
    an attribute is malformed (byte 258)
    ");
    assert_snapshot!(refusal([document("<Email>").as_bytes(), b"\xff"].concat()), @"
    could not read the XML
    -
    the text is not UTF-8 (byte 290)
    ");
    assert_snapshot!(refusal(b"\xFF\xFE<\0a\0"), @"
    could not read the XML
    -
    the text is not UTF-8 (byte 0)
    ");
    let declared = |text: &str| refusal(format!("{text}{}", document("")));
    assert_snapshot!(declared("<?xml version=\"1.0\" encoding=\"utf-16\"?>"), @"
    could not read the XML
    -
    the encoding is not UTF-8 (byte 0)
    ");
    assert_snapshot!(declared("<?xml version=\"1.1\"?>"), @"
    could not read the XML
    -
    the version of XML is not 1.0 (byte 0)
    ");
    assert_snapshot!(declared(" <?xml version=\"1.0\"?>"), @"
    could not read the XML
    -
    an XML declaration stands only at the very start (byte 1)
    ");
}

#[test]
fn document_without_a_profile_is_refused_with_its_path() {
    assert_snapshot!(refusal("<CustomerBillingProfile/>"), @"
    could not read the XML
    -
    the root is not `CustomerBillingProfile` of `http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1` (byte 0)
    ");
    assert_snapshot!(refusal(format!("<Address xmlns=\"{CUSTOMERS}\"/>")), @"
    could not read the XML
    -
    the root is not `CustomerBillingProfile` of `http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1` (byte 0)
    ");
    assert_snapshot!(refusal(format!("{0}{0}", document(""))), @"
    could not read the XML
    -
    there is a second root (byte 283)
    ");
    assert_snapshot!(refusal(format!("{}text", document(""))), @"
    could not read the XML
    -
    text stands where only elements may (byte 283)
    ");
    assert_snapshot!(refusal(document("").replace("i:\">", "i:\"").replace("\">", "\" i:nil=\"true\">")), @"
    could not read the XML
    -
    the root is nil (byte 0)
    ");
    assert_snapshot!(refusal(document("Jane Roe")), @"
    could not read the XML
    -
    text stands where only elements may (byte 258)
    ");
    assert_snapshot!(refusal(document("<DefaultAddress>Jane Roe</DefaultAddress>")), @"
    could not read the XML at `defaultAddress`
    defaultAddress
    text stands where only elements may (byte 274)
    ");
    assert_snapshot!(refusal(document("<Email>Jane<b>Roe</b></Email>")), @"
    could not read the XML at `email`
    email
    an element stands where only text may (byte 269)
    ");
    assert_snapshot!(refusal(document("<Email>a</Email><Id/><Email>b</Email>")), @"
    could not read the XML at `email`
    email
    the element comes twice (byte 279)
    ");
    assert_snapshot!(refusal(document("<Email i:nil=\"true\">Jane</Email>")), @"
    could not read the XML at `email`
    email
    an element is nil and has content (byte 282)
    ");
    assert_snapshot!(refusal(document("<Email/><email/>")), @"
    could not read the XML at `email`
    email
    the element comes twice (byte 266)
    ");
    assert_snapshot!(refusal(document("<Tier/><Tier/>")), @"
    could not read the XML at `tier`
    tier
    the element comes twice (byte 265)
    ");
    assert_snapshot!(refusal(document("<Tier i:nil=\"true\">Jane</Tier>")), @"
    could not read the XML at `tier`
    tier
    an element is nil and has content (byte 281)
    ");
    let headers = |text: &str| {
        refusal(document(&format!(
            "<Links><c:Self><c:Headers xmlns:g=\"http://schemas.datacontract.org/2004/07/System.Collections.Generic\">\
             <g:KeyValuePairOfstringstring/>{text}</c:Headers></c:Self></Links>"
        )))
    };
    assert_snapshot!(headers("<g:Other/>"), @"
    could not read the XML at `links.self.headers[1]`
    links.self.headers[1]
    the item is not `KeyValuePairOfstringstring` of `http://schemas.datacontract.org/2004/07/System.Collections.Generic` (byte 392)
    ");
    assert_snapshot!(headers("<c:KeyValuePairOfstringstring/>"), @"
    could not read the XML at `links.self.headers[1]`
    links.self.headers[1]
    the item is not `KeyValuePairOfstringstring` of `http://schemas.datacontract.org/2004/07/System.Collections.Generic` (byte 392)
    ");
    assert_snapshot!(headers("<g:KeyValuePairOfstringstring i:nil=\"1\">a</g:KeyValuePairOfstringstring>"), @"
    could not read the XML at `links.self.headers[1]`
    links.self.headers[1]
    an element is nil and has content (byte 433)
    ");
    assert_snapshot!(headers("<g:KeyValuePairOfstringstring><g:value>a</g:value><g:value/></g:KeyValuePairOfstringstring>"), @"
    could not read the XML at `links.self.headers[1].value`
    links.self.headers[1].value
    the element comes twice (byte 442)
    ");
    assert_snapshot!(headers("text"), @"
    could not read the XML at `links.self.headers`
    links.self.headers
    text stands where only elements may (byte 392)
    ");
}

#[test]
fn document_of_nine_megabytes_is_refused() {
    let of = |length: usize| document(&format!("<Email>{}</Email>", "x".repeat(length)));
    assert_snapshot!(refusal(of(9_000_000)), @"
    could not read the XML
    -
    the document is larger than 8388608 bytes
    ");
    assert_eq!(read(of(8_000_000)).unwrap().email.unwrap().len(), 8_000_000);
}

#[test]
fn masses_of_markup_are_refused_in_time() {
    let many = |text: fn(usize) -> String, count: usize| (0..count).map(text).collect::<String>();
    let attributes = many(|index| format!(" a{index}=\"\""), 500_000);
    assert_snapshot!(refusal(document(&format!("<Tier{attributes}/>"))), @"
    could not read the XML at `tier`
    tier
    an element has more than 64 attributes (byte 258)
    ");
    let namespaces = many(|index| format!(" xmlns:n{index}=\"urn:n\""), 300_000);
    assert_snapshot!(refusal(document(&format!("<Tier{namespaces}/>"))), @"
    could not read the XML
    -
    the namespaces are too many, too deep or misused (byte 258)
    ");
    // Each would be captured with a declaration of a thousand bytes.
    let uri = "x".repeat(1000);
    let elements = many(|index| format!("<n:E{index} a=\"\"/>"), 10_000);
    let document = document(&elements).replacen(' ', &format!(" xmlns:n=\"{uri}\" "), 1);
    let error = refusal(document);
    assert!(
        error.contains("the unknown elements are too large") && error.len() < 1000,
        "{error}"
    );
}
