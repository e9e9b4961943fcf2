//! A service that responds to reads as scripted, and a store in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use billing_bulk::binding::Binding;
use billing_bulk::document::{Document, Version};
use billing_bulk::plan::{
    Aim, PlanError, PlanFileError, PlanItem, PlanItems, PlanOptions, PlanRow, PlanStore,
    PlanSummary, ReadOptions, Source, make,
};
use billing_bulk::target::{
    Attempt, BodyError, Cause, Comparison, Failure, FailureKind, Polled, SignInCheck, Write,
    Written,
};
use billing_bulk::{Edit, Edits, ProfileId, Service, Target, Targets};
use billing_core::BoxFuture;
use billing_test::TestClock;
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;

/// A service with profiles. A profile that it does not know does not exist.
pub(crate) struct FakeTarget {
    binding: Binding,
    /// What each profile responds, the last one again and again.
    profiles: Mutex<HashMap<String, Vec<Result<Value, Failure>>>>,
    /// The keys of the profiles that were read, in order.
    pub(crate) reads: Mutex<Vec<String>>,
    in_flight: AtomicUsize,
    pub(crate) most_in_flight: AtomicUsize,
    /// What `compare` says of a change.
    pub(crate) comparison: Comparison,
    /// The key of a profile whose read never ends.
    pub(crate) stuck: Option<String>,
    /// Whether no change can be sent.
    pub(crate) has_no_body: bool,
    /// What it tells about the sign-in.
    pub(crate) sign_in: Option<Result<SignInCheck, FailureKind>>,
}

impl FakeTarget {
    pub(crate) fn new(service: Service) -> Self {
        Self {
            binding: Binding {
                service,
                origin: "https://service.example".to_owned(),
                api_version: "v1".to_owned(),
                tenant: None,
            },
            profiles: Mutex::default(),
            reads: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            comparison: Comparison::Unchanged,
            stuck: None,
            has_no_body: false,
            sign_in: None,
        }
    }

    pub(crate) fn with(self, profile: &ProfileId, document: Value) -> Self {
        self.scripted(profile, vec![Ok(document)])
    }

    pub(crate) fn scripted(
        self,
        profile: &ProfileId,
        responses: Vec<Result<Value, Failure>>,
    ) -> Self {
        self.profiles
            .lock()
            .unwrap()
            .insert(profile.key(), responses);
        self
    }

    /// Returns how often a profile was read.
    pub(crate) fn reads_of(&self, profile: &ProfileId) -> usize {
        let reads = self.reads.lock().unwrap();
        reads.iter().filter(|key| **key == profile.key()).count()
    }
}

/// Returns a failure of a read.
pub(crate) fn failure(kind: FailureKind, status: Option<u16>) -> Failure {
    Failure {
        kind,
        cause: Cause {
            code: format!("{kind:?}"),
            message: format!("the read failed: {kind:?}"),
            status,
            ..Cause::default()
        },
    }
}

impl Target for FakeTarget {
    fn binding(&self) -> &Binding {
        &self.binding
    }

    fn replays(&self) -> bool {
        false
    }

    fn check_sign_in<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> Option<BoxFuture<'a, Attempt<SignInCheck>>> {
        let check = self.sign_in?;
        Some(Box::pin(async move {
            let check_of = format!("check of {}", profile.key());
            self.reads.lock().unwrap().push(check_of);
            Attempt {
                result: check.map_err(|kind| failure(kind, None)),
                signal: Default::default(),
                ids: Default::default(),
            }
        }))
    }

    fn read<'a>(&'a self, profile: &'a ProfileId) -> BoxFuture<'a, Attempt<Document>> {
        Box::pin(async move {
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_in_flight.fetch_max(now, Ordering::SeqCst);
            let key = profile.key();
            if self.stuck.as_ref() == Some(&key) {
                return std::future::pending().await;
            }
            // Some reads take longer than others.
            for _ in 0..key.bytes().map(usize::from).sum::<usize>() % 7 {
                tokio::task::yield_now().await;
            }
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            self.reads.lock().unwrap().push(key.clone());
            let mut profiles = self.profiles.lock().unwrap();
            let result = match profiles.get_mut(&key) {
                Some(responses) if responses.len() > 1 => responses.remove(0),
                Some(responses) => responses[0].clone(),
                None => Err(failure(FailureKind::NotFound, Some(404))),
            };
            Attempt {
                result: result.map(|value| {
                    Document::new(value.to_string(), Version::Etag("\"1\"".to_owned()))
                }),
                signal: Default::default(),
                ids: Default::default(),
            }
        })
    }

    fn body(&self, _: &Document, _: &Edits) -> Result<Bytes, BodyError> {
        if self.has_no_body {
            return Err(BodyError("it does not fit".to_owned()));
        }
        Ok(Bytes::new())
    }

    fn write<'a>(&'a self, _: &'a ProfileId, _: &'a Write) -> BoxFuture<'a, Attempt<Written>> {
        panic!("a plan writes nothing")
    }

    fn poll<'a>(&'a self, _: &'a ProfileId, _: &'a str, _: u32) -> BoxFuture<'a, Attempt<Polled>> {
        panic!("a plan polls nothing")
    }

    fn compare(&self, _: &Document, _: &Edits, _: &Document) -> Comparison {
        self.comparison.clone()
    }

    fn changed_paths(&self, _: &Document, _: &Document) -> Vec<String> {
        Vec::new()
    }
}

