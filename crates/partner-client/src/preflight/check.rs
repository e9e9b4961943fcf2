//! The checks themselves: a profile, the rules, and what does not go together.

use super::pattern::matches;
use super::{Finding, FindingKind};
use crate::models::{Address, CountryValidationRules, CustomerBillingProfile};

const ADDRESS: &str = "defaultAddress";
const COUNTRY: &str = "defaultAddress.country";

/// Where a phone number is mandatory in a customer's profile ("Utility resources", Address).
const PHONE_IS_MANDATORY: [&str; 24] = [
    "AE", "AM", "AZ", "BR", "BY", "HU", "IN", "IQ", "KG", "KZ", "MD", "MM", "PL", "RU", "SA", "SS",
    "TH", "TJ", "TR", "UA", "UZ", "VE", "VN", "ZA",
];

/// What the service will not take of `profile`, by the rules of its country; nothing if all is
/// well, as far as they say.
///
/// Checked are state, city, postal code and phone number as the country demands them, its states,
/// cultures and languages, and the lengths that "Utility resources", Address, allows. Letter case
/// does not count in lists, as it does not to the service. A member that is blank counts as
/// missing.
///
/// ```
/// use partner_client::models::{Address, CountryValidationRules, CustomerBillingProfile};
/// use partner_client::{FindingKind, preflight};
///
/// let mut rules = CountryValidationRules::default();
/// rules.iso2_code = Some("US".to_owned());
/// rules.postal_code_regex = Some(r"^\d{5}(-\d{4})?$".to_owned());
/// let address = Address::default()
///     .country("US")
///     .address_line1("7 Sample Row")
///     .postal_code("9920");
/// let profile = CustomerBillingProfile::default().default_address(address);
/// let findings = preflight(&profile, &rules);
/// assert_eq!(findings[0].member(), "defaultAddress.postalCode");
/// assert_eq!(findings[0].kind(), FindingKind::Malformed);
/// ```
#[must_use]
pub fn preflight(profile: &CustomerBillingProfile, rules: &CountryValidationRules) -> Vec<Finding> {
    let mut findings = country(profile);
    let Some(address) = &profile.default_address else {
        return findings;
    };
    lengths(address, &mut findings);
    let of = given(&rules.iso2_code).unwrap_or("the country");
    let is_same = given(&address.country).is_none_or(|country| country.eq_ignore_ascii_case(of));
    if given(&rules.iso2_code).is_some() && !is_same {
        // What is no country at all is told already.
        if !findings.iter().any(|found| found.member == COUNTRY) {
            findings.push(finding(
                COUNTRY,
                FindingKind::OtherCountry,
                format!("the rules are those of {}", shown(of)),
            ));
        }
        return findings;
    }
    let of = shown(of);
    required(address, rules, &of, &mut findings);
    forms(address, rules, &of, &mut findings);
    for (member, value, supported) in [
        (
            "defaultAddress.state",
            &address.state,
            &rules.supported_states_list,
        ),
        ("culture", &profile.culture, &rules.supported_cultures_list),
        (
            "language",
            &profile.language,
            &rules.supported_languages_list,
        ),
    ] {
        let supported = supported.as_deref().unwrap_or_default().iter();
        let supported: Vec<_> = supported.flatten().map(String::as_str).collect();
        // What is looked for is what will be sent, with the space around it.
        let is_given = given(value).is_some() && !supported.is_empty();
        let Some(value) = value.as_deref().filter(|_| is_given) else {
            continue;
        };
        if !supported.iter().any(|one| one.eq_ignore_ascii_case(value)) {
            let rule = format!("{of} has {}", shown_list(&supported));
            findings.push(finding(member, FindingKind::Unsupported, rule));
        }
    }
    findings
}

/// What can be said of the country without its rules.
pub(super) fn country(profile: &CustomerBillingProfile) -> Vec<Finding> {
    let Some(address) = &profile.default_address else {
        let rule = "a profile has an address".to_owned();
        return vec![finding(ADDRESS, FindingKind::Missing, rule)];
    };
    // The space around it will be sent, too.
    let country = address.country.as_deref().unwrap_or_default();
    let found = match given(&address.country).map(|_| country) {
        None => (
            FindingKind::Missing,
            "it is the country's ISO 3166 code of two letters, such as US",
        ),
        Some(code) if code.eq_ignore_ascii_case("UK") => (
            FindingKind::Unsupported,
            "the code of the United Kingdom is GB; the service has no rules for UK",
        ),
        Some(code) if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) => (
            FindingKind::Malformed,
            "it must be the country's ISO 3166 code of two letters, such as US",
        ),
        Some(_) => return Vec::new(),
    };
    vec![finding(COUNTRY, found.0, found.1.to_owned())]
}

