//! A client of a scripted server, and a sample profile.

use std::sync::Arc;

use billing_test::{Script, Server, TestClock, once, persistent};
use partner_client::models::{Address, CustomerBillingProfile, ResourceAttributes};
use partner_client::{Endpoint, PartnerClient, PartnerClientOptions, SendOptions, StaticToken};

pub(crate) const CUSTOMER: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";

pub(crate) async fn start(answers: Vec<Script>) -> (Server, PartnerClient) {
    let server = Server::start(answers).await;
    let client = client(&server, once());
    (server, client)
}

/// Starts a client that retries, with a clock that does not wait.
pub(crate) async fn start_persistent(
    answers: Vec<Script>,
) -> (Server, PartnerClient, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let client = client(&server, persistent(&clock));
    (server, client, clock)
}

fn client(server: &Server, sending: SendOptions) -> PartnerClient {
    let endpoint: Endpoint = server.origin().parse().unwrap();
    let options = PartnerClientOptions::default().with_send_options(sending);
    PartnerClient::with_options(endpoint, StaticToken::new("canary-token"), options).unwrap()
}

/// Returns a response as the service sends it, with a byte order mark and an unknown member.
pub(crate) fn stored(etag: &str, company: &str) -> Script {
    let body = format!(
        "\u{feff}{{\"id\":\"8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e\",\"companyName\":\"{company}\",\
         \"culture\":\"en-US\",\"defaultAddress\":{{\"country\":\"US\",\"city\":\"Springfield\",\
         \"plus4\":\"0001\"}},\"tier\":{{\"level\":3}},\
         \"attributes\":{{\"etag\":\"{etag}\",\"objectType\":\"CustomerBillingProfile\"}}}}"
    );
    Script::new(
        "200 OK\nContent-Type: application/json\nMS-RequestId: r-1\nMS-CorrelationId: c-1",
        body,
    )
}

pub(crate) fn stale() -> Script {
    let body =
        r#"{"code":2055,"description":"Etag is no longer valid","data":[],"source":"PartnerFD"}"#;
    Script::new("400 Bad Request\nMS-RequestId: r-stale", body)
}

pub(crate) fn profile() -> CustomerBillingProfile {
    CustomerBillingProfile::default()
        .id("8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e")
        .company_name("Fabrikam, Inc.")
        .email("billing@fabrikam.example.com")
        .default_address(Address::default().country("US").city("Springfield"))
        .attributes(
            ResourceAttributes::default()
                .etag("-4242348048554929329")
                .object_type("CustomerBillingProfile"),
        )
}

/// Renames the company of any profile.
pub(crate) fn rename(profile: &mut CustomerBillingProfile) {
    let name = profile.company_name.take().unwrap_or_default();
    profile.company_name = Some(format!("{name} Holding"));
}
