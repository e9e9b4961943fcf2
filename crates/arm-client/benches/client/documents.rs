//! The bodies of requests and responses.

use arm_client::models::{
    AddressDetailsUpdate, BillingProfilePropertiesUpdate, BillingProfileUpdate,
};
use partner_client::models::CustomerBillingProfile;
use serde_json::{Value, json};

use super::subjects::{ACCOUNT, PROFILE};

/// Returns a typical update of a billing profile.
pub(crate) fn arm_update() -> BillingProfileUpdate {
    let address = AddressDetailsUpdate::default()
        .address_line1("1 Example Way")
        .city("Redmond")
        .region("WA")
        .country("US")
        .clear_address_line2();
    let properties = BillingProfilePropertiesUpdate::default()
        .display_name("Fabrikam Residences")
        .invoice_email_opt_in(true)
        .po_number("PO-2041")
        .address(address);
    BillingProfileUpdate::default().properties(properties)
}

/// The sample response of the page "Billing Profiles - Update", as the spec keeps it, about the
/// profile that is updated.
pub(crate) fn arm_answer() -> String {
    let spec =
        include_str!("../../../../specs/arm-billing/2019-10-01-preview/billing-profile.json");
    let spec: Value = serde_json::from_str(spec).unwrap();
    let responses = spec["x-operation"]["examples"][0]["responses"]
        .as_array()
        .unwrap();
    let sample = responses.iter().find_map(|response| response.get("body"));
    let mut profile = sample.unwrap().clone();
    profile["id"] = json!(format!(
        "/providers/Microsoft.Billing/billingAccounts/{ACCOUNT}/billingProfiles/{PROFILE}"
    ));
    profile["name"] = json!(PROFILE);
    profile.to_string()
}

/// A customer's profile with the members that the service usually sends.
pub(crate) fn partner_profile() -> CustomerBillingProfile {
    serde_json::from_str(&partner_answer()).unwrap()
}

/// Returns the profile of the response as text.
pub(crate) fn partner_answer() -> String {
    let profile = json!({
        "id": "5f1c2b0e-7a4d-5c1e-9d42-3b6f0a1c2d3e",
        "firstName": "Ada",
        "lastName": "Fictional",
        "email": "ada@fabrikam.example",
        "culture": "en-US",
        "language": "en",
        "companyName": "Fabrikam Residences",
        "defaultAddress": {
            "country": "US",
            "city": "Redmond",
            "state": "WA",
            "addressLine1": "1 Example Way",
            "postalCode": "98052",
            "firstName": "Ada",
            "lastName": "Fictional",
            "phoneNumber": "4255550100"
        },
        "attributes": { "etag": "-4811302957733012", "objectType": "CustomerBillingProfile" }
    });
    profile.to_string()
}
