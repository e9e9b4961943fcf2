//! What one answer means for a running operation.

use std::time::Duration;

use http::{HeaderName, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use url::Url;

use super::PollToken;
use crate::decode::strip_bom;
use crate::error::Kind;
use crate::wire::Answer;
use crate::{Endpoint, Error, Response};

const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");

pub(super) enum Step<T> {
    /// The body is the resource.
    Done(Response<T>),
    /// Accepted, not finished.
    PollAfter {
        location: Url,
        retry_after: Option<Duration>,
    },
    /// Finished, but without the resource: it has to be read.
    ReadBack,
}

impl<T: DeserializeOwned> Step<T> {
    pub(super) fn read(
        endpoint: &Endpoint,
        token: &PollToken,
        answer: Answer,
    ) -> Result<Self, Error> {
        if answer.status == StatusCode::ACCEPTED {
            let location = next_location(endpoint, token, &answer)?;
            return Ok(Self::PollAfter {
                location,
                retry_after: answer.retry_after,
            });
        }
        let read_back = !answer.of_write && token.is_read_back();
        if answer.is_empty() && !read_back {
            return Ok(Self::ReadBack);
        }
        if is_status_report(&answer.body) {
            return Err(answer.error(
                Kind::Protocol,
                "the service answered a report of the operation's status, which this client does \
                 not read yet, instead of the resource",
            ));
        }
        let is_resource = is_resource(&answer.body);
        let refusal = answer.error(
            Kind::Protocol,
            "the service answered success without the resource; read the resource to see the outcome",
        );
        let response = answer.decode()?;
        if is_resource {
            Ok(Self::Done(response))
        } else {
            Err(refusal)
        }
    }
}

/// The newest Location, relative or absolute, with the api-version that the service gave it.
fn next_location(endpoint: &Endpoint, token: &PollToken, answer: &Answer) -> Result<Url, Error> {
    if let Some(link) = answer.location()? {
        let location = endpoint.resolve(token.location(), link).map_err(|error| {
            error
                .with_status(answer.status)
                .with_ids(answer.request_id.clone(), answer.correlation_id.clone())
        })?;
        // Polling the resource would answer its old state at once, and pass for the end of the operation.
        if is_same_path(&location, token.resource()) {
            return Err(answer.error(
                Kind::Protocol,
                "the service named the resource itself as the place to ask for the result; read the resource to see \
                 the outcome",
            ));
        }
        return Ok(location);
    }
    // A poll may leave the Location out when it has not changed; the write's own answer may not.
    if !answer.of_write {
        return Ok(token.location().clone());
    }
    let why = if answer.has(&ASYNC_OPERATION) {
        "the service accepted the write and names only an Azure-AsyncOperation to poll, which this \
         client does not read yet"
    } else {
        "the service accepted the write but did not say where to ask for its result"
    };
    Err(answer.error(
        Kind::Protocol,
        format!("{why}; read the resource to see the outcome"),
    ))
}

/// Whether the body reports on an operation (`{"status": "InProgress", …}`) where a resource, which
/// names its type, is expected. Read leniently, it would pass for a resource without members.
fn is_status_report(body: &[u8]) -> bool {
    names(body).is_some_and(|names| {
        names.status.is_some_and(|status| status.is_string()) && names.resource_type.is_none()
    })
}

/// Whether the body is an object that says which resource it is. An error or a list answered with 200 does not.
fn is_resource(body: &[u8]) -> bool {
    names(body).is_some_and(|names| {
        names.resource_type.is_some() || names.id.is_some() || names.name.is_some()
    })
}

/// Whether two URLs lead to the same resource: `:` may be encoded or not, and Resource Manager ignores case.
fn is_same_path(one: &Url, other: &Url) -> bool {
    let decoded = |url: &Url| {
        percent_decode_str(url.path().trim_end_matches('/'))
            .collect::<Vec<u8>>()
            .to_ascii_lowercase()
    };
    decoded(one) == decoded(other)
}

#[derive(Deserialize)]
struct Names {
    status: Option<Value>,
    #[serde(rename = "type")]
    resource_type: Option<IgnoredAny>,
    id: Option<IgnoredAny>,
    name: Option<IgnoredAny>,
}

fn names(body: &[u8]) -> Option<Names> {
    serde_json::from_slice(strip_bom(body)).ok()
}
