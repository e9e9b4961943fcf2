//! The rate limits of a run: when a request that several of them count may leave.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use crate::pacing::key::{Key, Keys, Scope};
use crate::pacing::pacer::{Pacer, Sent};
use crate::pacing::prior::Prior;
use crate::pacing::rate::Rate;
use crate::pacing::readiness::{Pause, Readiness, Waiting};
use crate::pacing::saved::Learned;
use crate::pacing::signal::Signal;

/// The pacing of all requests of a run, each by its [`Keys`].
///
/// A request passes in two steps: [`ready_at`](Self::ready_at) tells when it may leave, and
/// [`sent`](Self::sent) notes that it leaves. Its [`Ticket`] comes back with what the response said
/// ([`received`](Self::received)), or without a response ([`lost`](Self::lost)).
#[derive(Debug)]
pub struct Pacers {
    rate: Rate,
    pacers: HashMap<Key, Pacer>,
    /// What earlier runs learned, and the time of day when it was loaded.
    learned: (Learned, SystemTime),
    /// The number of pacers above which idle ones are looked for.
    sweep_above: usize,
}

/// A request that was sent: what the pacers remember of it.
#[derive(Debug)]
#[must_use = "a probe whose response is not reported blocks its key for two minutes"]
pub struct Ticket {
    keys: Keys,
    outer: Sent,
    inner: Option<Sent>,
}

/// The fewest pacers among which idle ones are looked for.
const SWEEP_ABOVE: usize = 64;

