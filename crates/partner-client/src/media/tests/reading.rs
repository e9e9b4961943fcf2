//! Profiles read from XML.

use serde_json::json;

use super::*;

#[test]
fn responses_of_the_service_are_read() {
    let read_first = serde_json::to_value(read(SERVICE).unwrap()).unwrap();
    assert_eq!(
        read_first,
        json!({
            "attributes": { "etag": "-4812287124543019129", "objectType": "CustomerBillingProfile" },
            "companyName": "Fabrikam GmbH",
            "culture": "de-DE",
            "defaultAddress": {
                "addressLine1": "Beispielstraße 12", "addressLine2": "Hinterhaus", "addressLine3": "3. Stock",
                "city": "München", "country": "DE", "district": "Oberbayern",
                "emailAddress": "rechnung@fabrikam.example.com", "firstName": "Jörg",
                "id": "8c1d2e3f-4a5b-4c6d-9e7f-0a1b2c3d4e04", "lastName": "Musterfrau", "middleName": "Maria",
                "phoneNumber": "+49 89 5550100", "postalCode": "80331", "region": "BY", "state": "BY",
            },
            "email": "joerg.musterfrau@fabrikam.example.com",
            "firstName": "Jörg",
            "id": "de61ac58-e05f-5be1-9fc2-d60b235d2203",
            "language": "de",
            "lastName": "Musterfrau",
            "links": { "self": {
                "headers": [], "method": "GET",
                "uri": "/v1/customers/c27d90b4-1e6a-4f58-8a3d-92b7e4f0c602/profiles/billing",
            } },
        })
    );
    let read_second = read(SERVICE_WITH_NULLS).unwrap();
    assert_eq!(
        serde_json::to_value(read_second).unwrap(),
        json!({
            "attributes": { "etag": "1234", "objectType": "CustomerBillingProfile" },
            "companyName": "Northwind & Traders <Ltd>",
            "culture": "en-US",
            "defaultAddress": {
                "addressLine1": "1 Example Way", "city": "Tacoma", "country": "US", "phoneNumber": "",
                "postalCode": "98402", "state": "WA",
            },
            "email": "robin@northwind.example.com",
            "firstName": "Robin",
            "id": "7f0a3c52-11aa-5b7e-9d2a-1f0e3b4c5d6e",
            "language": "en",
            "lastName": "Example",
            "links": { "self": {
                "headers": [{ "key": "a", "value": "b" }], "method": "GET",
                "uri": "/v1/customers/c1/profiles/billing",
            } },
        })
    );
}

/// The same profile in every layout that XML allows.
#[test]
fn prefixes_order_letter_case_and_layout_do_not_matter() {
    let expected = profile(json!({
        "attributes": { "etag": "1" },
        "companyName": "A & B <C> é",
        "defaultAddress": { "city": "" },
    }));
    let plain = "<Attributes><c:Etag>1</c:Etag></Attributes>\
                 <CompanyName>A &amp; B &lt;C&gt; é</CompanyName><DefaultAddress><City/></DefaultAddress>";
    let bodies = [
        plain.to_owned(),
        "<DefaultAddress><City></City></DefaultAddress>\
         <CompanyName>A &#38; B &#x3C;C&#62; &#233;</CompanyName><Attributes><c:Etag>1</c:Etag></Attributes>"
            .to_owned(),
        "<attributes><c:etag>1</c:etag></attributes>\
         <companyName>A &amp; B &lt;C&gt; é</companyName><defaultAddress><city/></defaultAddress>"
            .to_owned(),
        "\n <!-- a --> <Attributes >\r\n<c:Etag\t>1</c:Etag > </Attributes>\
         <CompanyName><![CDATA[A & B <C>]]> <!-- -->é</CompanyName>\
         <DefaultAddress><City i:nil=\"false\"><!-- --></City></DefaultAddress>\n"
            .to_owned(),
        format!("<Culture i:nil=\"true\"/><Email i:nil=' 1 '> </Email>{plain}<Links i:nil=\"true\"></Links>"),
    ];
    for body in bodies {
        let document = document(&body);
        assert_eq!(read(&document).unwrap(), expected, "{body}");
        let framed = format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes'?>\n\
             <?xml-stylesheet href=\"a\"?><!-- before -->{document}<!-- after -->\n<?a?>"
        );
        assert_eq!(read(&framed).unwrap(), expected, "{framed}");
    }
    let prefixed = format!(
        "<p:customerBillingProfile xmlns:p='{CUSTOMERS}'><p:CompanyName>A &amp; B &lt;C&gt; é</p:CompanyName>\
         <p:DefaultAddress><City xmlns=\"{CUSTOMERS}\"/></p:DefaultAddress>\
         <p:Attributes xmlns:p2='{COLLECTIONS}'><p2:Etag>1</p2:Etag></p:Attributes></p:customerBillingProfile>"
    );
    assert_eq!(read(prefixed).unwrap(), expected);
}

#[test]
fn white_space_of_text_is_kept_and_line_ends_normalized() {
    let document = document("<City/><CompanyName> a\r\nb\rc&#xD;\t </CompanyName>");
    let read = read(document).unwrap();
    assert_eq!(read.company_name.as_deref(), Some(" a\nb\nc\r\t "));
}

#[test]
fn type_attribute_of_an_element_is_ignored() {
    let text = "<Attributes i:type=\"c:ResourceAttributes\"><c:Etag i:type=\"x:string\" xmlns:x=\"urn:x\">1</c:Etag></Attributes>";
    let etag = read(document(text)).unwrap().attributes.unwrap().etag;
    assert_eq!(etag.as_deref(), Some("1"));
}

#[test]
fn body_is_read_by_its_media_type() {
    let json = "\u{feff}{\"id\":\"p1\"}";
    let xml = document("<Id>p1</Id>");
    let read = |content_type: Option<&str>, body: &str| -> Result<CustomerBillingProfile, Error> {
        read_body(content_type, body.as_bytes(), &CUSTOMER_BILLING_PROFILE)
    };
    let expected = profile(json!({ "id": "p1" }));
    for content_type in [
        None,
        Some("application/json"),
        Some("text/json; charset=UTF-8"),
        Some("Application/JSON;charset=\"utf-8\""),
        Some("application/problem+json"),
        Some("application/json; charset=us-ascii"),
        Some("text/plain"),
        Some("nonsense"),
        Some(""),
    ] {
        assert_eq!(
            read(content_type, json).unwrap(),
            expected,
            "{content_type:?}"
        );
        assert!(read(content_type, &xml).is_err(), "{content_type:?}");
    }
    for content_type in [
        "application/xml",
        "text/xml",
        "TEXT/XML; charset=utf-8",
        "application/xml; boundary=a; charset=\"UTF-8\"",
        "application/vnd.example+xml",
        "application/xml ; charset=utf-8",
        "application/xml;;\tcharset=utf8;",
    ] {
        assert_eq!(read(Some(content_type), &xml).unwrap(), expected);
        assert!(read(Some(content_type), json).is_err(), "{content_type}");
    }
    for content_type in [
        "application/xml; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json ;; Charset=\"UTF-16\"",
    ] {
        let error = read(Some(content_type), json).unwrap_err();
        assert!(error.is_decode());
        assert_eq!(
            error.to_string(),
            "could not read the text: its charset is not UTF-8"
        );
    }
}
