//! What one answer means for a running operation.

use http::header::LOCATION;
use http::{HeaderName, StatusCode};
use url::Url;

use super::report::{Body, FailedState, OperationState, Progress};
use super::token::LinkKind;
use crate::error::ErrorKind;
use crate::headers::ASYNC_OPERATION;
use crate::identity::is_same_path;
use crate::pipeline::RawResponse;
use crate::{Endpoint, Error, ServiceError};

pub(super) enum PollStep {
    /// The body is the resource, or there is nothing else that it may be; then with the error if it is not.
    Done { refusal: Option<Error> },
    /// Not finished: ask there again.
    Poll {
        link_kind: LinkKind,
        url: Url,
        progress: Progress,
    },
    /// Finished, but without the resource: it has to be read.
    ReadBack,
    /// Finished without success.
    Failed(Error),
}

/// Whether the answer to a write names no operation, so that its body is the result.
pub(super) fn is_result(answer: &RawResponse) -> bool {
    matches!(answer.status, StatusCode::OK | StatusCode::CREATED)
        && !answer.headers.contains_key(&ASYNC_OPERATION)
}

/// What an answer answers.
pub(super) struct PollLink<'a> {
    /// What is written.
    pub(super) resource: &'a Url,
    /// Where the request went.
    pub(super) location: &'a Url,
    /// How it asked; `None` if it was the write itself.
    pub(super) link_kind: Option<LinkKind>,
}

/// An answer, and what it answers.
struct PollReader<'a> {
    endpoint: &'a Endpoint,
    asked: PollLink<'a>,
    answer: &'a RawResponse,
    body: Body,
}

impl PollStep {
    pub(super) fn read(
        endpoint: &Endpoint,
        asked: PollLink<'_>,
        answer: &RawResponse,
    ) -> Result<Self, Error> {
        let reading = PollReader {
            endpoint,
            asked,
            body: Body::read(&answer.body),
            answer,
        };
        match reading.asked.link_kind {
            Some(LinkKind::ReadBack | LinkKind::Lost) => Ok(reading.resource()),
            Some(LinkKind::AsyncOperation) => reading.report(),
            None | Some(LinkKind::Location | LinkKind::Resource) => reading.result(),
        }
    }
}

