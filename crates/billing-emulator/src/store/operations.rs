//! The long-running operations of Azure Resource Manager, and their progress.
//!
//! An operation advances by polls and by the clock, whichever is further, so that it also finishes
//! if it is not polled.

use std::{
    collections::{BTreeMap, HashMap},
    time::SystemTime,
};

use uuid::Uuid;

use crate::store::{
    change::Change,
    operation::{Operation, OperationState},
    resource::ProfileKey,
};

/// The number of operations that are remembered.
const KEPT: usize = 10_000;
/// The memory that the changes may take that wait to be written.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// An operation that has just ended.
pub(crate) struct Ended {
    /// When it ended: now if a poll ended it, or earlier if the clock did.
    pub(crate) at: SystemTime,
    pub(crate) target: ProfileKey,
    /// `None` unless it succeeded.
    pub(crate) change: Option<Change>,
}

/// The latest operations, by their ids.
#[derive(Clone, Default)]
pub(crate) struct Operations {
    by_id: HashMap<Uuid, (u64, Operation)>,
    /// The running operations by the time at which the clock ends them.
    due: BTreeMap<(SystemTime, u64), Uuid>,
    /// The ids of the running and of the ended operations, by the order in which they began.
    running: BTreeMap<u64, Uuid>,
    ended: BTreeMap<u64, Uuid>,
    begun: u64,
    /// The weight of all changes that wait to be written.
    bytes: usize,
}

impl Operations {
    /// Estimates the memory that the updates take that wait to be written.
    pub(crate) fn weight(&self) -> usize {
        self.bytes
    }

    /// Returns whether another change with this weight may wait to be written.
    pub(crate) fn has_room(&self, weight: usize) -> bool {
        self.bytes.saturating_add(weight) <= KEPT_BYTES
    }

    /// Returns how many operations have begun.
    pub(crate) fn begun(&self) -> u64 {
        self.begun
    }

