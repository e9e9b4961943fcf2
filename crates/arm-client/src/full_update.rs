//! `PUT …/billingProfiles/{name}`: an update in the api versions that write the full profile.
//!
//! Each attempt reads the profile, writes the update into it and sends the result, guarded by its
//! etag if it has one. See `docs/adr/0012-one-client-for-all-api-versions.md`.

use std::sync::Arc;

use billing_core::http::Method;
use billing_core::http::header::IF_MATCH;
use billing_core::pipeline::{Request, patched};
use billing_core::{Error, Poller, RequestId, Response, StoredValue, UpdateOutcome};
use serde::Serialize;

use crate::client::ArmClient;
use crate::common::{Document as _, Profile};
use crate::settled::{OPERATION, is_settled, require_same};
use crate::version::Version;

/// How often an update is written at most if somebody else changes the profile each time.
const MAX_WRITES: u32 = 3;

/// An update of a profile that is written in full.
pub(crate) struct FullUpdate<'a, V: Version> {
    pub(crate) client: &'a ArmClient<V>,
    pub(crate) account: &'a str,
    pub(crate) profile: &'a str,
    pub(crate) update: &'a V::BillingProfileUpdate,
    /// The profile on which the caller's decision is based.
    pub(crate) before: Option<&'a V::BillingProfile>,
    pub(crate) request_id: RequestId,
}

impl<V: Version> FullUpdate<'_, V> {
    /// Reads, changes and writes the profile until a write meets the etag that was read.
    ///
    /// # Errors
    /// Those that `BeginUpdateBillingProfile::send` documents.
    pub(crate) async fn send(mut self) -> Result<Poller<V::BillingProfile>, Error> {
        let transport = self.client.transport().clone();
        let started = transport.clock().elapsed();
        let (mut attempts, mut stale) = (0_u32, 0_u32);
        loop {
            attempts = attempts.saturating_add(1);
            let read = self
                .client
                .get_billing_profile(self.account, self.profile)
                .send()
                .await?;
            self.require_unchanged(read.body())?;
            let request = self.request(read.body(), etag(&read, read.body()))?;
            let begun = Poller::begin(transport.clone(), &request, self.account, is_settled::<V>);
            let error = match begun.await {
                Ok(poller) => {
                    let system_id = read.body().system_id();
                    return require_same(poller, system_id.map(str::to_owned));
                }
                Err(error) => error,
            };
            // An update that may have been accepted is never written again.
            let is_stale = error.is_stale_etag() && !error.may_have_taken_effect();
            stale = stale.saturating_add(u32::from(is_stale));
            if stale >= MAX_WRITES {
                return Err(Error::conflict(attempts, error));
            }
            if !is_stale
                && !transport
                    .wait_to_retry(&request, &error, attempts, started)
                    .await
            {
                let elapsed = transport.clock().elapsed().saturating_sub(started);
                let sent = attempts.max(error.attempts());
                return Err(error.with_attempts(sent, elapsed));
            }
            self.request_id = RequestId::generate();
        }
    }

    /// Returns the request that writes the update into a profile.
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry, and for a profile with a member whose name
    /// is not text. Nothing was sent.
    pub(crate) fn request(
        &self,
        read: &V::BillingProfile,
        etag: Option<String>,
    ) -> Result<Request, Error> {
        let mut request =
            self.client
                .request(Method::PUT, self.account, Some(self.profile), None)?;
        request.set_operation(OPERATION);
        request.set_request_id(self.request_id);
        request.set_single_attempt();
        request.set_patch(self.update)?;
        let body = full_body(read.clone(), self.update)?;
        request.set_body("application/json", body);
        request.set_before(Arc::new(read.clone()));
        request.set_instance(read.system_id().map(str::to_owned));
        if let Some(etag) = etag {
            request.set_header(IF_MATCH, &etag)?;
        }
        Ok(request)
    }

    /// Refuses to write a profile that was changed since the caller read it: by its etag or
    /// `systemData.lastModifiedAt` if it has one, else by the members that the update changes.
    ///
    /// # Errors
    /// A conflict. Nothing was sent.
    fn require_unchanged(&self, now: &V::BillingProfile) -> Result<(), Error> {
        let Some(before) = self.before else {
            return Ok(());
        };
        let is_changed = match (
            before.etag().zip(now.etag()),
            before.last_modified_at().zip(now.last_modified_at()),
        ) {
            (Some((before, now)), _) => before != now,
            (None, Some((before, now))) => before != now,
            (None, None) => self.changes_another_value(before, now),
        };
        if is_changed {
            return Err(Error::changed_meanwhile());
        }
        Ok(())
    }

    /// Returns whether a member of the update has neither the value from before nor the requested
    /// one.
    fn changes_another_value(&self, before: &V::BillingProfile, now: &V::BillingProfile) -> bool {
        let outcome = UpdateOutcome::of_patch(Some(before), self.update, now);
        let mut unapplied = outcome.unapplied().iter();
        unapplied.any(|member| member.stored() == StoredValue::OtherForm)
    }
}

/// Returns the body that writes an update into a profile: without the members that only the service
/// writes, and with all that this crate does not know.
///
/// # Errors
/// Invalid input for a profile with a member whose name is not text.
pub(crate) fn full_body<P: Profile + Serialize>(
    read: P,
    patch: &impl Serialize,
) -> Result<Vec<u8>, Error> {
    patched(&read.writable(), patch).map_err(|source| {
        Error::invalid_input("the update cannot be written into the profile that was read")
            .with_source(source)
    })
}

/// Returns the etag that can guard a write: that of the header, else the profile's own.
pub(crate) fn etag<T>(read: &Response<T>, profile: &impl Profile) -> Option<String> {
    let header = read.header("etag").map(str::trim).map(str::to_owned);
    strong(header.or_else(|| profile.etag())?)
}

/// Returns the etag as `If-Match` takes it. A weak one never matches there (RFC 9110, section
/// 13.1.1).
pub(crate) fn strong(etag: String) -> Option<String> {
    if etag.starts_with("W/") || etag == "*" || etag.is_empty() {
        return None;
    }
    let is_quoted = etag.starts_with('"');
    Some(if is_quoted {
        etag
    } else {
        format!("\"{etag}\"")
    })
}
