//! Updates of one profile through every api version, against the emulator: nothing is lost.

use std::time::Duration;

use arm_client::common::{Address, AddressUpdate, Profile, ProfileUpdate, Validation};
use arm_client::{AddressValidation, ApiVersion, ArmClient, StaticToken, UpdateOutcome, Version};
use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE};
use serde_json::{Value, json};

/// Returns the profile as each version shows it, without what every write changes.
async fn views(client: &ArmClient) -> [Value; 3] {
    async fn view<V: Version>(client: ArmClient<V>) -> Value {
        let read = client
            .get_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE)
            .await;
        let mut view = serde_json::to_value(read.unwrap().into_body()).unwrap();
        view.as_object_mut().unwrap().remove("systemData");
        view
    }
    [
        view(client.with_api_version(ApiVersion::V2019_10_01_PREVIEW)).await,
        view(client.with_api_version(ApiVersion::V2020_05_01)).await,
        view(client.with_api_version(ApiVersion::V2024_04_01)).await,
    ]
}

async fn update<V: Version>(client: ArmClient<V>, po_number: &str, city: &str) {
    let update = ProfileUpdate::default()
        .po_number(po_number)
        .address(AddressUpdate::default().city(city));
    let updating = client.update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update.into());
    let updated = updating.await.unwrap();
    assert_eq!(
        updated.outcome(),
        Some(UpdateOutcome::Applied),
        "{}",
        V::NAME
    );
    assert_eq!(updated.body().po_number(), Some(po_number), "{}", V::NAME);
    assert_eq!(
        updated.body().address().unwrap().city,
        Some(city),
        "{}",
        V::NAME
    );
}

#[tokio::test]
async fn no_member_is_lost_by_an_update_in_any_version() {
    let emulator = Emulator::builder()
        .sample_data()
        .polls_until_done(1)
        .retry_after(Duration::ZERO)
        .start()
        .await
        .unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = ArmClient::new(emulator.arm_url().parse().unwrap(), token).unwrap();

    let mut expected = views(&client).await;
    for (index, (po_number, city)) in [
        ("PO-1", "Bellevue"),
        ("PO-2", "Tacoma"),
        ("PO-3", "Redmond"),
    ]
    .into_iter()
    .enumerate()
    {
        let client = client.clone();
        match index {
            0 => {
                update(
                    client.with_api_version(ApiVersion::V2019_10_01_PREVIEW),
                    po_number,
                    city,
                )
                .await
            }
            1 => {
                update(
                    client.with_api_version(ApiVersion::V2020_05_01),
                    po_number,
                    city,
                )
                .await
            }
            _ => {
                update(
                    client.with_api_version(ApiVersion::V2024_04_01),
                    po_number,
                    city,
                )
                .await
            }
        }
        for view in &mut expected {
            let properties = &mut view["properties"];
            let address = if properties.get("address").is_some() {
                "address"
            } else {
                "billTo"
            };
            properties["poNumber"] = json!(po_number);
            properties[address]["city"] = json!(city);
        }
        assert_eq!(views(&client).await, expected, "after update {index}");
    }
}

/// Starts an emulator with the sample profile, and a client of it.
async fn sample() -> (Emulator, ArmClient) {
    let emulator = Emulator::builder().sample_data().start().await.unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = ArmClient::new(emulator.arm_url().parse().unwrap(), token).unwrap();
    (emulator, client)
}

async fn check_validation<V: AddressValidation>(client: ArmClient<V>) {
    for (country, status) in [("US", "Valid"), ("XX", "Invalid")] {
        let mut address = Address::default();
        address.address_line1 = Some("1 Way");
        address.country = Some(country);
        let checked = client.validate_address(&address.into()).await.unwrap();
        let checked = checked.into_body();
        assert_eq!(checked.status(), Some(status), "{}", V::NAME);
        let is_explained = checked.message().is_some_and(|text| !text.is_empty());
        assert_eq!(is_explained, status == "Invalid", "{}", V::NAME);
    }
    let profile = client.get_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    let profile = profile.await.unwrap().into_body();
    let own = profile.address().unwrap().into();
    let checked = client.validate_address(&own).await.unwrap();
    assert_eq!(checked.body().status(), Some("Valid"), "{}", V::NAME);
}

#[tokio::test]
async fn address_is_validated() {
    let (_emulator, client) = sample().await;
    check_validation(client.with_api_version(ApiVersion::V2020_05_01)).await;
    check_validation(client).await;
}

/// The type of a permission is one for each version, so a macro stands for a function.
macro_rules! check_permissions {
    ($client:expr) => {
        let list = $client.list_billing_permissions(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
        let all = list.collect_all().await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].actions.as_ref().unwrap().len(), 4);
        assert_eq!(all[0].not_actions, None);
        let unknown = $client.list_billing_permissions(SAMPLE_ACCOUNT, "none");
        assert!(unknown.collect_all().await.unwrap_err().is_not_found());
    };
}

#[tokio::test]
async fn permissions_of_the_caller_are_listed() {
    let (_emulator, client) = sample().await;
    check_permissions!(client);
    check_permissions!(client.with_api_version(ApiVersion::V2020_05_01));
}

#[tokio::test]
async fn deletion_is_resumed_from_its_token() {
    let emulator = Emulator::builder()
        .sample_data()
        .polls_until_done(1)
        .retry_after(Duration::ZERO);
    let emulator = emulator.start().await.unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = ArmClient::new(emulator.arm_url().parse().unwrap(), token).unwrap();
    let client = client.with_api_version(ApiVersion::V2024_04_01);
    let begin = client.begin_delete_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    let token = begin.clone().await.unwrap().token().unwrap().to_string();
    begin.resume(token.parse().unwrap()).unwrap().await.unwrap();
    let read = client.get_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert!(read.await.unwrap_err().is_not_found());
}
