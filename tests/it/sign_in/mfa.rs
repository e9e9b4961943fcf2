//! Services that require multi-factor authentication, and the hints of the command.

use billing_emulator::{
    Emulator, EmulatorBuilder, PartnerMfa, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE,
    SignIn,
};

use super::{CLIENT, SECRET, TENANT};
use crate::support::{Billing, billing, requests, sample};

async fn start(builder: EmulatorBuilder, sign_in: SignIn) -> Emulator {
    builder.sign_in(sign_in).start().await.unwrap()
}

/// The command with the token of a user.
fn by_user(args: &[&str], emulator: &Emulator) -> Billing {
    let endpoints = [
        "--credential=app-user",
        "--arm-endpoint",
        emulator.arm_url(),
        "--partner-endpoint",
        emulator.partner_url(),
    ];
    let service = match args.first() {
        Some(&"arm") => [&endpoints[..1], &endpoints[1..3]].concat(),
        _ => [&endpoints[..1], &endpoints[3..]].concat(),
    };
    let token = emulator.refresh_token(TENANT, CLIENT).unwrap();
    billing(args.iter().copied().chain(service))
        .env("AZURE_AUTHORITY_HOST", emulator.authority_url())
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", CLIENT)
        .env("AZURE_CLIENT_SECRET", SECRET)
        .env("BILLING_REFRESH_TOKEN", token.reveal())
}

const UPDATE: [&str; 6] = [
    "arm",
    "update",
    SAMPLE_ACCOUNT,
    SAMPLE_PROFILE,
    "--set=poNumber=PO-2041",
    "--yes",
];

#[tokio::test]
async fn update_meets_a_claims_challenge() {
    let builder = sample().require_arm_mfa(true);
    let emulator = start(builder, SignIn::SecondFactorOnDemand).await;
    let shown = by_user(&UPDATE, &emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let asked = requests(&emulator);
    let challenged = asked.iter().position(|one| one == "PATCH 401").unwrap();
    assert_eq!(
        asked[challenged + 1..][..2],
        ["POST 200", "PATCH 202"],
        "{asked:?}"
    );
}

#[tokio::test]
async fn update_that_cannot_meet_a_challenge_has_a_hint() {
    let builder = sample().require_arm_mfa(true);
    let emulator = start(builder, SignIn::PasswordOnly).await;
    let shown = by_user(&UPDATE, &emulator).run().await;
    assert_eq!(shown.code, Some(1), "{}", shown.stderr);
    let told = crate::support::redact(shown.stderr.trim_end());
    let told = told.split_once("error: ").unwrap().1;
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn check_tells_whether_the_sign_in_used_mfa() {
    let check = ["partner", "check", SAMPLE_CUSTOMER_ID, "--mfa"];
    let mut seen = String::new();
    for (mfa, sign_in) in [
        (PartnerMfa::Required, SignIn::WithSecondFactor),
        (PartnerMfa::Optional, SignIn::PasswordOnly),
        (PartnerMfa::Required, SignIn::PasswordOnly),
        (PartnerMfa::RequiredOlderCode, SignIn::PasswordOnly),
    ] {
        let emulator = start(sample().partner_mfa(mfa), sign_in).await;
        let shown = by_user(&check, &emulator).run().await;
        let shown = shown.to_string();
        let lines: Vec<_> = shown
            .lines()
            .filter(|line| !line.starts_with("warning: "))
            .collect();
        seen += &format!("$ {mfa:?}, {sign_in:?}\n{}\n\n", lines.join("\n"));
    }
    // The token of the ready line has no user.
    let emulator = sample().start().await.unwrap();
    let shown = billing(check).at(&emulator).run().await;
    seen += &format!("$ token\n{shown}\n\n");
    let shown = billing(check.into_iter().chain(["--output=json"]))
        .at(&emulator)
        .run()
        .await;
    seen += &format!("$ token, json\n{shown}");
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn check_without_the_option_ignores_mfa() {
    let builder = sample().partner_mfa(PartnerMfa::Optional);
    let emulator = start(builder, SignIn::PasswordOnly).await;
    let shown = by_user(&["partner", "check", SAMPLE_CUSTOMER_ID], &emulator)
        .run()
        .await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert!(!shown.stderr.contains("multi-factor"), "{}", shown.stderr);
}
