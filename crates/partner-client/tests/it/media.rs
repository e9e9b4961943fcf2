//! The media types of requests and responses.

use billing_test::{Script, Server, chain};
use insta::assert_snapshot;
use partner_client::{
    Accept, ContentType, MediaType, PartnerClient, PartnerClientOptions, StaticToken,
};

use crate::setup::{CUSTOMER, profile, rename, start, start_persistent};

const NAMESPACE: &str =
    "http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1";

/// Returns a response as the service sends it, with an unknown element and one of an unknown type.
fn stored(etag: &str, company: &str) -> Script {
    let body = format!(
        "<CustomerBillingProfile xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"{NAMESPACE}\">\
         <Attributes xmlns:d2p1=\"http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections\">\
         <d2p1:Etag>{etag}</d2p1:Etag><d2p1:ObjectType>CustomerBillingProfile</d2p1:ObjectType></Attributes>\
         <Badge xmlns:d2p1=\"urn:badges\"><d2p1:Level>3</d2p1:Level></Badge>\
         <CompanyName>{company}</CompanyName><Culture i:nil=\"true\" /><Id>p1</Id><Tier>gold</Tier>\
         </CustomerBillingProfile>"
    );
    Script::new(
        "200 OK\nContent-Type: application/xml; charset=utf-8\nMS-RequestId: r-1",
        body,
    )
}

#[tokio::test]
async fn edit_in_xml_writes_back_everything_it_read() {
    let answers = vec![stored("10", "Contoso"), stored("11", "Fabrikam &amp; Co")];
    let (server, client) = start(answers).await;
    let edited = client
        .edit_customer_billing_profile(CUSTOMER, |profile| {
            profile.company_name = Some("Fabrikam & Co".to_owned())
        })
        .with_content_type(MediaType::Xml)
        .with_accept([MediaType::Xml, MediaType::Json])
        .send()
        .await
        .unwrap();
    assert_eq!(edited.body().company_name.as_deref(), Some("Fabrikam & Co"));
    assert_eq!(edited.request_id(), Some("r-1"));
    let received = server.received();
    let accept = Some("application/xml, application/json;q=0.9");
    assert_eq!(received[0].header("accept"), accept);
    assert_snapshot!(received[1]);
}

