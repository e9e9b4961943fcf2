//! The request headers: ids, vector, locale, application, contract version.

use billing_test::{Script, Server};
use insta::assert_snapshot;
use partner_client::{CorrelationVector, PartnerClient, PartnerClientOptions, StaticToken};

use crate::setup::{CUSTOMER, profile, rename, start, start_persistent, stored};

async fn start_with(options: PartnerClientOptions, answers: usize) -> (Server, PartnerClient) {
    let server = Server::start((0..answers).map(|_| stored("1", "Contoso")).collect()).await;
    let endpoint = server.origin().parse().unwrap();
    let client = PartnerClient::with_options(endpoint, StaticToken::new("t"), options).unwrap();
    (server, client)
}

#[tokio::test]
async fn locale_and_application_are_sent_with_every_request() {
    let options = PartnerClientOptions::default()
        .with_locale("de-DE")
        .with_application("Fabrikam Billing 4");
    let (server, client) = start_with(options, 2).await;
    client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .send()
        .await
        .unwrap();
    let received = server.received();
    assert_snapshot!(received[0], @"
    GET /v1/customers/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04/profiles/billing HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-partnercenter-application: Fabrikam Billing 4
    ms-requestid: [id]
    user-agent: partner-client/0.1.0
    x-locale: de-DE
    ");
    for name in [
        "x-locale",
        "ms-partnercenter-application",
        "ms-contract-version",
    ] {
        assert_eq!(received[0].header(name), received[1].header(name), "{name}");
    }
}

#[tokio::test]
async fn options_of_a_request_override_the_clients() {
    let options = PartnerClientOptions::default().with_locale("de-DE");
    let (server, client) = start_with(options, 4).await;
    let get = || client.get_customer_billing_profile(CUSTOMER);
    get().with_locale("fr-FR").send().await.unwrap();
    get().with_application("Audit").send().await.unwrap();
    client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .with_locale("pt-PT")
        .with_application("Audit")
        .send()
        .await
        .unwrap();
    let sent = server.received().into_iter().map(|request| {
        ["x-locale", "ms-partnercenter-application"]
            .map(|name| request.header(name).map(str::to_owned))
    });
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        sent.collect::<Vec<_>>(),
        [
            [some("fr-FR"), None],
            [some("de-DE"), some("Audit")],
            [some("pt-PT"), some("Audit")],
            [some("pt-PT"), some("Audit")],
        ]
    );
}

#[tokio::test]
async fn contract_version_is_that_of_the_path_or_left_out() {
    let options = PartnerClientOptions::default().with_api_version("v2");
    let (server, client) = start_with(options.clone(), 1).await;
    let get = client.get_customer_billing_profile(CUSTOMER);
    get.send().await.unwrap();
    assert_eq!(
        server.received()[0].header("ms-contract-version"),
        Some("v2")
    );

    let (server, client) = start_with(options.without_contract_version(), 1).await;
    let get = client.get_customer_billing_profile(CUSTOMER);
    get.send().await.unwrap();
    assert_eq!(server.received()[0].header("ms-contract-version"), None);
}