/// "Utility resources", Address. .NET counts UTF-16 units.
fn lengths(address: &Address, findings: &mut Vec<Finding>) {
    if given(&address.address_line1).is_none() {
        findings.push(finding(
            "defaultAddress.addressLine1",
            FindingKind::Missing,
            "an address has a first line of 1 to 200 characters".to_owned(),
        ));
    }
    for (member, value, limit) in [
        ("defaultAddress.addressLine1", &address.address_line1, 200),
        ("defaultAddress.addressLine2", &address.address_line2, 200),
        ("defaultAddress.state", &address.state, 2),
        ("defaultAddress.firstName", &address.first_name, 50),
        ("defaultAddress.lastName", &address.last_name, 50),
        ("defaultAddress.middleName", &address.middle_name, 50),
    ] {
        let length = value.as_deref().unwrap_or_default().encode_utf16().count();
        if length > limit {
            let rule = format!("it may have {limit} characters and has {length}");
            findings.push(finding(member, FindingKind::TooLong, rule));
        }
    }
}

fn required(
    address: &Address,
    rules: &CountryValidationRules,
    of: &str,
    findings: &mut Vec<Finding>,
) {
    let country = address.country.as_deref().unwrap_or_default();
    let needs_phone = PHONE_IS_MANDATORY
        .iter()
        .any(|code| code.eq_ignore_ascii_case(country));
    for (member, value, is_required) in [
        (
            "defaultAddress.state",
            &address.state,
            rules.is_state_required,
        ),
        ("defaultAddress.city", &address.city, rules.is_city_required),
        (
            "defaultAddress.postalCode",
            &address.postal_code,
            rules.is_postal_code_required,
        ),
        (
            "defaultAddress.phoneNumber",
            &address.phone_number,
            Some(needs_phone),
        ),
    ] {
        if is_required == Some(true) && given(value).is_none() {
            let rule = format!("{of} requires it");
            findings.push(finding(member, FindingKind::Missing, rule));
        }
    }
}

fn forms(address: &Address, rules: &CountryValidationRules, of: &str, findings: &mut Vec<Finding>) {
    for (member, value, pattern) in [
        (
            "defaultAddress.postalCode",
            &address.postal_code,
            &rules.postal_code_regex,
        ),
        (
            "defaultAddress.phoneNumber",
            &address.phone_number,
            &rules.phone_number_regex,
        ),
    ] {
        let (Some(_), Some(value), Some(pattern)) = (given(value), value, given(pattern)) else {
            continue;
        };
        let (kind, rule) = match matches(pattern, value) {
            Some(true) => continue,
            Some(false) => (
                FindingKind::Malformed,
                format!("it must match `{}` in {of}", shown(pattern)),
            ),
            None => (
                FindingKind::NotChecked,
                format!(
                    "the pattern of {of} cannot be used here: `{}`",
                    shown(pattern)
                ),
            ),
        };
        findings.push(finding(member, kind, rule));
    }
}

fn finding(member: &'static str, kind: FindingKind, rule: String) -> Finding {
    Finding { member, kind, rule }
}

/// The text without the space around it, if anything is left.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// What a service says, in one line of bounded length that can steer no terminal.
fn shown(text: &str) -> String {
    line(text.chars())
}

/// The same of a list, of which no more is looked at than is shown.
fn shown_list(list: &[&str]) -> String {
    let letters = list.iter().enumerate().flat_map(|(index, item)| {
        let comma = if index == 0 { "" } else { ", " };
        comma.chars().chain(item.chars())
    });
    line(letters)
}

fn line(letters: impl Iterator<Item = char>) -> String {
    const LIMIT: usize = 400;
    let mut plain = letters.filter(|letter| !letter.is_control());
    let mut line: String = plain.by_ref().take(LIMIT).collect();
    if plain.next().is_some() {
        line.push('…');
    }
    line
}