impl PollReader<'_> {
    /// The answer to the write, or what stands for it: the result under its Location, or the resource.
    fn result(self) -> Result<PollStep, Error> {
        // Preferred over the Location ("Track asynchronous Azure operations", "URL to monitor status"),
        // and with it not even a 200 is the end.
        if self.asked.link_kind.is_none() && self.answer.headers.contains_key(&ASYNC_OPERATION) {
            return self.first_link();
        }
        if self.answer.status == StatusCode::ACCEPTED {
            return self.again();
        }
        if self.answer.is_empty() && self.asked.link_kind != Some(LinkKind::Resource) {
            return Ok(PollStep::ReadBack);
        }
        if self.body.is_report() {
            return self.by_status();
        }
        if self.body.is_resource() && self.body.is_about(self.asked.resource) {
            match self.body.provisioning_state() {
                OperationState::Running if self.asked.link_kind.is_none() => {
                    return self.resource_in_progress();
                }
                OperationState::Running => return self.again(),
                OperationState::Failed(end) => return Ok(self.ended(end)),
                OperationState::Succeeded => {}
            }
        }
        Ok(self.resource())
    }

    /// The answer of an Azure-AsyncOperation, which is a report whatever its status.
    fn report(self) -> Result<PollStep, Error> {
        if self.answer.status == StatusCode::ACCEPTED && self.answer.is_empty() {
            return self.again();
        }
        self.by_status()
    }

    fn by_status(self) -> Result<PollStep, Error> {
        match self.body.status() {
            Some(OperationState::Running) => self.again(),
            Some(OperationState::Succeeded) => Ok(PollStep::ReadBack),
            Some(OperationState::Failed(end)) => Ok(self.ended(end)),
            // Nothing is said, so nothing has changed.
            None if self.body.is_object() => self.again(),
            None => Err(self.answer.error(
                ErrorKind::Protocol,
                "the service's report on the operation is not a JSON object; read the resource to see the outcome",
            )),
        }
    }

    /// Where the first poll goes: whichever of the two links can be followed.
    fn first_link(self) -> Result<PollStep, Error> {
        let reported = self.operation_link(&ASYNC_OPERATION);
        let refused = match reported {
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

    /// Still running: where to ask the next time is the newest link, else the one that led here.
    fn again(self) -> Result<PollStep, Error> {
        let Some(link_kind) = self.asked.link_kind else {
            return self.first_link();
        };
        // A poll may leave the link out when it has not changed; the write's own answer may not.
        let link = match link_kind {
            LinkKind::AsyncOperation => self.operation_link(&ASYNC_OPERATION)?,
            LinkKind::Location => self.operation_link(&LOCATION)?,
            LinkKind::Resource | LinkKind::ReadBack | LinkKind::Lost => None,
        };
        let url = link.unwrap_or_else(|| self.asked.location.clone());
        Ok(self.poll(link_kind, url))
    }

    fn without_link(&self) -> Error {
        self.answer.error(
            ErrorKind::Protocol,
            "the service accepted the write but did not say where to ask for its result; \
             read the resource to see the outcome",
        )
    }

    /// The write answered with a resource that is not there yet. A Location beside it leads to the
    /// result, or, as with every 201, to the resource.
    fn resource_in_progress(self) -> Result<PollStep, Error> {
        Ok(match self.operation_link(&LOCATION) {
            Ok(Some(url)) => self.poll(LinkKind::Location, url),
            Ok(None) | Err(_) => {
                let resource = self.asked.resource.clone();
                self.poll(LinkKind::Resource, resource)
            }
        })
    }

    fn poll(self, link_kind: LinkKind, url: Url) -> PollStep {
        PollStep::Poll {
            link_kind,
            url,
            progress: self.body.progress(),
        }
    }

    /// The operation's own error is in a report; a resource that failed has none, and is not repeated.
    fn ended(self, end: FailedState) -> PollStep {
        let mut message = format!("the operation ended as {end:?}");
        let report = (self.asked.link_kind == Some(LinkKind::AsyncOperation)
            || self.body.is_report())
        .then(|| ServiceError::read(&self.answer.body));
        if let Some(code) = report.as_ref().and_then(ServiceError::shown_code) {
            message.push_str(&format!(", code {code}"));
        }
        let kind = match end {
            FailedState::Failed => ErrorKind::OperationFailed,
            FailedState::Canceled => ErrorKind::OperationCanceled,
        };
        let error = self.answer.error(kind, message);
        // Nobody promises that what was begun is undone.
        let error = error.with_effect(true);
        PollStep::Failed(match report {
            Some(report) => error.with_service(report),
            None => error,
        })
    }

    fn resource(self) -> PollStep {
        let is_one = self.body.is_resource() && !self.body.is_report();
        let refusal = if !is_one {
            Some(self.answer.error(
                ErrorKind::Protocol,
                "the service answered success without the resource; read the resource to see the outcome",
            ))
        } else if !self.body.is_about(self.asked.resource) {
            Some(self.answer.about_other_resource())
        } else {
            None
        };
        PollStep::Done { refusal }
    }

    /// The first link in a header that can be followed and leads to where the operation can be asked
    /// after, relative or absolute, with the api-version that the service gave it. It may be the only way
    /// to the outcome, so one that cannot be followed does not spoil another beside it.
    ///
    /// # Errors
    /// What is wrong with the first one, if there are only such.
    fn operation_link(&self, name: &HeaderName) -> Result<Option<Url>, Error> {
        let mut first = None;
        for link in self.answer.links(name) {
            match self.followable(&link) {
                Ok(url) => return Ok(Some(url)),
                Err(error) => drop(first.get_or_insert(error)),
            }
        }
        first.map_or(Ok(None), Err)
    }

    fn followable(&self, link: &str) -> Result<Url, Error> {
        let answer = self.answer;
        let url = self.endpoint.resolve(self.asked.location, link);
        let url = url.map_err(|error| {
            error
                .with_status(answer.status)
                .with_effort(answer.attempts, answer.elapsed, None)
                .with_ids(answer.request_id.clone(), answer.correlation_id.clone())
        })?;
        // Polling the resource would answer its old state at once, and pass for the end of the operation.
        if is_same_path(&url, self.asked.resource) {
            return Err(answer.error(
                ErrorKind::Protocol,
                "the service named the resource itself as the place to ask for the result; read the resource to see \
                 the outcome",
            ));
        }
        Ok(url)
    }
}
