//! The media types of Partner Center, compared with documents that were written by hand as the
//! service's serializer writes them.

use billing_emulator::{SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID};
use serde_json::json;

use crate::support::{HttpClient, customer_path, sample};

/// The customer with every member, as the serializer writes it.
const FULL: &str = include_str!("../fixtures/customer-billing-profile.xml");
/// Another profile, with null members and a link with a header.
const WITH_NULLS: &str = include_str!("../fixtures/with-nulls-and-a-header.xml");

const CUSTOMERS: &str =
    "http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1";

fn path(customer: &str) -> String {
    format!("/v1/customers/{customer}/profiles/billing")
}

fn xml(content: &str) -> String {
    format!(
        "<CustomerBillingProfile xmlns=\"{CUSTOMERS}\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
         {content}</CustomerBillingProfile>"
    )
}

#[tokio::test]
async fn xml_profile_matches_the_dotnet_serializer() {
    let emulator = sample().start().await.unwrap();
    for media_type in ["application/xml", "text/xml"] {
        let caller = HttpClient::partner(&emulator).with("accept", media_type);
        let response = caller.get(&path(SAMPLE_OTHER_CUSTOMER_ID)).await;
        assert_eq!(response.body, FULL);
        let content_type = format!("{media_type}; charset=utf-8");
        assert_eq!(response.header("content-type"), Some(content_type.as_str()));
    }
}

#[tokio::test]
async fn profile_is_read_in_each_media_type() {
    let form = "attributes[objectType]=x&companyName=Northwind+%26+Traders+%3CLtd%3E&Culture=en-US\
                &defaultAddress%5BaddressLine1%5D=1+Example+Way&defaultaddress.city=Tacoma&defaultAddress[country]=US\
                &defaultAddress[phoneNumber]=&defaultAddress[postalCode]=98402&DefaultAddress[State]=WA\
                &email=robin%40northwind.example.com&firstName=Robin&language=en&lastName=Example\
                &links[self][headers][0][key]=a&links[self][headers][0][value]=b";
    let json = json!({
        "CompanyName": "Northwind & Traders <Ltd>", "Culture": "en-US",
        "DefaultAddress": {
            "AddressLine1": "1 Example Way", "City": "Tacoma", "Country": "US", "District": null,
            "PhoneNumber": "", "PostalCode": "98402", "State": "WA",
        },
        "Email": "robin@northwind.example.com", "FirstName": "Robin", "Language": "en", "LastName": "Example",
    });
    // The etag in the document is stale, so nothing could be written.
    let nulls = WITH_NULLS.replace(
        "<d2p1:Etag>1234</d2p1:Etag>",
        "<d2p1:Etag i:nil=\"true\" />",
    );
    let prefixed = xml("<p:CompanyName xmlns:p=\"CUSTOMERS\">Northwind &amp; Traders <![CDATA[<Ltd>]]></p:CompanyName>\
         <Culture>en-US</Culture><DefaultAddress><AddressLine1>1 Example Way</AddressLine1><City>Tacoma</City>\
         <Country>US</Country><PhoneNumber/><PostalCode>98402</PostalCode><State>WA</State></DefaultAddress>\
         <Email>robin@northwind.example.com</Email><FirstName>Robin</FirstName><Language>en</Language>\
         <LastName>Example</LastName>")
    .replace("CUSTOMERS", CUSTOMERS);
    let mut stored = Vec::new();
    for (media_type, body) in [
        ("application/json", json.to_string()),
        ("text/json; charset=utf-8", json.to_string()),
        ("application/xml", nulls),
        ("text/xml", prefixed),
        ("application/x-www-form-urlencoded", form.to_owned()),
    ] {
        let emulator = sample().start().await.unwrap();
        let caller = HttpClient::partner(&emulator).with("content-type", media_type);
        let response = caller.send("PUT", &path(SAMPLE_CUSTOMER_ID), &body).await;
        assert_eq!(response.status, 200, "{media_type}: {}", response.body);
        stored.push(
            emulator
                .customer_billing_profile(SAMPLE_CUSTOMER_ID)
                .unwrap(),
        );
    }
    insta::assert_json_snapshot!(stored[0]);
    for other in &stored {
        assert_eq!(other, &stored[0]);
    }
}

#[tokio::test]
async fn misplaced_or_misspelled_xml_element_is_ignored() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator).with("content-type", "application/xml");
    let body = xml(
        "<Email>e</Email><CompanyName>lost</CompanyName><FirstName>f</FirstName><culture>lost</culture>\
         <Language xmlns=\"urn:other\">lost</Language><LastName>l</LastName>",
    );
    let response = caller.send("PUT", &path(SAMPLE_CUSTOMER_ID), &body).await;
    let mut stored = response.json();
    for own in ["id", "links", "attributes"] {
        stored.as_object_mut().unwrap().remove(own);
    }
    assert_eq!(
        stored,
        json!({ "email": "e", "firstName": "f", "lastName": "l" })
    );
}

