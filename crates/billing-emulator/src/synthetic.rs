//! Any number of invented customers and billing profiles, the same for the same seed on every
//! machine and in every release.
//!
//! What a document says follows from the seed and its own number alone, so of a larger set the
//! beginning is the smaller one.

use serde_json::Value;

use crate::{error::Error, ids::IdGenerator, store::state::State};
use countries::{COUNTRIES, City, Country};
use draws::Draws;

mod arm;
mod countries;
mod draws;
mod partner;

/// The fictitious companies that Microsoft's own documents speak of.
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

/// How many documents are invented between two looks at how much memory they take.
const BATCH: u32 = 1_000;

/// Adds so many customers and billing profiles, until they take more memory than `limit`.
pub(crate) fn put_into(
    state: &mut State,
    ids: &IdGenerator,
    (seed, customers, profiles): (u64, u32, u32),
    limit: usize,
) -> Result<(), Error> {
    let drawn = IdGenerator::new(seed);
    let check = |state: &State, number: u32| match number % BATCH {
        0 => state.check_weight(limit),
        _ => Ok(()),
    };
    for number in 0..customers {
        if let Some((id, profile)) = partner::customer(seed, &drawn, number) {
            crate::partner::documents::add(state, ids, &id, profile)?;
        }
        check(state, number)?;
    }
    for number in 0..profiles {
        if let Some((account, name, profile)) = arm::profile(seed, &drawn, number) {
            crate::arm::documents::add(state, &account, &name, profile)?;
        }
        check(state, number)?;
    }
    Ok(())
}

/// Who is billed, and where.
struct Company {
    name: String,
    /// Under example.com, and no other company's.
    domain: String,
    country: &'static Country,
    city: &'static City,
}

impl Company {
    /// `None` never comes: no table is empty.
    fn draw(draws: &mut Draws, number: u32) -> Option<Self> {
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

/// How likely each member that may be absent is there, in percent: of sixteen documents one has
/// everything and one has no more than it needs.
fn fullness(number: u32) -> u64 {
    match number % 16 {
        3 => 100,
        9 => 0,
        _ => 50,
    }
}

/// An object of those members that are there.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let there = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect())
}

/// A member that must be there.
fn must(value: impl Into<Value>) -> Option<Value> {
    Some(value.into())
}
