//! What one response means for a running operation.

use http::header::LOCATION;
use http::{HeaderName, StatusCode};
use url::Url;

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::error::service::ServiceError;
use crate::headers::ASYNC_OPERATION;
use crate::identity::is_same_path;
use crate::pipeline::raw_response::RawResponse;
use crate::poller::link::{LinkKind, PollLink};
use crate::poller::report::{Body, FailedState, OperationState, Progress};

/// The next step of an operation.
pub(super) enum PollStep {
    /// The body is the resource, or nothing else is left to poll; then with the error if it is not.
    /// A deletion is done without a resource.
    Done { refusal: Option<Error> },
    /// Not finished: poll there again.
    Poll {
        kind: LinkKind,
        url: Url,
        progress: Progress,
    },
    /// Finished, but without the resource: it has to be read.
    ReadBack,
    /// Finished without success.
    Failed(Error),
}

/// Returns whether the response to a write names no operation, so that its body is the result.
pub(super) fn is_result(response: &RawResponse) -> bool {
    matches!(response.status, StatusCode::OK | StatusCode::CREATED)
        && !response.exchange.headers.contains_key(&ASYNC_OPERATION)
}

/// A response, and the request that it answers.
struct PollReader<'a> {
    endpoint: &'a Endpoint,
    request: PollLink<'a>,
    response: &'a RawResponse,
    body: Body,
}

impl PollStep {
    /// Reads a response to `request`.
    ///
    /// # Errors
    /// A protocol error for a response that means nothing for the operation, and a foreign-origin
    /// error for a link that may not be followed.
    pub(super) fn read(
        endpoint: &Endpoint,
        request: PollLink<'_>,
        response: &RawResponse,
    ) -> Result<Self, Error> {
        let reader = PollReader {
            endpoint,
            request,
            body: Body::read(&response.body),
            response,
        };
        match reader.request.kind {
            // Nothing is left of the resource to be deleted.
            Some(LinkKind::Lost) if !response.status.is_success() => {
                Ok(Self::Done { refusal: None })
            }
            Some(LinkKind::ReadBack | LinkKind::Lost) => Ok(reader.resource()),
            Some(LinkKind::AsyncOperation) => reader.report(),
            None | Some(LinkKind::Location | LinkKind::Resource) => reader.result(),
        }
    }
}