#[tokio::test]
async fn unknown_xml_members_are_written_and_accepted() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let body = json!({
        "tier": "gold",
        "score": 7,
        "isNew": true,
        "tags": ["a", "b"],
        "tax": { "number": "1", "zone": null },
        "two words": "XML has no such name",
        "attributes": { "revision": "3" },
    });
    caller.put(&path(SAMPLE_CUSTOMER_ID), &body).await;
    let before = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    let in_xml = caller.clone().with("accept", "text/xml");
    let read = in_xml.get(&path(SAMPLE_CUSTOMER_ID)).await.body;
    insta::assert_snapshot!(read.replace("><", ">\n<"));
    let back = in_xml.with("content-type", "text/xml");
    let response = back.send("PUT", &path(SAMPLE_CUSTOMER_ID), &read).await;
    assert_eq!(response.status, 200, "{}", response.body);
    let mut after = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    after["attributes"]["etag"] = before["attributes"]["etag"].clone();
    after["two words"] = before["two words"].clone();
    after["tax"]["zone"] = before["tax"]["zone"].clone();
    assert_eq!(after, before);
}

#[tokio::test]
async fn unacceptable_media_types_have_the_service_s_error() {
    let emulator = sample().start().await.unwrap();
    let known = path(SAMPLE_CUSTOMER_ID);
    let before = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let mut seen = String::new();
    for (accept, content_type, body) in [
        ("text/html", "application/json", "{}"),
        ("application/xml;q=0", "application/json", "{}"),
        ("application/xml", "text/html", "{}"),
        ("application/xml", "application/xml", "{}"),
        (
            "application/xml;q=0.9, */*;q=0.1",
            "application/xml",
            "<a/>",
        ),
        ("application/json", "text/xml", "<!DOCTYPE a><a/>"),
        ("application/json", "text/xml", "<a>"),
        ("application/json", "text/xml", &xml("Contoso")),
        (
            "application/json",
            "application/x-www-form-urlencoded",
            "a[=b",
        ),
        (
            "application/json",
            "application/x-www-form-urlencoded",
            "email=b&email[c]=d",
        ),
        (
            "application/json",
            "application/x-www-form-urlencoded",
            "links=1",
        ),
        ("text/json", "application/json", "[]"),
    ] {
        let caller = HttpClient::partner(&emulator)
            .with("accept", accept)
            .with("content-type", content_type);
        let response = caller.send("PUT", &known, body).await;
        let answered = response.header("content-type").unwrap();
        seen += &format!(
            "{accept} | {content_type} | {body}\n  {answered}\n  {}\n",
            response.brief()
        );
    }
    insta::assert_snapshot!(seen);
    let deep = xml(&"<Tier>".repeat(100_000));
    let caller = HttpClient::partner(&emulator).with("content-type", "text/xml");
    assert_eq!(caller.send("PUT", &known, &deep).await.status, 400);
    assert_eq!(
        emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID),
        before
    );
}

#[tokio::test]
async fn form_name_with_unbalanced_brackets_is_refused() {
    let emulator = sample().start().await.unwrap();
    let caller =
        HttpClient::partner(&emulator).with("content-type", "application/x-www-form-urlencoded");
    let path = customer_path();
    let before = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    for name in [
        "x]", "x[", "[x]", "x[]", "x[y", "x]y", "x[y]]", "x[[y]]", "x[y]z", "x[y.z]", "x.", ".x",
        "x..y", "x[y].", "x][y",
    ] {
        let body = format!("companyName=a&{name}=b");
        let response = caller.send("PUT", &path, &body).await;
        assert_eq!(response.status, 400, "{name}: {}", response.body);
    }
    assert_eq!(
        emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID),
        before
    );
}

#[tokio::test]
async fn form_names_have_dots_or_brackets() {
    let emulator = sample().start().await.unwrap();
    let caller =
        HttpClient::partner(&emulator).with("content-type", "application/x-www-form-urlencoded");
    let body = "defaultAddress.city=a&DefaultAddress[State]=b&x[y].z=c&x.y[w]=d";
    let stored = caller
        .send("PUT", &path(SAMPLE_CUSTOMER_ID), body)
        .await
        .json();
    assert_eq!(
        stored["defaultAddress"],
        json!({ "city": "a", "state": "b" })
    );
    assert_eq!(stored["x"], json!({ "y": { "z": "c", "w": "d" } }));
}
