//! The long-running updates of Azure Resource Manager: how far each is, and how many are remembered.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::state::ProfileKey;

/// How many are remembered. Those that ended are forgotten first, and of them the oldest.
const KEPT: usize = 10_000;
/// How many bytes of updates wait to be written; more than these, and the oldest is forgotten.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// Where an operation can be asked after.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    pub(crate) location: String,
    pub(crate) async_operation: Option<String>,
}

/// An update that was accepted and is written when it is done.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) target: ProfileKey,
    pub(crate) links: Links,
    pub(crate) course: Course,
    /// Taken when it is done, and dropped when it ends otherwise.
    pub(crate) patch: Option<Map<String, Value>>,
    /// How many bytes the update was sent in.
    pub(crate) size: usize,
    pub(crate) polls: u64,
}

/// What the polls of an operation find.
#[derive(Debug, Clone)]
pub(crate) enum Course {
    /// The poll of this number, and each after it, finds it ended; the first is 1, and finds one of 0 so, too.
    Ends(u64, Standing),
    NeverEnds,
    /// Each poll finds the next of these names, and from then on the last; never empty.
    Names(Arc<[String]>),
}

/// What a status means to a client; all but three names are running ("Asynchronous API reference",
/// "Azure-AsyncOperation Resource format").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Running,
    Succeeded,
    Failed,
    Canceled,
}

impl Standing {
    fn of(name: &str) -> Self {
        let is = |standing: &Self| standing.name().eq_ignore_ascii_case(name);
        let ended = [Self::Succeeded, Self::Failed, Self::Canceled];
        ended.into_iter().find(is).unwrap_or(Self::Running)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Running => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
        }
    }
}

impl Operation {
    /// What the latest poll found, by its name.
    pub(crate) fn status(&self) -> &str {
        match &self.course {
            Course::Ends(polls, end) if self.polls >= *polls => end.name(),
            Course::Ends(..) | Course::NeverEnds => Standing::Running.name(),
            Course::Names(names) => {
                let polls = usize::try_from(self.polls).unwrap_or(usize::MAX);
                let last = names.len().saturating_sub(1);
                let found = names.get(polls.saturating_sub(1).min(last));
                found.map_or(Standing::Running.name(), String::as_str)
            }
        }
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing::of(self.status())
    }
}

/// The latest operations, by their ids.
#[derive(Clone, Default)]
pub(crate) struct Operations {
    by_id: HashMap<Uuid, (u64, Operation)>,
    /// The ids by the order in which they began, of those that run and of those that ended.
    running: BTreeMap<u64, Uuid>,
    ended: BTreeMap<u64, Uuid>,
    begun: u64,
    /// Of all updates that wait to be written.
    bytes: usize,
}

impl Operations {
    pub(crate) fn begin(&mut self, id: Uuid, operation: Operation) {
        let number = self.begun;
        self.begun += 1;
        self.bytes += operation.size;
        self.running.insert(number, id);
        self.by_id.insert(id, (number, operation));
        while let Some(id) = self.surplus() {
            if let Some((_, forgotten)) = self.by_id.remove(&id)
                && forgotten.patch.is_some()
            {
                self.bytes = self.bytes.saturating_sub(forgotten.size);
            }
        }
    }

    /// The next to be forgotten, if it must be; it is in neither order any more.
    fn surplus(&mut self) -> Option<Uuid> {
        let first = if self.bytes > KEPT_BYTES {
            // Those that ended hold nothing.
            self.running.pop_first()
        } else if self.by_id.len() > KEPT {
            self.ended.pop_first().or_else(|| self.running.pop_first())
        } else {
            None
        };
        first.map(|(_, id)| id)
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&Operation> {
        self.by_id.get(&id).map(|(_, operation)| operation)
    }

    /// Counts a poll, and hands out the update with the one that finds it done. `None` for an operation
    /// that nobody began or that is forgotten.
    pub(crate) fn poll(&mut self, id: Uuid) -> Option<Option<Map<String, Value>>> {
        let (number, operation) = self.by_id.get_mut(&id)?;
        if self.running.contains_key(number) {
            operation.polls += 1;
        }
        let standing = operation.standing();
        if standing == Standing::Running {
            return Some(None);
        }
        if self.running.remove(number).is_some() {
            self.ended.insert(*number, id);
            self.bytes = self.bytes.saturating_sub(operation.size);
        }
        let patch = operation.patch.take();
        Some(patch.filter(|_| standing == Standing::Succeeded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(course: Course, size: usize) -> Operation {
        Operation {
            target: ProfileKey::new("account", "profile"),
            links: Links {
                location: "/".to_owned(),
                async_operation: None,
            },
            course,
            patch: Some(Map::new()),
            size,
            polls: 0,
        }
    }

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    fn succeeds() -> Course {
        Course::Ends(1, Standing::Succeeded)
    }

    #[test]
    fn of_too_many_operations_the_oldest_that_ended_is_forgotten_first_and_then_the_oldest() {
        let mut operations = Operations::default();
        for number in 0..KEPT {
            operations.begin(id(number), operation(succeeds(), 0));
        }
        for number in [7, 3] {
            assert!(operations.poll(id(number)).unwrap().is_some());
        }
        for (number, forgotten) in [3, 7, 0, 1].into_iter().enumerate() {
            assert!(operations.get(id(forgotten)).is_some());
            operations.begin(id(KEPT + number), operation(succeeds(), 0));
            assert!(operations.get(id(forgotten)).is_none());
            assert!(operations.poll(id(forgotten)).is_none());
            assert_eq!(operations.by_id.len(), KEPT);
            assert_eq!(operations.running.len() + operations.ended.len(), KEPT);
        }
    }

    #[test]
    fn of_updates_that_are_too_large_together_the_oldest_that_waits_is_forgotten() {
        let mut operations = Operations::default();
        let half = KEPT_BYTES / 2;
        for number in 0..3 {
            operations.begin(id(number), operation(succeeds(), half));
        }
        assert!(operations.get(id(0)).is_none());
        // One that ended holds nothing any more, so it may stay.
        assert!(operations.poll(id(1)).unwrap().is_some());
        operations.begin(id(3), operation(succeeds(), half));
        assert!((1..=3).all(|number| operations.get(id(number)).is_some()));
        assert_eq!(operations.bytes, KEPT_BYTES);
    }

    #[test]
    fn an_operation_goes_through_its_names_and_stays_with_the_last() {
        let names = ["Running", "Updating", "succeeded"].map(str::to_owned);
        let mut operations = Operations::default();
        operations.begin(id(1), operation(Course::Names(names.into()), 1));
        let mut seen = Vec::new();
        for _ in 0..4 {
            let patch = operations.poll(id(1)).unwrap();
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
    fn an_operation_that_fails_is_never_written_and_one_that_never_ends_never_is() {
        for (course, standing) in [
            (Course::Ends(2, Standing::Failed), Standing::Failed),
            (Course::Ends(1, Standing::Canceled), Standing::Canceled),
            (Course::NeverEnds, Standing::Running),
        ] {
            let mut operations = Operations::default();
            operations.begin(id(1), operation(course, 1));
            for _ in 0..5 {
                assert!(operations.poll(id(1)).unwrap().is_none());
            }
            assert_eq!(operations.get(id(1)).unwrap().standing(), standing);
        }
    }
}
