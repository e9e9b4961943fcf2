//! The fault plan in force: finds the fault that a request meets, and applies it.

use std::{collections::HashMap, fmt, sync::Arc};

use hyper::{Method, body::Bytes, header};
use serde::Serialize;

use crate::{
    error::Error,
    faults::{
        check::{CheckedFault, Sending},
        fault::{Enabled, Fault, Garbage},
        plan::FaultPlan,
        rewrite_links,
    },
    http::{
        budget::Budget,
        connection::{self, Connection},
        response::Response,
    },
    ids::IdGenerator,
    service::Service,
};

/// The most resources whose requests faults count apart.
const MOST_RESOURCES: usize = 100_000;

/// A fault plan, with the counts of its faults.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    plan: FaultPlan,
    checked: Arc<[Arc<CheckedFault>]>,
    counts: Vec<Counts>,
    /// The matching requests of each path, of faults that count them apart.
    per_resource: HashMap<(usize, String), u64>,
    /// Decides with a fault's probability, and generates garbage.
    ids: Arc<IdGenerator>,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    /// The requests that matched the fault.
    fitted: u64,
    /// The requests that the fault has hit.
    hit: u64,
}

/// A plan as the control API shows it.
#[derive(Serialize)]
pub(crate) struct Shown<'a> {
    /// The seed in force, with which a run can be repeated.
    seed: u64,
    faults: Vec<ShownFault<'a>>,
}

#[derive(Serialize)]
struct ShownFault<'a> {
    #[serde(flatten)]
    fault: &'a Fault,
    #[serde(flatten)]
    counts: Counts,
}

/// A fault that hits a request.
pub(crate) struct MatchedFault {
    pub(crate) checked: Arc<CheckedFault>,
    /// The fault and the number of the hit, from which its garbage is generated.
    purpose: String,
    hit: u64,
    ids: Arc<IdGenerator>,
}

impl Faults {
    /// Puts a plan in force, with all counts at 0. `seed` is the emulator's.
    pub(crate) fn new(plan: FaultPlan, seed: u64) -> Result<Self, Error> {
        let checked = plan.check();
        let checked =
            checked.map_err(|invalid| Error::invalid(invalid.place(&plan), invalid.reason))?;
        Ok(Self {
            counts: vec![Counts::default(); checked.len()],
            checked: checked.into_iter().map(Arc::new).collect(),
            per_resource: HashMap::new(),
            ids: Arc::new(IdGenerator::new(plan.seed.unwrap_or(seed))),
            plan,
        })
    }

    pub(crate) fn shown(&self) -> Shown<'_> {
        let faults = self.plan.faults.iter().zip(&self.counts);
        let shown = faults.map(|(fault, counts)| ShownFault {
            fault,
            counts: *counts,
        });
        Shown {
            seed: self.ids.seed(),
            faults: shown.collect(),
        }
    }

    /// Switches the fault with this number, from 1, on or off; `false` if there is none.
    pub(crate) fn enable(&mut self, number: usize, enabled: bool) -> bool {
        let index = number.checked_sub(1);
        let fault = index.and_then(|index| self.plan.faults.get_mut(index));
        fault
            .map(|fault| fault.enabled = Enabled(enabled))
            .is_some()
    }

    /// Counts a request, and returns the fault that hits it.
    pub(crate) fn find(
        &mut self,
        service: Service,
        method: &str,
        path: &str,
    ) -> Option<MatchedFault> {
        let mut matched = None;
        for (index, fault) in self.plan.faults.iter().enumerate() {
            if !fault.fits(service, method, path) {
                continue;
            }
            let counts = self.counts.get_mut(index)?;
            counts.fitted += 1;
            let number = match fault.per_resource {
                false => Some((purpose(index), counts.fitted)),
                true => count(&mut self.per_resource, index, path),
            };
            let is_hit = |(purpose, number): (String, u64)| fault.hits(&purpose, number, &self.ids);
            if matched.is_none() && number.is_some_and(is_hit) {
                counts.hit += 1;
                matched = Some(MatchedFault {
                    checked: Arc::clone(self.checked.get(index)?),
                    purpose: purpose(index),
                    hit: counts.hit,
                    ids: Arc::clone(&self.ids),
                });
            }
        }
        matched
    }
}

