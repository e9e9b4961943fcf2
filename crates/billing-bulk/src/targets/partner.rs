//! Partner Center as a target: the profile as it was read, with the edits in its exact text, is
//! written back under its etag.

use billing_core::pipeline::Exact;
use billing_core::{BoxFuture, Response};
use billing_edit::{Edits, Service};
use bytes::Bytes;
use partner_client::exact::ExactClient;
use partner_client::models::CustomerBillingProfile;
use partner_client::{PartnerClient, usable_etag};

use crate::binding::Binding;
use crate::document::{Document, Version};
use crate::profile::ProfileId;
use crate::target::{Attempt, BodyError, Comparison, Polled, SignInCheck, Target, Write, Written};
use crate::targets::compare::{changed_paths, compare, hash};
use crate::targets::failure::{
    Failures, Purpose, SignInHint, ids_of, limits_of, of_other_service, succeeded,
};

/// The members that only the service writes.
const VOLATILE: [&str; 2] = ["attributes", "links"];

/// The billing profiles of a partner's customers.
///
/// ```
/// use std::sync::Arc;
///
/// use billing_bulk::Targets;
/// use billing_bulk::targets::PartnerTarget;
/// use partner_client::PartnerClient;
///
/// fn targets(client: &PartnerClient, tenant: String) -> Targets {
///     Targets::default().with(Arc::new(PartnerTarget::new(client, Some(tenant))))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct PartnerTarget {
    client: ExactClient,
    binding: Binding,
    failures: Failures,
}

impl PartnerTarget {
    /// Returns a target with the connections, the credential and the options of a client, except
    /// its retries, its read-backs and its media types. `tenant` is the partner's tenant, if it is
    /// known.
    pub fn new(client: &PartnerClient, tenant: Option<String>) -> Self {
        let client = ExactClient::new(client);
        let binding = Binding {
            service: Service::Partner,
            origin: client.origin(),
            api_version: client.api_version().to_owned(),
            tenant,
        };
        Self {
            client,
            binding,
            failures: Failures::of(Service::Partner),
        }
    }

    /// Sets the hints about a sign-in that does not suffice, such as the command to sign in again.
    #[must_use]
    pub fn with_sign_in_hint(mut self, hint: SignInHint) -> Self {
        self.failures.hint = Some(hint);
        self
    }

    async fn read_once(&self, profile: &ProfileId) -> Attempt<Document> {
        let ProfileId::Partner { customer_id } = profile else {
            return of_other_service(Service::Partner);
        };
        match self.client.get(customer_id).await {
            Ok(response) => {
                let (limits, ids) = (limits_of(&response), ids_of(&response));
                succeeded(Purpose::Read, document(response), &limits, ids)
            }
            Err(error) => self.failures.failed(Purpose::Read, &error),
        }
    }

    async fn check_once(&self, profile: &ProfileId) -> Attempt<SignInCheck> {
        let ProfileId::Partner { customer_id } = profile else {
            return of_other_service(Service::Partner);
        };
        match self.client.is_mfa_compliant(customer_id).await {
            Ok(response) => {
                let (limits, ids) = (limits_of(&response), ids_of(&response));
                let check = match response.body() {
                    Some(true) => SignInCheck::Sufficient,
                    Some(false) => return self.failures.without_mfa(&limits, ids),
                    None => SignInCheck::Unknown,
                };
                succeeded(Purpose::Read, check, &limits, ids)
            }
            Err(error) => self.failures.failed(Purpose::Read, &error),
        }
    }

    async fn write_once(&self, profile: &ProfileId, write: &Write) -> Attempt<Written> {
        let ProfileId::Partner { customer_id } = profile else {
            return of_other_service(Service::Partner);
        };
        let if_match = write.if_match.as_deref();
        let update = self
            .client
            .update(customer_id, &write.body, if_match, write.request_id);
        match update.await {
            Ok(response) => {
                let (limits, ids) = (limits_of(&response), ids_of(&response));
                let written = Written::Finished(document(response));
                succeeded(Purpose::Write, written, &limits, ids)
            }
            Err(error) => self.failures.failed(Purpose::Write, &error),
        }
    }
}

/// Returns the profile of a response.
fn document(response: Response<Exact<CustomerBillingProfile>>) -> Document {
    let Exact { value, text } = response.into_body();
    let version = match usable_etag(&value) {
        Some(etag) => Version::Etag(etag.to_owned()),
        None => hash(&text, &VOLATILE, None),
    };
    Document::new(text, version)
}

impl Target for PartnerTarget {
    fn binding(&self) -> &Binding {
        &self.binding
    }

    /// "If there's a timeout, the retry call should include the same value" of `MS-RequestId`
    /// ("Partner Center REST headers").
    fn replays(&self) -> bool {
        true
    }

    /// By `isMfaCompliant`, the response header to `ValidateMfa: true`. It is missing in responses
    /// to applications without a user.
    fn check_sign_in<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> Option<BoxFuture<'a, Attempt<SignInCheck>>> {
        Some(Box::pin(self.check_once(profile)))
    }

    fn read<'a>(&'a self, profile: &'a ProfileId) -> BoxFuture<'a, Attempt<Document>> {
        Box::pin(self.read_once(profile))
    }

    fn body(&self, before: &Document, edits: &Edits) -> Result<Bytes, BodyError> {
        let body = edits.apply_to_text(before.json());
        // The error may quote the document.
        let body = body.map_err(|_| BodyError("the profile is not JSON".to_owned()))?;
        Ok(body.into())
    }

    fn write<'a>(
        &'a self,
        profile: &'a ProfileId,
        write: &'a Write,
    ) -> BoxFuture<'a, Attempt<Written>> {
        Box::pin(self.write_once(profile, write))
    }

    /// Partner Center finishes every write at once: there is nothing to poll.
    fn poll<'a>(
        &'a self,
        _profile: &'a ProfileId,
        _token: &'a str,
        _misses: u32,
    ) -> BoxFuture<'a, Attempt<Polled>> {
        Box::pin(async { of_other_service(Service::Arm) })
    }

    fn compare(&self, before: &Document, edits: &Edits, now: &Document) -> Comparison {
        compare(before, edits, now)
    }

    fn changed_paths(&self, before: &Document, now: &Document) -> Vec<String> {
        changed_paths(before, now, &VOLATILE)
    }
}