/// A plan in memory.
#[derive(Default)]
pub(crate) struct MemoryStore {
    pub(crate) rows: Vec<PlanRow>,
    /// How many rows were added at once.
    pub(crate) batches: Vec<usize>,
    /// The number of rows that it has room for.
    pub(crate) room: Option<usize>,
}

impl PlanStore for MemoryStore {
    fn last(&self) -> u64 {
        self.rows.len() as u64
    }

    fn contains(&self, profile: &ProfileId) -> Result<bool, PlanError> {
        Ok(self
            .rows
            .iter()
            .any(|row| row.profile.key() == profile.key()))
    }

    fn add(&mut self, rows: &[PlanRow]) -> Result<(), PlanError> {
        if self
            .room
            .is_some_and(|room| self.rows.len() + rows.len() > room)
        {
            let problem = "the disk is full".to_owned();
            let plan = "run.plan".to_owned();
            return Err(PlanFileError::Storage { plan, problem }.into());
        }
        for row in rows {
            assert_eq!(row.number, self.last() + 1);
            self.rows.push(row.clone());
        }
        self.batches.push(rows.len());
        Ok(())
    }

    fn rows(&self) -> Result<Box<dyn Iterator<Item = Result<PlanRow, PlanError>> + '_>, PlanError> {
        Ok(Box::new(self.rows.iter().cloned().map(Ok)))
    }
}

impl MemoryStore {
    /// Returns the rows as lines: number, profile, state, changes, cause.
    pub(crate) fn lines(&self) -> Vec<String> {
        let shown = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
        let lines = self.rows.iter().map(|row| {
            let mut line = format!("{} {} {}", row.number, row.profile, row.outcome.state());
            for change in row.outcome.changes() {
                let (old, new) = (shown(&change.old), shown(&change.new));
                line.push_str(&format!(" {}: {old} → {new}", change.name()));
            }
            if let Some(cause) = row.outcome.cause() {
                line.push_str(&format!(" ({})", cause.code));
            }
            line
        });
        lines.collect()
    }
}

pub(crate) fn customer(number: usize) -> ProfileId {
    ProfileId::partner(format!("customer-{number}"))
}

/// Returns an item that sets members.
pub(crate) fn item(profile: &ProfileId, values: &[(&str, Value)]) -> PlanItem {
    PlanItem {
        profile: profile.clone(),
        aim: Aim::Edits(edits(profile.service(), values)),
        source: Source::default(),
    }
}

/// Returns the edits that set members.
pub(crate) fn edits(service: Service, values: &[(&str, Value)]) -> Edits {
    let edits = values
        .iter()
        .map(|(path, value)| Edit::parse_json(service, path, value).unwrap());
    edits.collect()
}

pub(crate) fn items(items: Vec<PlanItem>) -> PlanItems {
    Box::pin(stream::iter(items.into_iter().map(Ok)))
}

pub(crate) fn options(clock: &Arc<TestClock>) -> PlanOptions {
    PlanOptions::default().with_reading(ReadOptions::default().with_clock(clock.clone()))
}

/// Makes a plan with a clock that does not wait.
pub(crate) async fn planned(
    all: Vec<PlanItem>,
    store: &mut MemoryStore,
    target: &Arc<FakeTarget>,
) -> Result<PlanSummary, PlanError> {
    let targets = Targets::default().with(target.clone());
    make(items(all), store, &targets, options(&Arc::default())).await
}
