//! The tables that documents are invented from: companies, and address formats and names of ten
//! countries.
//!
//! The formats satisfy the country rules that the emulator serves (`partner/rules.rs`). The family
//! names mean example, sample or model, so that no person has them. Telephone numbers end in
//! 555-01xx. In a format each `#` is replaced by a digit and each `@` by a letter.

use std::sync::LazyLock;

use serde::Deserialize;

/// The parsed file. Every test of invented documents parses it, so an invalid file is noticed.
pub(super) static TABLES: LazyLock<Tables> =
    LazyLock::new(|| serde_json::from_str(include_str!("tables.json")).unwrap_or_default());

type Texts = Vec<&'static str>;

#[derive(Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Tables {
    /// The fictitious companies of Microsoft's documentation.
    pub(super) companies: Texts,
    pub(super) countries: Vec<Country>,
}

/// The address format, the currency and the names of a country.
#[derive(Deserialize)]
pub(super) struct Country {
    pub(super) code: &'static str,
    /// Pairs of culture and language.
    pub(super) cultures: Vec<(&'static str, &'static str)>,
    pub(super) currency: &'static str,
    /// Whether a profile must have a telephone number ("Utility resources", Address).
    pub(super) needs_phone: bool,
    pub(super) legal_forms: Texts,
    pub(super) branches: Texts,
    pub(super) given_names: Texts,
    pub(super) family_names: Texts,
    pub(super) streets: Texts,
    /// The second line of an address.
    pub(super) inside: Texts,
    pub(super) cities: Vec<City>,
}

/// A city, and the formats of its postal codes and telephone numbers.
#[derive(Deserialize)]
pub(super) struct City {
    pub(super) name: &'static str,
    /// The state's code; empty where addresses have none.
    pub(super) state: &'static str,
    /// The state's or region's name.
    pub(super) region: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) phone: &'static str,
}
