//! Azure Resource Manager as a target: the edits are sent as a merge patch, and an accepted update
//! is polled by its resume token.

use arm_client::exact::ExactClient;
use arm_client::models::BillingProfile;
use arm_client::{API_VERSION, ArmClient, PollStatus, Poller};
use billing_core::pipeline::Exact;
use billing_core::{BoxFuture, Error};
use billing_edit::{Edits, Service};
use bytes::Bytes;

use crate::binding::Binding;
use crate::document::Document;
use crate::profile::ProfileId;
use crate::target::{Attempt, BodyError, Comparison, Polled, ResponseIds, Target, Write, Written};
use crate::targets::compare::{changed_paths, compare, hash};
use crate::targets::failure::{
    Failures, Purpose, SignInHint, ids_of, limits_of, of_other_service, succeeded,
};

/// The members that change without an update: later api versions return an etag and who wrote last,
/// and which member is there depends on the reader.
const VOLATILE: [&str; 2] = ["etag", "systemData"];

/// The billing profiles of a billing account.
///
/// ```
/// use std::sync::Arc;
///
/// use arm_client::ArmClient;
/// use billing_bulk::Targets;
/// use billing_bulk::targets::ArmTarget;
///
/// fn targets(client: &ArmClient, tenant: String) -> Targets {
///     Targets::default().with(Arc::new(ArmTarget::new(client, Some(tenant))))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ArmTarget {
    client: ExactClient,
    binding: Binding,
    failures: Failures,
}

impl ArmTarget {
    /// Returns a target with the connections, the credential and the options of a client, except
    /// its retries and its read-backs. `tenant` is the tenant of the credential, if it is known.
    pub fn new(client: &ArmClient, tenant: Option<String>) -> Self {
        let client = ExactClient::new(client);
        let binding = Binding {
            service: Service::Arm,
            origin: client.origin(),
            api_version: API_VERSION.to_owned(),
            tenant,
        };
        Self {
            client,
            binding,
            failures: Failures::of(Service::Arm),
        }
    }

    /// Sets the hints about a sign-in that does not suffice, such as the command to sign in again.
    #[must_use]
    pub fn with_sign_in_hint(mut self, hint: SignInHint) -> Self {
        self.failures.hint = Some(hint);
        self
    }

    async fn read_once(&self, profile: &ProfileId) -> Attempt<Document> {
        let ProfileId::Arm {
            billing_account,
            billing_profile,
        } = profile
        else {
            return of_other_service(Service::Arm);
        };
        match self.client.get(billing_account, billing_profile).await {
            Ok(response) => {
                let (limits, ids) = (limits_of(&response), ids_of(&response));
                let document = document(response.into_body().text);
                succeeded(Purpose::Read, document, &limits, ids)
            }
            Err(error) => self.failures.failed(Purpose::Read, &error),
        }
    }

    async fn write_once(&self, profile: &ProfileId, write: &Write) -> Attempt<Written> {
        let ProfileId::Arm {
            billing_account,
            billing_profile,
        } = profile
        else {
            return of_other_service(Service::Arm);
        };
        let (patch, id) = (write.body.clone(), write.request_id);
        let begun = self
            .client
            .begin_update(billing_account, billing_profile, patch, id);
        match begun.await {
            Ok(poller) => self.written(poller).await,
            Err(error) => self.failures.failed(Purpose::Write, &error),
        }
    }

    /// Returns what the response to a write began, or its result. Nothing more is sent.
    async fn written(&self, mut poller: Poller<Exact<BillingProfile>>) -> Attempt<Written> {
        let failed = |error| self.failures.failed(Purpose::Write, &error);
        let written = match token_of(&poller) {
            Some(token) => Written::Accepted {
                token,
                poll_in: poller.next_poll_in(),
            },
            // The poller has the result already.
            None => match poller.poll_once().await {
                Ok(PollStatus::Succeeded(response)) => {
                    Written::Finished(document(response.into_body().text))
                }
                Ok(PollStatus::Running { .. }) => {
                    let message = "the service accepted the write without a way to its result";
                    return failed(Error::protocol(message));
                }
                Err(error) => return failed(error),
            },
        };
        succeeded(Purpose::Write, written, poller.remaining(), ids(&poller))
    }

    async fn poll_once(&self, token: &str, misses: u32) -> Attempt<Polled> {
        let resumed = token
            .parse()
            .and_then(|token| self.client.resume(token))
            .map(|poller| poller.with_misses(misses));
        let mut poller = match resumed {
            Ok(poller) => poller,
            Err(error) => return self.failures.failed(Purpose::Poll, &error),
        };
        let polled = match poller.poll_once().await {
            Ok(PollStatus::Succeeded(response)) => {
                Polled::Finished(document(response.into_body().text))
            }
            Ok(PollStatus::Running { .. }) => Polled::Running {
                poll_in: poller.next_poll_in(),
                token: token_of(&poller).unwrap_or_else(|| token.to_owned()),
                misses: poller.misses(),
            },
            Err(error) => return self.failures.failed(Purpose::Poll, &error),
        };
        succeeded(Purpose::Poll, polled, poller.remaining(), ids(&poller))
    }
}

/// Returns the ids of the last response.
fn ids(poller: &Poller<Exact<BillingProfile>>) -> ResponseIds {
    ResponseIds {
        request_id: poller.request_id().map(str::to_owned),
        correlation_id: poller.correlation_id().map(str::to_owned),
    }
}

fn token_of(poller: &Poller<Exact<BillingProfile>>) -> Option<String> {
    poller.token().map(ToString::to_string)
}

/// Returns a profile with its hash: this api version has no etag.
fn document(text: Bytes) -> Document {
    let version = hash(&text, &VOLATILE);
    Document::new(text, version)
}

impl Target for ArmTarget {
    fn binding(&self) -> &Binding {
        &self.binding
    }

    /// `x-ms-client-request-id` traces a request and does not make two of them one.
    fn replays(&self) -> bool {
        false
    }

    fn read<'a>(&'a self, profile: &'a ProfileId) -> BoxFuture<'a, Attempt<Document>> {
        Box::pin(self.read_once(profile))
    }

    fn body(&self, _before: &Document, edits: &Edits) -> Result<Bytes, BodyError> {
        Ok(edits.merge_patch().to_string().into())
    }

    fn write<'a>(
        &'a self,
        profile: &'a ProfileId,
        write: &'a Write,
    ) -> BoxFuture<'a, Attempt<Written>> {
        Box::pin(self.write_once(profile, write))
    }

    fn poll<'a>(
        &'a self,
        _profile: &'a ProfileId,
        token: &'a str,
        misses: u32,
    ) -> BoxFuture<'a, Attempt<Polled>> {
        Box::pin(self.poll_once(token, misses))
    }

    fn compare(&self, before: &Document, edits: &Edits, now: &Document) -> Comparison {
        compare(before, edits, now)
    }

    fn changed_paths(&self, before: &Document, now: &Document) -> Vec<String> {
        changed_paths(before, now, &VOLATILE)
    }
}
