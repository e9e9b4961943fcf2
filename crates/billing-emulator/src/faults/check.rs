//! Checks a fault, and turns it into what the emulator does.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use hyper::{
    StatusCode, Uri,
    header::{self, HeaderName, HeaderValue},
};

use crate::{
    clock::{self, Clock},
    error::Error,
    faults::{
        fault::{Fault, Garbage, OperationOutcome},
        plan::FaultPlan,
    },
    http::response::{self, Response},
    service::Service,
};

/// The most bytes of generated garbage.
const GARBAGE_LIMIT: usize = 1024 * 1024;

/// The most statuses of an operation, and the most bytes of each: every operation that is
/// remembered has its own.
const MOST_STATUSES: usize = 100;

/// The body of a request whose resource is locked.
const LOCK_CONFLICT: &str = r#"{"error":{"code":"RetryableErrorDueToAnotherOperation","message":"Another operation is changing this resource. Please retry later."}}"#;
const LONGEST_STATUS: usize = 100;

/// A fault that has been checked.
#[derive(Debug)]
pub(crate) struct CheckedFault {
    pub(crate) name: String,
    /// The response that replaces the service's own.
    pub(super) replacement: Option<Response>,
    /// Whether the service handles the request.
    pub(crate) is_done: bool,
    pub(super) sending: Sending,
    /// The origin that links are rewritten to.
    pub(super) origin: Option<String>,
    /// Whether the service handles the request twice.
    pub(crate) is_duplicate: bool,
    pub(crate) operation: PlannedOperation,
    /// The delay before the response is sent.
    pub(crate) delay: Duration,
    /// The change of the clock, which comes before everything else.
    pub(crate) clock: Option<ClockChange>,
}

/// The operation that a request begins, as a fault plans it.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlannedOperation {
    /// How it ends.
    pub(crate) outcome: Option<OperationOutcome>,
    /// After which time it ends by the clock, and not by polls.
    pub(crate) time: Option<Duration>,
}