/// Counts a request of a resource. Returns the number among its requests, with what decides on it;
/// `None` if no further resource is counted.
fn count(
    counts: &mut HashMap<(usize, String), u64>,
    index: usize,
    path: &str,
) -> Option<(String, u64)> {
    let path = path.split('?').next().unwrap_or_default();
    let key = (index, path.to_ascii_lowercase());
    if counts.len() >= MOST_RESOURCES && !counts.contains_key(&key) {
        return None;
    }
    let purpose = format!("{} of {}", purpose(index), key.1);
    let number = counts.entry(key).or_default();
    *number += 1;
    Some((purpose, *number))
}

fn purpose(index: usize) -> String {
    format!("fault {index}")
}

impl Fault {
    fn fits(&self, service: Service, method: &str, path: &str) -> bool {
        let is_method = |wanted: &String| wanted.eq_ignore_ascii_case(method);
        self.enabled.0
            && self
                .service
                .map_or(service != Service::Authority, |wanted| wanted == service)
            && self.method.as_ref().is_none_or(is_method)
            && self.path.as_ref().is_none_or(|part| path.contains(part))
    }

    /// Returns whether the fault hits the matching request with the number `fitted`, from 1.
    fn hits(&self, purpose: &str, fitted: u64, ids: &IdGenerator) -> bool {
        let first = self.nth.unwrap_or(1);
        let times = self.times.or(self.nth.map(|_| 1)).unwrap_or(u64::MAX);
        let is_chosen = fitted >= first && fitted - first < times;
        is_chosen
            && self
                .probability
                .is_none_or(|probability| ids.fraction(purpose, fitted) < probability)
    }
}

impl MatchedFault {
    /// Returns the response to send, given the service's own if it handled the request; `None` if
    /// nothing is sent that is HTTP.
    pub(crate) fn response(&self, right: Option<Response>) -> Option<Response> {
        match (&self.checked.sending, &self.checked.origin) {
            (Sending::Reset | Sending::Garbage(_), _) => None,
            (_, Some(origin)) => right.map(|response| rewrite_links::rewrite(response, origin)),
            (_, None) => self.checked.replacement.clone().or(right),
        }
    }

    /// Truncates or replaces the response on the wire, or resets the connection. `method` is the
    /// request's.
    pub(crate) fn send(
        &self,
        connection: &Connection,
        budget: &Budget,
        method: &Method,
        response: Option<&Response>,
    ) {
        let raw = match (&self.checked.sending, response) {
            (Sending::Whole, _) => return,
            (Sending::Garbage(Garbage::Text(text)), _) => Some(text.clone().into()),
            (Sending::Garbage(Garbage::Random(bytes)), _) => {
                let noise = self.ids.noise(&self.purpose, self.hit, *bytes);
                Some(noise.into())
            }
            (Sending::Truncate(bytes), Some(response)) => {
                let length = response.body().len();
                let sent = sent(method, response, *bytes);
                Some(written(response, length, sent))
            }
            (Sending::ContentLength(length), Some(response)) => {
                let sent = sent(method, response, usize::MAX);
                Some(written(response, length, sent))
            }
            (Sending::Reset, _) | (_, None) => None,
        };
        // Without room for it, the connection is reset.
        match raw.and_then(|raw| budget.raw(raw)) {
            Some(raw) => connection.raw(raw),
            None => connection.reset(),
        }
    }
}

/// Returns the part of a body that is sent: none of it for HEAD.
fn sent<'a>(method: &Method, response: &'a Response, limit: usize) -> &'a [u8] {
    let end = match *method {
        Method::HEAD => 0,
        _ => limit.min(response.body().len()),
    };
    response.body().get(..end).unwrap_or_default()
}

/// Returns the bytes of a response with a `Content-Length` that may be wrong.
fn written(response: &Response, length: impl fmt::Display, body: &[u8]) -> Bytes {
    let reason = response.status().canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", response.status().as_u16()).into_bytes();
    let headers = response.headers().iter();
    for (name, value) in headers.filter(|(name, _)| *name != header::CONTENT_LENGTH) {
        bytes.extend_from_slice(connection::spell(name).as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    bytes.extend_from_slice(body);
    bytes.into()
}
