//! Ids, names and links are compared with the requested resource.

use billing_core::Url;
use billing_core::pipeline::{is_about, is_child_of, is_link_to};

const ASKED: &str = "https://arm.example/providers/Microsoft.Billing/billingAccounts/a%3A1/billingProfiles/P-1?api-version=1";

fn asked() -> Url {
    ASKED.parse().unwrap()
}

#[test]
fn ids_of_the_same_resource_are_recognised() {
    for id in [
        "/providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P-1",
        "/providers/Microsoft.Billing/billingAccounts/a%3a1/billingProfiles/P-1",
        "/PROVIDERS/microsoft.billing/BillingAccounts/A:1/billingprofiles/p-1/",
        "providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P-1",
        "//providers//Microsoft.Billing/billingAccounts/a:1/./billingProfiles/x/../P-1",
        "/providers%2FMicrosoft.Billing/billingAccounts/a:1/billingProfiles/P-1",
        "https://arm.example/providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P-1?x=/y",
        "",
        " ",
    ] {
        assert!(is_about(&asked(), Some(id), None), "{id}");
        assert!(is_about(&asked(), Some(id), Some("p-1")), "{id}");
    }
    for name in ["P-1", "p-1", "p%2D1", "a:1/P-1", ""] {
        assert!(is_about(&asked(), None, Some(name)), "{name}");
    }
    assert!(is_about(&asked(), None, None));
    let behind_a_gateway = ASKED
        .replace("arm.example", "arm.example/gateway/")
        .parse()
        .unwrap();
    let id = "/providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P-1";
    assert!(is_about(&behind_a_gateway, Some(id), Some("P-1")));
}

#[test]
fn ids_of_other_resources_are_recognised() {
    for id in [
        "/x",
        "/providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P-2",
        "/providers/Microsoft.Billing/billingAccounts/a:2/billingProfiles/P-1",
        "/providers/Microsoft.Billing/billingAccounts/a:1",
        "/providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P-1/invoiceSections/P-1",
        "/providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P%252D1",
    ] {
        assert!(!is_about(&asked(), Some(id), None), "{id}");
    }
    let id = "/providers/Microsoft.Billing/billingAccounts/a:1/billingProfiles/P-1";
    for name in ["P-2", "P-1/x", "billingProfiles"] {
        assert!(!is_about(&asked(), None, Some(name)), "{name}");
        assert!(!is_about(&asked(), Some(id), Some(name)), "{name}");
    }
}

#[test]
fn self_links_lead_to_the_resource_with_or_without_version() {
    let asked = "https://pc.example/v1/customers/4D3C/profiles/billing"
        .parse()
        .unwrap();
    for link in [
        "/v1/customers/4d3c/profiles/billing",
        "/customers/4D3C/profiles/billing",
        "customers/4D3C/profiles/billing/",
        "https://pc.example/v1/customers/4D3C/profiles/billing?x=1#y",
    ] {
        assert!(is_link_to(&asked, link), "{link}");
    }
    for link in [
        "/v1/customers/4d3d/profiles/billing",
        "/customers/4d3c/profiles/company",
        "/v1/customers/4d3c",
    ] {
        assert!(!is_link_to(&asked, link), "{link}");
    }
}

#[test]
fn items_of_a_list_belong_to_its_collection() {
    let asked =
        "https://arm.example/providers/Microsoft.Billing/billingAccounts/a%3A1/billingProfiles";
    let asked: Url = asked.parse().unwrap();
    for id in [
        Some("/providers/Microsoft.Billing/billingAccounts/A:1/billingProfiles/P-1"),
        Some("providers/Microsoft.Billing//billingAccounts/a%3A1/billingProfiles/P-2/"),
        Some("P-1"),
        Some(""),
        None,
    ] {
        assert!(is_child_of(&asked, id), "{id:?}");
    }
    for id in [
        "/providers/Microsoft.Billing/billingAccounts/a:2/billingProfiles/P-1",
        "/providers/Microsoft.Billing/billingAccounts/a:1/invoices/P-1",
    ] {
        assert!(!is_child_of(&asked, Some(id)), "{id}");
    }
}
