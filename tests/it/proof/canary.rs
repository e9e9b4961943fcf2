//! Secrets and personal data appear in no output, `Debug` form or log.
//!
//! One run of both clients records every span and event of all libraries, while the service
//! repeats secrets in its responses.

mod blocking;
mod http_2;
mod responses;
mod signing_in;

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::sync::Arc;
use std::time::Duration;

use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use billing_core::{
    AccessToken, Credential, Error, PollStatus, RetryPolicy, SendOptions, StaticToken,
};
use billing_test::{Script, Server, TestClock};
use partner_client::models::{Address, CustomerBillingProfile, ResourceAttributes};

use super::record::Recorder;
use super::run::{CUSTOMER, persistent};
use responses::{echoes, garbled};

/// A part of every value that must not appear, in any letter case.
const CANARY: &str = "canary";
const PHONE: &str = "425-555-0177";
const TOKEN: &str = "canary-token-7f3d1c52";

/// All output.
#[derive(Default)]
struct Printed(Vec<String>);

impl Printed {
    fn debug(&mut self, value: &dyn Debug) {
        self.0.push(format!("{value:?}"));
        self.0.push(format!("{value:#?}"));
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        self.0.push(format!("{error} / {error:#}"));
        self.debug(&error.service_error());
        self.debug(&error.poll_token());
        let mut cause = StdError::source(error);
        while let Some(error) = cause {
            self.0.push(format!("{error} / {error:?} / {error:#?}"));
            cause = error.source();
        }
    }

    fn outcome<T: Debug>(&mut self, outcome: Result<T, Error>) {
        match outcome {
            Ok(value) => self.debug(&value),
            Err(error) => self.error(&error),
        }
    }

    fn display(&mut self, value: &dyn Display) {
        self.0.push(value.to_string());
    }
}

fn require_none(lines: &[String]) {
    for line in lines {
        let lower = line.to_ascii_lowercase();
        assert!(
            !lower.contains(CANARY) && !lower.contains(PHONE),
            "a canary: {line}"
        );
        // The `Debug` form of a body.
        let has_bytes = [CANARY, "Canary"].iter().any(|word| {
            let bytes = format!("{:?}", word.as_bytes());
            line.contains(bytes.trim_matches(['[', ']']))
        });
        assert!(!has_bytes, "a canary as bytes: {line}");
    }
}

fn partner_profile() -> CustomerBillingProfile {
    let address = Address::default()
        .address_line1("1 Canary Way")
        .city("Canaryville")
        .phone_number(PHONE);
    CustomerBillingProfile::default()
        .id("8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e")
        .first_name("Canary")
        .last_name("O'Canary")
        .email("canary@contoso.example")
        .company_name("Canary, Inc.")
        .default_address(address)
        .attributes(ResourceAttributes::default().etag("10"))
}

fn arm_profile() -> String {
    let personal = serde_json::json!({
        "id": "/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p1", "name": "p1", "type": "Microsoft.Billing/billingAccounts/billingProfiles",
        "properties": {
            "poNumber": "PO-2",
            "displayName": "Canary, Inc.",
            "address": {
                "firstName": "Canary", "lastName": "O'Canary", "companyName": "Canary, Inc.",
                "addressLine1": "1 Canary Way", "city": "Canaryville", "postalCode": "CANARY",
            },
            "unknown": { "email": "canary@contoso.example", "phone": PHONE },
        },
    });
    personal.to_string()
}

fn update() -> BillingProfileUpdate {
    let properties = BillingProfilePropertiesUpdate::default().po_number("PO-2");
    BillingProfileUpdate::default().properties(properties)
}

fn token() -> StaticToken {
    StaticToken::new(TOKEN)
}

fn partner(server: &Server, options: SendOptions) -> partner_client::PartnerClient {
    let options = partner_client::PartnerClientOptions::default().with_send_options(options);
    let endpoint = server.origin().parse().unwrap();
    partner_client::PartnerClient::with_options(endpoint, token(), options).unwrap()
}

fn arm(server: &Server, options: SendOptions) -> arm_client::ArmClient {
    let options = arm_client::ArmClientOptions::default().with_send_options(options);
    let endpoint = server.origin().parse().unwrap();
    arm_client::ArmClient::with_options(endpoint, token(), options).unwrap()
}

