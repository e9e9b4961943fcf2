//! Azure Resource Manager as a target: the edits are sent as a merge patch or, in later api
//! versions, within the full profile, and an accepted update is polled by its resume token.

use std::time::Duration;

use arm_client::exact::{ExactClient, ExactUpdate};
use arm_client::{ArmClient, PollStatus, Poller, V2019_10_01Preview, Version as ApiVersion};
use billing_core::http::StatusCode;
use billing_core::pipeline::Exact;
use billing_core::{BoxFuture, Error, Response};
use billing_edit::{Edits, Service};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::binding::Binding;
use crate::document::{Document, Version};
use crate::profile::ProfileId;
use crate::target::{Attempt, BodyError, Comparison, Polled, ResponseIds, Target, Write, Written};
use crate::targets::compare::{changed_paths, compare, hash, others_changed};
use crate::targets::failure::{
    Failures, Purpose, SignInHint, ids_of, limits_of, of_other_service, succeeded,
};

/// The members that change without an update: an etag, who wrote last, and the state of an
/// operation.
const VOLATILE: [&str; 4] = ["etag", "eTag", "systemData", "properties.provisioningState"];

/// The addresses of a profile in the versions that write it in full.
const ADDRESSES: [&str; 3] = ["billTo", "shipTo", "soldTo"];

/// The members that the specifications of those versions require of an address (`AddressDetails`).
const REQUIRED: [&str; 2] = ["addressLine1", "country"];

/// How old the comparison with the plan may be when a merge patch is sent, which changes no other
/// members than the planned ones.
const LONGEST_DRIFT: Duration = Duration::from_secs(5);

/// The same for a full profile, which takes back what others have changed since it was read.
const LONGEST_DRIFT_IN_FULL: Duration = Duration::from_millis(250);

/// The billing profiles of a billing account, in the api version of a client.
///
/// ```
/// use std::sync::Arc;
///
/// use arm_client::{ApiVersion, ArmClient};
/// use billing_bulk::Targets;
/// use billing_bulk::targets::ArmTarget;
///
/// fn targets(client: &ArmClient, tenant: String) -> Targets {
///     let client = client.with_api_version(ApiVersion::V2024_04_01);
///     Targets::default().with(Arc::new(ArmTarget::new(&client, Some(tenant))))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ArmTarget<V: ApiVersion = V2019_10_01Preview> {
    client: ExactClient<V>,
    binding: Binding,
    failures: Failures,
}

impl<V: ApiVersion> ArmTarget<V> {
    /// Whether a write is a PUT of the full profile.
    const IS_IN_FULL: bool = ExactClient::<V>::IS_WRITTEN_IN_FULL;

