//! Tenants by name, and object ids that follow from a name.

use hmac_sha256::Hash;
use uuid::{Builder, Uuid};

use crate::sample::SAMPLE_TENANT_ID;

/// Returns the id of a tenant: of a GUID itself, of `common`, `organizations` and the sample domain
/// the sample tenant's, and of another domain one that follows from its name.
///
/// `None` if the name is neither a GUID nor a domain.
pub(super) fn id(name: &str) -> Option<Uuid> {
    let name = name.to_ascii_lowercase();
    if let Ok(id) = Uuid::try_parse(&name) {
        return Some(id);
    }
    if ["common", "organizations", "contoso.example.com"].contains(&name.as_str()) {
        return Uuid::try_parse(SAMPLE_TENANT_ID).ok();
    }
    let is_domain = name.contains('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    is_domain.then(|| hashed_id(&name))
}

/// Returns the id of an object (a user, a service principal) in a tenant, the same in every run.
pub(super) fn object_id(name: &str, tenant: Uuid) -> Uuid {
    hashed_id(&format!("{name} in {tenant}"))
}

fn hashed_id(name: &str) -> Uuid {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = Hash::hash(name.as_bytes());
    let bytes = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
    Builder::from_random_bytes(bytes).into_uuid()
}
