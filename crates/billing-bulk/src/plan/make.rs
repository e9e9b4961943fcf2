//! Makes a plan: reads each profile, and computes what changes.

use std::collections::{BTreeMap, HashSet};
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use billing_core::BoxFuture;
use billing_models::Json;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::change;
use crate::plan::changes::changes;
use crate::plan::error::PlanError;
use crate::plan::forbidden::Forbidden;
use crate::plan::item::{Aim, PlanItem, PlanItems};
use crate::plan::options::{PlanOptions, Strictness};
use crate::plan::preflight::Preflight;
use crate::plan::progress::Teller;
use crate::plan::read::Reader;
use crate::plan::row::{Finding, Outcome, PlanRow};
use crate::plan::sign_in::SignInFinding;
use crate::plan::spreadsheet;
use crate::plan::store::PlanStore;
use crate::plan::summary::PlanSummary;
use crate::plan::undo::{self, restore::to_undo};
use crate::profile::ProfileId;
use crate::target::{Cause, Comparison, Target};
use crate::targets::Targets;

/// The most rows that are read and not stored yet. A row that is read for long does not hold up
/// others before there are so many.
const WINDOW: usize = 1024;

/// Rows are stored when there are so many, or after this time.
const BATCH: usize = 128;
const BATCH_TIME: Duration = Duration::from_secs(1);

/// Makes a plan, or continues one: reads each profile and stores what changes, in the order of the
/// items. Profiles that the store has already are left out, so that an interrupted plan continues
/// where it was. Dropping the future interrupts it.
///
/// ```
/// use billing_bulk::plan::{PlanError, PlanOptions, PlanWriter, all_customers, make};
/// use billing_bulk::{Edit, Edits, Service, Targets};
/// use partner_client::PartnerClient;
///
/// async fn plan(
///     client: &PartnerClient,
///     targets: &Targets,
///     file: &mut PlanWriter,
/// ) -> Result<(), PlanError> {
///     let german = Edits::from_iter([Edit::set(["language"], "de".into())]);
///     let items = all_customers(client, german);
///     let summary = make(items, file, targets, PlanOptions::default()).await?;
///     println!("{} profiles change", summary.counts.change);
///     Ok(())
/// }
/// ```
///
/// Only reads are sent. At most as many as the options allow are in flight, and about a thousand
/// rows are held in memory.
///
/// # Errors
/// The items or the store fail, an item is of a service without a target, or a service cannot be
/// reached, refuses the sign-in, or refuses the first profiles all with the same 403. What was
/// stored before stays. A single profile that cannot be read is no error: its row is unplanned.
pub async fn make(
    items: PlanItems,
    store: &mut dyn PlanStore,
    targets: &Targets,
    options: PlanOptions,
) -> Result<PlanSummary, PlanError> {
    let planner = Planner::new(targets, options);
    let mut rows = Rows::new(&*store, &planner)?;
    let made = planner.work(items, store, &mut rows).await;
    // What was read before an error is kept, too.
    rows.flush(store)?;
    made?;
    let mut summary = PlanSummary::of(&*store)?;
    summary.sign_in = planner.check_sign_in(&summary).await;
    Ok(summary)
}

/// What the rows of a plan share while it is made.
struct Planner<'a> {
    targets: &'a Targets,
    options: PlanOptions,
    reader: Reader,
    preflight: Option<Preflight>,
    teller: Teller,
}

/// An item and what is planned for it; `None` if a filter excludes it.
type Planned = (PlanItem, Option<(Outcome, Vec<Finding>)>);

/// The reads in flight, each with the position of its item.
type Reads<'a> = FuturesUnordered<BoxFuture<'a, (u64, Result<Planned, PlanError>)>>;

/// What happens next.
enum Step {
    Item(Box<Result<PlanItem, PlanError>>),
    Read(u64, Box<Result<Planned, PlanError>>),
    NoMoreItems,
    End,
}

impl<'a> Planner<'a> {
    fn new(targets: &'a Targets, options: PlanOptions) -> Self {
        let preflight = (options.preflight).map(|_| Preflight::new(options.country_rules.clone()));
        Self {
            targets,
            reader: Reader::new(&options.reading),
            preflight,
            teller: Teller::new(options.on_progress.clone()),
            options,
        }
    }

    fn elapsed(&self) -> Duration {
        self.options.reading.clock.elapsed()
    }