impl PollReader<'_> {
    /// Reads the response to the write, or what stands for it: the result at its Location, or the
    /// resource.
    fn result(self) -> Result<PollStep, Error> {
        // Preferred over the Location ("Track asynchronous Azure operations", "URL to monitor
        // status"), and with it not even a 200 is the end.
        let has_operation = self
            .response
            .exchange
            .headers
            .contains_key(&ASYNC_OPERATION);
        if self.request.kind.is_none() && has_operation {
            return self.first_link();
        }
        if self.response.status == StatusCode::ACCEPTED {
            return self.again();
        }
        if self.body.is_report() {
            return self.by_status();
        }
        if self.request.is_deletion {
            return Ok(PollStep::Done { refusal: None });
        }
        if self.response.is_empty() && self.request.kind != Some(LinkKind::Resource) {
            return Ok(PollStep::ReadBack);
        }
        if self.body.is_resource() && self.body.is_about(self.request.resource) {
            match self.body.provisioning_state() {
                OperationState::Running if self.request.kind.is_none() => {
                    return Ok(self.resource_in_progress());
                }
                OperationState::Running => return self.again(),
                OperationState::Failed(state) => return Ok(self.failed(state)),
                OperationState::Succeeded => {}
            }
        }
        Ok(self.resource())
    }

    /// Reads the response of an Azure-AsyncOperation, which is a report whatever its status.
    fn report(self) -> Result<PollStep, Error> {
        if self.response.status == StatusCode::ACCEPTED && self.response.is_empty() {
            return self.again();
        }
        self.by_status()
    }

    fn by_status(self) -> Result<PollStep, Error> {
        match self.body.status() {
            Some(OperationState::Running) => self.again(),
            Some(OperationState::Succeeded) if self.request.is_deletion => {
                Ok(PollStep::Done { refusal: None })
            }
            Some(OperationState::Succeeded) => Ok(PollStep::ReadBack),
            Some(OperationState::Failed(state)) => Ok(self.failed(state)),
            // Without a status, nothing has changed.
            None if self.body.is_object() => self.again(),
            None => Err(self.response.error(
                ErrorKind::Protocol,
                "the service's report on the operation is not a JSON object; read the resource to see the outcome",
            )),
        }
    }

    /// Returns where the first poll goes: the first of the two links that can be followed.
    fn first_link(self) -> Result<PollStep, Error> {
        let refused = match self.operation_link(&ASYNC_OPERATION) {
            Ok(Some(url)) => return Ok(self.poll(LinkKind::AsyncOperation, url)),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        match self.operation_link(&LOCATION) {
            Ok(Some(url)) => Ok(self.poll(LinkKind::Location, url)),
            Ok(None) => Err(refused.unwrap_or_else(|| self.without_link())),
            Err(error) => Err(refused.unwrap_or(error)),
        }
    }

    /// Polls again: at the newest link, else at the same one.
    fn again(self) -> Result<PollStep, Error> {
        let Some(kind) = self.request.kind else {
            return self.first_link();
        };
        // A poll may leave the link out if it has not changed; the response to the write may not.
        let link = match kind {
            LinkKind::AsyncOperation => self.operation_link(&ASYNC_OPERATION)?,
            LinkKind::Location => self.operation_link(&LOCATION)?,
            LinkKind::Resource | LinkKind::ReadBack | LinkKind::Lost => None,
        };
        let url = link.unwrap_or_else(|| self.request.location.clone());
        Ok(self.poll(kind, url))
    }

    fn without_link(&self) -> Error {
        self.response.error(
            ErrorKind::Protocol,
            "the service accepted the write but did not say where to ask for its result; \
             read the resource to see the outcome",
        )
    }

    /// Reads a write's response with a resource that is not finished yet. A Location beside it
    /// leads to the result or, as with every 201, to the resource.
    fn resource_in_progress(self) -> PollStep {
        match self.operation_link(&LOCATION) {
            Ok(Some(url)) => self.poll(LinkKind::Location, url),
            Ok(None) | Err(_) => {
                let resource = self.request.resource.clone();
                self.poll(LinkKind::Resource, resource)
            }
        }
    }

    fn poll(self, kind: LinkKind, url: Url) -> PollStep {
        PollStep::Poll {
            kind,
            url,
            progress: self.body.progress(),
        }
    }

    /// Creates the error of an operation without success. A report has the operation's own error; a
    /// resource that failed has none, and is not repeated.
    fn failed(self, state: FailedState) -> PollStep {
        let mut message = format!("the operation ended as {state:?}");
        let is_report =
            self.request.kind == Some(LinkKind::AsyncOperation) || self.body.is_report();
        let report = is_report.then(|| ServiceError::read(&self.response.body));
        if let Some(code) = report.as_ref().and_then(ServiceError::shown_code) {
            message.push_str(&format!(", code {code}"));
        }
        let kind = match state {
            FailedState::Failed => ErrorKind::OperationFailed,
            FailedState::Canceled => ErrorKind::OperationCanceled,
        };
        // The service does not promise to undo what it has begun.
        let error = self.response.error(kind, message).with_effect(true);
        PollStep::Failed(error.with_service(report))
    }

    fn resource(self) -> PollStep {
        let is_resource = self.body.is_resource() && !self.body.is_report();
        let refusal = if !is_resource {
            Some(self.response.error(
                ErrorKind::Protocol,
                "the service answered success without the resource; read the resource to see the outcome",
            ))
        } else if !self.body.is_about(self.request.resource) {
            Some(self.response.other_resource())
        } else {
            None
        };
        PollStep::Done { refusal }
    }

    /// Returns the first link in a header that can be followed and leads to the operation, relative
    /// or absolute, with the api-version that the service gave it. It may be the only way to the
    /// outcome, so a link that cannot be followed does not hide another one.
    ///
    /// # Errors
    /// The reason why the first link cannot be followed, if none can.
    fn operation_link(&self, name: &HeaderName) -> Result<Option<Url>, Error> {
        let mut first = None;
        for link in self.response.links(name) {
            match self.follow(&link) {
                Ok(url) => return Ok(Some(url)),
                Err(error) => drop(first.get_or_insert(error)),
            }
        }
        first.map_or(Ok(None), Err)
    }

    fn follow(&self, link: &str) -> Result<Url, Error> {
        let url = self.endpoint.resolve(self.request.location, link);
        let url = url.map_err(|error| error.with_exchange(self.response.exchange.clone()))?;
        // The resource would answer its old state at once, which would pass for the operation's
        // end.
        if is_same_path(&url, self.request.resource) {
            return Err(self.response.error(
                ErrorKind::Protocol,
                "the service named the resource itself as the place to ask for the result; read the resource to see \
                 the outcome",
            ));
        }
        Ok(url)
    }
}
