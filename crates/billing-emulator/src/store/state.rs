//! The state of the emulator, behind one lock: a check and the write that depends on it are one
//! step.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    error::Error,
    faults::active::Faults,
    rate_limits::active::RateLimits,
    store::{
        device_codes::DeviceCodes,
        history::History,
        idempotency::IdempotencyRecords,
        log::Log,
        operations::Operations,
        redeemed::Redeemed,
        resource::{ProfileKey, Resource},
    },
};

const MIB: usize = 1024 * 1024;

/// Everything that a reset puts back to the start, except the clock and the ids.
#[derive(Clone, Default)]
pub(crate) struct State {
    /// Partner Center: customer billing profiles by tenant id.
    pub(crate) customers: BTreeMap<Uuid, Resource>,
    /// Azure Resource Manager: billing profiles by account and name.
    pub(crate) profiles: BTreeMap<ProfileKey, Resource>,
    /// The billing profiles that were deleted, until one is created under the same name.
    pub(crate) deleted_profiles: BTreeMap<ProfileKey, Resource>,
    pub(crate) operations: Operations,
    pub(crate) idempotency: IdempotencyRecords,
    pub(crate) rate_limits: RateLimits,
    pub(crate) faults: Faults,
    pub(crate) redeemed: Redeemed,
    pub(crate) device_codes: DeviceCodes,
    pub(crate) log: Log,
    pub(crate) history: History,
}

impl State {
    /// Returns every resource, Partner Center's first.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.customers.values().chain(self.profiles.values())
    }

    /// Estimates how many bytes of memory all documents take, those of deleted profiles included.
    pub(crate) fn weight(&self) -> usize {
        let all = self.resources().chain(self.deleted_profiles.values());
        all.map(|one| one.weight).sum()
    }

    /// Returns an error if the documents take more than `limit` bytes of memory.
    pub(crate) fn check_weight(&self, limit: usize) -> Result<(), Error> {
        if self.weight() <= limit {
            return Ok(());
        }
        Err(too_large(limit))
    }
}

/// Returns the billing profiles of an account, by name.
pub(crate) fn of_account<'a>(
    profiles: &'a BTreeMap<ProfileKey, Resource>,
    account: &str,
) -> impl Iterator<Item = &'a Resource> + use<'a> {
    let first = ProfileKey::new(account, "");
    let account = first.account.clone();
    let profiles = profiles.range(first..);
    profiles
        .take_while(move |(key, _)| key.account == account)
        .map(|(_, profile)| profile)
}

/// Returns the error for documents that take more than `limit` bytes of memory.
pub(crate) fn too_large(limit: usize) -> Error {
    let limit = limit / MIB;
    let reason = format!(
        "take more than {limit} MiB of memory together; EmulatorBuilder::documents_limit (--documents-limit) allows more"
    );
    Error::invalid("the documents", reason)
}
