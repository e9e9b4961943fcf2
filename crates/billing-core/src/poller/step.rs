//! What one answer means for a running operation.

use http::header::LOCATION;
use http::{HeaderName, StatusCode};
use url::Url;

use super::report::{Body, End, Progress, Standing};
use super::token::Style;
use crate::error::Kind;
use crate::identity::is_same_path;
use crate::wire::Answer;
use crate::{Endpoint, Error, ServiceError};

pub(crate) const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");

pub(super) enum Step {
    /// The body is the resource, or there is nothing else that it may be; then with the error if it is not.
    Done { refusal: Option<Error> },
    /// Not finished: ask there again.
    Poll {
        style: Style,
        url: Url,
        progress: Progress,
    },
    /// Finished, but without the resource: it has to be read.
    ReadBack,
    /// Finished without success.
    Failed(Error),
}

/// Whether the answer to a write names no operation, so that its body is the result.
pub(super) fn is_result(answer: &Answer) -> bool {
    matches!(answer.status, StatusCode::OK | StatusCode::CREATED)
        && !answer.headers.contains_key(&ASYNC_OPERATION)
}

/// What an answer answers.
pub(super) struct Asked<'a> {
    /// What is written.
    pub(super) resource: &'a Url,
    /// Where the request went.
    pub(super) location: &'a Url,
    /// How it asked; `None` if it was the write itself.
    pub(super) style: Option<Style>,
}

/// An answer, and what it answers.
struct Reading<'a> {
    endpoint: &'a Endpoint,
    asked: Asked<'a>,
    answer: &'a Answer,
    body: Body,
}

impl Step {
    pub(super) fn read(
        endpoint: &Endpoint,
        asked: Asked<'_>,
        answer: &Answer,
    ) -> Result<Self, Error> {
        let reading = Reading {
            endpoint,
            asked,
            body: Body::read(&answer.body),
            answer,
        };
        match reading.asked.style {
            Some(Style::ReadBack | Style::Lost) => Ok(reading.resource()),
            Some(Style::AsyncOperation) => reading.report(),
            None | Some(Style::Location | Style::Resource) => reading.result(),
        }
    }
}

impl Reading<'_> {
    /// The answer to the write, or what stands for it: the result under its Location, or the resource.
    fn result(self) -> Result<Step, Error> {
        // Preferred over the Location ("Track asynchronous Azure operations", "URL to monitor status"),
        // and with it not even a 200 is the end.
        if self.asked.style.is_none() && self.answer.headers.contains_key(&ASYNC_OPERATION) {
            return self.first_link();
        }
        if self.answer.status == StatusCode::ACCEPTED {
            return self.again();
        }
        if self.answer.is_empty() && self.asked.style != Some(Style::Resource) {
            return Ok(Step::ReadBack);
        }
        if self.body.is_report() {
            return self.by_status();
        }
        if self.body.is_resource() && self.body.is_about(self.asked.resource) {
            match self.body.provisioning_state() {
                Standing::Running if self.asked.style.is_none() => {
                    return self.resource_in_progress();
                }
                Standing::Running => return self.again(),
                Standing::Ended(end) => return Ok(self.ended(end)),
                Standing::Succeeded => {}
            }
        }
        Ok(self.resource())
    }

    /// The answer of an Azure-AsyncOperation, which is a report whatever its status.
    fn report(self) -> Result<Step, Error> {
        if self.answer.status == StatusCode::ACCEPTED && self.answer.is_empty() {
            return self.again();
        }
        self.by_status()
    }

    fn by_status(self) -> Result<Step, Error> {
        match self.body.status() {
            Some(Standing::Running) => self.again(),
            Some(Standing::Succeeded) => Ok(Step::ReadBack),
            Some(Standing::Ended(end)) => Ok(self.ended(end)),
            // Nothing is said, so nothing has changed.
            None if self.body.is_object() => self.again(),
            None => Err(self.answer.error(
                Kind::Protocol,
                "the service's report on the operation is not a JSON object; read the resource to see the outcome",
            )),
        }
    }

    /// Where the first poll goes: whichever of the two links can be followed.
    fn first_link(self) -> Result<Step, Error> {
        let reported = self.operation_link(&ASYNC_OPERATION);
        let refused = match reported {
            Ok(Some(url)) => return Ok(self.poll(Style::AsyncOperation, url)),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        match self.operation_link(&LOCATION) {
            Ok(Some(url)) => Ok(self.poll(Style::Location, url)),
            Ok(None) => Err(refused.unwrap_or_else(|| self.without_link())),
            Err(error) => Err(refused.unwrap_or(error)),
        }
    }

    /// Still running: where to ask the next time is the newest link, else the one that led here.
    fn again(self) -> Result<Step, Error> {
        let Some(style) = self.asked.style else {
            return self.first_link();
        };
        // A poll may leave the link out when it has not changed; the write's own answer may not.
        let link = match style {
            Style::AsyncOperation => self.operation_link(&ASYNC_OPERATION)?,
            Style::Location => self.operation_link(&LOCATION)?,
            Style::Resource | Style::ReadBack | Style::Lost => None,
        };
        let url = link.unwrap_or_else(|| self.asked.location.clone());
        Ok(self.poll(style, url))
    }

    fn without_link(&self) -> Error {
        self.answer.error(
            Kind::Protocol,
            "the service accepted the write but did not say where to ask for its result; \
             read the resource to see the outcome",
        )
    }

    /// The write answered with a resource that is not there yet. A Location beside it leads to the
    /// result, or, as with every 201, to the resource.
    fn resource_in_progress(self) -> Result<Step, Error> {
        Ok(match self.operation_link(&LOCATION) {
            Ok(Some(url)) => self.poll(Style::Location, url),
            Ok(None) | Err(_) => {
                let resource = self.asked.resource.clone();
                self.poll(Style::Resource, resource)
            }
        })
    }

    fn poll(self, style: Style, url: Url) -> Step {
        Step::Poll {
            style,
            url,
            progress: self.body.progress(),
        }
    }

    /// The operation's own error is in a report; a resource that failed has none, and is not repeated.
    fn ended(self, end: End) -> Step {
        let mut message = format!("the operation ended as {end:?}");
        let report = (self.asked.style == Some(Style::AsyncOperation) || self.body.is_report())
            .then(|| ServiceError::read(&self.answer.body));
        if let Some(code) = report.as_ref().and_then(ServiceError::shown_code) {
            message.push_str(&format!(", code {code}"));
        }
        let kind = match end {
            End::Failed => Kind::OperationFailed,
            End::Canceled => Kind::OperationCanceled,
        };
        let error = self.answer.error(kind, message);
        // Nobody promises that what was begun is undone.
        let error = error.with_effect(true);
        Step::Failed(match report {
            Some(report) => error.with_service(report),
            None => error,
        })
    }

    fn resource(self) -> Step {
        let is_one = self.body.is_resource() && !self.body.is_report();
        let refusal = if !is_one {
            Some(self.answer.error(
                Kind::Protocol,
                "the service answered success without the resource; read the resource to see the outcome",
            ))
        } else if !self.body.is_about(self.asked.resource) {
            Some(self.answer.about_other_resource())
        } else {
            None
        };
        Step::Done { refusal }
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
                Kind::Protocol,
                "the service named the resource itself as the place to ask for the result; read the resource to see \
                 the outcome",
            ));
        }
        Ok(url)
    }
}
