//! A stored document with its metadata.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{service::Service, weight};

/// The names of a billing account and of a profile in it, in lower case: Azure compares them so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProfileKey {
    pub(crate) account: String,
    pub(crate) profile: String,
}

impl ProfileKey {
    pub(crate) fn new(account: &str, profile: &str) -> Self {
        Self {
            account: account.to_lowercase(),
            profile: profile.to_lowercase(),
        }
    }
}

/// A document with its metadata.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) service: Service,
    pub(crate) id: String,
    /// The number of writes that changed the document, or would have if they had differed from it.
    pub(crate) effective_writes: u64,
    /// Shared with the state that a reset goes back to, until it is written, and with readers that
    /// serialize it without holding the lock.
    pub(crate) document: Arc<Value>,
    /// The source of its etags: the id, and the etag that the document came with. So a document
    /// that was saved and loaded does not get the same etags again.
    pub(crate) lineage: String,
    /// The number of long-running updates that were accepted.
    pub(crate) operations: u64,
    /// Partner Center: the company of a customer whose billing profile was written, which does not
    /// change the company.
    pub(crate) company: Option<Arc<Value>>,
    /// Estimates how many bytes of memory the document and the company take.
    pub(crate) weight: usize,
}

/// A resource as the control API shows it.
#[derive(Serialize)]
pub(crate) struct ShownResource {
    service: Service,
    id: String,
    effective_writes: u64,
    #[serde(serialize_with = "through")]
    resource: Arc<Value>,
}

fn through<S: Serializer>(document: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    document.serialize(serializer)
}

impl Resource {
    pub(crate) fn new(service: Service, id: String, document: Map<String, Value>) -> Self {
        let mut resource = Self {
            service,
            lineage: id.clone(),
            id,
            effective_writes: 0,
            document: Arc::new(Value::Object(document)),
            operations: 0,
            company: None,
            weight: 0,
        };
        resource.weigh();
        resource
    }

    pub(crate) fn shown(&self) -> ShownResource {
        ShownResource {
            service: self.service,
            id: self.id.clone(),
            effective_writes: self.effective_writes,
            resource: Arc::clone(&self.document),
        }
    }

    /// Updates the weight after a change.
    pub(crate) fn weigh(&mut self) {
        let company = self.company.as_deref().map_or(0, weight::of);
        self.weight = weight::of(&self.document) + company;
    }

    /// Returns the name of the billing account in Azure Resource Manager, as it was first given.
    pub(crate) fn account(&self) -> &str {
        self.id.split('/').nth(4).unwrap_or_default()
    }
}
