//! Snapshots: all documents as one, to save and to load.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    marker::PhantomData,
    sync::Arc,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    arm,
    context::Context,
    contract::{
        self, ARM_BILLING_PROFILE, CUSTOMER_BILLING_PROFILE, CUSTOMER_COMPANY_PROFILE, Schema,
    },
    error::Error,
    ids::IdGenerator,
    partner,
    store::state::{State, too_large},
    weight,
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
/// Either member may be absent, and each document is as the service sends it. A third member,
/// `companies`, has the company profiles of customers whose billing profile was written, since such
/// a write does not change the company. An emulator into which a snapshot was loaded has the same
/// documents, ids and etags included. Everything else is not in a snapshot: effective writes, which
/// are counted from the start, running operations, idempotency records, the request log, the clock.
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
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Snapshot {
    /// By tenant id.
    #[serde(deserialize_with = "distinct::<Value, _, _>")]
    pub(crate) customers: Documents,
    /// By tenant id.
    #[serde(deserialize_with = "distinct::<Value, _, _>")]
    pub(crate) companies: Documents,
    /// By the names of account and profile.
    #[serde(deserialize_with = "distinct::<Profiles, _, _>")]
    pub(crate) billing_accounts: BTreeMap<String, Profiles>,
}

/// Documents by their ids, shared with the emulator that they are from.
pub(crate) type Documents = BTreeMap<String, Arc<Value>>;

/// The billing profiles of one account.
#[derive(Clone, Default, PartialEq, Deserialize)]
pub(crate) struct Profiles(
    #[serde(deserialize_with = "distinct::<Value, _, _>")] pub(crate) Documents,
);

/// Reads a map in which no two names are the same to the services.
fn distinct<'de, T: Deserialize<'de>, V: From<T>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, V>, D::Error> {
    struct Distinct<T, V>(PhantomData<(T, V)>);

    impl<'de, T: Deserialize<'de>, V: From<T>> Visitor<'de> for Distinct<T, V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            let mut known = HashMap::new();
            while let Some(name) = members.next_key::<String>()? {
                if let Some(before) = known.insert(compared(&name), name.clone()) {
                    let reason = if before == name {
                        format!("{name:?} is there twice")
                    } else {
                        format!(
                            "{name:?} is the same id as {before:?}: case does not count, nor how a GUID is written"
                        )
                    };
                    return Err(de::Error::custom(reason));
                }
                map.insert(name, members.next_value::<T>()?.into());
            }
            Ok(map)
        }
    }

    deserializer.deserialize_map(Distinct(PhantomData::<(T, V)>))
}

/// Normalizes a name for comparison: a GUID can be written in several ways.
fn compared(name: &str) -> String {
    Uuid::try_parse(name).map_or_else(|_| name.to_lowercase(), |id| id.to_string())
}

impl Snapshot {
    /// Reads a snapshot from JSON. Its documents are validated when it is loaded.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: the text is not JSON, is another document, or has one document
    /// twice: both services compare ids without regard to case. The message has line and column.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        Self::read(json, usize::MAX)
    }

    /// Reads a snapshot from JSON that takes at most `limit` bytes of memory.
    pub(crate) fn read(json: &[u8], limit: usize) -> Result<Self, Error> {
        if weight::of_json(json) > limit {
            return Err(too_large(limit));
        }
        let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
        let snapshot = serde_json::from_slice(json)
            .map_err(|error| Error::invalid("the snapshot", error.to_string()))?;
        // Serde would read an array as an empty snapshot.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(Error::invalid("the snapshot", "must be an object"));
        }
        Ok(snapshot)
    }

    /// Writes the snapshot as JSON on several lines. The same documents give the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        // Maps with string keys always serialize.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    pub(crate) fn of(state: &State) -> Self {
        let customers = state.customers.values();
        let customers = customers.map(|one| (one.id.clone(), Arc::clone(&one.document)));
        let companies = state.customers.values().filter_map(|one| {
            let company = Arc::clone(one.company.as_ref()?);
            Some((one.id.clone(), company))
        });
        let mut billing_accounts = BTreeMap::<_, Profiles>::new();
        for profile in state.profiles.values() {
            let name = profile.document.get("name").and_then(Value::as_str);
            let profiles = billing_accounts
                .entry(profile.account().to_owned())
                .or_default();
            let name = name.unwrap_or_default().to_owned();
            profiles.0.insert(name, Arc::clone(&profile.document));
        }
        Self {
            customers: customers.collect(),
            companies: companies.collect(),
            billing_accounts,
        }
    }

    /// Replaces every document of a running emulator, or none of them.
    pub(crate) fn load_into(self, context: &Context) -> Result<(), Error> {
        let mut loaded = State::default();
        self.put_into(&mut loaded, &context.ids)?;
        context.load(loaded)
    }

    /// Adds the documents to the state.
    pub(crate) fn put_into(self, state: &mut State, ids: &IdGenerator) -> Result<(), Error> {
        for (id, profile) in self.customers {
            partner::documents::add(state, ids, &id, Arc::unwrap_or_clone(profile))?;
        }
        for (id, company) in self.companies {
            partner::documents::set_company(state, &id, Arc::unwrap_or_clone(company))?;
        }
        for (account, profiles) in self.billing_accounts {
            for (name, profile) in profiles.0 {
                arm::documents::add(state, &account, &name, Arc::unwrap_or_clone(profile))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the documents: real ones must not get into a log.
        f.debug_struct("Snapshot")
            .field("customers", &self.customers.len())
            .field("billing_accounts", &self.billing_accounts.len())
            .finish()
    }
}

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let customers = ordered(&self.customers, CUSTOMER_BILLING_PROFILE);
        map.serialize_entry("customers", &customers)?;
        if !self.companies.is_empty() {
            let companies = ordered(&self.companies, CUSTOMER_COMPANY_PROFILE);
            map.serialize_entry("companies", &companies)?;
        }
        let accounts = self.billing_accounts.iter();
        let accounts: BTreeMap<_, _> = accounts
            .map(|(name, profiles)| (name, ordered(&profiles.0, ARM_BILLING_PROFILE)))
            .collect();
        map.serialize_entry("billingAccounts", &accounts)?;
        map.end()
    }
}

/// Returns the documents with their members in the order of the schema, which depends on no feature
/// of another crate.
fn ordered<'a>(
    documents: &'a Documents,
    schema: &'a Schema,
) -> BTreeMap<&'a String, impl Serialize + 'a> {
    let documents = documents.iter();
    documents
        .map(|(name, document)| (name, contract::ordered(document, schema)))
        .collect()
}
