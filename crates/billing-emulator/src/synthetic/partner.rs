//! Invented customers of Partner Center.

use serde_json::Value;

use super::{
    company::Company,
    draws::Draws,
    object::{fullness, must, object},
};
use crate::ids::IdGenerator;

/// Returns a tenant id and its billing profile.
pub(super) fn customer(seed: u64, ids: &IdGenerator, number: u32) -> Option<(String, Value)> {
    let draws = &mut Draws::new(seed, "customer", number);
    let often = fullness(number);
    let company = Company::draw(draws, number)?;
    let (culture, language) = *draws.pick(&company.country.cultures)?;
    let given_name = draws.text(&company.country.given_names);
    let family_name = draws.text(&company.country.family_names);
    let mailbox = draws.text(&["billing", "accounts", "invoices", "finance", "office"]);
    let address = address(
        draws,
        &company,
        often,
        [given_name, family_name],
        ids,
        number,
    );
    let is_named = draws.chance(often);
    let profile = object([
        ("firstName", is_named.then(|| given_name.into())),
        ("lastName", is_named.then(|| family_name.into())),
        ("email", must(format!("{mailbox}@{}", company.domain))),
        ("culture", must(culture)),
        ("language", must(language)),
        ("companyName", must(company.name)),
        ("defaultAddress", Some(address)),
    ]);
    let id = ids.guid("synthetic customer", u64::from(number));
    Some((id.to_string(), profile))
}

fn address(
    draws: &mut Draws,
    company: &Company,
    often: u64,
    [given_name, family_name]: [&str; 2],
    ids: &IdGenerator,
    number: u32,
) -> Value {
    let (country, city) = (company.country, company.city);
    // Members that are rarely present.
    let seldom = if often == 100 { 100 } else { often / 5 };
    let id = ids.guid("synthetic address", u64::from(number));
    let street = draws.text(&country.streets);
    let inside = draws.text(&country.inside);
    let (street, inside) = (draws.fill(street), draws.fill(inside));
    let second_name = draws.text(&country.given_names);
    let phone = draws.fill(city.phone);
    let is_named = draws.chance(often);
    let phone = match (country.needs_phone, draws.chance(often)) {
        (true, _) | (_, true) => must(phone),
        // The service returns a missing number as an empty string ("Create a customer", sample).
        (false, false) => draws.maybe(20, "".into()),
    };
    object([
        ("id", draws.maybe(seldom, id.to_string().into())),
        ("country", must(country.code)),
        ("region", draws.maybe(seldom, city.region.into())),
        ("city", must(city.name)),
        ("state", (!city.state.is_empty()).then(|| city.state.into())),
        ("district", draws.maybe(seldom, city.region.into())),
        ("addressLine1", must(street)),
        ("addressLine2", draws.maybe(often, inside.into())),
        (
            "addressLine3",
            draws.maybe(seldom, company.name.as_str().into()),
        ),
        ("postalCode", must(draws.fill(city.postal_code))),
        ("firstName", is_named.then(|| given_name.into())),
        ("lastName", is_named.then(|| family_name.into())),
        (
            "emailAddress",
            draws.maybe(seldom, format!("post@{}", company.domain).into()),
        ),
        ("phoneNumber", phone),
        ("middleName", draws.maybe(seldom, second_name.into())),
    ])
}
