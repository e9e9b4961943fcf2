//! What the services do wrong on purpose, by a plan.

use std::{collections::BTreeMap, str::FromStr};

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, StatusCode},
};
use serde::Deserialize;

use crate::{Error, Service, call::Reply};

/// Which requests meet which fault.
///
/// Read from TOML. Each `[[fault]]` says what it is about, all of it optional: `service`, `method`, a part of the `path`
/// with its query, and `nth`, which of the requests that fit (from 1; each of them by default). It answers with a `status`
/// and, if they are there, `headers` and a `body`; or it closes the connection without an answer: `reset = true`. With
/// `committed = true` the service does what was asked before that. Of several that fit, the first one counts.
///
/// ```
/// use billing_emulator::FaultPlan;
///
/// // The first update is done, and its answer is lost; each poll is told to wait.
/// let plan: FaultPlan = r#"
///     [[fault]]
///     service = "partner"
///     method = "PUT"
///     nth = 1
///     committed = true
///     reset = true
///
///     [[fault]]
///     service = "arm"
///     path = "/operationResults/"
///     status = 429
///     headers = { Retry-After = "5" }
/// "#
/// .parse()?;
/// # Ok::<(), billing_emulator::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct FaultPlan(Vec<Fault>);

#[derive(Debug, Clone)]
struct Fault {
    entry: Entry,
    outcome: Outcome,
}

#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Answer(StatusCode, Vec<(HeaderName, HeaderValue)>, Bytes),
    Reset,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "fault")]
    faults: Vec<Entry>,
}

/// One `[[fault]]` as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    service: Option<Service>,
    method: Option<String>,
    #[serde(default)]
    path: String,
    nth: Option<u64>,
    #[serde(default)]
    committed: bool,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    #[serde(default)]
    reset: bool,
}

impl FromStr for FaultPlan {
    type Err = Error;

    /// # Errors
    ///
    /// [`Error::InvalidData`], which says where and what would do.
    fn from_str(text: &str) -> Result<Self, Error> {
        let file: File = toml::from_str(text).map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.unwrap_or_default().matches('\n').count() + 1;
            Error::invalid(format!("line {line}"), error.message())
        })?;
        let faults = file.faults.into_iter().enumerate().map(|(index, entry)| {
            let outcome = entry
                .outcome()
                .map_err(|reason| Error::invalid(format!("fault {}", index + 1), reason))?;
            Ok(Fault { entry, outcome })
        });
        faults.collect::<Result<_, _>>().map(Self)
    }
}

impl Entry {
    fn outcome(&self) -> Result<Outcome, String> {
        if self.nth == Some(0) {
            return Err("nth counts from 1".to_owned());
        }
        let status = match (self.status, self.reset) {
            (Some(status), false) => status,
            (None, true) if self.headers.is_empty() && self.body.is_none() => {
                return Ok(Outcome::Reset);
            }
            (None, true) => return Err("a reset has neither headers nor body".to_owned()),
            _ => return Err("give either a status or reset = true".to_owned()),
        };
        let status = StatusCode::from_u16(status)
            .ok()
            .filter(|status| !status.is_informational())
            .ok_or_else(|| format!("{status} is not the status of an answer: 200 to 999"))?;
        let headers = self.headers.iter().map(|(name, value)| {
            let header = name.parse::<HeaderName>().ok().zip(value.parse().ok());
            header.ok_or_else(|| format!("`{name}: {value}` is not a header"))
        });
        let body = self.body.clone().unwrap_or_default();
        Ok(Outcome::Answer(
            status,
            headers.collect::<Result<_, _>>()?,
            body.into(),
        ))
    }

    fn fits(&self, service: Service, method: &str, path: &str) -> bool {
        self.service.is_none_or(|wanted| wanted == service)
            && self
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.contains(&self.path)
    }
}

impl FaultPlan {
    /// Whether the service does what this request asks, and what it answers if not with the outcome of that. `fitted` is how
    /// many requests have fitted each fault so far.
    pub(crate) fn meet(
        &self,
        fitted: &mut Vec<u64>,
        service: Service,
        method: &str,
        path: &str,
    ) -> (bool, Option<Outcome>) {
        fitted.resize(self.0.len(), 0);
        let mut met = None;
        for (fault, count) in self.0.iter().zip(fitted) {
            if fault.entry.fits(service, method, path) {
                *count += 1;
                if fault.entry.nth.is_none_or(|nth| nth == *count) {
                    met = met.or(Some(fault));
                }
            }
        }
        match met {
            None => (true, None),
            Some(fault) => (fault.entry.committed, Some(fault.outcome.clone())),
        }
    }
}

impl Outcome {
    /// The answer; `None` for none at all.
    pub(crate) fn into_reply(self) -> Option<Reply> {
        let Self::Answer(status, headers, body) = self else {
            return None;
        };
        let mut reply = Reply::new(body);
        *reply.status_mut() = status;
        reply.headers_mut().extend(headers);
        Some(reply)
    }
}
