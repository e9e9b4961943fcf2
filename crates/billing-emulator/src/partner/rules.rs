//! The rules of a few countries. Those of the US are as recorded; of the others only the shape is,
//! and what is public knowledge of their addresses.

use serde_json::{Map, Value, json};

const US_STATES: &str = "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH \
                         NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY";

const IN_STATES: &str = "AN AP AR AS BR CH CT DL GA GJ HP HR JH JK KA KL LA MH ML MN MP MZ NL OR PB PY RJ SK TN TG TR UP UT WB";

struct Country {
    code: &'static str,
    states: &'static str,
    is_state_required: bool,
    languages: &'static str,
    cultures: &'static str,
    postal_code: &'static str,
    is_vat_id_supported: bool,
    phone_number: &'static str,
    calling_code: &'static str,
}

static COUNTRIES: [Country; 10] = [
    Country {
        code: "US",
        states: US_STATES,
        is_state_required: true,
        languages: "en es",
        cultures: "en-US es-US",
        postal_code: r"^\d{5}(-\d{4})?$",
        is_vat_id_supported: false,
        phone_number: r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$",
        calling_code: "1",
    },
    Country {
        code: "DE",
        states: "",
        is_state_required: false,
        languages: "de",
        cultures: "de-DE",
        postal_code: r"^\d{5}$",
        is_vat_id_supported: true,
        phone_number: r"^(\+?49|0)?[ \-\/\d]{5,20}$",
        calling_code: "49",
    },
    Country {
        code: "GB",
        states: "",
        is_state_required: false,
        languages: "en",
        cultures: "en-GB",
        postal_code: r"^[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}$",
        is_vat_id_supported: true,
        phone_number: r"^(\+?44|0)?[ \-\d]{9,15}$",
        calling_code: "44",
    },
    Country {
        code: "PT",
        states: "",
        is_state_required: false,
        languages: "pt",
        cultures: "pt-PT",
        postal_code: r"^\d{4}(-\d{3})?$",
        is_vat_id_supported: true,
        phone_number: r"^(\+?351)?[ \d]{9,12}$",
        calling_code: "351",
    },
    Country {
        code: "IN",
        states: IN_STATES,
        is_state_required: true,
        languages: "en",
        cultures: "en-IN",
        postal_code: r"^[1-9]\d{5}$",
        is_vat_id_supported: false,
        phone_number: r"^(\+?91|0)?[ \-]?\d{10}$",
        calling_code: "91",
    },
    Country {
        code: "CA",
        states: "AB BC MB NB NL NS NT NU ON PE QC SK YT",
        is_state_required: true,
        languages: "en fr",
        cultures: "en-CA fr-CA",
        postal_code: r"^[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d$",
        is_vat_id_supported: false,
        phone_number: r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$",
        calling_code: "1",
    },
    Country {
        code: "AU",
        states: "",
        is_state_required: false,
        languages: "en",
        cultures: "en-AU",
        postal_code: r"^\d{4}$",
        is_vat_id_supported: false,
        phone_number: r"^(\+?61|0)?[ \-\d]{8,14}$",
        calling_code: "61",
    },
    Country {
        code: "NL",
        states: "",
        is_state_required: false,
        languages: "nl",
        cultures: "nl-NL",
        postal_code: r"^[1-9]\d{3} ?[A-Z]{2}$",
        is_vat_id_supported: true,
        phone_number: r"^(\+?31|0)?[ \-\d]{9,13}$",
        calling_code: "31",
    },
    Country {
        code: "JP",
        states: "",
        is_state_required: false,
        languages: "ja",
        cultures: "ja-JP",
        postal_code: r"^\d{3}-?\d{4}$",
        is_vat_id_supported: false,
        phone_number: r"^(\+?81|0)?[ \-\d]{9,14}$",
        calling_code: "81",
    },
    Country {
        code: "ES",
        states: "",
        is_state_required: false,
        languages: "es",
        cultures: "es-ES",
        postal_code: r"^\d{5}$",
        is_vat_id_supported: true,
        phone_number: r"^(\+?34)?[ \d]{9,13}$",
        calling_code: "34",
    },
];

/// The rules of a country, by its ISO 3166 code of two letters in any case.
pub(super) fn find(code: &str) -> Option<Value> {
    fn list(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    let country = COUNTRIES
        .iter()
        .find(|country| country.code.eq_ignore_ascii_case(code))?;
    let cultures = list(country.cultures);
    Some(json!({
        "iso2Code": country.code,
        "defaultCulture": cultures.first(),
        "isStateRequired": country.is_state_required,
        "supportedStatesList": list(country.states),
        "supportedLanguagesList": list(country.languages),
        "supportedCulturesList": cultures,
        "isPostalCodeRequired": true,
        "postalCodeRegex": country.postal_code,
        "isCityRequired": true,
        "isVatIdSupported": country.is_vat_id_supported,
        "phoneNumberRegex": country.phone_number,
        "isTaxIdSupported": true,
        "isTaxIdOptional": true,
        "countryCallingCodesList": [country.calling_code],
        "attributes": { "objectType": "CountryValidationRules" },
    }))
}

/// A text in the address of a billing profile.
pub(super) fn said<'a>(profile: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
    profile.get("defaultAddress")?.get(member)?.as_str()
}

/// Whether the state of a billing profile is one of its country's, where the country has a list of
/// them. An address that names none is let through.
pub(super) fn has_state(profile: &Map<String, Value>) -> bool {
    let said = |member| said(profile, member);
    let country = said("country").unwrap_or_default();
    let country = COUNTRIES
        .iter()
        .find(|known| known.code.eq_ignore_ascii_case(country));
    let (Some(country), Some(state)) = (country, said("state").or_else(|| said("region"))) else {
        return true;
    };
    let mut states = country.states.split_whitespace();
    country.states.is_empty() || states.any(|known| known.eq_ignore_ascii_case(state))
}
