//! Each pair of media types with the emulator, which has its own code and tables for them.

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID};
use partner_client::{ContentType, MediaType, PartnerClient, StaticToken};
use serde_json::{Value, json};

const MEDIA_TYPES: [MediaType; 4] = [
    MediaType::Json,
    MediaType::TextJson,
    MediaType::Xml,
    MediaType::TextXml,
];

async fn start() -> (Emulator, PartnerClient) {
    let builder = Emulator::builder().sample_data().seed(7);
    let emulator = builder.start().await.unwrap();
    let endpoint = emulator.partner_url().parse().unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(endpoint, token).unwrap();
    (emulator, client)
}

/// Returns the stored profile without the members that each write renews.
fn stored(emulator: &Emulator, customer: &str) -> Value {
    let mut stored = emulator.customer_billing_profile(customer).unwrap();
    stored["attributes"].as_object_mut().unwrap().remove("etag");
    stored
}

#[tokio::test]
async fn edit_changes_nothing_else_in_any_pair_of_media_types() {
    for accept in MEDIA_TYPES {
        for content_type in [
            ContentType::Json,
            ContentType::TextJson,
            ContentType::Xml,
            ContentType::TextXml,
            ContentType::Form,
        ] {
            for customer in [SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID] {
                let (emulator, client) = start().await;
                let mut expected = stored(&emulator, customer);
                let company = "Müller & <Söhne> + \"Co\" = 100 %\t; [x] {y} 'z'\u{1f600}";
                expected["companyName"] = company.into();
                expected["defaultAddress"]["addressLine2"] = "".into();
                let edited = client
                    .edit_customer_billing_profile(customer, |profile| {
                        profile.company_name = Some(company.to_owned());
                        let address = profile.default_address.get_or_insert_default();
                        address.address_line2 = Some(String::new());
                    })
                    .with_content_type(content_type)
                    .with_accept(accept)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(edited.body().company_name.as_deref(), Some(company));
                let media_type = format!("{accept}; charset=utf-8");
                assert_eq!(edited.header("content-type"), Some(media_type.as_str()));
                assert_eq!(
                    stored(&emulator, customer),
                    expected,
                    "{accept} {content_type}"
                );
                assert_eq!(emulator.customer_effective_writes(customer), Some(1));
            }
        }
    }
}

#[tokio::test]
async fn profile_is_the_same_in_every_media_type() {
    let (_emulator, client) = start().await;
    let mut read = Vec::new();
    for accept in MEDIA_TYPES {
        let get = client.get_customer_billing_profile(SAMPLE_OTHER_CUSTOMER_ID);
        read.push(get.with_accept(accept).send().await.unwrap().into_body());
    }
    for other in &read {
        assert!(*other == read[0]);
    }
}

#[tokio::test]
async fn members_that_no_model_knows_survive_an_edit_in_xml() {
    let customer = "33333333-aaaa-4bbb-8ccc-dddddddddddd";
    let profile = json!({
        "companyName": "Contoso",
        "tier": "gold",
        "score": 7,
        "ratio": 0.5,
        "isNew": true,
        "tags": ["a", "b"],
        "tax": { "number": "1", "inner": { "zone": "z" } },
        "attributes": { "revision": "3", "seal": { "sign": "s" } },
    });
    let builder = Emulator::builder().customer(customer, profile);
    let emulator = builder.start().await.unwrap();
    let endpoint = emulator.partner_url().parse().unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(endpoint, token).unwrap();
    let mut expected = stored(&emulator, customer);
    expected["companyName"] = "Fabrikam".into();
    let edit = client.edit_customer_billing_profile(customer, |profile| {
        profile.company_name = Some("Fabrikam".to_owned());
    });
    let edit = edit.with_accept(MediaType::Xml);
    edit.with_content_type(MediaType::Xml).send().await.unwrap();
    assert_eq!(stored(&emulator, customer), expected);
}

#[tokio::test]
async fn stale_etag_is_recognized_in_every_media_type() {
    for accept in MEDIA_TYPES {
        let (emulator, client) = start().await;
        let mut calls = 0;
        let edit = client.edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
            calls += 1;
            if calls == 1 {
                // Another writer comes first.
                let other = json!({ "companyName": "Northwind" });
                emulator
                    .replace_customer_billing_profile(SAMPLE_CUSTOMER_ID, other)
                    .unwrap();
            }
            profile.language = Some("fr".to_owned());
        });
        let edited = edit.with_accept(accept).send().await.unwrap();
        assert_eq!(edited.body().company_name.as_deref(), Some("Northwind"));
        assert_eq!(calls, 2);
        let update =
            client.update_customer_billing_profile(SAMPLE_CUSTOMER_ID, &Default::default());
        let update = update
            .with_accept(accept)
            .with_if_match(partner_client::IfMatch::Tag("1".to_owned()));
        let error = update.send().await.unwrap_err();
        assert!(error.is_stale_etag(), "{accept}");
        let said = error.service_error().unwrap();
        assert_eq!(said.message(), Some("Etag is no longer valid"));
    }
}

#[tokio::test]
async fn page_with_thousands_of_customers_is_read() {
    let builder = Emulator::builder().synthetic_data(7, 3000, 0);
    let emulator = builder.start().await.unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(emulator.partner_url().parse().unwrap(), token).unwrap();
    let all = client.list_customers().with_size(0).collect_all().await;
    assert_eq!(all.unwrap().len(), 3000);
}
