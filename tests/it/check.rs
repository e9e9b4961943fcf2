//! The rules of a country, before a write.

use billing_emulator::SAMPLE_CUSTOMER_ID;

use crate::support::{billing, requests, sample};

/// `billing partner update --check --yes` with these values for `--set`.
fn update<'a>(set: &[&'a str]) -> Vec<&'a str> {
    let args = ["partner", "update", SAMPLE_CUSTOMER_ID, "--check", "--yes"];
    args.into_iter().chain(set.iter().copied()).collect()
}

const WRONG: [&str; 2] = [
    "--set=defaultAddress.postalCode=ABC",
    "--set=defaultAddress.country=us",
];

#[tokio::test]
async fn update_against_the_country_rules_is_not_written() {
    let emulator = sample().start().await.unwrap();
    let shown = billing(update(&WRONG)).at(&emulator).run().await;
    insta::assert_snapshot!(shown.refused(1), @r"
    changes for customer <customer> at http://127.0.0.1:<port>:
      defaultAddress.country     US    → us
      defaultAddress.postalCode  98101 → ABC
    error: the service would refuse the changed profile: nothing was written
      defaultAddress.postalCode has the wrong form: it must match `^\d{5}(-\d{4})?$` in US

    hint: correct the members with further --set and --clear, or leave out --check and let the service decide
    ");
    assert_eq!(requests(&emulator), ["GET 200", "GET 200"]);
    let dry = update(&WRONG).into_iter().chain(["--dry-run"]);
    let shown = billing(dry).at(&emulator).run().await;
    assert!(shown.refused(1).contains("postalCode"), "{}", shown.stderr);
}

#[tokio::test]
async fn update_that_passes_the_country_rules_is_written() {
    let emulator = sample().start().await.unwrap();
    let args = update(&["--set=defaultAddress.postalCode=98402"]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert_eq!(requests(&emulator), ["GET 200", "GET 200", "PUT 200"]);
}

#[tokio::test]
async fn country_without_rules_is_reported() {
    let emulator = sample().start().await.unwrap();
    let args = update(&["--set=defaultAddress.country=FR"]);
    let shown = billing(args).at(&emulator).run().await;
    insta::assert_snapshot!(shown.refused(1), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      defaultAddress.country  US → FR
    error: could not check the billing profile of customer <customer>: the service answered 404 Not Found, code 1000
      service message: No validation rules were found for the country/region FR
      request id <guid>, correlation id <guid>

    hint: the service has no rules for the country of this profile: is defaultAddress.country correct? If so, only a write shows whether the service accepts the profile
    ");
}

#[tokio::test]
async fn profile_is_checked_against_country_rules() {
    let emulator = sample().start().await.unwrap();
    let check = ["partner", "check", SAMPLE_CUSTOMER_ID];
    let shown = billing(check).at(&emulator).run().await;
    insta::assert_snapshot!(shown, @"
    exit code: 0
    ----- stdout -----

    ----- stderr -----
    the profile of customer <customer> follows the address rules of its country
    ");
    let json = || check.into_iter().chain(["--output=json"]);
    let shown = billing(json()).at(&emulator).run().await;
    assert_eq!((shown.code, shown.stdout.as_str()), (Some(0), "[]\n"));

    let mut profile = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    profile["defaultAddress"]["postalCode"] = "ABC".into();
    emulator
        .replace_customer_billing_profile(SAMPLE_CUSTOMER_ID, profile)
        .unwrap();
    let shown = billing(check).at(&emulator).run().await;
    insta::assert_snapshot!(shown, @r"
    exit code: 1
    ----- stdout -----
    MEMBER                     FINDING
    defaultAddress.postalCode  has the wrong form: it must match `^\d{5}(-\d{4})?$` in US
    ----- stderr -----
    error: the service would refuse the present profile of customer <customer>

    hint: correct the members above with `billing partner update --check`
    ");
    let shown = billing(json()).at(&emulator).run().await;
    assert_eq!(shown.code, Some(1));
    insta::assert_snapshot!(shown.stdout, @r#"
    [
      {
        "member": "defaultAddress.postalCode",
        "finding": "has the wrong form: it must match `^\\d{5}(-\\d{4})?$` in US",
        "isCertain": true
      }
    ]
    "#);
}
