//! Invented billing profiles of Azure Resource Manager, distributed over accounts.

use serde_json::{Value, json};

use super::{
    company::Company,
    draws::Draws,
    later,
    object::{fullness, must, object},
};
use crate::ids::IdGenerator;

/// The numbers of profiles in successive accounts, repeated.
const SIZES: [u32; 6] = [1, 3, 8, 24, 64, 300];

const UNITS: &[&str] = &[
    "Engineering",
    "Research",
    "Archive",
    "Marketing",
    "Field Service",
    "Werke",
    "実験室",
    "Investigação",
];

/// Returns the names of an account and of a profile in it, and the profile.
pub(super) fn profile(
    seed: u64,
    ids: &IdGenerator,
    number: u32,
) -> Option<(String, String, Value)> {
    let (account_number, in_account) = place(number);
    // The part that all profiles of an account share.
    let of_account = &mut Draws::new(seed, "account", account_number);
    let account = account_name(of_account, ids, account_number);
    let owner = Company::draw(of_account, account_number)?;
    let draws = &mut Draws::new(seed, "profile", number);
    let (name, mut profile) = described(&account, &owner, (number, in_account), of_account, draws);
    let draws = &mut Draws::new(seed, "later members of a profile", number);
    later::add(&mut profile, &owner, number, draws);
    Some((account, name, profile))
}

/// Returns the name of a profile of an account with this name, and the profile.
pub(super) fn profile_of(seed: u64, account: &str, number: u32) -> Option<(String, Value)> {
    let of_account = &mut Draws::new(seed, account, 0);
    let owner = Company::draw(of_account, 0)?;
    let draws = &mut Draws::new(seed, &format!("profile of {account}"), number);
    let both = (number, number);
    let (name, mut profile) = described(account, &owner, both, of_account, draws);
    let purpose = format!("later members of a profile of {account}");
    let draws = &mut Draws::new(seed, &purpose, number);
    later::add(&mut profile, &owner, number, draws);
    Some((name, profile))
}

/// Returns the name of a profile, and the profile. `number` decides how many members it has, and
/// `in_account` names it.
fn described(
    account: &str,
    owner: &Company,
    (number, in_account): (u32, u32),
    of_account: &mut Draws,
    draws: &mut Draws,
) -> (String, Value) {
    let prefix = of_account.fill("@@@@");
    let invoice_day = 1 + of_account.below(28);
    let relation = of_account.text(&["Direct", "Direct", "IndirectCustomer", "CSPPartner"]);

    let often = fullness(number);
    let name = format!("{prefix}-{:04}-BG7-PGB", in_account + 1);
    let title = format!("{} {}", draws.text(UNITS), in_account + 1);
    let order = draws.fill("PO-####");
    let (status, reason) = status(draws);
    let limit = match reason {
        Some("SpendingLimitReached" | "SpendingLimitExpired") => "On",
        _ => "Off",
    };
    let address = address(draws, owner, often);
    let plans = plans(draws);
    let sections = sections(draws, account, &name, &prefix);
    let clouds: &[&str] = if often == 100 { &["USGov"] } else { &[] };
    let reseller = json!({
        "billingAccountName": "70023999",
        "billingProfileName": "TRLR-0001-BG7-PGB",
        "displayName": "Trey Resellers",
    });
    let properties = object([
        ("displayName", must(title)),
        ("poNumber", draws.maybe(often, order.into())),
        ("address", draws.maybe(often, address)),
        (
            "billingRelationshipType",
            draws.maybe(often, relation.into()),
        ),
        ("currency", must(owner.country.currency)),
        ("enabledAzurePlans", draws.maybe(often, plans)),
        ("hasReadAccess", must(true)),
        (
            "indirectRelationshipInfo",
            (relation == "IndirectCustomer").then_some(reseller),
        ),
        ("invoiceDay", must(invoice_day)),
        ("invoiceEmailOptIn", must(draws.chance(50))),
        ("invoiceSections", draws.maybe(often, sections)),
        ("spendingLimit", draws.maybe(often, limit.into())),
        ("status", must(status)),
        ("statusReasonCode", reason.map(Value::from)),
        ("targetClouds", draws.maybe(often, json!(clouds))),
    ]);
    (name, json!({ "properties": properties }))
}

/// Returns the number of the account that a profile is in, and its number within the account.
fn place(number: u32) -> (u32, u32) {
    let turn = SIZES.iter().sum::<u32>();
    let mut account = number / turn * 6;
    let mut rest = number % turn;
    for size in SIZES {
        if rest < size {
            break;
        }
        rest -= size;
        account += 1;
    }
    (account, rest)
}

/// Returns an account name in one of its two forms.
fn account_name(draws: &mut Draws, ids: &IdGenerator, number: u32) -> String {
    if draws.chance(25) {
        return (71_000_000 + number).to_string();
    }
    let number = u64::from(number);
    let [of_account, of_tenant] = ["synthetic account", "synthetic tenant"]
        .map(|purpose| ids.guid(purpose, number).to_string());
    format!("{of_account}:{of_tenant}_2019-05-31")
}

fn status(draws: &mut Draws) -> (&'static str, Option<&'static str>) {
    let reasons = &["PastDue", "SpendingLimitReached", "SpendingLimitExpired"];
    let reason = draws.text(reasons);
    match draws.below(12) {
        0 => ("Warned", Some(reason)),
        1 => ("Disabled", Some("PastDue")),
        _ => ("Active", None),
    }
}

fn address(draws: &mut Draws, owner: &Company, often: u64) -> Value {
    let (country, city) = (owner.country, owner.city);
    let street = draws.text(&country.streets);
    let inside = draws.text(&country.inside);
    let given_name = draws.text(&country.given_names);
    let family_name = draws.text(&country.family_names);
    let is_named = draws.chance(often);
    // A region is free text: recordings have names, the example of the specification has a code.
    let region = match city.state {
        "" => city.region,
        state => draws.maybe(50, state).unwrap_or(city.region),
    };
    let (street, inside) = (draws.fill(street), draws.fill(inside));
    object([
        ("firstName", is_named.then(|| given_name.into())),
        ("lastName", is_named.then(|| family_name.into())),
        ("companyName", must(owner.name.as_str())),
        ("addressLine1", must(street)),
        ("addressLine2", draws.maybe(often, inside.into())),
        (
            "addressLine3",
            draws.maybe(often / 5, owner.domain.as_str().into()),
        ),
        ("city", must(city.name)),
        ("region", must(region)),
        ("country", must(country.code)),
        ("postalCode", must(draws.fill(city.postal_code))),
    ])
}

fn plans(draws: &mut Draws) -> Value {
    let plan = json!({ "skuId": "0001", "skuDescription": "Microsoft Azure Plan" });
    let for_tests =
        json!({ "skuId": "0002", "skuDescription": "Microsoft Azure Plan for DevTest" });
    match draws.below(3) {
        0 => json!([plan, for_tests]),
        1 => json!([for_tests]),
        _ => json!([plan]),
    }
}

fn sections(draws: &mut Draws, account: &str, profile: &str, prefix: &str) -> Value {
    let section = |number: u64| {
        let name = format!("{prefix}-S{number:03}-PJA-PGB");
        json!({
            "id": format!(
                "/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles/{profile}/invoiceSections/{name}"
            ),
            "name": name,
            "type": "Microsoft.Billing/billingAccounts/billingProfiles/invoiceSections",
            "properties": { "displayName": format!("Section {number}"), "state": "Active" },
        })
    };
    (1..=1 + draws.below(3)).map(section).collect()
}