fn clocked() -> SendOptions {
    persistent(&Arc::new(TestClock::default()))
}

async fn partner_goes_well(printed: &mut Printed) {
    let good = serde_json::to_string(&partner_profile()).unwrap();
    let stale = r#"{"code":2055,"description":"canary"}"#;
    let server = Server::start(vec![
        Script::json(&good),
        Script::json(&good),
        Script::new("400 Bad Request", stale),
        Script::json(&good),
        Script::json(&good),
        Script::hang_up(),
        Script::new("503 Canary\nRetry-After: 1", "canary"),
        Script::new("429 Canary\nRetry-After: 1", "canary"),
        Script::json(&good),
    ])
    .await;
    let client = partner(&server, clocked());
    printed.debug(&client);
    let get = client.get_customer_billing_profile(CUSTOMER);
    printed.debug(&get);
    printed.debug(&get.preview().unwrap());
    printed.outcome(get.send().await);
    let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
        profile.email = Some("canary2@contoso.example".to_owned());
    });
    printed.outcome(edit.send().await);
    let put = client.update_customer_billing_profile(CUSTOMER, &partner_profile());
    printed.debug(&put);
    printed.debug(&put.preview().unwrap());
    printed.outcome(put.send().await);
    printed.debug(client.throttle());
    assert_eq!(server.received().len(), 9);
}

async fn partner_goes_badly(printed: &mut Printed) {
    for responses in [echoes(), garbled()] {
        for response in responses {
            let server = Server::start(vec![response]).await;
            let client = partner(&server, clocked().with_retry(RetryPolicy::never()));
            let put = client.update_customer_billing_profile(CUSTOMER, &partner_profile());
            let error = put.send().await.unwrap_err();
            printed.error(&error);
        }
    }
}