    /// Begins an operation for which there is room. Beyond 10,000 operations another is forgotten:
    /// the oldest that has ended, or else the oldest.
    pub(crate) fn begin(&mut self, id: Uuid, operation: Operation) {
        let number = self.begun;
        self.begun += 1;
        self.bytes += operation.weight;
        self.running.insert(number, id);
        if let Some(at) = operation.due() {
            self.due.insert((at, number), id);
        }
        self.by_id.insert(id, (number, operation));
        if self.by_id.len() > KEPT
            && let Some((number, id)) = self.ended.pop_first().or_else(|| self.running.pop_first())
            && let Some((_, forgotten)) = self.by_id.remove(&id)
        {
            if forgotten.change.is_some() {
                self.bytes = self.bytes.saturating_sub(forgotten.weight);
            }
            if let Some(at) = forgotten.due() {
                self.due.remove(&(at, number));
            }
        }
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&Operation> {
        self.by_id.get(&id).map(|(_, operation)| operation)
    }

    /// Returns when the clock ends the next running operation.
    pub(crate) fn next_due(&self) -> Option<SystemTime> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// Ends the next operation that is due by `now`, in the order in which they end.
    pub(crate) fn take_due(&mut self, now: SystemTime) -> Option<Ended> {
        if self.next_due()? > now {
            return None;
        }
        let ((at, _), id) = self.due.pop_first()?;
        let (_, operation) = self.by_id.get_mut(&id)?;
        let last = operation.progression.last_poll().unwrap_or_default();
        operation.polls = operation.polls.max(last);
        self.end(id, at)
    }

    /// Counts a poll, and ends the operation if this poll finds it ended. The outer `None` is for
    /// an unknown or forgotten operation.
    pub(crate) fn poll(&mut self, id: Uuid, now: SystemTime) -> Option<Option<Ended>> {
        let (number, operation) = self.by_id.get_mut(&id)?;
        if !self.running.contains_key(number) {
            return Some(None);
        }
        let polled = operation.polls + u64::from(!operation.pace.is_by_clock);
        operation.polls = polled.max(operation.pace.polls_at(now));
        Some(match operation.state() {
            OperationState::Running => None,
            _ => self.end(id, now),
        })
    }

    /// Moves an operation to the ended ones, and takes its change.
    fn end(&mut self, id: Uuid, at: SystemTime) -> Option<Ended> {
        let (number, operation) = self.by_id.get_mut(&id)?;
        if let Some(due) = operation.due() {
            self.due.remove(&(due, *number));
        }
        self.running.remove(number)?;
        self.ended.insert(*number, id);
        self.bytes = self.bytes.saturating_sub(operation.weight);
        let is_done = operation.state() == OperationState::Succeeded;
        Some(Ended {
            at,
            target: operation.target.clone(),
            change: operation.change.take().filter(|_| is_done),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Map;

    use super::*;
    use crate::{
        contract::ApiVersion,
        store::operation::{Links, OperationKind, Pace, Progression},
    };

    fn operation(progression: Progression, weight: usize) -> Operation {
        Operation {
            target: ProfileKey::new("account", "profile"),
            kind: OperationKind::Patch,
            version: ApiVersion::V2019,
            links: Links {
                location: "/".to_owned(),
                async_operation: None,
            },
            progression,
            change: Some(Change::Merge(Map::new())),
            weight,
            pace: Pace {
                began: SystemTime::UNIX_EPOCH,
                time: Duration::from_secs(60),
                polls: 2,
                is_by_clock: false,
            },
            polls: 0,
        }
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn poll(operations: &mut Operations, number: usize) -> Option<Ended> {
        operations.poll(id(number), at(0)).unwrap()
    }

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    fn succeeds() -> Progression {
        Progression::Ends(1, OperationState::Succeeded)
    }

    #[test]
    fn ended_operations_are_forgotten_first_and_the_oldest_of_them() {
        let mut operations = Operations::default();
        for number in 0..KEPT {
            operations.begin(id(number), operation(succeeds(), 0));
        }
        for number in [7, 3] {
            assert!(poll(&mut operations, number).is_some());
        }
        for (number, forgotten) in [3, 7, 0, 1].into_iter().enumerate() {
            assert!(operations.get(id(forgotten)).is_some());
            operations.begin(id(KEPT + number), operation(succeeds(), 0));
            assert!(operations.get(id(forgotten)).is_none());
            assert!(operations.poll(id(forgotten), at(0)).is_none());
            assert_eq!(operations.by_id.len(), KEPT);
            assert_eq!(operations.running.len() + operations.ended.len(), KEPT);
            assert_eq!(operations.due.len(), operations.running.len());
        }
    }

    #[test]
    fn updates_that_wait_have_64_mib_together() {
        let mut operations = Operations::default();
        let half = KEPT_BYTES / 2;
        for number in 0..2 {
            assert!(operations.has_room(half));
            operations.begin(id(number), operation(succeeds(), half));
        }
        assert!(!operations.has_room(1));
        // An operation that has ended holds nothing any more.
        assert!(poll(&mut operations, 1).is_some());
        assert!(operations.has_room(half));
        operations.begin(id(2), operation(succeeds(), half));
        assert!((0..=2).all(|number| operations.get(id(number)).is_some()));
        assert_eq!(operations.bytes, KEPT_BYTES);
        assert_eq!(operations.due.len(), 2);
    }

    #[test]
    fn an_operation_stays_at_the_last_of_its_statuses() {
        let names = ["Running", "Updating", "succeeded"].map(str::to_owned);
        let mut operations = Operations::default();
        operations.begin(id(1), operation(Progression::Names(names.into()), 1));
        let mut seen = Vec::new();
        for _ in 0..4 {
            let patch = poll(&mut operations, 1).and_then(|ended| ended.change);
            let status = operations.get(id(1)).unwrap().status();
            seen.push((status.to_owned(), patch.is_some()));
        }
        let expected = [
            ("Running", false),
            ("Updating", false),
            ("succeeded", true),
            ("succeeded", false),
        ];
        assert_eq!(seen, expected.map(|(name, done)| (name.to_owned(), done)));
        assert_eq!(operations.bytes, 0);
    }

    #[test]
    fn only_operations_that_succeed_are_written() {
        for (progression, standing) in [
            (
                Progression::Ends(2, OperationState::Failed),
                OperationState::Failed,
            ),
            (
                Progression::Ends(1, OperationState::Canceled),
                OperationState::Canceled,
            ),
            (Progression::NeverEnds, OperationState::Running),
        ] {
            let mut operations = Operations::default();
            operations.begin(id(1), operation(progression, 1));
            for _ in 0..5 {
                let ended = poll(&mut operations, 1);
                assert!(ended.is_none_or(|ended| ended.change.is_none()));
            }
            assert_eq!(operations.get(id(1)).unwrap().state(), standing);
        }
    }

    #[test]
    fn operations_end_by_the_clock_in_order_of_due_time() {
        let names = ["Running", "Updating", "Succeeded"].map(str::to_owned);
        let mut operations = Operations::default();
        for (number, progression) in [
            (1, Progression::Names(names.into())),
            (2, Progression::Ends(2, OperationState::Succeeded)),
            (3, Progression::Ends(2, OperationState::Failed)),
            (4, Progression::NeverEnds),
            (5, Progression::Ends(2, OperationState::Succeeded)),
        ] {
            operations.begin(id(number), operation(progression, 1));
        }
        assert!(poll(&mut operations, 5).is_none());
        assert!(
            poll(&mut operations, 5).is_some(),
            "the second poll ends it"
        );
        let mut ended = Vec::new();
        for now in [59, 60, 61, 89, 90, 100_000] {
            while let Some(one) = operations.take_due(at(now)) {
                ended.push((now, one.at, one.change.is_some()));
            }
        }
        let expected = [(60, 60, true), (60, 60, false), (90, 90, true)];
        assert_eq!(ended, expected.map(|(now, due, done)| (now, at(due), done)));
        assert_eq!(operations.next_due(), None);
        let status = |number| operations.get(id(number)).unwrap().status();
        assert_eq!(
            [1, 2, 3, 4].map(status),
            ["Succeeded", "Succeeded", "Failed", "InProgress"]
        );
        assert_eq!(operations.running.len(), 1);
    }

    #[test]
    fn a_poll_sees_the_progress_by_the_clock() {
        let names = ["First", "Second", "Third", "Fourth"].map(str::to_owned);
        let mut operations = Operations::default();
        operations.begin(id(1), operation(Progression::Names(names.into()), 1));
        let mut seen = Vec::new();
        for now in [0, 0, 89, 90, 600] {
            operations.poll(id(1), at(now)).unwrap();
            seen.push(operations.get(id(1)).unwrap().status().to_owned());
        }
        assert_eq!(seen, ["First", "Second", "Third", "Fourth", "Fourth"]);
        let mut ahead = operation(Progression::NeverEnds, 1);
        ahead.progression = Progression::Names(["First", "Second"].map(str::to_owned).into());
        operations.begin(id(2), ahead);
        operations.poll(id(2), at(60)).unwrap();
        assert_eq!(operations.get(id(2)).unwrap().status(), "Second");
    }

    #[test]
    fn the_pace_is_exact_if_the_polls_do_not_divide_the_time() {
        let pace = Pace {
            began: at(0),
            time: Duration::from_nanos(10),
            polls: 3,
            is_by_clock: false,
        };
        let nanos = |nanos| SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
        let dues = [0, 1, 2, 3, 6].map(|polls| pace.due(polls).unwrap());
        assert_eq!(dues, [0, 4, 7, 10, 20].map(nanos));
        assert_eq!(
            [3, 4, 6, 7, 10].map(|now| pace.polls_at(nanos(now))),
            [0, 1, 1, 2, 3]
        );
        let at_once = Pace {
            time: Duration::ZERO,
            ..pace
        };
        assert_eq!(
            (at_once.due(3), at_once.polls_at(at(0))),
            (Some(at(0)), u64::MAX)
        );
        let never = Pace {
            time: Duration::MAX,
            ..pace
        };
        assert_eq!((never.due(u64::MAX), never.polls_at(at(1))), (None, 0));
    }
}
