//! The checks of a profile against its country's rules.

use super::finding::{Finding, FindingKind};
use super::pattern::matches;
use crate::models::{Address, CountryValidationRules, CustomerBillingProfile};

const ADDRESS: &str = "defaultAddress";
const COUNTRY: &str = "defaultAddress.country";

/// Countries whose profiles need a phone number ("Utility resources", Address).
const PHONE_IS_MANDATORY: [&str; 24] = [
    "AE", "AM", "AZ", "BR", "BY", "HU", "IN", "IQ", "KG", "KZ", "MD", "MM", "PL", "RU", "SA", "SS",
    "TH", "TJ", "TR", "UA", "UZ", "VE", "VN", "ZA",
];

/// Finds the members of `profile` that the service will refuse by the rules of its country. The
/// result is empty if the profile meets them.
///
/// Checks whether state, city, postal code and phone number are present and match the country's
/// patterns, its lists of states, cultures and languages, and the lengths that "Utility resources",
/// Address, allows. Lists ignore letter case, as the service does. A blank member counts as
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
    let of = non_blank(&rules.iso2_code).unwrap_or("the country");
    let is_same =
        non_blank(&address.country).is_none_or(|country| country.eq_ignore_ascii_case(of));
    if non_blank(&rules.iso2_code).is_some() && !is_same {
        // An invalid country is already a finding.
        if !findings.iter().any(|found| found.member() == COUNTRY) {
            findings.push(Finding::new(
                COUNTRY,
                FindingKind::OtherCountry,
                format!("the rules are for {}", printable(of)),
            ));
        }
        return findings;
    }
    let of = printable(of);
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
        // The list is searched for the value as it will be sent, with its spaces.
        let is_given = non_blank(value).is_some() && !supported.is_empty();
        let Some(value) = value.as_deref().filter(|_| is_given) else {
            continue;
        };
        if !supported.iter().any(|one| one.eq_ignore_ascii_case(value)) {
            let rule = format!("{of} has {}", printable_list(&supported));
            findings.push(Finding::new(member, FindingKind::Unsupported, rule));
        }
    }
    findings
}

/// Finds what is wrong with the country, without its rules.
pub(super) fn country(profile: &CustomerBillingProfile) -> Vec<Finding> {
    let Some(address) = &profile.default_address else {
        let rule = "a profile has an address";
        return vec![Finding::new(ADDRESS, FindingKind::Missing, rule)];
    };
    // Spaces around the code will be sent, too.
    let country = address.country.as_deref().unwrap_or_default();
    let found = match non_blank(&address.country).map(|_| country) {
        None => (
            FindingKind::Missing,
            "it must be the country's ISO 3166 code of two letters, such as US",
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
    vec![Finding::new(COUNTRY, found.0, found.1)]
}

/// Finds a missing first line, and members that are too long ("Utility resources", Address). .NET
/// counts UTF-16 code units.
fn lengths(address: &Address, findings: &mut Vec<Finding>) {
    if non_blank(&address.address_line1).is_none() {
        findings.push(Finding::new(
            "defaultAddress.addressLine1",
            FindingKind::Missing,
            "an address has a first line of 1 to 200 characters",
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
            findings.push(Finding::new(member, FindingKind::TooLong, rule));
        }
    }
}

/// Finds members that the country requires and that are missing.
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
        if is_required == Some(true) && non_blank(value).is_none() {
            let rule = format!("{of} requires it");
            findings.push(Finding::new(member, FindingKind::Missing, rule));
        }
    }
}

/// Finds members that do not match the country's patterns.
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
        let (Some(_), Some(value), Some(pattern)) = (non_blank(value), value, non_blank(pattern))
        else {
            continue;
        };
        let (kind, rule) = match matches(pattern, value) {
            Some(true) => continue,
            Some(false) => (
                FindingKind::Malformed,
                format!("it must match `{}` in {of}", printable(pattern)),
            ),
            None => (
                FindingKind::NotChecked,
                format!(
                    "the pattern of {of} cannot be used here: `{}`",
                    printable(pattern)
                ),
            ),
        };
        findings.push(Finding::new(member, kind, rule));
    }
}

/// Returns the text without the spaces around it, unless it is blank.
fn non_blank(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// Returns text of the service as one line of bounded length without control characters.
fn printable(text: &str) -> String {
    line(text.chars())
}

/// Returns a list of the service as one such line, reading no more of it than the line has.
fn printable_list(list: &[&str]) -> String {
    let characters = list.iter().enumerate().flat_map(|(index, item)| {
        let comma = if index == 0 { "" } else { ", " };
        comma.chars().chain(item.chars())
    });
    line(characters)
}

fn line(characters: impl Iterator<Item = char>) -> String {
    const LIMIT: usize = 400;
    let mut plain = characters.filter(|character| !character.is_control());
    let mut line: String = plain.by_ref().take(LIMIT).collect();
    if plain.next().is_some() {
        line.push('…');
    }
    line
}
