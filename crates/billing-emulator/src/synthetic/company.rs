//! Invented companies.

use super::{
    draws::Draws,
    tables::{City, Country, TABLES},
};

/// An invented company, with the place of its address.
pub(super) struct Company {
    pub(super) name: String,
    /// A domain under example.com that no other company has.
    pub(super) domain: String,
    pub(super) country: &'static Country,
    pub(super) city: &'static City,
}

impl Company {
    /// Draws a company. `None` never occurs, since no table is empty.
    pub(super) fn draw(draws: &mut Draws, number: u32) -> Option<Self> {
        let country = draws.pick(&TABLES.countries)?;
        let city = draws.pick(&country.cities)?;
        let house = draws.text(&TABLES.companies);
        let (branch, legal_form) = (
            draws.text(&country.branches),
            draws.text(&country.legal_forms),
        );
        let label: String = house
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        Some(Self {
            name: format!("{house} {branch} {} {legal_form}", city.name),
            domain: format!("{label}-{number}.example.com"),
            country,
            city,
        })
    }
}
