//! The types of the table of countries.

/// The address format, the currency and the names of a country.
pub(super) struct Country {
    pub(super) code: &'static str,
    /// Pairs of culture and language.
    pub(super) cultures: &'static [(&'static str, &'static str)],
    pub(super) currency: &'static str,
    /// Whether a profile must have a telephone number ("Utility resources", Address).
    pub(super) needs_phone: bool,
    pub(super) legal_forms: &'static [&'static str],
    pub(super) branches: &'static [&'static str],
    pub(super) given_names: &'static [&'static str],
    pub(super) family_names: &'static [&'static str],
    pub(super) streets: &'static [&'static str],
    /// The second line of an address.
    pub(super) inside: &'static [&'static str],
    pub(super) cities: &'static [City],
}

/// A city, and the formats of its postal codes and telephone numbers.
pub(super) struct City {
    pub(super) name: &'static str,
    /// The state's code; empty where addresses have none.
    pub(super) state: &'static str,
    /// The state's or region's name.
    pub(super) region: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) phone: &'static str,
}

pub(super) const fn city(
    name: &'static str,
    state: &'static str,
    region: &'static str,
    postal_code: &'static str,
    phone: &'static str,
) -> City {
    City {
        name,
        state,
        region,
        postal_code,
        phone,
    }
}
