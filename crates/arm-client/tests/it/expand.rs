//! `$expand`, and every member that an update can carry.

use arm_client::models::{
    AddressDetailsUpdate, AzurePlanUpdate, BillingProfilePropertiesUpdate, BillingProfileUpdate,
    InvoiceSectionPropertiesUpdate, InvoiceSectionUpdate,
};
use billing_test::Script;
use futures_util::StreamExt as _;
use insta::assert_snapshot;

use crate::setup::{ACCOUNT, PROFILE, start};

#[tokio::test]
async fn expanded_members_are_requested() {
    let list = r#"{"value":[],"nextLink":"/next?$expand=enabledAzurePlans&$skiptoken=2"}"#;
    let answers = vec![
        Script::json(&PROFILE.replace(ACCOUNT, "a")),
        Script::json(list),
        Script::json(r#"{"value":[]}"#),
    ];
    let (server, client, _clock) = start(answers).await;
    let get = client.get_billing_profile("a", "p1");
    get.with_expand("enabledAzurePlans").send().await.unwrap();
    let list = client.list_billing_profiles("a");
    list.with_expand("enabledAzurePlans,invoice sections")
        .collect_all()
        .await
        .unwrap();
    assert_snapshot!(server.lines().join("\n"), @"
    GET /providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p1?api-version=2019-10-01-preview&%24expand=enabledAzurePlans HTTP/1.1
    GET /providers/Microsoft.Billing/billingAccounts/a/billingProfiles?api-version=2019-10-01-preview&%24expand=enabledAzurePlans%2Cinvoice+sections HTTP/1.1
    GET /next?$expand=enabledAzurePlans&$skiptoken=2 HTTP/1.1
    ");
}

#[tokio::test]
async fn stream_yields_the_pages_and_ends_after_an_error() {
    let page = r#"{"value":[{"name":"p1"}],"nextLink":"/next?page=2"}"#;
    let answers = vec![Script::json(page), Script::new("404 Not Found", "")];
    let (_server, client, _clock) = start(answers).await;
    let pages: Vec<_> = client
        .list_billing_profiles("a")
        .into_stream()
        .collect()
        .await;
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[0].as_ref().unwrap().body().len(), 1);
    assert!(pages[1].as_ref().unwrap_err().is_not_found());
}

#[tokio::test]
async fn all_six_writable_members_are_sent_in_full() {
    let address = AddressDetailsUpdate::default()
        .first_name("Ana")
        .last_name("Roe")
        .company_name("Fabrikam, Inc.")
        .address_line1("7 Sample Row")
        .address_line2("Floor 3")
        .clear_address_line3()
        .city("Spokane")
        .region("WA")
        .country("US")
        .postal_code("99201");
    let section = InvoiceSectionUpdate::default()
        .properties(InvoiceSectionPropertiesUpdate::default().display_name("Engineering"));
    let properties = BillingProfilePropertiesUpdate::default()
        .display_name("Fabrikam Engineering")
        .po_number("PO-2041")
        .address(address)
        .invoice_email_opt_in(false)
        .enabled_azure_plans([AzurePlanUpdate::default().sku_id("0002")])
        .invoice_sections([section]);
    let update = BillingProfileUpdate::default().properties(properties);
    let (server, client, _clock) = start(vec![Script::json(&PROFILE.replace(ACCOUNT, "a"))]).await;
    let begin = client.begin_update_billing_profile("a", "p1", &update);
    begin.send().await.unwrap();
    assert_snapshot!(server.received()[0], @r#"
    PATCH /providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p1?api-version=2019-10-01-preview HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    content-length: 424
    content-type: application/json
    host: [host]
    user-agent: arm-client/0.1.0
    x-ms-client-request-id: [id]
    x-ms-return-client-request-id: true

    {
      "properties": {
        "address": {
          "addressLine1": "7 Sample Row",
          "addressLine2": "Floor 3",
          "addressLine3": null,
          "city": "Spokane",
          "companyName": "Fabrikam, Inc.",
          "country": "US",
          "firstName": "Ana",
          "lastName": "Roe",
          "postalCode": "99201",
          "region": "WA"
        },
        "displayName": "Fabrikam Engineering",
        "enabledAzurePlans": [
          {
            "skuId": "0002"
          }
        ],
        "invoiceEmailOptIn": false,
        "invoiceSections": [
          {
            "properties": {
              "displayName": "Engineering"
            }
          }
        ],
        "poNumber": "PO-2041"
      }
    }
    "#);
}
