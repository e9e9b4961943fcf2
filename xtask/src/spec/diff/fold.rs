//! Makes one line of changes that differ only in the member or enum value.

use super::change::{Aspect, Change, How, Severity};
use super::rules;
use super::words::{advice, operations, subject, what, whom};

/// A line of a report for people.
pub struct Line {
    /// The rule's id.
    pub rule: &'static str,
    /// What changed.
    pub what: String,
    /// For whom.
    pub whom: String,
    /// What to do.
    pub advice: String,
    /// The reason of an override.
    pub reason: Option<String>,
}

/// Returns the lines of changes of one severity.
pub fn lines<'c>(changes: impl Iterator<Item = &'c Change>) -> Vec<Line> {
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    for change in changes {
        let same = groups.iter_mut().find(|group| {
            let first = group.first();
            first.is_some_and(|first| is_alike(first, change))
        });
        match same {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups.iter().filter_map(|group| line(group)).collect()
}

/// Returns whether two changes can be in one line: nothing is to be done for each alone.
fn is_alike(one: &Change, other: &Change) -> bool {
    let is_listed = match one.aspect {
        Aspect::EnumValue => true,
        Aspect::Member => one.severity.max() < Severity::Breaking && one.change == How::Added,
        Aspect::Parameter => one.severity.max() < Severity::Breaking && one.change == How::Added,
        Aspect::Description => true,
        Aspect::Type => one.rule == rules::REMOVED_DEFINITION.id,
        _ => false,
    };
    is_listed
        && one.rule == other.rule
        && (one.of_type == other.of_type || one.aspect == Aspect::Type)
        && one.change == other.change
        && one.severity == other.severity
        && one.softened == other.softened
        && one.overridden == other.overridden
        && (one.of_type.is_some() || one.operations == other.operations)
}

fn line(group: &[&Change]) -> Option<Line> {
    let first = group.first()?;
    let text = match group {
        [only] => format!("{} {}", subject(only), what(only)),
        several => {
            let name = |one: &&Change| match one.aspect {
                Aspect::Type => one.of_type.clone(),
                _ => one.member.clone(),
            };
            let names: Vec<_> = several.iter().filter_map(name).collect();
            let names = names.join(", ");
            let of_type = match (&first.of_type, first.aspect) {
                (_, Aspect::Type) => "types".to_owned(),
                (Some(of_type), _) => of_type.clone(),
                (None, Aspect::Parameter) => {
                    format!("{}: parameters", operations(&first.operations))
                }
                (None, _) => operations(&first.operations),
            };
            let how = match (first.aspect, first.change) {
                (Aspect::Description, _) => "descriptions changed",
                (_, How::Removed) => "removed",
                _ => "added",
            };
            match first.aspect {
                Aspect::Type | Aspect::Parameter => format!("{of_type} {names} {how}"),
                _ => format!("{of_type}: {names} {how}"),
            }
        }
    };
    let guess = first.rename_guess.as_ref();
    let from = guess.and_then(|guess| guess.from.as_deref());
    let from = from.filter(|_| group.len() == 1);
    Some(Line {
        rule: first.rule,
        what: from.map_or(text.clone(), |from| match first.aspect {
            Aspect::Operation => format!("{text}, which takes the updates of {from}"),
            _ => format!("{text}, perhaps the old {from}"),
        }),
        whom: whom(first),
        advice: match group.len() {
            1 => advice(first),
            _ => advice(first).replace("ing it", "ing them"),
        },
        reason: first.overridden.as_ref().map(|one| one.reason.clone()),
    })
}