    /// Returns a target with the connections, the credential and the options of a client, except
    /// its retries and its read-backs. `tenant` is the tenant of the credential, if it is known.
    pub fn new(client: &ArmClient<V>, tenant: Option<String>) -> Self {
        let client = ExactClient::new(client);
        let binding = Binding {
            service: Service::Arm,
            origin: client.origin(),
            api_version: V::NAME.to_owned(),
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
                succeeded(Purpose::Read, document::<V>(response), &limits, ids)
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
        let update = ExactUpdate {
            body: write.body.clone(),
            patch: Self::IS_IN_FULL.then(|| write.edits.merge_patch()),
            if_match: write.if_match.clone(),
            request_id: write.request_id,
        };
        let begun = self
            .client
            .begin_update(billing_account, billing_profile, update);
        match begun.await {
            Ok(poller) => self.written(poller).await,
            Err(error) => self.failures.failed(Purpose::Write, &error),
        }
    }

    /// Returns what the response to a write began, or its result. Nothing more is sent.
    async fn written(&self, mut poller: Poller<Exact<V::BillingProfile>>) -> Attempt<Written> {
        let failed = |error| self.failures.failed(Purpose::Write, &error);
        let written = match token_of(&poller) {
            Some(token) => Written::Accepted {
                token,
                poll_in: poller.next_poll_in(),
            },
            // The poller has the result already.
            None => match poller.poll_once().await {
                Ok(PollStatus::Succeeded(response)) => Written::Finished(document::<V>(response)),
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
            Ok(PollStatus::Succeeded(response)) => Polled::Finished(document::<V>(response)),
            Ok(PollStatus::Running { .. }) => Polled::Running {
                poll_in: poller.next_poll_in(),
                token: token_of(&poller).unwrap_or_else(|| token.to_owned()),
                misses: poller.misses(),
            },
            Err(error) => return self.failures.failed(Purpose::Poll, &error),
        };
        succeeded(Purpose::Poll, polled, poller.remaining(), ids(&poller))
    }

    /// Returns whether two documents are of two profiles that had one name, the second one created
    /// by a PUT.
    fn is_recreated(before: &Document, now: &Document) -> bool {
        if !Self::IS_IN_FULL || before.json() == now.json() {
            return false;
        }
        ExactClient::<V>::is_recreated(before.json(), now.json(), now.is_created())
    }
}

/// Returns the paths of the members that each address of a full profile needs and does not have.
fn missing_in_addresses(body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let addresses = ADDRESSES.map(|name| Some((name, body.get("properties")?.get(name)?)));
    let addresses = addresses.into_iter().flatten();
    let addresses = addresses.filter(|(_, address)| address.is_object());
    let missing = addresses.flat_map(|(name, address)| {
        let is_there = |member: &&str| {
            let value = address.get(member).and_then(Value::as_str);
            value.is_some_and(|value| !value.is_empty())
        };
        let missing = REQUIRED.into_iter().filter(move |member| !is_there(member));
        missing.map(move |member| format!("properties.{name}.{member}"))
    });
    missing.collect()
}

/// Returns the ids of the last response.
fn ids<T: DeserializeOwned>(poller: &Poller<Exact<T>>) -> ResponseIds {
    ResponseIds {
        request_id: poller.request_id().map(str::to_owned),
        correlation_id: poller.correlation_id().map(str::to_owned),
    }
}

fn token_of<T: DeserializeOwned>(poller: &Poller<Exact<T>>) -> Option<String> {
    poller.token().map(ToString::to_string)
}

/// Returns the profile of a response with its etag where a write can be guarded by it, else with
/// its hash, to which belongs when it was last changed.
fn document<V: ApiVersion>(response: Response<Exact<V::BillingProfile>>) -> Document {
    let is_created = response.status() == StatusCode::CREATED;
    let etag = ExactClient::<V>::etag(&response);
    let Exact { value, text } = response.into_body();
    let version = match etag {
        Some(etag) => Version::Etag(etag),
        None => hash(&text, &VOLATILE, ExactClient::<V>::last_modified_at(&value)),
    };
    let document = Document::new(text, version);
    match is_created {
        true => document.created(),
        false => document,
    }
}

impl<V: ApiVersion> Target for ArmTarget<V> {
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

    fn body(&self, before: &Document, edits: &Edits) -> Result<Bytes, BodyError> {
        let patch = edits.merge_patch();
        if !Self::IS_IN_FULL {
            return Ok(patch.to_string().into());
        }
        let body = ExactClient::<V>::full_body(before.json(), &patch);
        body.map_err(|error| BodyError(error.to_string()))
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

    fn longest_drift(&self) -> Duration {
        match Self::IS_IN_FULL {
            true => LONGEST_DRIFT_IN_FULL,
            false => LONGEST_DRIFT,
        }
    }

    fn compare(&self, before: &Document, edits: &Edits, now: &Document) -> Comparison {
        if Self::is_recreated(before, now) {
            return Comparison::Recreated;
        }
        compare(before, edits, now)
    }

    fn changed_paths(&self, before: &Document, now: &Document) -> Vec<String> {
        changed_paths(before, now, &VOLATILE)
    }

    fn missing_members(&self, body: &[u8]) -> Vec<String> {
        match Self::IS_IN_FULL {
            true => missing_in_addresses(body),
            false => Vec::new(),
        }
    }

    fn others_changed(&self, sent: &[u8], edits: &Edits, after: &Document) -> Vec<String> {
        match Self::IS_IN_FULL {
            true => others_changed(sent, edits, after),
            false => Vec::new(),
        }
    }
}