async fn arm_goes_well(printed: &mut Printed) {
    let page = |link: &str| format!(r#"{{"value":[{}]{link}}}"#, arm_profile());
    let server = Server::start(vec![
        Script::json(&arm_profile()),
        Script::json(&page(r#","nextLink":"/next?$skiptoken=canary""#)),
        Script::json(&page("")),
        Script::new(
            "202 Accepted\nLocation: {origin}/op?sig=canary&sv=1\nRetry-After: 1",
            "",
        ),
        Script::new("202 Accepted\nLocation: /op?sig=canary&sv=2", ""),
        Script::new("503 Canary", "canary"),
        Script::json(&arm_profile()),
    ])
    .await;
    let client = arm(&server, clocked());
    printed.debug(&client);
    let get = client.get_billing_profile("a", "p1");
    printed.debug(&get);
    printed.outcome(get.send().await);
    let mut pager = client.list_billing_profiles("a");
    for _ in 0..3 {
        printed.debug(&pager);
        printed.outcome(pager.next_page().await);
    }
    let update = client.begin_update_billing_profile("a", "p1", &update());
    printed.debug(&update);
    let mut poller = update.send().await.unwrap();
    printed.debug(&poller);
    printed.debug(&poller.token());
    printed.debug(&client.resume(poller.token().unwrap().clone()));
    let status: PollStatus<_> = poller.poll_once().await.unwrap();
    printed.debug(&status);
    printed.outcome(poller.wait().await);
    printed.debug(&poller);
    printed.outcome(poller.wait().await);
    assert_eq!(server.received().len(), 7);
}

async fn arm_goes_badly(printed: &mut Printed) {
    let accepted = || Script::new("202 Accepted\nLocation: /op?sig=canary", "");
    let bad_links = [
        "http://127.0.0.1:9/op?sig=canary",
        "http://canary:canary@127.0.0.1:9/op",
        "ftp://canary/canary",
        "http://[canary",
        "javascript:canary",
    ];
    let mut scripts: Vec<Vec<Script>> = Vec::new();
    for link in bad_links {
        let head = format!("202 Accepted\nLocation: {link}");
        scripts.push(vec![Script::new(&head, "")]);
        scripts.push(vec![accepted(), Script::new(&head, "")]);
    }
    scripts.push(vec![Script::new(
        "202 Accepted\nAzure-AsyncOperation: /op?sig=canary",
        "",
    )]);
    for response in echoes().into_iter().chain(garbled()) {
        scripts.push(vec![accepted(), response]);
    }
    for script in scripts {
        let server = Server::start(script).await;
        let client = arm(&server, clocked().with_retry(RetryPolicy::never()));
        let begin = client.begin_update_billing_profile("a", "p1", &update());
        match begin.send().await {
            Ok(mut poller) => {
                printed.outcome(poller.wait().await);
                printed.debug(&poller);
            }
            Err(error) => printed.error(&error),
        }
    }
    for link in bad_links {
        let page = format!(r#"{{"value":[],"nextLink":"{link}"}}"#);
        let server = Server::start(vec![Script::json(&page)]).await;
        let pager = arm(&server, clocked()).list_billing_profiles("a");
        printed.error(&pager.collect_all().await.unwrap_err());
    }
}

/// Silence, a port where nothing listens, and TLS with a server that does not support it.
async fn no_response(printed: &mut Printed) {
    let server = Server::start(vec![Script::hour_of_silence(), Script::silence()]).await;
    let limited = || {
        clocked()
            // Of the handshake, which gets no response, the log must have the begin.
            .with_timeout(Duration::from_secs(2))
            .with_retry(RetryPolicy::never())
    };
    let tls = server.origin().replace("http:", "https:");
    for origin in [server.origin(), "http://127.0.0.1:9".to_owned(), tls] {
        let options = partner_client::PartnerClientOptions::default().with_send_options(limited());
        let client =
            partner_client::PartnerClient::with_options(origin.parse().unwrap(), token(), options)
                .unwrap();
        let put = client.update_customer_billing_profile(CUSTOMER, &partner_profile());
        printed.error(&put.send().await.unwrap_err());
    }
}

/// Requests that are refused before they are sent, and types that hold a secret.
async fn nothing_is_sent(printed: &mut Printed) {
    let server = Server::start(Vec::new()).await;
    for bad in [
        "canary token",
        "Bearer canary",
        "canary\r\nX: 1",
        "can\u{e4}ry canary",
    ] {
        let options = partner_client::PartnerClientOptions::default();
        let endpoint = server.origin().parse().unwrap();
        let client =
            partner_client::PartnerClient::with_options(endpoint, StaticToken::new(bad), options);
        let get = client.unwrap().get_customer_billing_profile(CUSTOMER);
        printed.error(&get.send().await.unwrap_err());
    }
    let attributes = ResourceAttributes::default().etag("canary\r\ncanary");
    let profile = partner_profile().attributes(attributes);
    let client = partner(&server, clocked());
    let put = client.update_customer_billing_profile(CUSTOMER, &profile);
    printed.error(&put.send().await.unwrap_err());
    assert!(server.received().is_empty());
    printed.debug(&token());
    printed.debug(&Credential::from(token()));
    printed.debug(&AccessToken::new(TOKEN));
    let proxied = clocked().with_proxy("http://canary:canary@127.0.0.1:9".parse().unwrap());
    printed.debug(&proxied);
    for endpoint in [
        "http://canary:canary@127.0.0.1",
        "https://x.example/?sig=canary",
    ] {
        printed.error(&endpoint.parse::<billing_core::Endpoint>().unwrap_err());
    }
    printed.display(&server.origin());
}

#[tokio::test]
async fn no_canary_is_printed_or_logged_at_any_level() {
    let (recorder, _guard) = Recorder::start();
    let mut printed = Printed::default();
    partner_goes_well(&mut printed).await;
    partner_goes_badly(&mut printed).await;
    arm_goes_well(&mut printed).await;
    arm_goes_badly(&mut printed).await;
    no_response(&mut printed).await;
    nothing_is_sent(&mut printed).await;
    require_none(&printed.0);
    let logged = recorder.lines();
    // The recorder must have seen our spans, and the events of the libraries below.
    for target in ["billing_core", "hyper_util", "reqwest", "rustls"] {
        let is_there = logged.iter().any(|line| line.contains(target));
        assert!(is_there, "nothing was recorded of {target}");
    }
    require_none(&logged);
}
