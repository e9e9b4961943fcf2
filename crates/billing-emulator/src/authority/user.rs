//! The one user there is, who is invented.

use uuid::Uuid;

use super::id_of;

pub(super) const NAME: &str = "Robin Example";
pub(super) const PRINCIPAL: &str = "robin@contoso.example.com";

/// Another object in each tenant.
pub(super) fn object_id(tenant: Uuid) -> Uuid {
    id_of(&format!("{PRINCIPAL} in {tenant}"))
}
