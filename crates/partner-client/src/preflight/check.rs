//! The checks of a profile against its country's rules.

use super::finding::{Finding, FindingKind};
use super::pattern::matches;
use crate::models::{Address, CountryValidationRules, CustomerBillingProfile};

const ADDRESS: &str = "defaultAddress";
const COUNTRY: &str = "defaultAddress.country";
const STATE: &str = "defaultAddress.state";
const CITY: &str = "defaultAddress.city";
const POSTAL_CODE: &str = "defaultAddress.postalCode";
const PHONE_NUMBER: &str = "defaultAddress.phoneNumber";

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
    let findings = country(profile);
    let Some(address) = &profile.default_address else {
        return findings;
    };
    let mut checker = Checker {
        country: printable(non_blank(&rules.iso2_code).unwrap_or("the country")),
        findings,
    };
    checker.lengths(address);
    let iso2_code = non_blank(&rules.iso2_code);
    let is_other = non_blank(&address.country)
        .zip(iso2_code)
        .is_some_and(|(country, code)| !country.eq_ignore_ascii_case(code));
    if !is_other {
        checker.rules(profile, address, rules);
        return checker.findings;
    }
    // An invalid country is already a finding.
    let mut findings = checker.findings;
    if !findings.iter().any(|found| found.member() == COUNTRY) {
        let rule = format!("the rules are for {}", checker.country);
        findings.push(Finding::new(COUNTRY, FindingKind::OtherCountry, rule));
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

/// The findings so far.
struct Checker {
    /// The country of the rules, as findings show it.
    country: String,
    findings: Vec<Finding>,
}

impl Checker {
    /// Checks the lengths of "Utility resources", Address.
    fn lengths(&mut self, address: &Address) {
        if non_blank(&address.address_line1).is_none() {
            let rule = "an address has a first line of 1 to 200 characters";
            self.add("defaultAddress.addressLine1", FindingKind::Missing, rule);
        }
        self.length("defaultAddress.addressLine1", &address.address_line1, 200);
        self.length("defaultAddress.addressLine2", &address.address_line2, 200);
        self.length(STATE, &address.state, 2);
        self.length("defaultAddress.firstName", &address.first_name, 50);
        self.length("defaultAddress.lastName", &address.last_name, 50);
        self.length("defaultAddress.middleName", &address.middle_name, 50);
    }

    /// Checks what the country requires: members, patterns, and lists of values.
    fn rules(
        &mut self,
        profile: &CustomerBillingProfile,
        address: &Address,
        rules: &CountryValidationRules,
    ) {
        let (state, city) = (&address.state, &address.city);
        let (postal_code, phone_number) = (&address.postal_code, &address.phone_number);
        let country = address.country.as_deref().unwrap_or_default();
        let needs_phone = PHONE_IS_MANDATORY
            .iter()
            .any(|code| code.eq_ignore_ascii_case(country));
        self.required(STATE, state, rules.is_state_required);
        self.required(CITY, city, rules.is_city_required);
        self.required(POSTAL_CODE, postal_code, rules.is_postal_code_required);
        self.required(PHONE_NUMBER, phone_number, Some(needs_phone));
        self.pattern(POSTAL_CODE, postal_code, &rules.postal_code_regex);
        self.pattern(PHONE_NUMBER, phone_number, &rules.phone_number_regex);
        self.listed(STATE, state, &rules.supported_states_list);
        self.listed("culture", &profile.culture, &rules.supported_cultures_list);
        self.listed(
            "language",
            &profile.language,
            &rules.supported_languages_list,
        );
    }

    /// Finds a member that is too long; .NET counts UTF-16 code units.
    fn length(&mut self, member: &'static str, value: &Option<String>, limit: usize) {
        let length = value.as_deref().unwrap_or_default().encode_utf16().count();
        if length > limit {
            let rule = format!("it may have {limit} characters and has {length}");
            self.add(member, FindingKind::TooLong, rule);
        }
    }

    /// Finds a required member that is missing.
    fn required(
        &mut self,
        member: &'static str,
        value: &Option<String>,
        is_required: Option<bool>,
    ) {
        if is_required == Some(true) && non_blank(value).is_none() {
            let rule = format!("{} requires it", self.country);
            self.add(member, FindingKind::Missing, rule);
        }
    }

    /// Finds a member that does not match the country's pattern.
    fn pattern(&mut self, member: &'static str, value: &Option<String>, pattern: &Option<String>) {
        let (Some(_), Some(value), Some(pattern)) = (non_blank(value), value, non_blank(pattern))
        else {
            return;
        };
        let (country, shown) = (&self.country, printable(pattern));
        let (kind, rule) = match matches(pattern, value) {
            Some(true) => return,
            Some(false) => (
                FindingKind::Malformed,
                format!("it must match `{shown}` in {country}"),
            ),
            None => (
                FindingKind::NotChecked,
                format!("the pattern of {country} cannot be used here: `{shown}`"),
            ),
        };
        self.add(member, kind, rule);
    }

    /// Finds a member that is not in the country's list of values.
    fn listed(
        &mut self,
        member: &'static str,
        value: &Option<String>,
        list: &Option<Vec<Option<String>>>,
    ) {
        let list: Vec<_> = list
            .iter()
            .flatten()
            .flatten()
            .map(String::as_str)
            .collect();
        // The list is searched for the value as it will be sent, with its spaces.
        if let (Some(_), Some(value)) = (non_blank(value), value)
            && !list.is_empty()
            && !list.iter().any(|listed| listed.eq_ignore_ascii_case(value))
        {
            let rule = format!("{} has {}", self.country, printable_list(&list));
            self.add(member, FindingKind::Unsupported, rule);
        }
    }

    fn add(&mut self, member: &'static str, kind: FindingKind, rule: impl Into<String>) {
        self.findings.push(Finding::new(member, kind, rule));
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