/// What happens to a response on the wire.
#[derive(Debug, Clone)]
pub(crate) enum Sending {
    Whole,
    Reset,
    Garbage(Garbage),
    Truncate(usize),
    ContentLength(u64),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum ClockChange {
    By(Duration),
    To(SystemTime),
}

impl ClockChange {
    pub(crate) fn apply(self, clock: &Clock) -> Result<(), Error> {
        match self {
            Self::By(by) => clock.advance(by),
            Self::To(time) => clock.set(time),
        }
    }
}

/// An invalid fault and, if one field is to blame, its name.
#[derive(Debug)]
pub(super) struct InvalidFault {
    pub(super) index: usize,
    pub(super) member: Option<&'static str>,
    pub(super) reason: String,
}

type Checks<T> = Result<T, (Option<&'static str>, String)>;

fn refuse<T>(member: &'static str, reason: impl Into<String>) -> Checks<T> {
    Err((Some(member), reason.into()))
}

impl FaultPlan {
    pub(super) fn check(&self) -> Result<Vec<CheckedFault>, InvalidFault> {
        let mut checked: Vec<CheckedFault> = Vec::new();
        let mut names = HashSet::new();
        for (index, fault) in self.faults.iter().enumerate() {
            let fault = fault.check(index).and_then(|fault| {
                if names.insert(fault.name.clone()) {
                    return Ok(fault);
                }
                refuse("name", "another fault has this name")
            });
            let invalid = |(member, reason)| InvalidFault {
                index,
                member,
                reason,
            };
            checked.push(fault.map_err(invalid)?);
        }
        Ok(checked)
    }

    /// Returns `fault 2` by the number, with the name if there is one.
    pub(super) fn describe(&self, index: usize) -> String {
        let name = self.faults.get(index).and_then(|fault| fault.name.as_ref());
        let name = name.filter(|name| !name.is_empty());
        let name = name.map_or_else(String::new, |name| format!(" ({name})"));
        format!("{}{name}", number(index))
    }
}

impl InvalidFault {
    /// Names the fault and the field.
    pub(super) fn place(&self, plan: &FaultPlan) -> String {
        let fault = plan.describe(self.index);
        match self.member {
            Some(member) => format!("{fault}, {member}"),
            None => fault,
        }
    }
}

fn number(index: usize) -> String {
    format!("fault {}", index.saturating_add(1))
}

impl Fault {
    fn check(&self, index: usize) -> Checks<CheckedFault> {
        self.check_choice()?;
        let sending = self.sending()?;
        let replacement = self.replacement()?;
        let is_replaced =
            replacement.is_some() || matches!(sending, Sending::Reset | Sending::Garbage(_));
        if self.committed && !is_replaced {
            return refuse(
                "committed",
                "has an effect only with status, locked, reset or garbage",
            );
        }
        if replacement.is_some() && matches!(sending, Sending::Reset | Sending::Garbage(_)) {
            let member = if self.locked { "locked" } else { "status" };
            return refuse(member, "not with reset or garbage: give one of them");
        }
        let is_done = self.committed || !is_replaced;
        if self.duplicate && !is_done {
            return refuse("duplicate", "nothing is handled without committed = true");
        }
        let checked = CheckedFault {
            name: self.name.clone().unwrap_or_else(|| number(index)),
            is_done,
            origin: self.origin(is_replaced)?,
            is_duplicate: self.duplicate,
            operation: PlannedOperation {
                outcome: self.outcome(is_done)?,
                time: self.time_of_operation(is_done)?,
            },
            delay: Duration::from_millis(self.delay_ms.unwrap_or(0)),
            clock: self.clock()?,
            replacement,
            sending,
        };
        let does_something = is_replaced
            || !matches!(checked.sending, Sending::Whole)
            || checked.origin.is_some()
            || checked.is_duplicate
            || checked.operation.outcome.is_some()
            || checked.operation.time.is_some()
            || checked.clock.is_some()
            || self.delay_ms.is_some();
        if !does_something {
            return Err((
                None,
                "say what goes wrong: status, locked, reset, garbage, duplicate, truncate, content_length, \
                 location, operation, operation_time_s, delay_ms, clock_advance_s or clock_set"
                    .to_owned(),
            ));
        }
        Ok(checked)
    }

    fn check_choice(&self) -> Checks<()> {
        if self.name.as_ref().is_some_and(String::is_empty) {
            return refuse("name", "must not be empty; leave it out");
        }
        if self.nth == Some(0) {
            return refuse("nth", "counts from 1");
        }
        if self.times == Some(0) {
            return refuse(
                "times",
                "must be 1 or more; enabled = false switches a fault off",
            );
        }
        match self.probability {
            Some(probability) if !(0.0..=1.0).contains(&probability) => {
                refuse("probability", "must be from 0 to 1, as in 0.05")
            }
            _ => Ok(()),
        }
    }

    fn sending(&self) -> Checks<Sending> {
        let mut all = Vec::new();
        if self.reset {
            all.push(("reset", Sending::Reset));
        }
        if let Some(garbage) = &self.garbage {
            let is_allowed = match garbage {
                Garbage::Random(bytes) => (1..=GARBAGE_LIMIT).contains(bytes),
                Garbage::Text(text) => !text.is_empty(),
            };
            if !is_allowed {
                return refuse("garbage", "must be 1 to 1048576 bytes, or a text");
            }
            all.push(("garbage", Sending::Garbage(garbage.clone())));
        }
        if let Some(bytes) = self.truncate {
            all.push(("truncate", Sending::Truncate(bytes)));
        }
        if let Some(bytes) = self.content_length {
            all.push(("content_length", Sending::ContentLength(bytes)));
        }
        if let [(first, _), (second, _), ..] = all.as_slice() {
            return refuse(second, format!("not with {first}: give one of them"));
        }
        Ok(all.pop().map_or(Sending::Whole, |(_, sending)| sending))
    }

    fn replacement(&self) -> Checks<Option<Response>> {
        if self.locked {
            return self.lock_conflict().map(Some);
        }
        let Some(status) = self.status else {
            return match (self.headers.is_empty(), &self.body) {
                (true, None) => Ok(None),
                (false, _) => refuse("headers", "only with a status"),
                (true, Some(_)) => refuse("body", "only with a status"),
            };
        };
        let status = StatusCode::from_u16(status).ok();
        let Some(status) = status.filter(|status| !status.is_informational()) else {
            return refuse("status", "must be the status of a response: 200 to 999");
        };
        let mut response = response::empty(status);
        self.add_headers(&mut response)?;
        let body = self.body.clone().unwrap_or_default();
        let has_none = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status);
        if has_none && !body.is_empty() {
            return refuse(
                "body",
                format!("a response with status {} has none", status.as_u16()),
            );
        }
        *response.body_mut() = body.into();
        Ok(Some(response))
    }

    /// Returns the response of Resource Manager for a resource that is locked. The code is
    /// recorded, the text is ours.
    fn lock_conflict(&self) -> Checks<Response> {
        if self.service != Some(Service::Arm) {
            return refuse(
                "locked",
                "only Resource Manager locks: add service = \"arm\"",
            );
        }
        if self.status.is_some() {
            return refuse("status", "not with locked, which has one");
        }
        if self.body.is_some() {
            return refuse("body", "not with locked, which has one");
        }
        let content_type = "application/json; charset=utf-8";
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut response = response::with_type(status, content_type, LOCK_CONFLICT);
        self.add_headers(&mut response)?;
        Ok(response)
    }

    fn add_headers(&self, response: &mut Response) -> Checks<()> {
        for (name, value) in &self.headers {
            let header = name.parse::<HeaderName>().ok();
            let Some((name, value)) = header.zip(value.parse::<HeaderValue>().ok()) else {
                return refuse("headers", format!("`{name}: {value}` is not a header"));
            };
            if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(&name) {
                return refuse(
                    "headers",
                    format!("{name} follows from the body; content_length gives a wrong one"),
                );
            }
            response.headers_mut().insert(name, value);
        }
        Ok(())
    }

    fn origin(&self, is_replaced: bool) -> Checks<Option<String>> {
        let Some(origin) = &self.location else {
            return Ok(None);
        };
        if is_replaced {
            return refuse(
                "location",
                "only in the service's response: leave out status, locked, reset and garbage",
            );
        }
        let uri = origin.parse::<Uri>().unwrap_or_default();
        let is_origin = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.path_and_query().is_none_or(|path| path == "/");
        match uri.authority() {
            Some(_) if is_origin => Ok(Some(origin.trim_end_matches('/').to_owned())),
            _ => refuse(
                "location",
                "must be an origin, as in https://stranger.example.com",
            ),
        }
    }

    fn outcome(&self, is_done: bool) -> Checks<Option<OperationOutcome>> {
        let Some(operation) = &self.operation else {
            return Ok(None);
        };
        if self.service.is_some_and(|service| service != Service::Arm) {
            return refuse("operation", "only service = \"arm\" has operations");
        }
        if !is_done {
            return refuse("operation", "nothing begins without committed = true");
        }
        if let OperationOutcome::Statuses(names) = operation
            && !((1..=MOST_STATUSES).contains(&names.len())
                && names
                    .iter()
                    .all(|name| (1..=LONGEST_STATUS).contains(&name.len())))
        {
            return refuse("operation", "must be 1 to 100 names of 1 to 100 bytes each");
        }
        Ok(Some(operation.clone()))
    }

    fn time_of_operation(&self, is_done: bool) -> Checks<Option<Duration>> {
        let Some(seconds) = self.operation_time_s else {
            return Ok(None);
        };
        if self.service.is_some_and(|service| service != Service::Arm) {
            return refuse("operation_time_s", "only service = \"arm\" has operations");
        }
        if !is_done {
            return refuse(
                "operation_time_s",
                "nothing begins without committed = true",
            );
        }
        match Duration::try_from_secs_f64(seconds) {
            Ok(time) => Ok(Some(time)),
            Err(_) => refuse("operation_time_s", "must be a number of seconds, 0 or more"),
        }
    }

    fn clock(&self) -> Checks<Option<ClockChange>> {
        match (self.clock_advance_s, &self.clock_set) {
            (None, None) => Ok(None),
            (Some(seconds), None) => match Duration::try_from_secs_f64(seconds) {
                Ok(by) => Ok(Some(ClockChange::By(by))),
                Err(_) => refuse("clock_advance_s", "must be a number of seconds, 0 or more"),
            },
            (None, Some(time)) => match clock::parse(time).filter(clock::is_in_range) {
                Some(time) => Ok(Some(ClockChange::To(time))),
                None => refuse(
                    "clock_set",
                    "must be a time as in 2026-01-31T08:30:00Z, within the years 1970 to 9999",
                ),
            },
            (Some(_), Some(_)) => refuse("clock_set", "not with clock_advance_s: give one of them"),
        }
    }
}
