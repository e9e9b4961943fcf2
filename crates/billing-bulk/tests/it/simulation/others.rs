//! Other people, who write the same profiles directly at the services.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billing_bulk::ProfileId;
use billing_core::Clock as _;
use billing_core::http::{Method, Request};
use billing_emulator::{Emulator, Service};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::simulation::clock::SimClock;
use crate::simulation::rng::Dice;
use crate::simulation::world::{TOKEN, document};

/// Other people, with what they will write and what they have written.
pub(crate) struct Others {
    emulator: Arc<Emulator>,
    clock: SimClock,
    dice: Arc<Dice>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    planned: BTreeMap<(Duration, u64), ProfileId>,
    written: Vec<OtherWrite>,
}

/// A write of other people that a service has accepted.
#[derive(Clone, Debug)]
pub(crate) struct OtherWrite {
    pub(crate) profile: String,
    /// The member, as a JSON pointer.
    pub(crate) member: &'static str,
    pub(crate) value: Value,
}

impl Others {
    pub(crate) fn new(emulator: Arc<Emulator>, clock: SimClock, dice: Arc<Dice>) -> Self {
        Self {
            emulator,
            clock,
            dice,
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans a write of a profile.
    pub(crate) fn plan(&self, at: Duration, profile: ProfileId) {
        let mut state = self.lock();
        let number = state.planned.len() as u64;
        state.planned.insert((at, number), profile);
    }

    /// Returns when the next write is planned.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.lock()
            .planned
            .first_key_value()
            .map(|((at, _), _)| *at)
    }

    /// Makes the writes that are due.
    pub(crate) fn act(&self) {
        let now = self.clock.elapsed();
        loop {
            let profile = {
                let mut state = self.lock();
                match state.planned.first_entry() {
                    Some(entry) if entry.key().0 <= now => entry.remove(),
                    _ => return,
                }
            };
            self.write(&profile);
        }
    }

    /// Returns the accepted writes of a profile, oldest first.
    pub(crate) fn written(&self, profile: &ProfileId) -> Vec<OtherWrite> {
        let key = profile.key();
        let state = self.lock();
        let written = state.written.iter().filter(|it| it.profile == key);
        written.cloned().collect()
    }

    /// Writes one member of a profile now: sometimes one that the plan may change, too.
    pub(crate) fn write(&self, profile: &ProfileId) {
        let number = self.dice.below(1_000_000);
        let is_common = self.dice.chance(0.3);
        let mut full = document(&self.emulator, profile);
        let (service, method, url, body, member, value) = match profile {
            ProfileId::Partner { customer_id } => {
                let name = if is_common { "email" } else { "lastName" };
                let value = json!(format!("other{number}@example.com"));
                full[name] = value.clone();
                let url = format!("/v1/customers/{customer_id}/profiles/billing");
                let member = if is_common { "/email" } else { "/lastName" };
                (Service::Partner, Method::PUT, url, full, member, value)
            }
            ProfileId::Arm {
                billing_account,
                billing_profile,
            } => {
                let name = if is_common { "poNumber" } else { "displayName" };
                let value = json!(format!("OTHER-{number}"));
                let billing_profile = billing_profile.to_ascii_lowercase();
                let url = format!(
                    "/providers/Microsoft.Billing/billingAccounts/{billing_account}\
                     /billingProfiles/{billing_profile}?api-version=2019-10-01-preview"
                );
                let body = json!({ "properties": { name: value } });
                let member = if is_common {
                    "/properties/poNumber"
                } else {
                    "/properties/displayName"
                };
                (Service::Arm, Method::PATCH, url, body, member, value)
            }
        };
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header("host", "portal.example")
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        self.emulator.set_clock(self.clock.true_time()).unwrap();
        let sent = self.emulator.handle(service, request).sent;
        if sent.response().unwrap().status().is_success() {
            self.lock().written.push(OtherWrite {
                profile: profile.key(),
                member,
                value,
            });
        }
    }
}
