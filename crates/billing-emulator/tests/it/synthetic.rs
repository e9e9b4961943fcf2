//! Invented customers and billing profiles.

use std::collections::BTreeSet;

use billing_emulator::Emulator;
use partner_client::models::CustomerBillingProfile;
use partner_client::preflight;
use serde_json::Value;

use crate::support::{API_VERSION, HttpClient};

async fn start(customers: u32, profiles: u32) -> Emulator {
    Emulator::builder()
        .synthetic_data(1, customers, profiles)
        .without_rate_limits()
        .byte_order_mark(false)
        .seed(1)
        .start()
        .await
        .unwrap()
}

async fn resources(emulator: &Emulator, service: &str) -> Vec<Value> {
    let caller = HttpClient::anonymous(emulator.control_url());
    let path = format!("/api/resources?service={service}");
    let resources = caller.get(&path).await.json();
    let resources = resources.as_array().unwrap().iter();
    resources.map(|one| one["resource"].clone()).collect()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_documents_on_every_machine() {
    let emulator = start(10, 5).await;
    let mut seen = resources(&emulator, "partner").await;
    seen.extend(resources(&emulator, "arm").await);
    insta::with_settings!({ sort_maps => true }, {
        insta::assert_json_snapshot!(seen);
    });
}

#[tokio::test]
async fn larger_synthetic_sets_start_with_the_smaller_ones() {
    let (small, large) = (start(20, 40).await, start(60, 500).await);
    for service in ["partner", "arm"] {
        let more = resources(&large, service).await;
        for one in resources(&small, service).await {
            assert!(more.contains(&one), "{one}");
        }
    }
    let other = Emulator::builder().synthetic_data(2, 20, 40);
    let other = other.start().await.unwrap();
    let first = resources(&small, "partner").await;
    for one in resources(&other, "partner").await {
        assert!(!first.contains(&one), "{one}");
    }
}

#[tokio::test]
async fn synthetic_customers_keep_their_country_s_rules() {
    let emulator = start(400, 0).await;
    let caller = HttpClient::partner(&emulator);
    let mut countries = BTreeSet::new();
    let mut sizes = BTreeSet::new();
    let mut phones = 0;
    for document in resources(&emulator, "partner").await {
        let address = &document["defaultAddress"];
        let country = address["country"].as_str().unwrap();
        let path = format!("/v1/countryvalidationrules/{country}");
        let rules = serde_json::from_value(caller.get(&path).await.json()).unwrap();
        let profile: CustomerBillingProfile = serde_json::from_value(document.clone()).unwrap();
        assert_eq!(preflight(&profile, &rules), [], "{document}");
        let email = document["email"].as_str().unwrap();
        assert!(email.ends_with(".example.com"), "{email}");
        let phone = address["phoneNumber"].as_str().unwrap_or_default();
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        assert!(
            digits.is_empty() || digits[..digits.len() - 2].ends_with("55501"),
            "{phone}"
        );
        phones += usize::from(!phone.is_empty());
        countries.insert(country.to_owned());
        sizes.insert(address.as_object().unwrap().len());
    }
    let countries: Vec<_> = countries.into_iter().collect();
    assert_eq!(countries.join(" "), "AU CA DE ES GB IN JP NL PT US");
    assert!(sizes.contains(&15), "some have everything: {sizes:?}");
    assert!(sizes.len() > 8, "they differ: {sizes:?}");
    assert!((100..300).contains(&phones), "{phones}");
}

#[tokio::test]
async fn profiles_are_spread_over_accounts_and_listed_in_pages() {
    let emulator = Emulator::builder().synthetic_data(1, 0, 450).page_size(70);
    let emulator = emulator.start().await.unwrap();
    let profiles = resources(&emulator, "arm").await;
    assert_eq!(profiles.len(), 450);
    let account = |profile: &Value| {
        let id = profile["id"].as_str().unwrap();
        id.split('/').nth(4).unwrap().to_owned()
    };
    let mut sizes = std::collections::BTreeMap::<_, usize>::new();
    for profile in &profiles {
        *sizes.entry(account(profile)).or_default() += 1;
    }
    let mut counts: Vec<_> = sizes.values().copied().collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 3, 3, 8, 8, 14, 24, 24, 64, 300]);

    let (largest, _) = sizes.into_iter().max_by_key(|(_, size)| *size).unwrap();
    let caller = HttpClient::arm(&emulator);
    let mut next = format!(
        "/providers/Microsoft.Billing/billingAccounts/{largest}/billingProfiles?{API_VERSION}"
    );
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        let page = caller.get(&next).await.json();
        let listed = page["value"].as_array().unwrap().iter();
        names.extend(listed.map(|profile| profile["name"].to_string()));
        pages += 1;
        let Some(link) = page["nextLink"].as_str() else {
            break;
        };
        next = link.strip_prefix(emulator.arm_url()).unwrap().to_owned();
    }
    assert_eq!((pages, names.len()), (5, 300));
    names.dedup();
    assert_eq!(names.len(), 300);
}

#[tokio::test]
async fn thousands_of_customers_are_listed_page_by_page() {
    let emulator = start(2_000, 0).await;
    let client = partner_client::PartnerClient::new(
        emulator.partner_url().parse().unwrap(),
        partner_client::StaticToken::new(emulator.token().reveal()),
    )
    .unwrap();
    let customers = client.list_customers().with_size(500).collect_all().await;
    let ids: BTreeSet<_> = customers.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), 2_000);
    assert_eq!(emulator.requests().len(), 4);
}
