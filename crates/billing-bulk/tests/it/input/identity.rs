//! Which profile a row is about.

use billing_bulk::Service;
use billing_bulk::input::InputOptions;

use super::setup::{CUSTOMER, arm, check, one_line, partner, read};

#[test]
fn profile_is_named_by_its_columns() {
    let id = "/providers/Microsoft.Billing/billingAccounts/a:b/billingProfiles/P-1";
    for (text, options, expected) in [
        (
            format!("customer_id\n{CUSTOMER}"),
            partner(),
            format!("partner/{CUSTOMER}: {{}}"),
        ),
        (
            "billing_account,billing_profile\na:b,P-1".to_owned(),
            arm(),
            "arm/a:b/P-1: {}".to_owned(),
        ),
        (
            format!("resource_id\n {id}/ "),
            arm(),
            "arm/a:b/P-1: {}".to_owned(),
        ),
        (
            format!("resource_id\n{}", id.to_lowercase()),
            arm(),
            "arm/a:b/p-1: {}".to_owned(),
        ),
        (
            format!(
                "service,customer_id,resource_id,email,poNumber\n\
                 partner,{CUSTOMER},,a@example.com,\n\
                 arm,,{id},,5\n"
            ),
            InputOptions::default(),
            format!(
                "partner/{CUSTOMER}: {{\"email\":\"a@example.com\"}}\n\
                 arm/a:b/P-1: {{\"properties\":{{\"poNumber\":\"5\"}}}}"
            ),
        ),
        (
            format!("service,customer_id\npartner,{CUSTOMER}"),
            partner(),
            format!("partner/{CUSTOMER}: {{}}"),
        ),
    ] {
        assert_eq!(read(&text, options), expected, "{text}");
    }
}

#[test]
fn row_without_one_clear_profile_is_refused() {
    let columns = "service,customer_id,billing_account,billing_profile,resource_id";
    let id = "/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p";
    let mut seen = Vec::new();
    for cells in [
        format!(",{CUSTOMER},,,"),
        format!("Partner,{CUSTOMER},,,"),
        "partner,,,,".to_owned(),
        "partner,123,,,".to_owned(),
        format!("partner,{{{CUSTOMER}}},,,"),
        format!("partner,{},,,", CUSTOMER.replace('-', "")),
        format!("partner,{CUSTOMER},a,,"),
        format!("arm,{CUSTOMER},a,p,"),
        "arm,,a,,".to_owned(),
        "arm,,,p,".to_owned(),
        "arm,,..,p,".to_owned(),
        format!("arm,,{id},p,"),
        format!("arm,,a,p,{id}"),
        "arm,,,,p".to_owned(),
        "arm,,,,/providers/Microsoft.Billing/billingAccounts/a".to_owned(),
        "arm,,,,/subscriptions/s".to_owned(),
        format!("arm,,,,{id}%2Fq"),
    ] {
        let text = format!("{columns}\n{cells}\n");
        seen.push(one_line(&read(text, InputOptions::default())));
    }
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn service_of_a_row_must_be_that_of_all_rows() {
    let text = format!("service,customer_id\npartner,{CUSTOMER}");
    assert_eq!(
        one_line(&read(text, arm())),
        "input: no column names the profiles / hint: add billing_account and billing_profile, or \
         resource_id"
    );
    let text = format!("service,customer_id,resource_id\npartner,{CUSTOMER},");
    assert_eq!(
        one_line(&read(text, arm())),
        "input:2: service: the row is for partner, and --service is arm / hint: leave out \
         --service, or correct the row"
    );
}

#[test]
fn duplicates_are_found_without_regard_to_case() {
    let id = "/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p";
    let text = format!(
        "service,customer_id,billing_account,billing_profile,resource_id\n\
         partner,{CUSTOMER},,,\n\
         arm,,A,P,\n\
         \n\
         partner,{},,,\n\
         arm,,,,{id}\n\
         arm,,a,q,\n\
         arm,,a,p,\n",
        CUSTOMER.to_uppercase()
    );
    assert_eq!(
        one_line(&read(text, InputOptions::default())),
        "input:5: the profile is already on line 2 / \
         input:6: the profile is already on line 3 / \
         input:8: the profile is already on line 3 / hint: keep one row per profile"
    );
}

#[test]
fn services_of_the_rows_are_known_after_the_check() {
    let text = format!("service,customer_id,resource_id\npartner,{CUSTOMER},\n");
    let partner = check(&text, InputOptions::default()).unwrap();
    assert_eq!(partner.services(), [Service::Partner]);
    let id = "/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p";
    let both = check(format!("{text}arm,,{id}\n"), InputOptions::default()).unwrap();
    assert_eq!(both.services(), [Service::Partner, Service::Arm]);
    let arm = check(format!("resource_id\n{id}\n"), super::setup::arm()).unwrap();
    assert_eq!(arm.services(), [Service::Arm]);
}
