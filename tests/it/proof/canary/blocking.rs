//! The blocking clients: their output, and the log on the caller's thread. The other tests cover
//! the work of the thread behind them.

use std::sync::Arc;

use arm_client::ArmClientOptions;
use billing_core::{RetryPolicy, SendOptions};
use billing_test::{Script, Server, TestClock};
use partner_client::PartnerClientOptions;

use super::super::record::Recorder;
use super::super::run::{CUSTOMER, persistent};
use super::responses::echoes;
use super::{Printed, arm_profile, partner_profile, require_none, token, update};

fn options() -> SendOptions {
    persistent(&Arc::new(TestClock::default())).with_retry(RetryPolicy::never())
}

fn partner(server: &Server) -> partner_client::blocking::PartnerClient {
    let endpoint = server.origin().parse().unwrap();
    let options = PartnerClientOptions::default().with_send_options(options());
    partner_client::blocking::PartnerClient::with_options(endpoint, token(), options).unwrap()
}

fn arm(server: &Server) -> arm_client::blocking::ArmClient {
    let endpoint = server.origin().parse().unwrap();
    let options = ArmClientOptions::default().with_send_options(options());
    arm_client::blocking::ArmClient::with_options(endpoint, token(), options).unwrap()
}

fn partner_center(printed: &mut Printed) {
    let good = serde_json::to_string(&partner_profile()).unwrap();
    let mut responses = vec![Script::json(&good)];
    responses.extend(echoes());
    let refusals = responses.len() - 1;
    let server = Server::start_apart(responses);
    let client = partner(&server);
    printed.debug(&client);
    let get = client.get_customer_billing_profile(CUSTOMER);
    printed.debug(&get);
    printed.outcome(get.send());
    for _ in 0..refusals {
        let put = client.update_customer_billing_profile(CUSTOMER, &partner_profile());
        printed.debug(&put);
        printed.error(&put.send().unwrap_err());
    }
}

fn resource_manager(printed: &mut Printed) {
    let server = Server::start_apart(vec![
        Script::json(&format!(
            r#"{{"value":[{}],"nextLink":"/next?$skiptoken=canary"}}"#,
            arm_profile()
        )),
        Script::new("202 Accepted\nLocation: /op?sig=canary", ""),
        Script::new("202 Accepted\nLocation: /op?sig=canary&sv=2", ""),
        Script::json(&arm_profile()),
    ]);
    let client = arm(&server);
    printed.debug(&client);
    let mut pager = client.list_billing_profiles("a");
    printed.outcome(pager.next_page());
    printed.debug(&pager);
    let begin = client.begin_update_billing_profile("a", "p1", &update());
    printed.debug(&begin);
    let mut poller = begin.send().unwrap();
    printed.debug(&poller);
    printed.debug(&poller.statuses().next());
    printed.outcome(poller.wait());
    printed.debug(&poller);
}

#[test]
fn the_blocking_clients_print_and_log_no_canary() {
    let (recorder, _guard) = Recorder::start();
    let mut printed = Printed::default();
    partner_center(&mut printed);
    resource_manager(&mut printed);
    require_none(&printed.0);
    let logged = recorder.lines();
    assert!(logged.iter().any(|line| line.contains("billing_core")));
    require_none(&logged);
}
