//! A service in memory whose responses a test chooses.

mod choice;
mod content;
mod limit;
mod target;

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use billing_bulk::binding::Binding;
use billing_bulk::change::Change;
use billing_bulk::document::{Document, Version};
use billing_bulk::journal::row::NewRow;
use billing_bulk::pacing::Signal;
use billing_bulk::plan::Source;
use billing_bulk::target::{
    Attempt, Cause, Failure, FailureKind, Polled, ResponseIds, SignInCheck, Target as _, Write,
    Written,
};
use billing_bulk::{ProfileId, Service};
use billing_core::{Clock as _, RequestId};
use serde_json::{Value, json};

use crate::support::clock::SimulatedClock;
use crate::support::service::content::{
    Content, Operation, Stored, document, end, finish_due, store,
};

pub(crate) use crate::support::service::choice::{Ending, OnWrite};
pub(crate) use crate::support::service::limit::{Limit, RetryAfter};

/// Lets everything else run once: a moment at which a run can crash.
pub(crate) async fn breathe() {
    let mut has_paused = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A service in memory.
pub(crate) struct FakeService {
    binding: Binding,
    clock: Arc<SimulatedClock>,
    content: Mutex<Content>,
}

impl FakeService {
    pub(crate) fn new(service: Service, clock: &Arc<SimulatedClock>) -> Arc<Self> {
        Arc::new(Self {
            binding: Binding {
                service,
                origin: "http://127.0.0.1:1".to_owned(),
                api_version: "v1".to_owned(),
                tenant: None,
            },
            clock: Arc::clone(clock),
            content: Mutex::default(),
        })
    }

    /// Returns a service of its own with the same profiles and operations.
    pub(crate) fn fork(&self) -> Arc<Self> {
        Arc::new(Self {
            binding: self.binding.clone(),
            clock: Arc::clone(&self.clock),
            content: Mutex::new(self.lock().clone()),
        })
    }

    /// Adds a profile, and returns the row of a plan that changes its e-mail address.
    pub(crate) fn add(&self, number: u64) -> NewRow {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let profile = match self.binding.service {
            Service::Partner => ProfileId::partner(id),
            Service::Arm => ProfileId::arm("account", id),
        };
        let value = json!({ "email": "old@contoso.com", "city": "Rome" });
        let has_etag = match self.binding.service {
            Service::Partner => !self.lock().withholds_etags,
            Service::Arm => self.lock().ignores_etags,
        };
        let stored = Stored {
            has_etag,
            value,
            version: 1,
            effective_writes: 0,
            shown: None,
        };
        let before = document(&stored);
        self.lock().profiles.insert(profile.key(), stored);
        NewRow {
            number,
            profile,
            before,
            changes: vec![Change {
                path: vec!["email".to_owned()],
                old: Some(json!("old@contoso.com")),
                new: Some(json!("new@contoso.com")),
            }],
            source: Source::default(),
        }
    }

    /// Returns the row of a later plan that changes the e-mail address of a profile.
    pub(crate) fn replanned(&self, row: &NewRow, email: &str) -> NewRow {
        let content = self.lock();
        let stored = &content.profiles[&row.profile.key()];
        let change = Change {
            old: stored.value.get("email").cloned(),
            new: Some(json!(email)),
            ..row.changes[0].clone()
        };
        NewRow {
            before: document(stored),
            changes: vec![change],
            ..row.clone()
        }
    }

    /// Chooses what happens to the next writes; later ones are stored.
    pub(crate) fn on_writes(&self, writes: impl IntoIterator<Item = OnWrite>) {
        self.lock().writes = writes.into_iter().collect();
    }

    /// Makes the next reads fail.
    pub(crate) fn fail_reads(&self, reads: impl IntoIterator<Item = FailureKind>) {
        self.lock().reads = reads.into_iter().collect();
    }

    /// Refuses the requests of one sort, `read` or `write`, about these profiles.
    pub(crate) fn refuse<'a>(
        &self,
        request: &'static str,
        rows: impl IntoIterator<Item = &'a NewRow>,
        kind: FailureKind,
    ) {
        let mut content = self.lock();
        for row in rows {
            content.refused.insert((request, row.profile.key()), kind);
        }
    }

    /// Refuses nothing more.
    pub(crate) fn permit(&self) {
        self.lock().refused.clear();
    }

    /// Refuses the token of every write after so many; `None` accepts it.
    pub(crate) fn sign_in_for(&self, writes: Option<usize>) {
        self.lock().signed_in_for = writes;
    }

    /// Chooses what it tells about the sign-in before the first write.
    pub(crate) fn on_check(&self, told: Result<SignInCheck, FailureKind>) {
        self.lock().sign_in = Some(told);
    }

    /// Adds the next profiles without an etag.
    pub(crate) fn withhold_etags(&self) {
        self.lock().withholds_etags = true;
    }

    /// Adds the next profiles of Resource Manager with an etag, which it does not compare.
    pub(crate) fn ignore_etags(&self) {
        self.lock().ignores_etags = true;
    }

    /// Makes every request take this long.
    pub(crate) fn respond_after(&self, latency: Duration) {
        self.lock().latency = latency;
    }

    /// Makes the next polls fail.
    pub(crate) fn fail_polls(&self, polls: impl IntoIterator<Item = FailureKind>) {
        self.lock().polls = polls.into_iter().collect();
    }

    /// Changes a member of a profile, as somebody else.
    pub(crate) fn change(&self, row: &NewRow, member: &str, value: &str) {
        let mut content = self.lock();
        let stored = content.profiles.get_mut(&row.profile.key()).unwrap();
        stored.value[member] = json!(value);
        stored.version += 1;
    }

    /// Returns a member of a profile once everything accepted has finished.
    pub(crate) fn member(&self, row: &NewRow, member: &str) -> String {
        let mut content = self.lock();
        finish_due(&mut content, Duration::MAX);
        let value = &content.profiles[&row.profile.key()].value[member];
        value.as_str().unwrap().to_owned()
    }

    /// Returns how many writes have changed a profile.
    pub(crate) fn effective_writes(&self, row: &NewRow) -> u32 {
        let mut content = self.lock();
        finish_due(&mut content, Duration::MAX);
        content.profiles[&row.profile.key()].effective_writes
    }

    /// Returns the requests that arrived, such as `read`, `write` and `poll`.
    pub(crate) fn log(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    /// Returns how many requests of a kind arrived.
    pub(crate) fn count(&self, request: &str) -> usize {
        let content = self.lock();
        content.log.iter().filter(|it| *it == request).count()
    }

    /// Returns the request ids of the writes that arrived.
    pub(crate) fn ids(&self) -> Vec<RequestId> {
        self.lock().ids.clone()
    }

    /// Lets a request travel.
    async fn travel(&self) {
        breathe().await;
        let latency = self.lock().latency;
        self.clock.sleep(latency).await;
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }

    fn check_now(&self) -> Option<Attempt<SignInCheck>> {
        let mut content = self.lock();
        let told = content.sign_in?;
        content.log.push("check".to_owned());
        Some(told.map_or_else(failed, ok))
    }

    fn read_now(&self, profile: &ProfileId) -> Attempt<Document> {
        let now = self.clock.elapsed();
        let mut content = self.lock();
        finish_due(&mut content, now);
        content.log.push("read".to_owned());
        if let Some(kind) = content.refused.get(&("read", profile.key())) {
            return failed(*kind);
        }
        if let Some(kind) = content.reads.pop_front() {
            return failed(kind);
        }
        match content.profiles.get(&profile.key()) {
            Some(stored) => {
                let shown = stored.shown.as_ref().filter(|(until, _)| now < *until);
                ok(shown.map_or_else(|| document(stored), |(_, shown)| shown.clone()))
            }
            None => failed(FailureKind::NotFound),
        }
    }

    fn write_now(&self, profile: &ProfileId, write: &Write) -> Attempt<Written> {
        let now = self.clock.elapsed();
        let mut content = self.lock();
        let content = &mut *content;
        finish_due(content, now);
        let plan = content.writes.pop_front().unwrap_or(OnWrite::Store);
        if matches!(
            plan,
            OnWrite::LoseRequest | OnWrite::Fail(FailureKind::NotSent)
        ) {
            content.log.push("lost".to_owned());
            return failed(match plan {
                OnWrite::LoseRequest => FailureKind::Unknown,
                _ => FailureKind::NotSent,
            });
        }
        content.log.push("write".to_owned());
        content.ids.push(write.request_id);
        if let Some(left) = &mut content.signed_in_for {
            let Some(fewer) = left.checked_sub(1) else {
                return failed(FailureKind::SignIn);
            };
            *left = fewer;
        }
        if let Some(kind) = content.refused.get(&("write", profile.key())) {
            return failed(*kind);
        }
        if let OnWrite::Fail(kind) = plan {
            return failed(kind);
        }
        if let Some(replayed) = content.replays.get(&write.request_id)
            && self.replays()
        {
            return ok(Written::Finished(replayed.clone()));
        }
        let key = profile.key();
        let stored = content.profiles.get_mut(&key).unwrap();
        let before = document(stored);
        if let (Some(wanted), Version::Etag(etag)) = (&write.if_match, before.version())
            && wanted != etag
            && !content.ignores_etags
        {
            return failed(FailureKind::StaleEtag);
        }
        let body: Value = serde_json::from_slice(&write.body).unwrap();
        match plan {
            OnWrite::Store | OnWrite::LoseResponse => {
                store(stored, &body);
                let after = document(stored);
                content.replays.insert(write.request_id, after.clone());
                if plan == OnWrite::LoseResponse {
                    return failed(FailureKind::Unknown);
                }
                ok(Written::Finished(after))
            }
            OnWrite::StoreLate(time) => {
                store(stored, &body);
                stored.shown = Some((now + time, before.clone()));
                ok(Written::Finished(before))
            }
            OnWrite::Ignore => ok(Written::Finished(before)),
            OnWrite::StoreOther => {
                store(stored, &json!({ "email": "NEW@contoso.com" }));
                ok(Written::Finished(document(stored)))
            }
            OnWrite::FailOperation(ending) => {
                end(stored, &body, ending);
                failed(FailureKind::OperationFailed)
            }
            OnWrite::LoseAccepted(time) => {
                content.late.push((now + time, key, body));
                failed(FailureKind::Unknown)
            }
            OnWrite::Accept(time, ending) => {
                let token = format!("token-{}", content.operations.len());
                let operation = Operation {
                    profile: key,
                    due: now + time,
                    ending,
                    body,
                };
                content.operations.insert(token.clone(), operation);
                let poll_in = Duration::from_secs(10);
                ok(Written::Accepted { token, poll_in })
            }
            OnWrite::Fail(_) | OnWrite::LoseRequest => unreachable!(),
        }
    }

    fn poll_now(&self, token: &str, misses: u32) -> Attempt<Polled> {
        let now = self.clock.elapsed();
        let mut content = self.lock();
        content.log.push("poll".to_owned());
        if let Some(kind) = content.polls.pop_front() {
            return failed(kind);
        }
        let token = token.trim_end_matches('+');
        let operation = content.operations.get(token);
        let ending = operation.map(|it| (it.ending, it.due <= now, it.profile.clone()));
        finish_due(&mut content, now);
        match ending {
            Some((_, false, _)) => ok(Polled::Running {
                poll_in: Duration::from_secs(10),
                token: format!("{token}+"),
                misses: 0,
            }),
            Some((Ending::Stored, true, profile)) => {
                ok(Polled::Finished(document(&content.profiles[&profile])))
            }
            Some((Ending::Failed | Ending::FailedInPart | Ending::FailedButStored, ..)) => {
                failed(FailureKind::OperationFailed)
            }
            // As the poller of the client does.
            Some((Ending::Forgotten | Ending::Dropped, ..)) | None if misses < 3 => {
                ok(Polled::Running {
                    poll_in: Duration::from_secs(1),
                    token: token.to_owned(),
                    misses: misses + 1,
                })
            }
            _ => failed(FailureKind::OperationLost),
        }
    }
}

fn ok<T>(result: T) -> Attempt<T> {
    Attempt {
        result: Ok(result),
        signal: Signal::default(),
        ids: ResponseIds::default(),
    }
}

fn failed<T>(kind: FailureKind) -> Attempt<T> {
    let status = match kind {
        FailureKind::NotSent | FailureKind::Unknown => None,
        FailureKind::Throttled | FailureKind::Locked => Some(429),
        FailureKind::SignIn => Some(401),
        FailureKind::Forbidden => Some(403),
        _ => Some(400),
    };
    let cause = Cause {
        code: format!("{kind:?}"),
        message: "the service said so".to_owned(),
        status,
        ..Cause::default()
    };
    Attempt {
        result: Err(Failure { kind, cause }),
        signal: Signal {
            is_refused: kind == FailureKind::Throttled,
            retry_after: (kind == FailureKind::Throttled).then(|| Duration::from_secs(5)),
            ..Signal::default()
        },
        ids: ResponseIds::default(),
    }
}
