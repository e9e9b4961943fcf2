//! What `plan` and `apply` do about a sign-in that does not suffice.

use std::time::Duration;

use billing_core::{AppCredential, AppRegistration, Cloud, Secret, TokenCredential as _};
use billing_emulator::{EmulatorBuilder, PartnerMfa, SAMPLE_TENANT_ID, SignIn};

use crate::bulk::setup::{Site, many, tidy};
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
    let site = start(many(3, 0).token_lifetime(Duration::from_secs(60))).await;
    site.write("profiles.csv", customers(&site));
    let token = token(&site).await;
    let plan = site.bulk(["plan", "profiles.csv", "-o", "run.plan", "--output=json"]);
    let planned = plan.token(&token).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let found = &planned.json()["sign_in"];
    assert_eq!(found[0]["cause"]["code"], "mfa_unknown");
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    for (rate, is_warned) in [("--rate=0.05/s", true), ("--rate=50/s", false)] {
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
