//! What `plan` and `apply` do about a sign-in that does not suffice.

use std::time::Duration;

use billing_core::{AppCredential, AppRegistration, Cloud, Secret, TokenCredential as _};
use billing_emulator::{
    App, EmulatorBuilder, Fault, FaultPlan, PartnerMfa, SAMPLE_TENANT_ID, Service, SignIn,
};

use crate::bulk::setup::{Site, events, many, tidy};
use crate::support::Billing;
use crate::support::terminal::Terminal;

const CLIENT: &str = "5f0c2b1e-0000-4000-8000-000000000001";
const SECRET: &str = "secret-of-the-test";

/// Returns an input that changes every customer.
fn customers(site: &Site) -> String {
    let (customers, _) = site.ids();
    let rows = customers.iter().map(|id| format!("partner,{id},fr-CH\n"));
    format!("service,customer_id,culture\n{}", rows.collect::<String>())
}

/// Signs in as an application, or as its user.
fn signed_in(site: &Site, run: Billing, credential: &str) -> Billing {
    let refresh_token = site.emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT);
    run.env("AZURE_AUTHORITY_HOST", site.emulator.authority_url())
        .env("AZURE_TENANT_ID", SAMPLE_TENANT_ID)
        .env("AZURE_CLIENT_ID", CLIENT)
        .env("AZURE_CLIENT_SECRET", SECRET)
        .env("BILLING_REFRESH_TOKEN", refresh_token.unwrap().reveal())
        .env("BILLING_CREDENTIAL", credential)
}

async fn start(builder: EmulatorBuilder) -> Site {
    Site::start(builder).await
}

#[tokio::test]
async fn plan_tells_of_a_token_without_second_factor() {
    let builder = many(3, 0).partner_mfa(PartnerMfa::Optional);
    let site = start(builder.sign_in(SignIn::PasswordOnly)).await;
    site.write("profiles.csv", customers(&site));
    let plan = site.bulk(["plan", "profiles.csv", "-o", "run.plan"]);
    let planned = signed_in(&site, plan, "app-user").run().await;
    insta::assert_snapshot!(site.shown(&planned));
    let show = site.offline(["show", "run.plan"]).run().await;
    assert_eq!(show.code, Some(0), "the plan is written: {}", show.stderr);
}

#[tokio::test]
async fn plan_finds_a_sufficient_sign_in_without_a_word() {
    let site = start(many(3, 0).partner_mfa(PartnerMfa::Optional)).await;
    site.write("profiles.csv", customers(&site));
    let plan = site.bulk(["plan", "profiles.csv", "-o", "run.plan"]);
    let planned = signed_in(&site, plan, "app-user").run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    assert!(!planned.stdout.contains("SIGN-IN"), "{}", planned.stdout);
}

/// Requests a token of an application, as an operator would before a run.
async fn token(site: &Site) -> String {
    let authority = site.emulator.authority_url().parse().unwrap();
    let cloud = Cloud::public().with_authority(&authority);
    let app = AppRegistration::new(&cloud, SAMPLE_TENANT_ID, CLIENT, Secret::new(SECRET));
    let credential = AppCredential::for_partner_center(&app).unwrap();
    let token = credential.get_token().await.unwrap();
    token.secret().expose().to_owned()
}

#[tokio::test]
async fn token_that_expires_during_the_run_is_a_warning() {
    let site = start(many(3, 0).token_lifetime(Duration::from_secs(3600))).await;
    site.write("profiles.csv", customers(&site));
    let token = token(&site).await;
    let plan = site.bulk(["plan", "profiles.csv", "-o", "run.plan", "--output=json"]);
    let planned = plan.token(&token).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let found = &planned.json()["sign_in"];
    assert_eq!(found[0]["cause"]["code"], "mfa_unknown");
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    for (rate, is_warned) in [("--rate=0.0005/s", true), ("--rate=50/s", false)] {
        let args = ["apply", "run.plan", "--journal", "run.db", rate];
        let mut terminal = Terminal::run(site.bulk(args).token(&token));
        terminal.until("Write this? [y/N]").await;
        terminal.press("n\n");
        let (_, shown) = terminal.end().await;
        assert_eq!(shown.contains("expires"), is_warned, "{shown}");
        if is_warned {
            insta::assert_snapshot!(tidy(&shown));
        }
    }
}

/// The claims of multi-factor authentication, as Azure has sent them.
const CHALLENGE: &str = r#"Bearer authorization_uri="https://login.example.com", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlcyI6WyJwMSJdfX19""#;

