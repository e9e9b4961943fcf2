//! Elements that the schema does not list.

use insta::assert_snapshot;
use serde_json::json;

use super::*;

/// Reads the content of a root, and checks that it is the same after writing and reading it again.
fn restored(content: &str) -> Value {
    let first = read(document(content)).unwrap();
    let again = read(xml(&first).unwrap()).unwrap();
    assert_eq!(first, again, "{content}");
    serde_json::to_value(first).unwrap()
}

#[test]
fn element_of_plain_text_becomes_a_text_member() {
    assert_eq!(
        restored(
            "<Tier>gold</Tier><Empty/><Gone i:nil=\"true\"/><Attributes><c:Revision> 3 </c:Revision></Attributes>"
        ),
        json!({ "tier": "gold", "empty": "", "gone": null, "attributes": { "revision": " 3 " } })
    );
}

#[test]
fn foreign_or_lower_case_element_has_a_qualified_name() {
    assert_eq!(
        restored(
            "<Tier xmlns=\"urn:a&amp;b\">1</Tier><tier>2</tier><Tier xmlns=\"\">3</Tier><c:Tier>4</c:Tier>"
        ),
        json!({
            "{urn:a&b}Tier": "1",
            "{}Tier": "3",
            format!("{{{CUSTOMERS}}}tier"): "2",
            format!("{{{COLLECTIONS}}}Tier"): "4",
        })
    );
}

#[test]
fn other_element_is_captured_with_its_declarations() {
    let profile = restored(
        "<Tax xmlns:t='urn:\"tax' xmlns:unused=\"urn:unused\"><t:Number i:type=\"t:Vat\">DE<!-- ! -->1</t:Number><c:X/></Tax>\
         <Flag a=\"1\">yes</Flag><t:Bare xmlns:t=\"urn:t\" xmlns=\"\"><inner/></t:Bare>",
    );
    assert_snapshot!(format!("{profile:#}"), @r#"
    {
      "flag": {
        "$xml": "<Flag xmlns=\"http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1\" a=\"1\">yes</Flag>"
      },
      "tax": {
        "$xml": "<Tax xmlns=\"http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1\" xmlns:c=\"http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:t='urn:\"tax' xmlns:unused=\"urn:unused\"><t:Number i:type=\"t:Vat\">DE<!-- ! -->1</t:Number><c:X/></Tax>"
      },
      "{urn:t}Bare": {
        "$xml": "<t:Bare xmlns:t=\"urn:t\" xmlns=\"\"><inner/></t:Bare>"
      }
    }
    "#);
}

#[test]
fn element_without_a_namespace_stays_without_one() {
    let content = "<p:Tax><inner/></p:Tax>";
    let document = format!(
        "<p:CustomerBillingProfile xmlns:p=\"{CUSTOMERS}\">{content}</p:CustomerBillingProfile>"
    );
    let first = read(document).unwrap();
    let source = format!("<p:Tax xmlns:p=\"{CUSTOMERS}\" xmlns=\"\"><inner/></p:Tax>");
    assert_eq!(
        serde_json::to_value(&first).unwrap(),
        json!({ "tax": { "$xml": source } })
    );
    assert_eq!(read(xml(&first).unwrap()).unwrap(), first);
}

#[test]
fn unknown_element_keeps_its_position_and_namespaces() {
    let profile = read(document(
        "<Zone><c:Of>x</c:Of></Zone><CompanyName>Contoso</CompanyName><Area n=\"1\"/><Foreign xmlns=\"urn:f\">f</Foreign>",
    ));
    assert_snapshot!(xml(&profile.unwrap()).unwrap().replace("><", ">\n<"), @r#"
    <CustomerBillingProfile xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1" xmlns:d1p1="urn:f">
    <d1p1:Foreign>f</d1p1:Foreign>
    <Area xmlns="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1" n="1"/>
    <CompanyName>Contoso</CompanyName>
    <Zone xmlns="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1" xmlns:c="http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections">
    <c:Of>x</c:Of>
    </Zone>
    </CustomerBillingProfile>
    "#);
}

#[test]
fn other_media_types_refuse_members_that_need_xml() {
    let source = read(document(
        "<Attributes><c:Tax><c:Number>1</c:Number></c:Tax></Attributes>",
    ))
    .unwrap();
    let foreign = read(document("<Tier xmlns=\"urn:a\">1</Tier>")).unwrap();
    let plain = read(document("<Tier>1</Tier><Gone i:nil=\"true\"/>")).unwrap();
    let told = |profile: &CustomerBillingProfile, content_type| {
        let error = body(profile, content_type).unwrap_err();
        assert!(error.is_invalid_input());
        error.to_string()
    };
    let told = [
        told(&source, ContentType::Json),
        told(&foreign, ContentType::TextJson),
        told(&source, ContentType::Form),
    ];
    assert_snapshot!(told.join("\n"), @"
    the body cannot be written as application/json at `attributes.tax`: it came as XML, and only XML can carry it; send the profile as XML
    the body cannot be written as text/json at `…`: it came as XML, and only XML can carry it; send the profile as XML
    the body cannot be written as application/x-www-form-urlencoded at `attributes.tax`: it came as XML, and only XML can carry it; send the profile as XML
    ");
    assert_eq!(
        body(&plain, ContentType::Json).unwrap(),
        r#"{"gone":null,"tier":"1"}"#
    );
    assert_eq!(body(&plain, ContentType::Form).unwrap(), "tier=1");
    let looks_alike = profile(json!({ "companyName": "{x}", "id": "\"$xml\"" }));
    assert!(body(&looks_alike, ContentType::Json).is_ok());
}

#[test]
fn source_text_of_another_element_is_not_sent() {
    let told = |source: &str| {
        let profile = profile(json!({ "tier": { "$xml": source } }));
        let error = xml(&profile).unwrap_err();
        assert!(error.is_invalid_input());
        error.to_string()
    };
    let good = format!("<Tier xmlns=\"{CUSTOMERS}\"><a/></Tier>");
    assert!(xml(&profile(json!({ "tier": { "$xml": good } }))).is_ok());
    let told = [
        told(""),
        told("text"),
        told("<Tier>"),
        told("<Tier/><Tier/>"),
        told("<Tier/> text"),
        told("<Tier xmlns=\"urn:other\"/>"),
        told(&good.replace("Tier", "Email")),
        told("<p:Tier/>"),
        told("<!DOCTYPE a><Tier/>"),
        told("<?xml version=\"1.0\"?><Tier/>"),
        told("<Tier>&other;</Tier>"),
        told("</CustomerBillingProfile><Tier/>"),
    ];
    assert_snapshot!(told.join("\n"), @"
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: the source text of an element is expected (byte 0)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: the source text of an element is expected (byte 0)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: the document ends inside an element (byte 6)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: there is a second root (byte 7)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: text stands where only elements may (byte 7)
    the body cannot be written as application/xml at `tier`: the source text is that of another element
    the body cannot be written as application/xml at `tier`: the source text is that of another element
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: a prefix has no namespace (byte 0)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: a document type declaration is not accepted (byte 0)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: the source text of an element is expected (byte 0)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: an entity beyond the five of XML is not accepted (byte 6)
    the body cannot be written as application/xml at `tier`: the source text of the element is broken: a tag does not match, or an `&` begins nothing (byte 0)
    ");
}
