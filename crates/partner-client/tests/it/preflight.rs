//! Checks of a profile before it is written.

use billing_test::Script;
use insta::assert_snapshot;
use partner_client::models::{Address, CountryValidationRules, CustomerBillingProfile};
use partner_client::{Finding, FindingKind, preflight};
use proptest::prelude::*;

use crate::setup::start;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Returns a list with a null in it, which the service may send anywhere.
fn list(texts: &[&str]) -> Option<Vec<Option<String>>> {
    let texts = texts.iter().map(|one| text(one));
    Some([None].into_iter().chain(texts).collect())
}

/// Returns the rules of the US as the service has sent them, with fewer states.
fn us() -> CountryValidationRules {
    let mut rules = CountryValidationRules::default();
    rules.iso2_code = text("US");
    rules.default_culture = text("en-US");
    rules.is_state_required = Some(true);
    rules.supported_states_list = list(&["CA", "WA"]);
    rules.supported_languages_list = list(&["en", "es"]);
    rules.supported_cultures_list = list(&["en-US", "es-US"]);
    rules.is_postal_code_required = Some(true);
    rules.postal_code_regex = text(r"^\d{5}(-\d{4})?$");
    rules.is_city_required = Some(true);
    rules.phone_number_regex =
        text(r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$");
    rules
}

fn profile(
    change: impl FnOnce(&mut CustomerBillingProfile, &mut Address),
) -> CustomerBillingProfile {
    let mut address = Address::default()
        .address_line1("7 Sample Row")
        .city("Spokane")
        .state("WA")
        .postal_code("99201-0001")
        .country("US")
        .phone_number("(509) 555-0100");
    let mut profile = CustomerBillingProfile::default()
        .culture("en-US")
        .language("en");
    change(&mut profile, &mut address);
    profile.default_address = profile.default_address.or(Some(address));
    profile
}

fn text_of(findings: &[Finding]) -> String {
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn valid_profile_in_any_letter_case_has_no_findings() {
    assert_eq!(preflight(&profile(|_, _| {}), &us()), []);
    let lower = profile(|profile, address| {
        profile.culture = text("EN-us");
        profile.language = text("En");
        address.state = text("wa");
        address.country = text("us");
    });
    assert_eq!(preflight(&lower, &us()), []);
}

#[test]
fn finding_has_the_member_and_the_rule_without_its_value() {
    let wrong = profile(|profile, address| {
        profile.culture = text("qq-SECRET");
        profile.language = text("SECRET");
        address.state = text("SECRET");
        address.postal_code = text("SECRET");
        address.phone_number = text("SECRET");
        address.address_line1 = Some("SECRET".repeat(40));
        address.first_name = Some("SECRET".repeat(9));
        address.last_name = Some("ß".repeat(51));
        // The maximum length.
        address.middle_name = Some("ß".repeat(50));
        address.address_line2 = Some("x".repeat(200));
    });
    let findings = preflight(&wrong, &us());
    assert!(findings.iter().all(Finding::is_certain));
    assert!(!format!("{findings:?}").contains("SECRET"));
    assert_snapshot!(text_of(&findings), @r"
    defaultAddress.addressLine1 is too long: it may have 200 characters and has 240
    defaultAddress.state is too long: it may have 2 characters and has 6
    defaultAddress.firstName is too long: it may have 50 characters and has 54
    defaultAddress.lastName is too long: it may have 50 characters and has 51
    defaultAddress.postalCode has the wrong form: it must match `^\d{5}(-\d{4})?$` in US
    defaultAddress.phoneNumber has the wrong form: it must match `^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$` in US
    defaultAddress.state is not supported: US has CA, WA
    culture is not supported: US has en-US, es-US
    language is not supported: US has en, es
    ");
}

#[test]
fn finding_shows_a_list_up_to_a_limit() {
    let mut rules = us();
    let many = (0..100_000).map(|number| Some(format!("S{number}")));
    rules.supported_states_list = Some(many.collect());
    let found = preflight(&profile(|_, address| address.state = text("ZZ")), &rules);
    let rule = found[0].rule();
    assert!(
        rule.starts_with("US has S0, S1, S2") && rule.ends_with('…'),
        "{rule}"
    );
    assert_eq!(rule.chars().count(), "US has ".len() + 401);
}

#[test]
fn spaces_around_a_value_are_part_of_it() {
    let spaced = profile(|_, address| {
        address.state = text("W ");
        address.postal_code = text(" 99201");
    });
    let findings = preflight(&spaced, &us());
    let members: Vec<_> = findings.iter().map(Finding::member).collect();
    assert_eq!(
        members,
        ["defaultAddress.postalCode", "defaultAddress.state"]
    );
}

#[test]
fn required_member_must_not_be_blank() {
    let blank = profile(|profile, address| {
        profile.culture = None;
        profile.language = text("");
        address.address_line1 = text(" ");
        address.city = text("  ");
        address.state = text("");
        address.postal_code = None;
        address.phone_number = text("");
    });
    assert_snapshot!(text_of(&preflight(&blank, &us())), @"
    defaultAddress.addressLine1 is missing: an address has a first line of 1 to 200 characters
    defaultAddress.state is missing: US requires it
    defaultAddress.city is missing: US requires it
    defaultAddress.postalCode is missing: US requires it
    ");
    let mut lenient = us();
    lenient.is_state_required = Some(false);
    lenient.is_city_required = None;
    lenient.is_postal_code_required = Some(false);
    assert_snapshot!(text_of(&preflight(&blank, &lenient)), @"defaultAddress.addressLine1 is missing: an address has a first line of 1 to 200 characters");
}

#[test]
fn phone_number_is_required_in_the_listed_countries() {
    let without_phone = |code: &str| {
        let mut rules = CountryValidationRules::default();
        rules.iso2_code = text(code);
        let profile = profile(|_, address| {
            address.country = text(code);
            address.phone_number = None;
        });
        preflight(&profile, &rules)
    };
    assert_eq!(
        text_of(&without_phone("in")),
        "defaultAddress.phoneNumber is missing: in requires it"
    );
    for code in ["AM", "HU", "KZ", "UA", "BR", "PL", "AE", "VN", "VE"] {
        assert_eq!(without_phone(code).len(), 1, "{code}");
    }
    for code in ["US", "DE", "PT", "GB"] {
        assert_eq!(without_phone(code), [], "{code}");
    }
    // Rules without a country.
    let india = profile(|_, address| {
        address.country = text("IN");
        address.phone_number = None;
    });
    assert_eq!(
        text_of(&preflight(&india, &CountryValidationRules::default())),
        "defaultAddress.phoneNumber is missing: the country requires it"
    );
}

#[test]
fn country_is_checked_first() {
    let of = |code: Option<&str>| profile(|_, address| address.country = code.map(str::to_owned));
    let without_address = CustomerBillingProfile::default();
    let found = [
        preflight(&without_address, &us()),
        preflight(&of(None), &us()),
        preflight(&of(Some("uk")), &us()),
        preflight(&of(Some("USA")), &us()),
        preflight(&of(Some("US ")), &us()),
        preflight(&of(Some("DE")), &us()),
    ];
    assert_snapshot!(found.map(|found| text_of(&found)).join("\n--\n"), @"
    defaultAddress is missing: a profile has an address
    --
    defaultAddress.country is missing: it must be the country's ISO 3166 code of two letters, such as US
    --
    defaultAddress.country is not supported: the code of the United Kingdom is GB; the service has no rules for UK
    --
    defaultAddress.country has the wrong form: it must be the country's ISO 3166 code of two letters, such as US
    --
    defaultAddress.country has the wrong form: it must be the country's ISO 3166 code of two letters, such as US
    --
    defaultAddress.country is another country's: the rules are for US
    ");
}

#[test]
fn unusable_pattern_is_reported_as_not_checked() {
    let huge = format!("^{}$", "a{1000}".repeat(400));
    let nested = format!("{}{}", "(".repeat(200), ")".repeat(200));
    for pattern in [
        r"^(?!0)\d{5}$",
        r"(\d)\1",
        "(",
        "(a{1000}){1000}",
        // Patterns that .NET reads differently from Rust.
        r"^[\d-[5]]{5}$",
        "^[0-9&&[^5]]+$",
        r"^[+--9]+$",
        "^[]~~a]+$",
        r"\<99201-0001\>",
        &huge,
        &nested,
    ] {
        let mut rules = us();
        rules.postal_code_regex = text(pattern);
        let findings = preflight(&profile(|_, _| {}), &rules);
        let kinds: Vec<_> = findings
            .iter()
            .map(|one| (one.member(), one.kind()))
            .collect();
        assert_eq!(
            kinds,
            [("defaultAddress.postalCode", FindingKind::NotChecked)],
            "{pattern}"
        );
        assert!(!findings[0].is_certain());
        assert!(findings[0].rule().len() < 600, "{}", findings[0].rule());
    }
    let mut rules = us();
    rules.postal_code_regex = text("a\u{1b}[2J{1}");
    let findings = preflight(&profile(|_, _| {}), &rules);
    assert!(!text_of(&findings).contains('\u{1b}'));
}

#[test]
fn pattern_that_dotnet_and_rust_read_alike_is_checked() {
    for (pattern, is_met) in [
        (r"^(?<five>\d{5})(?:-\d{4})?$", true),
        (r"(?i)^[a-z]{2}\d+$", false),
        (r"^[\[\]\d&~-]+$", true),
        (r"^[^\]\-]+$", false),
        (r"^[]\d-]+$", true),
        (r"^\w+\b-[-\w]+$", true),
        (r"^\p{Nd}+\x2D\u0030+1\z", true),
        ("", true),
        (" ", true),
        // Takes exponential time with backtracking.
        (r"^(\d+)+$", false),
    ] {
        let mut rules = us();
        rules.postal_code_regex = text(pattern);
        let findings = preflight(&profile(|_, _| {}), &rules);
        let kinds: Vec<_> = findings.iter().map(Finding::kind).collect();
        let expected = if is_met {
            vec![]
        } else {
            vec![FindingKind::Malformed]
        };
        assert_eq!(kinds, expected, "{pattern}");
    }
}

#[tokio::test]
async fn client_requests_the_rules_of_the_profiles_country() {
    let body = r#"{"iso2Code":"US","isCityRequired":true,"postalCodeRegex":"^\\d{5}$"}"#;
    let (server, client) = start(vec![Script::json(body)]).await;
    let wrong = profile(|_, address| {
        address.country = text("us");
        address.city = None;
    });
    let findings = client
        .preflight(&wrong)
        .with_locale("en-US")
        .send()
        .await
        .unwrap();
    assert_snapshot!(text_of(&findings), @r"
    defaultAddress.city is missing: US requires it
    defaultAddress.postalCode has the wrong form: it must match `^\d{5}$` in US
    ");
    assert_eq!(
        server.lines(),
        ["GET /v1/countryvalidationrules/US HTTP/1.1"]
    );
    assert_eq!(server.received()[0].header("x-locale"), Some("en-US"));
}

#[tokio::test]
async fn client_requests_no_rules_for_a_wrong_country() {
    let (server, client) = start(Vec::new()).await;
    let uk = profile(|_, address| address.country = text("UK"));
    let findings = client.preflight(&uk).send().await.unwrap();
    assert_eq!(findings[0].kind(), FindingKind::Unsupported);
    assert_eq!(server.received().len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_profile_and_rules_are_checked_without_panic(
        values in proptest::collection::vec(proptest::option::of(".{0,60}"), 12),
        patterns in proptest::collection::vec(proptest::option::of(r"[\\^$()\[\]{}?+*|dwa0-9,.\-]{0,30}"), 2),
        supported in proptest::option::of(proptest::collection::vec(proptest::option::of(".{0,8}"), 0..4)),
        required in proptest::option::of(any::<bool>()),
    ) {
        let value = |at: usize| values[at].clone();
        let address = Address::default()
            .maybe_country(value(0))
            .maybe_state(value(1))
            .maybe_city(value(2))
            .maybe_postal_code(value(3))
            .maybe_phone_number(value(4))
            .maybe_address_line1(value(5))
            .maybe_first_name(value(6));
        let profile = CustomerBillingProfile::default()
            .maybe_culture(value(7))
            .maybe_language(value(8))
            .default_address(address);
        let mut rules = CountryValidationRules::default();
        rules.iso2_code = value(9);
        rules.postal_code_regex = patterns[0].clone();
        rules.phone_number_regex = patterns[1].clone();
        rules.supported_states_list = supported.clone();
        rules.supported_cultures_list = supported;
        rules.is_state_required = required;
        rules.is_city_required = required;
        for finding in preflight(&profile, &rules) {
            prop_assert!(!finding.to_string().chars().any(char::is_control));
        }
    }
}
