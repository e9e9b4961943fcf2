//! All documents in one, to be saved and loaded.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{
    Error, arm,
    contract::{self, ARM_BILLING_PROFILE, CUSTOMER_BILLING_PROFILE, Shape},
    numbers::Numbers,
    partner,
    state::State,
};

/// Every document that an emulator holds, as JSON:
///
/// ```json
/// {
///   "customers": { "<tenant id>": { "companyName": "Contoso, Ltd." } },
///   "billingAccounts": { "<account>": { "<profile>": { "properties": { "poNumber": "PO-1" } } } }
/// }
/// ```
///
/// Either member may be absent, and each document is one that the service answers. An emulator that a snapshot was loaded
/// into holds the same documents, ids and etags included. What is no document is not in it: effective writes, which are
/// those since the start, operations that are not done, answers that are kept to be given again, the request log, the
/// clock.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use billing_emulator::{Emulator, Snapshot};
///
/// let first = Emulator::builder().sample_data().start().await?;
/// let saved = first.snapshot().to_json();
///
/// let loaded = Snapshot::from_json(&saved)?;
/// let second = Emulator::builder().snapshot(loaded).start().await?;
/// assert_eq!(second.snapshot(), first.snapshot());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Snapshot {
    /// By tenant id.
    #[serde(serialize_with = "customers")]
    pub(crate) customers: BTreeMap<String, Value>,
    /// By the names of account and profile.
    #[serde(serialize_with = "accounts")]
    pub(crate) billing_accounts: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Snapshot {
    /// The snapshot that this JSON is. Whether the services could hold its documents is found out when it is loaded.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: it is no JSON, or another document; the message has line and column.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let snapshot = serde_json::from_slice(json)
            .map_err(|error| Error::invalid("the snapshot", error.to_string()))?;
        // An array would do for serde, and empty everything.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(Error::invalid("the snapshot", "must be an object"));
        }
        Ok(snapshot)
    }

    /// The snapshot as JSON on several lines. The same documents give the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        // Maps with string keys always serialize.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    pub(crate) fn of(state: &State) -> Self {
        let customers = state.customers.values();
        let customers = customers.map(|one| (one.id.clone(), one.document.clone()));
        let mut billing_accounts = BTreeMap::<_, BTreeMap<_, _>>::new();
        for profile in state.profiles.values() {
            let name = profile.document.get("name").and_then(Value::as_str);
            let profiles = billing_accounts
                .entry(arm::account_of(profile).to_owned())
                .or_default();
            profiles.insert(
                name.unwrap_or_default().to_owned(),
                profile.document.clone(),
            );
        }
        Self {
            customers: customers.collect(),
            billing_accounts,
        }
    }

    /// Adds the documents to those that are there.
    pub(crate) fn put_into(self, state: &mut State, numbers: &Numbers) -> Result<(), Error> {
        for (id, profile) in self.customers {
            partner::add(state, numbers, &id, profile)?;
        }
        for (account, profiles) in self.billing_accounts {
            for (name, profile) in profiles {
                arm::add(state, &account, &name, profile)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the documents: whoever loads real ones should not find them in a log.
        f.debug_struct("Snapshot")
            .field("customers", &self.customers.len())
            .field("billing_accounts", &self.billing_accounts.len())
            .finish()
    }
}

fn customers<S: Serializer>(
    customers: &BTreeMap<String, Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    ordered(customers, CUSTOMER_BILLING_PROFILE).serialize(serializer)
}

fn accounts<S: Serializer>(
    accounts: &BTreeMap<String, BTreeMap<String, Value>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let accounts = accounts.iter();
    let accounts: BTreeMap<_, _> = accounts
        .map(|(name, profiles)| (name, ordered(profiles, ARM_BILLING_PROFILE)))
        .collect();
    accounts.serialize(serializer)
}

/// The documents with their members in the order of the contract, which depends on no feature of another crate.
fn ordered<'a>(
    documents: &'a BTreeMap<String, Value>,
    shape: &'a Shape,
) -> BTreeMap<&'a String, impl Serialize + 'a> {
    let documents = documents.iter();
    documents
        .map(|(name, document)| (name, contract::ordered(document, shape)))
        .collect()
}
