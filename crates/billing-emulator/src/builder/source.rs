//! Where the documents come from that an emulator holds at the start.

use crate::{error::Error, ids::IdGenerator, snapshot::Snapshot, store::state::State, synthetic};

/// Documents that an emulator holds at the start.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Snapshot(Snapshot),
    /// A seed, and the numbers of customers and of profiles.
    Synthetic(u64, u32, u32),
    /// A seed, an account, and the number of profiles in it.
    SyntheticAccount(u64, String, u32),
}

impl Source {
    /// Adds the documents.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: one is invalid, or all documents take more memory than `limit`.
    pub(super) fn put_into(
        self,
        state: &mut State,
        ids: &IdGenerator,
        limit: usize,
    ) -> Result<(), Error> {
        match self {
            Self::Snapshot(snapshot) => snapshot.put_into(state, ids)?,
            Self::Synthetic(seed, customers, profiles) => {
                synthetic::put_into(state, ids, (seed, customers, profiles), limit)?;
            }
            Self::SyntheticAccount(seed, account, profiles) => {
                synthetic::put_into_account(state, &account, (seed, profiles), limit)?;
            }
        }
        Ok(())
    }
}
