//! What one answer means for a running operation.

use http::header::LOCATION;
use http::{HeaderName, StatusCode};
use percent_encoding::percent_decode_str;
use url::Url;

use super::report::{Body, End, Progress, Standing};
use super::token::Style;
use crate::error::Kind;
use crate::wire::Answer;
use crate::{Endpoint, Error, ServiceError};

const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");

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
            Some(Style::ReadBack) => Ok(reading.resource()),
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
        if self.asked.style.is_none()
            && let Some(url) = self.operation_link(&ASYNC_OPERATION, "Azure-AsyncOperation")?
        {
            return Ok(self.poll(Style::AsyncOperation, url));
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
        if self.body.is_resource() {
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
            None => Err(self.answer.error(
                Kind::Protocol,
                "the service's report on the operation has no status; read the resource to see the outcome",
            )),
        }
    }

    /// Still running: where to ask the next time is the newest link, else the one that led here.
    fn again(self) -> Result<Step, Error> {
        let style = self.asked.style.unwrap_or(Style::Location);
        let link = match style {
            Style::AsyncOperation => {
                self.operation_link(&ASYNC_OPERATION, "Azure-AsyncOperation")?
            }
            Style::Location => self.operation_link(&LOCATION, "Location")?,
            Style::Resource | Style::ReadBack => None,
        };
        let url = match link {
            Some(url) => url,
            None if self.asked.style.is_some() => self.asked.location.clone(),
            // A poll may leave the link out when it has not changed; the write's own answer may not.
            None => {
                return Err(self.answer.error(
                    Kind::Protocol,
                    "the service accepted the write but did not say where to ask for its result; \
                     read the resource to see the outcome",
                ));
            }
        };
        Ok(self.poll(style, url))
    }

    /// The write answered with a resource that is not there yet. A Location beside it leads to the
    /// result, or, as with every 201, to the resource.
    fn resource_in_progress(self) -> Result<Step, Error> {
        Ok(match self.link(&LOCATION, "Location")? {
            Some(url) if !is_same_path(&url, self.asked.resource) => {
                self.poll(Style::Location, url)
            }
            _ => {
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
        let refusal = (!is_one).then(|| {
            self.answer.error(
                Kind::Protocol,
                "the service answered success without the resource; read the resource to see the outcome",
            )
        });
        Step::Done { refusal }
    }

    /// A link to where the operation can be asked after.
    fn operation_link(&self, name: &HeaderName, title: &str) -> Result<Option<Url>, Error> {
        let link = self.link(name, title)?;
        // Polling the resource would answer its old state at once, and pass for the end of the operation.
        if link
            .as_ref()
            .is_some_and(|url| is_same_path(url, self.asked.resource))
        {
            return Err(self.answer.error(
                Kind::Protocol,
                "the service named the resource itself as the place to ask for the result; read the resource to see \
                 the outcome",
            ));
        }
        Ok(link)
    }

    /// The link in a header, relative or absolute, with the api-version that the service gave it.
    fn link(&self, name: &HeaderName, title: &str) -> Result<Option<Url>, Error> {
        let answer = self.answer;
        let Some(link) = answer.link(name, title)? else {
            return Ok(None);
        };
        let url = self.endpoint.resolve(self.asked.location, link);
        url.map(Some).map_err(|error| {
            error
                .with_status(answer.status)
                .with_effort(answer.attempts, answer.elapsed, None)
                .with_ids(answer.request_id.clone(), answer.correlation_id.clone())
        })
    }
}

/// Whether two URLs lead to the same resource: `:` may be encoded or not, and Resource Manager ignores case.
pub(super) fn is_same_path(one: &Url, other: &Url) -> bool {
    let decoded = |url: &Url| {
        percent_decode_str(url.path().trim_end_matches('/'))
            .collect::<Vec<u8>>()
            .to_ascii_lowercase()
    };
    decoded(one) == decoded(other)
}
