//! Finds the operations that lead to nothing that is not understood.

use std::collections::{BTreeMap, BTreeSet};

/// Something that is read as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The document.
    #[default]
    Document,
    /// An operation, by its id.
    Operation(String),
    /// A type, by its name.
    Type(String),
}

/// What each part leads to, and which parts have an error.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The part that is being read.
    pub(super) part: Part,
    types: BTreeMap<Part, BTreeSet<String>>,
    refused: BTreeSet<Part>,
}

impl Reach {
    /// Notes that the part leads to a type.
    pub(super) fn leads_to(&mut self, name: &str) {
        let types = self.types.entry(self.part.clone()).or_default();
        types.insert(name.to_owned());
    }

    /// Notes that the part has an error.
    pub(super) fn refuse(&mut self) {
        self.refused.insert(self.part.clone());
    }

    /// Returns those of the operations that neither have an error nor lead to one.
    pub(super) fn understood(&self, ids: Vec<String>) -> Vec<String> {
        let leads_to_error = |id: &String| {
            let mut seen = BTreeSet::new();
            let mut left = vec![Part::Operation(id.clone())];
            while let Some(part) = left.pop() {
                if self.refused.contains(&part) {
                    return true;
                }
                for name in self.types.get(&part).into_iter().flatten() {
                    if seen.insert(name) {
                        left.push(Part::Type(name.clone()));
                    }
                }
            }
            false
        };
        ids.into_iter().filter(|id| !leads_to_error(id)).collect()
    }
}
