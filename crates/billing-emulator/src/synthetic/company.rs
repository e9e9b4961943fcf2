//! Invented companies.

use super::{
    countries::COUNTRIES,
    country::{City, Country},
    draws::Draws,
};

/// The fictitious companies of Microsoft's documentation.
const HOUSES: &[&str] = &[
    "Adatum",
    "Adventure Works",
    "Alpine Ski House",
    "Bellows College",
    "Best For You Organics",
    "Blue Yonder Airlines",
    "City Power & Light",
    "Coho Vineyard",
    "Coho Winery",
    "Consolidated Messenger",
    "Contoso",
    "Fabrikam",
    "First Up Consultants",
    "Fourth Coffee",
    "Graphic Design Institute",
    "Humongous Insurance",
    "Lamna Healthcare",
    "Litware",
    "Lucerne Publishing",
    "Margie's Travel",
    "Munson's Pickles",
    "Nod Publishers",
    "Northwind Traders",
    "Proseware",
    "Relecloud",
    "Southridge Video",
    "Tailspin Toys",
    "Trey Research",
    "VanArsdel",
    "Wide World Importers",
    "Wingtip Toys",
    "Woodgrove Bank",
];

/// An invented company, with the place of its address.
pub(super) struct Company {
    pub(super) name: String,
    /// A domain under example.com that no other company has.
    pub(super) domain: String,
    pub(super) country: &'static Country,
    pub(super) city: &'static City,
}

impl Company {
    /// `None` never occurs, since no table is empty.
    pub(super) fn draw(draws: &mut Draws, number: u32) -> Option<Self> {
        let country = draws.pick(COUNTRIES)?;
        let city = draws.pick(country.cities)?;
        let house = draws.text(HOUSES);
        let (branch, legal_form) = (
            draws.text(country.branches),
            draws.text(country.legal_forms),
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