/// Refuses every write after so many with this status.
fn refusing(service: Service, writes: u64, status: u16) -> Fault {
    let fault = Fault::new()
        .service(service)
        .nth(writes + 1)
        .times(u64::MAX);
    let fault = match service {
        Service::Arm => fault.method("PATCH"),
        _ => fault.method("PUT"),
    };
    let fault = fault.status(status);
    match (service, status) {
        (Service::Arm, 401) => fault.header("WWW-Authenticate", CHALLENGE),
        (Service::Arm, _) => fault.body(r#"{"error":{"code":"AuthorizationFailed"}}"#),
        _ => fault.body(r#"{"code":403,"description":"","data":[],"source":"PartnerFD"}"#),
    }
}

/// Lets every request through again, as after a sign-in or a new role.
fn let_through(site: &Site) {
    site.emulator.set_faults(FaultPlan::new()).unwrap();
}

fn refuse(site: &Site, fault: Fault) {
    site.emulator
        .set_faults(FaultPlan::new().fault(fault))
        .unwrap();
}

/// Returns an input that changes every billing profile of Resource Manager.
fn profiles(site: &Site) -> String {
    let (_, profiles) = site.ids();
    let rows = profiles
        .iter()
        .map(|(account, name)| format!("arm,{account},{name},PO-2041\n"));
    format!(
        "service,billing_account,billing_profile,poNumber\n{}",
        rows.collect::<String>()
    )
}

/// Returns the number of token requests.
fn token_requests(site: &Site) -> usize {
    let requests = site.emulator.requests().into_iter();
    requests
        .filter(|one| one.service == Service::Authority)
        .count()
}

#[tokio::test]
async fn claims_challenge_half_way_pauses_the_run() {
    for credential in ["client-secret", "app-user"] {
        let site = start(many(0, 200)).await;
        site.write("profiles.csv", profiles(&site));
        let plan = site.bulk(["plan", "profiles.csv", "-o", "run.plan"]);
        let planned = signed_in(&site, plan, credential).run().await;
        assert_eq!(planned.code, Some(0), "{}", planned.stderr);
        refuse(&site, refusing(Service::Arm, 100, 401));
        let before = token_requests(&site);
        let stopped = signed_in(&site, site.apply(["--concurrency=32"]), credential);
        let stopped = stopped.run().await;
        assert_eq!(stopped.code, Some(3), "{}", stopped.stderr);
        assert!(!stopped.stdout.contains("failed"), "{}", stopped.stdout);
        let asked = token_requests(&site) - before;
        assert!(
            asked <= 6,
            "{asked} token requests with 32 profiles in flight"
        );
        if credential == "client-secret" {
            insta::assert_snapshot!(tidy(&stopped.stderr));
        }
        let_through(&site);
        let done = signed_in(&site, site.apply(["--concurrency=32"]), credential);
        let done = done.run().await;
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        site.assert_each_written_once();
    }
}

#[tokio::test]
async fn given_token_that_ends_half_way_pauses_the_run() {
    let site = start(many(0, 60)).await;
    site.plan(&profiles(&site)).await;
    refuse(&site, refusing(Service::Arm, 30, 401));
    let stopped = site.apply(["--output=json"]).run().await;
    assert_eq!(stopped.code, Some(3), "{}", stopped.stderr);
    let all = events(&stopped);
    let of = |name: &str| all.iter().filter(|event| event["event"] == name).count();
    // What was accepted is polled after the sign-in.
    assert_eq!((of("failed"), of("paused"), of("accepted")), (0, 1, 30));
    let paused = all.iter().find(|event| event["event"] == "paused").unwrap();
    assert_eq!(paused["reason"], "sign_in");
    let_through(&site);
    assert_eq!(site.apply([]).run().await.code, Some(0));
    site.assert_each_written_once();
}

#[tokio::test]
async fn run_on_a_terminal_continues_after_a_sign_in() {
    let site = start(many(200, 0)).await;
    site.write("profiles.csv", customers(&site));
    let plan = site.bulk(["plan", "profiles.csv", "-o", "run.plan"]);
    let planned = signed_in(&site, plan, "app-user").run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let mfa = r#"{"code":900421,"description":"","data":[],"source":"PartnerFD"}"#;
    refuse(&site, refusing(Service::Partner, 100, 401).body(mfa));
    let apply = site.apply(["--no-progress"]);
    let mut terminal = Terminal::run(signed_in(&site, apply, "app-user"));
    terminal.until("press Enter").await;
    let_through(&site);
    terminal.press("\n");
    let (code, shown) = terminal.end().await;
    assert_eq!(code, Some(0), "{shown}");
    let from = shown.find("the sign-in does not suffice").unwrap();
    // How often a refresh token was exchanged depends on the time.
    let shown = shown[from..].split("warning: ").next().unwrap();
    insta::assert_snapshot!(tidy(shown));
    site.assert_each_written_once();
}

#[tokio::test]
async fn same_403_for_every_profile_pauses_the_run() {
    for (site, service) in [
        (start(many(40, 0)).await, Service::Partner),
        (start(many(0, 40)).await, Service::Arm),
    ] {
        site.plan(&site.input()).await;
        refuse(&site, refusing(service, 0, 403));
        let stopped = site.apply(["--concurrency=4"]).run().await;
        assert_eq!(stopped.code, Some(3), "{}", stopped.stderr);
        insta::assert_snapshot!(format!("forbidden_{service}"), site.shown(&stopped));
        assert!(site.writes().len() <= 8, "{:?}", site.writes());
        let_through(&site);
        assert_eq!(site.apply([]).run().await.code, Some(0));
        site.assert_each_written_once();
    }
}

#[tokio::test]
async fn refused_secret_pauses_the_run() {
    let site = start(many(0, 20).app(App::new(SAMPLE_TENANT_ID, CLIENT, "another"))).await;
    site.plan(&profiles(&site)).await;
    let stopped = signed_in(&site, site.apply([]), "client-secret")
        .run()
        .await;
    assert_eq!(stopped.code, Some(3), "{}", stopped.stderr);
    insta::assert_snapshot!(tidy(&stopped.stderr));
    assert_eq!(
        site.writes()
            .iter()
            .filter(|it| !it.starts_with("POST"))
            .count(),
        0
    );
    assert!(token_requests(&site) <= 3, "{}", token_requests(&site));
    let status = site.offline(["status", "run.db"]).run().await;
    let cause = "the last process stopped before the end: ";
    assert!(status.stdout.contains(cause), "{}", status.stdout);
    assert!(status.stdout.contains("secret is wrong or has expired"));
    let status = site.offline(["status", "run.db", "--output=json"]);
    let status = &events(&status.run().await)[0];
    assert_eq!(status["stopped"]["code"], "AADSTS7000215");
    assert_eq!(status["stopped"].get("hint"), None);
}

#[tokio::test]
async fn reconcile_on_a_terminal_continues_after_a_sign_in() {
    let site = start(many(0, 3)).await;
    site.write("profiles.csv", profiles(&site));
    let plan = site.bulk(["plan", "profiles.csv", "-o", "run.plan"]);
    let planned = signed_in(&site, plan, "app-user").run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    // The first write never arrives.
    let lost = Fault::new().service(Service::Arm).method("PATCH").nth(1);
    refuse(&site, lost.reset());
    let apply = site.apply(["--read-back=0s", "--concurrency=1"]);
    let applied = signed_in(&site, apply, "app-user").run().await;
    assert_eq!(applied.code, Some(1), "{}", applied.stderr);
    let unread = Fault::new().service(Service::Arm).method("GET").status(401);
    refuse(&site, unread.header("WWW-Authenticate", CHALLENGE));
    let args = [
        "reconcile",
        "run.db",
        "--settle=0s",
        "--resend",
        "--no-progress",
    ];
    let mut terminal = Terminal::run(signed_in(&site, site.bulk(args), "app-user"));
    terminal.until("press Enter").await;
    let_through(&site);
    terminal.press("\n");
    let (code, shown) = terminal.end().await;
    assert_eq!(code, Some(0), "{shown}");
    site.assert_each_written_once();
}

#[tokio::test]
async fn token_without_second_factor_sends_no_write() {
    let builder = many(20, 0).partner_mfa(PartnerMfa::Optional);
    let site = start(builder.sign_in(SignIn::PasswordOnly)).await;
    // The plan was made with another token.
    site.plan(&customers(&site)).await;
    let stopped = signed_in(&site, site.apply([]), "app-user").run().await;
    assert_eq!(stopped.code, Some(3), "{}", stopped.stderr);
    insta::assert_snapshot!(tidy(&stopped.stderr));
    assert!(!site.writes().iter().any(|it| it.starts_with("PUT")));
    let apply = site.apply(["--no-sign-in-check"]);
    let done = signed_in(&site, apply, "app-user").run().await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    site.assert_each_written_once();
}
