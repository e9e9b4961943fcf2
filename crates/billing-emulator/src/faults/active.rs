//! The plan that is in force: which of its faults a request meets.

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{Method, header},
};
use serde::Serialize;

use super::{
    Fault, FaultPlan, Garbage, OperationOutcome,
    check::{Checked, Move, Sending},
    foreign,
};
use crate::{
    Error, Service,
    budget::Budget,
    call::Reply,
    numbers::Numbers,
    state::Context,
    wire::{self, AnyName, Wire},
};

/// A plan and how far it has come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    plan: FaultPlan,
    checked: Arc<[Arc<Checked>]>,
    counts: Vec<Counts>,
    /// What decides about the probable.
    numbers: Arc<Numbers>,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    /// How many requests have fitted it.
    fitted: u64,
    /// How many it has hit.
    hit: u64,
}

/// A plan as the control API shows it.
#[derive(Serialize)]
pub(crate) struct Shown<'a> {
    /// The one in force, so that a run can be repeated for which nobody chose one.
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

/// A fault that a request has met.
pub(crate) struct Met {
    fault: Arc<Checked>,
    /// Which fault and which of its hits, from which its garbage follows.
    purpose: String,
    hit: u64,
    numbers: Arc<Numbers>,
}

impl Faults {
    /// A plan of which nothing has happened yet. `seed` is the emulator's.
    pub(crate) fn new(plan: FaultPlan, seed: u64) -> Result<Self, Error> {
        let checked = match plan.check() {
            Ok(checked) => checked,
            Err(misfit) => return Err(misfit.into_error(&plan)),
        };
        Ok(Self {
            counts: vec![Counts::default(); checked.len()],
            checked: checked.into_iter().map(Arc::new).collect(),
            numbers: Arc::new(Numbers::new(plan.seed.unwrap_or(seed))),
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
            seed: self.numbers.seed(),
            faults: shown.collect(),
        }
    }

    /// Switches the fault of this number, from 1, on or off; `false` where there is none.
    pub(crate) fn enable(&mut self, number: usize, enabled: bool) -> bool {
        let index = number.checked_sub(1);
        let fault = index.and_then(|index| self.plan.faults.get_mut(index));
        fault.map(|fault| fault.enabled = enabled).is_some()
    }

    /// Counts a request, and tells which fault hits it.
    pub(crate) fn meet(&mut self, service: Service, method: &str, path: &str) -> Option<Met> {
        let mut met = None;
        for (index, fault) in self.plan.faults.iter().enumerate() {
            if !fault.fits(service, method, path) {
                continue;
            }
            let counts = self.counts.get_mut(index)?;
            counts.fitted += 1;
            if met.is_none() && fault.hits(index, counts.fitted, &self.numbers) {
                counts.hit += 1;
                met = Some(Met {
                    fault: Arc::clone(self.checked.get(index)?),
                    purpose: purpose(index),
                    hit: counts.hit,
                    numbers: Arc::clone(&self.numbers),
                });
            }
        }
        met
    }
}

fn purpose(index: usize) -> String {
    format!("fault {index}")
}

impl Fault {
    fn fits(&self, service: Service, method: &str, path: &str) -> bool {
        let is_method = |wanted: &String| wanted.eq_ignore_ascii_case(method);
        self.enabled
            && self
                .service
                .map_or(service != Service::Authority, |wanted| wanted == service)
            && self.method.as_ref().is_none_or(is_method)
            && self.path.as_ref().is_none_or(|part| path.contains(part))
    }

    /// Whether it hits the request that was the `fitted`th to fit, from 1.
    fn hits(&self, index: usize, fitted: u64, numbers: &Numbers) -> bool {
        let first = self.nth.unwrap_or(1);
        let times = self.times.or(self.nth.map(|_| 1)).unwrap_or(u64::MAX);
        let is_chosen = fitted >= first && fitted - first < times;
        is_chosen
            && self
                .probability
                .is_none_or(|probability| numbers.fraction(&purpose(index), fitted) < probability)
    }
}

impl Met {
    pub(crate) fn name(&self) -> &str {
        &self.fault.name
    }

    /// Moves the clock, which comes before everything else.
    pub(crate) fn move_clock(&self, context: &Context) {
        // It stays where it is rather than leave its years.
        let _ = match self.fault.clock {
            None => Ok(()),
            Some(Move::By(by)) => context.move_clock(|clock| clock.advance(by)),
            Some(Move::To(time)) => context.move_clock(|clock| clock.set(time)),
        };
    }

    /// Whether the service does what it was asked.
    pub(crate) fn is_done(&self) -> bool {
        self.fault.is_done
    }

    /// How the operation ends that the request begins.
    pub(crate) fn operation(&self) -> Option<OperationOutcome> {
        self.fault.operation.clone()
    }

    /// What is answered, given the right answer if there is one: `None` for nothing that is HTTP.
    pub(crate) fn answer(&self, right: Option<Reply>) -> Option<Reply> {
        let mut reply = match (&self.fault.sending, &self.fault.origin) {
            (Sending::Reset | Sending::Garbage(_), _) => None,
            (_, Some(origin)) => right.map(|reply| foreign::lead(reply, origin)),
            (_, None) => self.fault.reply().or(right),
        }?;
        reply.extensions_mut().insert(AnyName);
        Some(reply)
    }

    /// How much later the answer comes.
    pub(crate) fn delay(&self) -> Duration {
        self.fault.delay
    }

    /// Spoils an answer on its way; without any, breaks the connection or sends what is none.
    /// `method` is the request's.
    pub(crate) fn send(
        &self,
        wire: &Wire,
        budget: &Budget,
        method: &Method,
        reply: Option<&Reply>,
    ) {
        let raw = match (&self.fault.sending, reply) {
            (Sending::Whole, _) => return,
            (Sending::Garbage(Garbage::Text(text)), _) => Some(text.clone().into()),
            (Sending::Garbage(Garbage::Random(bytes)), _) => {
                let noise = self.numbers.noise(&self.purpose, self.hit, *bytes);
                Some(noise.into())
            }
            (Sending::Truncate(bytes), Some(reply)) => {
                let length = reply.body().len();
                let sent = sent(method, reply, *bytes);
                Some(written(reply, length, sent))
            }
            (Sending::ContentLength(length), Some(reply)) => {
                let sent = sent(method, reply, usize::MAX);
                Some(written(reply, length, sent))
            }
            (Sending::Reset, _) | (_, None) => None,
        };
        // Where there is no room for it, the connection breaks all the same.
        match raw.and_then(|raw| budget.raw(raw)) {
            Some(raw) => wire.raw(raw),
            None => wire.reset(),
        }
    }
}

/// What is sent of a body, of which HEAD is told no more than the length.
fn sent<'a>(method: &Method, reply: &'a Reply, limit: usize) -> &'a [u8] {
    let end = match *method {
        Method::HEAD => 0,
        _ => limit.min(reply.body().len()),
    };
    reply.body().get(..end).unwrap_or_default()
}

/// An answer as it is written, with a length that need not be that of its body.
fn written(reply: &Reply, length: impl fmt::Display, body: &[u8]) -> Bytes {
    let reason = reply.status().canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", reply.status().as_u16()).into_bytes();
    let headers = reply.headers().iter();
    for (name, value) in headers.filter(|(name, _)| *name != header::CONTENT_LENGTH) {
        bytes.extend_from_slice(wire::spell(name).as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    bytes.extend_from_slice(body);
    bytes.into()
}
