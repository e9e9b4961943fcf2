//! Invented customers and billing profiles, in any number, from a seed.
//!
//! The same seed gives the same documents on every machine and in every release. A document depends
//! only on the seed and its own number, so a larger set starts with the documents of a smaller one.

use crate::{error::Error, ids::IdGenerator, store::state::State};
mod arm;
mod company;
mod draws;
mod later;
mod object;
mod partner;
mod tables;

/// How many documents are generated between two checks of the memory limit.
const BATCH: u32 = 1_000;

/// Adds this many customers and billing profiles.
///
/// # Errors
///
/// [`Error::InvalidData`]: the documents take more memory than `limit`.
pub(crate) fn put_into(
    state: &mut State,
    ids: &IdGenerator,
    (seed, customers, profiles): (u64, u32, u32),
    limit: usize,
) -> Result<(), Error> {
    let drawn = IdGenerator::new(seed);
    for number in 0..customers {
        if let Some((id, profile)) = partner::customer(seed, &drawn, number) {
            crate::partner::documents::add(state, ids, &id, profile)?;
        }
        check(state, number, limit)?;
    }
    for number in 0..profiles {
        if let Some((account, name, profile)) = arm::profile(seed, &drawn, number) {
            crate::arm::documents::add(state, &account, &name, profile)?;
        }
        check(state, number, limit)?;
    }
    Ok(())
}

/// Adds this many billing profiles to one account.
///
/// # Errors
///
/// [`Error::InvalidData`]: the documents take more memory than `limit`, or the name is empty.
pub(crate) fn put_into_account(
    state: &mut State,
    account: &str,
    (seed, profiles): (u64, u32),
    limit: usize,
) -> Result<(), Error> {
    for number in 0..profiles {
        if let Some((name, profile)) = arm::profile_of(seed, account, number) {
            crate::arm::documents::add(state, account, &name, profile)?;
        }
        check(state, number, limit)?;
    }
    Ok(())
}

fn check(state: &State, number: u32, limit: usize) -> Result<(), Error> {
    match number % BATCH {
        0 => state.check_weight(limit),
        _ => Ok(()),
    }
}