#[tokio::test]
async fn media_type_of_a_request_overrides_the_clients() {
    let answers = (0..4).map(|_| stored("1", "Contoso")).collect();
    let server = Server::start(answers).await;
    let options = PartnerClientOptions::default()
        .with_content_type(ContentType::Form)
        .with_accept(MediaType::TextXml);
    let endpoint = server.origin().parse().unwrap();
    let client = PartnerClient::with_options(endpoint, StaticToken::new("t"), options).unwrap();
    let get = || client.get_customer_billing_profile(CUSTOMER);
    get().send().await.unwrap();
    let every = [
        MediaType::TextJson,
        MediaType::Json,
        MediaType::TextJson,
        MediaType::Xml,
        MediaType::TextXml,
    ];
    get().with_accept(every).send().await.unwrap();
    let update = || client.update_customer_billing_profile(CUSTOMER, &profile());
    update().send().await.unwrap();
    let update = update().with_content_type(MediaType::TextJson);
    update
        .with_accept(Accept::from_iter([]))
        .send()
        .await
        .unwrap();
    let received = server.received();
    let header = |index: usize, name| received[index].header(name);
    assert_eq!(header(0, "accept"), Some("text/xml"));
    assert_eq!(
        header(1, "accept"),
        Some("text/json, application/json;q=0.9, application/xml;q=0.8, text/xml;q=0.7")
    );
    assert_eq!(header(2, "accept"), Some("text/xml"));
    assert_eq!(
        header(2, "content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        received[2].body,
        "attributes%5Betag%5D=-4242348048554929329&attributes%5BobjectType%5D=CustomerBillingProfile\
         &companyName=Fabrikam%2C+Inc.&defaultAddress%5Bcity%5D=Springfield\
         &defaultAddress%5Bcountry%5D=US&email=billing%40fabrikam.example.com\
         &id=8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e"
    );
    assert_eq!(header(2, "if-match"), Some("\"-4242348048554929329\""));
    assert_eq!(header(3, "accept"), Some("application/json"));
    assert_eq!(header(3, "content-type"), Some("text/json"));
}

#[tokio::test]
async fn update_in_xml_is_retried_and_read_back_in_xml() {
    let stale =
        "<ApiFault xmlns=\"urn:f\"><Code>2055</Code><Description>Etag</Description></ApiFault>";
    let answers = vec![
        stored("10", "Contoso"),
        Script::new("503 Service Unavailable", ""),
        Script::new("400 Bad Request\nContent-Type: text/xml", stale),
        stored("12", "Contoso"),
    ];
    let (server, client, _clock) = start_persistent(answers).await;
    let get = client.get_customer_billing_profile(CUSTOMER);
    let get = get.with_accept(MediaType::TextXml);
    let wanted = get.send().await.unwrap().into_body();
    let found = client
        .update_customer_billing_profile(CUSTOMER, &wanted)
        .with_content_type(ContentType::TextXml)
        .with_accept(MediaType::TextXml)
        .send()
        .await
        .unwrap();
    let etag = found.into_body().attributes.unwrap().etag;
    assert_eq!(etag.as_deref(), Some("12"));
    let received = server.received();
    assert_eq!(received[1].body, received[2].body);
    let id = |index: usize| received[index].header("ms-requestid").unwrap();
    assert_eq!(id(1), id(2));
    assert!(received[3].line.starts_with("GET "));
    for request in &received {
        assert_eq!(request.header("accept"), Some("text/xml"));
    }
}

#[tokio::test]
async fn stale_etag_in_xml_or_json_starts_the_edit_again() {
    for (content_type, stale) in [
        ("application/xml", "<ApiFault><Code>2055</Code></ApiFault>"),
        ("application/json", r#"{"code":2055,"description":"Etag"}"#),
    ] {
        let answers = vec![
            stored("10", "Contoso"),
            Script::new(
                &format!("400 Bad Request\nContent-Type: {content_type}"),
                stale,
            ),
            stored("11", "Contoso"),
            stored("12", "Contoso"),
        ];
        let (server, client) = start(answers).await;
        let edit = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .with_accept(MediaType::Xml);
        edit.with_content_type(MediaType::Xml).send().await.unwrap();
        assert_eq!(server.received().len(), 4, "{content_type}");
    }
}

#[tokio::test]
async fn media_type_errors_are_told_apart_and_change_nothing() {
    let answers = vec![
        Script::new("406 Not Acceptable", ""),
        Script::new(
            "415 Unsupported Media Type\nContent-Type: text/xml",
            "<Error><Message>The request entity's media type is not supported.</Message></Error>",
        ),
    ];
    let (server, client) = start(answers).await;
    let get = client.get_customer_billing_profile(CUSTOMER);
    let error = get.with_accept(MediaType::Xml).send().await.unwrap_err();
    assert!(error.is_not_acceptable() && !error.is_unsupported_media_type());
    assert_snapshot!(chain(&error, &server), @"the service answered 406 Not Acceptable");
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    let update = update.with_content_type(ContentType::Form);
    let error = update.send().await.unwrap_err();
    assert!(error.is_unsupported_media_type() && !error.is_not_acceptable());
    assert!(!error.may_have_taken_effect());
    assert_snapshot!(chain(&error, &server), @"the service answered 415 Unsupported Media Type");
    let said = error.service_error().unwrap().message();
    assert_eq!(
        said,
        Some("The request entity's media type is not supported.")
    );
}

#[tokio::test]
async fn response_is_read_by_its_own_media_type() {
    let as_type = |content_type: &str, body: &str| {
        Script::new(&format!("200 OK\nContent-Type: {content_type}"), body)
    };
    let answers = vec![
        stored("1", "Contoso"),
        as_type(
            "text/json; charset=utf-8",
            r#"{"id":"p1","companyName":"Contoso"}"#,
        ),
        Script::new("200 OK", r#"{"id":"p1","companyName":"Contoso"}"#),
    ];
    let (_server, client) = start(answers).await;
    for accept in [MediaType::Json, MediaType::Xml, MediaType::Xml] {
        let get = client.get_customer_billing_profile(CUSTOMER);
        let response = get.with_accept(accept).send().await.unwrap();
        assert_eq!(response.body().company_name.as_deref(), Some("Contoso"));
    }
}

#[tokio::test]
async fn unreadable_response_names_its_form_and_position() {
    let empty = format!("<CustomerBillingProfile xmlns=\"{NAMESPACE}\" />");
    let wrong = empty.replace(" />", "><Id><a/></Id></CustomerBillingProfile>");
    let mut told = String::new();
    for (content_type, body) in [
        ("text/xml", wrong.as_str()),
        ("application/xml", "{\"id\":\"p1\"}"),
        ("application/xml", ""),
        ("application/xml; charset=utf-16", &wrong),
        ("application/json", &wrong),
        ("text/xml", &empty),
    ] {
        let answer = Script::new(&format!("200 OK\nContent-Type: {content_type}"), body);
        let (server, client) = start(vec![answer]).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let error = update.send().await.unwrap_err();
        assert!(error.may_have_taken_effect());
        told.push_str(&format!("{content_type}\n{}\n\n", chain(&error, &server)));
    }
    assert_snapshot!(told);
}

#[tokio::test]
async fn profile_that_its_media_type_cannot_carry_is_not_sent() {
    let (server, client) = start(vec![stored("1", "Contoso")]).await;
    let get = client.get_customer_billing_profile(CUSTOMER);
    let read = get.send().await.unwrap().into_body();
    let update = client.update_customer_billing_profile(CUSTOMER, &read);
    let error = update.clone().send().await.unwrap_err();
    assert!(error.is_invalid_input() && !error.may_have_taken_effect());
    assert!(update.preview().is_err());
    assert_snapshot!(error, @"the body cannot be written as application/json at `badge`: it came as XML, and only XML can carry it; send the profile as XML");
    let preview = update.with_content_type(MediaType::Xml).preview().unwrap();
    let body = String::from_utf8(preview.body().unwrap().to_vec()).unwrap();
    assert!(preview.to_string().ends_with(&body) && body.contains("<d2p1:Level>3</d2p1:Level>"));
    assert_eq!(server.received().len(), 1);
}

#[test]
fn media_types_are_read_by_their_names() {
    for media_type in [
        MediaType::Json,
        MediaType::TextJson,
        MediaType::Xml,
        MediaType::TextXml,
    ] {
        let name = media_type.to_string().to_uppercase();
        assert_eq!(name.parse::<MediaType>().unwrap(), media_type);
        let content_type = name.parse::<ContentType>().unwrap();
        assert_eq!(content_type, media_type.into());
        assert_eq!(content_type.as_str(), media_type.as_str());
    }
    let form = "application/x-www-form-urlencoded";
    assert_eq!(form.parse::<ContentType>().unwrap(), ContentType::Form);
    let [one, other] = [
        form.parse::<MediaType>().unwrap_err(),
        "xml".parse::<ContentType>().unwrap_err(),
    ];
    assert!(one.is_invalid_input() && other.is_invalid_input());
    assert_snapshot!(format!("{one}\n{other}"), @"
    the media type is unknown to Partner Center: use one of application/json, text/json, application/xml, text/xml
    the media type is unknown to Partner Center: use one of application/json, text/json, application/xml, text/xml, application/x-www-form-urlencoded
    ");
}

#[tokio::test]
async fn overlong_namespace_is_refused() {
    let document = |length: usize| {
        let namespace = "n".repeat(length);
        Script::new(
            "200 OK\nContent-Type: application/xml",
            format!(
                "<CustomerBillingProfile xmlns=\"http://schemas.datacontract.org/2004/07/\
                 Microsoft.Partner.Service.Customers.Contracts.V1\"><Id>1</Id>\
                 <New xmlns=\"{namespace}\">{}</New></CustomerBillingProfile>",
                "<a/>".repeat(100)
            ),
        )
    };
    let (_server, client) = start(vec![document(1024), document(1025)]).await;
    let get = client.get_customer_billing_profile(CUSTOMER);
    get.clone().send().await.unwrap();
    let error = get.send().await.unwrap_err();
    assert!(error.is_decode());
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.starts_with("the name of a namespace is longer than 1024 bytes"),
        "{cause}"
    );
}