impl Pacers {
    /// Returns pacers that start from the documented limits of each key's origin.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            pacers: HashMap::new(),
            learned: (Learned::default(), SystemTime::UNIX_EPOCH),
            sweep_above: SWEEP_ABOVE,
        }
    }

    /// Changes the rate. What was learned of the limits stays.
    pub fn set_rate(&mut self, rate: Rate) {
        let is_switched = (self.rate == Rate::Unlimited) != (rate == Rate::Unlimited);
        self.rate = rate;
        if is_switched {
            // Unlimited pacers know no limits: those that need some begin from the prior.
            self.pacers
                .retain(|key, _| key.scope == Scope::PartnerCustomer);
            return;
        }
        for (key, pacer) in &mut self.pacers {
            if key.scope != Scope::PartnerCustomer {
                pacer.set_rate(rate);
            }
        }
    }

    /// Returns when a request may be sent. `left` is the number of requests of these keys that the
    /// run still has to send, with this one: the last ones may use up what pacing keeps in reserve.
    /// Pass `u64::MAX` if it is not known.
    ///
    /// The result holds until the next [`sent`](Self::sent), [`received`](Self::received) or
    /// [`lost`](Self::lost); ask again then.
    pub fn ready_at(&self, keys: &Keys, now: Duration, left: u64) -> Readiness {
        let ready_at = |key: &Key| {
            let pacer = self.pacers.get(key);
            pacer.map_or(Readiness::Ready, |pacer| pacer.ready_at(now, left))
        };
        ready_at(keys.outer()).and(ready_at(keys.inner()))
    }

    /// Notes that a request is being sent.
    pub fn sent(&mut self, keys: &Keys, now: Duration) -> Ticket {
        let outer = self.pacer(keys.outer(), now).sent(now);
        let inner = self.existing_inner(keys, now).map(|pacer| pacer.sent(now));
        Ticket {
            keys: keys.clone(),
            outer,
            inner,
        }
    }

    /// Notes what the response to a request said. Returns the pause that it began, if the request
    /// was refused because of a rate limit.
    pub fn received(&mut self, ticket: Ticket, now: Duration, signal: &Signal) -> Option<Pause> {
        if signal.is_refused {
            return Some(self.rejected(ticket, now, signal));
        }
        let Ticket { keys, outer, inner } = ticket;
        self.pacer(keys.outer(), now)
            .accepted(outer, now, signal.remaining);
        if let (Some(inner), Some(pacer)) = (inner, self.existing_inner(&keys, now)) {
            pacer.accepted(inner, now, None);
        }
        None
    }

    /// Notes that a request has no response, or one that says nothing about rate limits: no
    /// connection, a timeout, 503.
    pub fn lost(&mut self, ticket: Ticket, now: Duration) {
        let Ticket { keys, outer, inner } = ticket;
        self.pacer(keys.outer(), now).lost(outer, now);
        if let (Some(inner), Some(pacer)) = (inner, self.existing_inner(&keys, now)) {
            pacer.lost(inner, now);
        }
    }

    /// Returns why requests wait now, one entry for each key that makes them wait.
    pub fn waiting(&self, now: Duration) -> Vec<Waiting> {
        let mut waiting: Vec<_> = self
            .pacers
            .iter()
            .filter_map(|(key, pacer)| {
                let (until, reason) = pacer.waiting(now)?;
                Some(Waiting {
                    key: key.clone(),
                    until,
                    reason,
                })
            })
            .collect();
        waiting.sort_by(|one, other| one.key.cmp(&other.key));
        waiting
    }

    /// Returns which part of the lowest rate limit of these keys a rate of writes is; `None` if no
    /// limit is known.
    pub(crate) fn quota(&self, keys: &Keys, rate: f64) -> Option<f64> {
        // The limits of Partner Center count the read before each write, too.
        let rate = match keys.outer().scope {
            Scope::PartnerTenant => 2.0 * rate,
            _ => rate,
        };
        let limits = [keys.outer(), keys.inner()].into_iter();
        let limits = limits.filter_map(|key| self.pacers.get(key)?.rate());
        let lowest = limits.min_by(f64::total_cmp)?;
        (lowest > 0.0).then(|| rate / lowest)
    }

    /// Returns what was learned, as JSON for the journal. `now` is the time of the clock that the
    /// other methods use, and `time` the time of day, which the next run can compare.
    pub fn save(&self, now: Duration, time: SystemTime) -> String {
        let (mut learned, _) = self.learned.clone();
        for (key, pacer) in &self.pacers {
            if let Some(limit) = pacer.learned(now, time) {
                learned.insert(key, limit);
            }
        }
        learned.to_text()
    }

    /// Starts from what an earlier run [saved](Self::save), for keys that have not sent a request
    /// yet: limits, rates, and the tokens that are there at this time of day. What is damaged or of
    /// another version is ignored and learned again.
    pub fn load(&mut self, saved: &str, time: SystemTime) {
        self.learned = (Learned::from_text(saved), time);
    }

    fn rejected(&mut self, ticket: Ticket, now: Duration, signal: &Signal) -> Pause {
        let Ticket { keys, outer, inner } = ticket;
        let blames_inner = self.blames_inner(&keys, signal);
        match (inner, self.existing_inner(&keys, now)) {
            (Some(inner), Some(pacer)) if blames_inner => {
                let until = pacer.rejected(inner, now, signal);
                // The outer limit let the request through.
                self.pacer(keys.outer(), now)
                    .accepted(outer, now, signal.remaining);
                let key = keys.inner().clone();
                return Pause { key, until };
            }
            (Some(inner), Some(pacer)) => pacer.lost(inner, now),
            (None, _) | (_, None) => {}
        }
        if keys.inner().scope == Scope::PartnerCustomer {
            // From now on the customer is remembered.
            self.pacer(keys.inner(), now);
        }
        let until = self.pacer(keys.outer(), now).rejected(outer, now, signal);
        let key = keys.outer().clone();
        Pause { key, until }
    }

    /// Returns whether the inner limit refused a request.
    fn blames_inner(&self, keys: &Keys, signal: &Signal) -> bool {
        let (outer, inner) = (self.pacers.get(keys.outer()), self.pacers.get(keys.inner()));
        match keys.inner().scope {
            // It was refused before, and the tenant was not since.
            Scope::PartnerCustomer => outer
                .zip(inner)
                .is_some_and(|(outer, inner)| outer.has_accepted_since(inner)),
            // The body names a limit, or the header of the outer limit says that more requests
            // remain there.
            _ => {
                let trusts_header = outer.is_some_and(Pacer::trusts_header);
                let remains = signal.remaining.is_some_and(|remaining| remaining > 0);
                signal.limit.is_some() || (trusts_header && remains)
            }
        }
    }

    /// Returns the pacer of a key, new if there is none.
    fn pacer(&mut self, key: &Key, now: Duration) -> &mut Pacer {
        if self.pacers.len() > self.sweep_above {
            self.pacers.retain(|_, pacer| !pacer.is_idle(now));
            self.sweep_above = SWEEP_ABOVE.max(2 * self.pacers.len());
        }
        let rate = match key.scope {
            // A customer has a request or two: there is nothing to learn, only to wait for.
            Scope::PartnerCustomer => Rate::Unlimited,
            _ => self.rate,
        };
        let (learned, time) = &self.learned;
        self.pacers.entry(key.clone()).or_insert_with(|| {
            match learned.get(key).filter(|_| rate != Rate::Unlimited) {
                Some(limit) => Pacer::resumed(limit, rate, now, *time),
                None => Pacer::new(Prior::of(key), rate, now),
            }
        })
    }

    /// Returns the pacer of the inner limit. A customer has one only after a rejection, since a run
    /// has thousands of customers with a request or two for each.
    fn existing_inner(&mut self, keys: &Keys, now: Duration) -> Option<&mut Pacer> {
        let key = keys.inner();
        match key.scope {
            Scope::PartnerCustomer => self.pacers.get_mut(key),
            _ => Some(self.pacer(key, now)),
        }
    }
}