    async fn work(
        &self,
        mut items: PlanItems,
        store: &mut dyn PlanStore,
        rows: &mut Rows,
    ) -> Result<(), PlanError> {
        let mut reads = Reads::new();
        let (mut position, mut has_items) = (0_u64, true);
        let mut forbidden = Forbidden::default();
        loop {
            if reads.is_empty()
                && let Some(cause) = forbidden.everywhere()
            {
                return Err(PlanError::Stopped(Box::new(cause)));
            }
            let has_room = reads.len() < self.options.reading.concurrency
                && rows.profiles.len() < WINDOW
                && forbidden.everywhere().is_none();
            let step = poll_fn(|context| {
                if has_items
                    && has_room
                    && let Poll::Ready(item) = items.poll_next_unpin(context)
                {
                    return Poll::Ready(match item {
                        Some(item) => Step::Item(Box::new(item)),
                        None => Step::NoMoreItems,
                    });
                }
                match reads.poll_next_unpin(context) {
                    Poll::Ready(Some((position, planned))) => {
                        Poll::Ready(Step::Read(position, Box::new(planned)))
                    }
                    Poll::Ready(None) if !has_items => Poll::Ready(Step::End),
                    _ => Poll::Pending,
                }
            })
            .await;
            match step {
                Step::Item(item) => {
                    let item = (*item)?;
                    if !rows.is_new(store, &item.profile)? {
                        continue;
                    }
                    let at = position;
                    position = position.saturating_add(1);
                    reads.push(Box::pin(async move { (at, self.plan(item).await) }));
                }
                Step::Read(position, planned) => {
                    let planned = (*planned)?;
                    let cause = (planned.1.as_ref()).and_then(|(outcome, _)| outcome.cause());
                    for (position, planned) in forbidden.sort(cause.cloned(), (position, planned)) {
                        rows.take(position, planned, self);
                    }
                    if rows.batch.len() >= BATCH || self.elapsed() >= rows.due {
                        rows.flush(store)?;
                        rows.due = self.elapsed().saturating_add(BATCH_TIME);
                    }
                }
                Step::NoMoreItems => has_items = false,
                Step::End => {
                    for (position, planned) in forbidden.into_rows() {
                        rows.take(position, planned, self);
                    }
                    return Ok(());
                }
            }
        }
    }

    /// Reads a profile and plans it.
    ///
    /// # Errors
    /// There is no target for it, or its service cannot be used at all now.
    async fn plan(&self, item: PlanItem) -> Result<Planned, PlanError> {
        let service = item.profile.service();
        let target = self.targets.of(service);
        let target: &dyn Target = &**target.ok_or(PlanError::NoTarget { service })?;
        if let Aim::Refuse(cause) = &item.aim {
            let outcome = Outcome::Unplanned(cause.clone());
            return Ok((item, Some((outcome, Vec::new()))));
        }
        let read = self.reader.read(target, &item.profile, &self.teller);
        let before = match read.await? {
            Ok(before) => before,
            Err(cause) => return Ok((item, Some((Outcome::Unplanned(cause), Vec::new())))),
        };
        let Ok(json) = serde_json::from_slice::<Json>(before.json()) else {
            let cause = cause("no_json", "the profile is not JSON");
            return Ok((item, Some((Outcome::Unplanned(cause), Vec::new()))));
        };
        let value = json.to_value_lossy();
        if !self.options.filters.iter().all(|it| it.matches(&value)) {
            return Ok((item, None));
        }
        let (edits, touched) = match &item.aim {
            Aim::Edits(edits) | Aim::Row { edits, .. } => (edits.clone(), Vec::new()),
            Aim::Undo {
                edits,
                stored,
                force,
            } => to_undo(edits, stored, *force, &value),
            Aim::Keep { edits, cause } => {
                let outcome = match target.compare(&before, edits, &before) {
                    Comparison::Applied => Outcome::NoChange { before },
                    _ => Outcome::Unplanned(cause.clone()),
                };
                return Ok((item, Some((outcome, Vec::new()))));
            }
            Aim::Refuse(_) => Default::default(),
        };
        if edits.is_empty() && !touched.is_empty() {
            let outcome = Outcome::Unplanned(undo::changed_since_run(service, &touched));
            return Ok((item, Some((outcome, Vec::new()))));
        }
        let mut changes = changes(service, &value, &edits);
        if let Aim::Row { literal, .. } = &item.aim {
            // Such a cell is the stored value, to the letter, as an export has written it.
            changes.retain(|change| {
                let mut literal = literal.iter();
                !literal.any(|cell| cell.path == change.path && cell.value == change.old)
            });
        }
        // The service may have stored a value in a form of its own.
        changes.retain(|change| {
            let edits = change::edits(std::slice::from_ref(change));
            target.compare(&before, &edits, &before) != Comparison::Applied
        });
        if let Some(cause) = item.aim.refuse(service, &changes) {
            return Ok((item, Some((Outcome::Unplanned(cause), Vec::new()))));
        }
        let mut findings = undo::findings(service, &touched, &edits);
        if changes.is_empty() {
            return Ok((item, Some((Outcome::NoChange { before }, findings))));
        }
        let edits = change::edits(&changes);
        let body = match target.body(&before, &edits) {
            Ok(body) => body,
            Err(error) => {
                let cause = cause("no_body", &format!("the change cannot be sent: {error}"));
                return Ok((item, Some((Outcome::Unplanned(cause), Vec::new()))));
            }
        };
        // Other values, such as those of an undo, were not in a spreadsheet.
        if matches!(item.aim, Aim::Row { .. }) {
            findings.extend(spreadsheet::findings(service, &changes));
        }
        if let Some(preflight) = &self.preflight {
            findings.extend(preflight.check(target, &body, &before, &edits).await);
        }
        let is_strict = self.options.preflight == Some(Strictness::Strict);
        let certain = findings.iter().find(|found| is_strict && found.is_certain);
        let outcome = match certain {
            Some(found) => Outcome::Unplanned(cause("preflight", &found.message)),
            None => Outcome::Change { before, changes },
        };
        Ok((item, Some((outcome, findings))))
    }