#[tokio::test]
async fn text_that_no_header_can_carry_is_refused_unsent() {
    let (server, client) = start(Vec::new()).await;
    let get = client
        .get_customer_billing_profile(CUSTOMER)
        .with_locale("en-US\r\nX-Evil: 1");
    let error = get.send().await.unwrap_err();
    assert!(error.is_invalid_input());
    assert_snapshot!(error, @"the header x-locale cannot carry control characters");
    let update = client
        .update_customer_billing_profile(CUSTOMER, &profile())
        .with_application("a\nb");
    assert!(update.send().await.unwrap_err().is_invalid_input());
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn each_attempt_has_its_own_vector() {
    let busy = || Script::new("503 Service Unavailable", "");
    let answers = vec![
        busy(),
        stored("1", "Contoso"),
        busy(),
        busy(),
        stored("2", "Contoso"),
    ];
    let (server, client, _clock) = start_persistent(answers).await;
    let given: CorrelationVector = "PmvzQKgYek6Sdk/T5sWaqw.3".parse().unwrap();
    let edited = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .with_correlation_vector(given.clone())
        .send()
        .await
        .unwrap();
    let vectors = || {
        server
            .received()
            .into_iter()
            .map(|request| request.header("ms-cv").unwrap().to_owned())
    };
    assert_eq!(
        vectors().collect::<Vec<_>>(),
        [1, 2, 3, 4, 5].map(|count| format!("PmvzQKgYek6Sdk/T5sWaqw.3.{count}"))
    );
    assert_eq!(
        edited.correlation_vector(),
        Some("PmvzQKgYek6Sdk/T5sWaqw.3.5")
    );
}

#[tokio::test]
async fn fresh_vector_starts_at_one_and_terminated_one_is_kept() {
    let (server, client) = start(vec![stored("1", "Contoso"), stored("1", "Contoso")]).await;
    let get = || client.get_customer_billing_profile(CUSTOMER);
    get().send().await.unwrap();
    let received = server.received();
    let fresh = received[0].header("ms-cv").unwrap();
    assert!(fresh.len() == 24 && fresh.ends_with(".1"), "{fresh}");

    let terminated = "PmvzQKgYek6Sdk/T5sWaqw.7!";
    let vector = terminated.parse().unwrap();
    get().with_correlation_vector(vector).send().await.unwrap();
    assert_eq!(server.received()[1].header("ms-cv"), Some(terminated));
}

#[tokio::test]
async fn error_without_a_response_has_the_sent_ids() {
    let (server, client) = start(vec![Script::hang_up()]).await;
    let error = client
        .update_customer_billing_profile(CUSTOMER, &profile())
        .send()
        .await
        .unwrap_err();
    let received = &server.received()[0];
    assert_eq!(error.request_id(), received.header("ms-requestid"));
    assert_eq!(error.correlation_id(), received.header("ms-correlationid"));
    assert_eq!(error.correlation_vector(), received.header("ms-cv"));
    assert!(error.request_id().is_some() && error.correlation_vector().is_some());
}

#[tokio::test]
async fn mfa_validation_is_requested_by_client_or_request() {
    let answers = [Some("true"), Some("False"), Some("perhaps"), None, None];
    let answers = answers.map(|said| {
        let said = said
            .map(|said| format!("\nisMfaCompliant: {said}"))
            .unwrap_or_default();
        let head = format!("200 OK\nContent-Type: application/json{said}");
        Script::new(&head, serde_json::to_string(&profile()).unwrap())
    });
    let server = Server::start(answers.into()).await;
    let client = |options| {
        let endpoint = server.origin().parse().unwrap();
        PartnerClient::with_options(endpoint, StaticToken::new("t"), options).unwrap()
    };
    let plain = client(PartnerClientOptions::default());
    let asking = client(PartnerClientOptions::default().with_mfa_validation());
    let mut said = Vec::new();
    for get in [
        asking.get_customer_billing_profile(CUSTOMER),
        plain
            .get_customer_billing_profile(CUSTOMER)
            .with_mfa_validation(),
        asking.get_customer_billing_profile(CUSTOMER),
        asking.get_customer_billing_profile(CUSTOMER),
        plain.get_customer_billing_profile(CUSTOMER),
    ] {
        said.push(get.send().await.unwrap().is_mfa_compliant());
    }
    assert_eq!(said, [Some(true), Some(false), None, None, None]);
    let received = server.received();
    let asked = received.iter().map(|one| one.header("validatemfa"));
    let yes = Some("true");
    assert_eq!(asked.collect::<Vec<_>>(), [yes, yes, yes, yes, None]);
}

#[tokio::test]
async fn debug_of_an_update_hides_the_profile() {
    let (_server, client) = start(vec![]).await;
    let profile = profile().first_name("Canary");
    let update = client.update_customer_billing_profile(CUSTOMER, &profile);
    let shown = format!("{update:?}");
    assert!(shown.contains(CUSTOMER), "{shown}");
    assert!(!shown.contains("Canary"), "{shown}");
}
