//! The project's clients against the emulator.

use arm_client::ArmClient;
use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use billing_emulator::{
    Emulator, EmulatorBuilder, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_PROFILE,
};
use partner_client::models::{AddressValidationStatus, RelationshipToPartner};
use partner_client::{CustomerField, CustomerFilter, PartnerClient, StaticToken};

use crate::support::sample;

async fn partner() -> (Emulator, PartnerClient) {
    let emulator = sample().start().await.unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(emulator.partner_url().parse().unwrap(), token).unwrap();
    (emulator, client)
}

async fn arm(builder: EmulatorBuilder) -> (Emulator, ArmClient) {
    let emulator = builder.start().await.unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = ArmClient::new(emulator.arm_url().parse().unwrap(), token).unwrap();
    (emulator, client)
}

#[tokio::test]
async fn customers_are_listed_once_in_pages_of_any_size() {
    let (emulator, client) = partner().await;
    for (size, pages) in [(0, 1), (1, 3), (2, 2), (3, 1), (100, 1)] {
        let customers = client
            .list_customers()
            .with_size(size)
            .collect_all()
            .await
            .unwrap();
        let mut ids: Vec<_> = customers
            .iter()
            .map(|one| one.id.as_deref().unwrap())
            .collect();
        ids.dedup();
        assert_eq!(ids.len(), 3, "{size}");
        assert!(customers.iter().all(|one| one.billing_profile.is_none()));
        let asked = emulator.requests().len();
        client
            .list_customers()
            .with_size(size)
            .collect_all()
            .await
            .unwrap();
        assert_eq!(emulator.requests().len() - asked, pages, "{size}");
    }
    let filter = CustomerFilter::starts_with(CustomerField::CompanyName, "wingtip");
    let found = client
        .list_customers()
        .with_size(1)
        .with_filter(filter)
        .collect_all()
        .await
        .unwrap();
    let company = found[0].company_profile.as_ref().unwrap();
    assert_eq!(
        (found.len(), company.company_name.as_deref()),
        (1, Some("Wingtip Toys"))
    );
}

#[tokio::test]
async fn billing_profile_inside_a_customer_can_be_put() {
    let (emulator, client) = partner().await;
    let customer = client
        .get_customer(SAMPLE_CUSTOMER_ID)
        .send()
        .await
        .unwrap()
        .into_body();
    assert_eq!(
        customer.relationship_to_partner,
        Some(RelationshipToPartner::Reseller)
    );
    let mut profile = customer.billing_profile.unwrap();
    assert_eq!(client.preflight(&profile).send().await.unwrap(), []);
    profile.company_name = Some("Contoso Solar, Ltd.".to_owned());
    client
        .update_customer_billing_profile(SAMPLE_CUSTOMER_ID, &profile)
        .send()
        .await
        .unwrap();
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(1)
    );
    let company = client
        .get_customer_company_profile(SAMPLE_CUSTOMER_ID)
        .send()
        .await
        .unwrap();
    assert_eq!(
        company.body().company_name.as_deref(),
        Some("Contoso, Ltd."),
        "who is billed is not who the customer is"
    );
}

#[tokio::test]
async fn preflight_reports_violated_country_rules() {
    let (emulator, client) = partner().await;
    let get = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let mut profile = get.send().await.unwrap().into_body();
    let address = profile.default_address.as_mut().unwrap();
    address.state = Some("ZZ".to_owned());
    address.postal_code = Some("981".to_owned());
    let findings = client.preflight(&profile).send().await.unwrap();
    let members: Vec<_> = findings.iter().map(|finding| finding.member()).collect();
    assert_eq!(
        members,
        ["defaultAddress.postalCode", "defaultAddress.state"]
    );

    let address = profile.default_address.as_mut().unwrap();
    address.country = Some("FR".to_owned());
    let error = client.preflight(&profile).send().await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
}

#[tokio::test]
async fn each_sample_keeps_the_rules_of_its_country() {
    let (_emulator, client) = partner().await;
    for customer in client.list_customers().collect_all().await.unwrap() {
        let id = customer.id.unwrap();
        let profile = client
            .get_customer_billing_profile(&id)
            .send()
            .await
            .unwrap();
        let findings = client.preflight(profile.body()).send().await.unwrap();
        assert_eq!(findings, [], "{id}");
    }
}

#[tokio::test]
async fn address_of_a_profile_can_be_validated() {
    let (_emulator, client) = partner().await;
    let get = client.get_customer_billing_profile(SAMPLE_OTHER_CUSTOMER_ID);
    let address = get
        .send()
        .await
        .unwrap()
        .into_body()
        .default_address
        .unwrap();
    let result = client
        .validate_address(&address)
        .send()
        .await
        .unwrap()
        .into_body();
    assert_eq!(
        result.status,
        Some(AddressValidationStatus::VerifiedShippable)
    );
    assert_eq!(result.original_address, Some(address));
}

#[tokio::test]
async fn expanded_members_are_on_every_page() {
    let (_emulator, client) = arm(sample().expand_on_request(true).page_size(1)).await;
    let get = || client.get_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    let plain = get().send().await.unwrap().into_body().properties.unwrap();
    assert_eq!(plain.enabled_azure_plans, None);
    let expanded = get().with_expand("enabledAzurePlans").send().await.unwrap();
    let properties = expanded.into_body().properties.unwrap();
    assert_eq!(properties.enabled_azure_plans.unwrap().len(), 2);

    let pager = client
        .list_billing_profiles(SAMPLE_ACCOUNT)
        .with_expand("enabledAzurePlans");
    let profiles = pager.collect_all().await.unwrap();
    let with_plans = profiles.iter().filter(|profile| {
        profile
            .properties
            .as_ref()
            .is_some_and(|properties| properties.enabled_azure_plans.is_some())
    });
    assert_eq!((profiles.len(), with_plans.count()), (3, 1));
}

#[tokio::test]
async fn json_patch_error_of_the_client_is_explained() {
    let (emulator, client) = arm(sample().json_patch(true)).await;
    let update = BillingProfileUpdate::default()
        .properties(BillingProfilePropertiesUpdate::default().po_number("PO-2041"));
    let begin = client.begin_update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update);
    let error = begin.send().await.unwrap_err();
    assert!(error.is_merge_patch_refused() && !error.may_have_taken_effect());
    assert_eq!(
        (
            error.routing_request_id().is_some(),
            error.remaining().get("tenant-writes").copied()
        ),
        (true, Some(199))
    );
    assert_eq!(emulator.requests().len(), 1, "it is not sent again");
}