    /// Returns what may keep the sign-in from sufficing for the writes.
    async fn check_sign_in(&self, summary: &PlanSummary) -> Vec<SignInFinding> {
        let mut findings = Vec::new();
        for (service, (writes, first)) in &summary.changed {
            let Some(target) = self.targets.of(*service) else {
                continue;
            };
            let checked = self.reader.check_sign_in(&**target, first).await;
            findings.extend(SignInFinding::of_check(*service, checked));
            let expires = self.options.token_expiries.get(service);
            findings.extend(expires.and_then(|expires| {
                let now = self.options.reading.clock.now();
                let rate = self.options.reading.rate;
                SignInFinding::token_lifetime(target.binding(), *writes, rate, *expires, now)
            }));
        }
        findings
    }
}

/// The rows that are read and not stored yet.
struct Rows {
    /// The number of the last row.
    last: u64,
    /// The position of the item whose row comes next.
    next: u64,
    /// Rows that wait for one before them.
    early: BTreeMap<u64, Planned>,
    /// Rows to be stored, in order.
    batch: Vec<PlanRow>,
    /// The profiles that are being read, wait, or are to be stored.
    profiles: HashSet<String>,
    /// When the batch is stored, whatever its size.
    due: Duration,
}

impl Rows {
    /// Starts after the rows that the store has.
    ///
    /// # Errors
    /// The store's.
    fn new(store: &dyn PlanStore, planner: &Planner<'_>) -> Result<Self, PlanError> {
        if store.last() > 0 {
            for row in store.rows()? {
                let row = row?;
                planner.teller.note(|progress| progress.counts.add(&row));
            }
        }
        Ok(Self {
            last: store.last(),
            next: 0,
            early: BTreeMap::new(),
            batch: Vec::new(),
            profiles: HashSet::new(),
            due: planner.elapsed().saturating_add(BATCH_TIME),
        })
    }

    /// Notes a profile; returns false if the plan has it already.
    ///
    /// # Errors
    /// The store's.
    fn is_new(&mut self, store: &dyn PlanStore, profile: &ProfileId) -> Result<bool, PlanError> {
        Ok(!store.contains(profile)? && self.profiles.insert(profile.key()))
    }

    /// Takes what was planned for the item at a position.
    fn take(&mut self, position: u64, planned: Planned, planner: &Planner<'_>) {
        self.early.insert(position, planned);
        while let Some((item, outcome)) = self.early.remove(&self.next) {
            self.next = self.next.saturating_add(1);
            let Some((outcome, findings)) = outcome else {
                self.profiles.remove(&item.profile.key());
                planner
                    .teller
                    .tell(|progress| progress.excluded = progress.excluded.saturating_add(1));
                continue;
            };
            self.last = self.last.saturating_add(1);
            let row = PlanRow {
                number: self.last,
                profile: item.profile,
                outcome,
                findings,
                source: item.source,
            };
            planner.teller.tell(|progress| progress.counts.add(&row));
            self.batch.push(row);
        }
    }

    /// Stores the rows whose turn has come.
    ///
    /// # Errors
    /// The store's; none of the rows was stored.
    fn flush(&mut self, store: &mut dyn PlanStore) -> Result<(), PlanError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        store.add(&self.batch)?;
        for row in self.batch.drain(..) {
            self.profiles.remove(&row.profile.key());
        }
        Ok(())
    }
}

fn cause(code: &str, message: &str) -> Cause {
    Cause {
        code: code.to_owned(),
        message: message.to_owned(),
        ..Cause::default()
    }
}
