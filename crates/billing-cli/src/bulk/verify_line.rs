//! A verified profile as text and as JSON, which `schemas/bulk-verify.schema.json` describes.

use billing_bulk::ProfileId;
use billing_bulk::target::Cause;
use billing_bulk::verify::{DifferenceKind, Found, MemberDifference, Verified};
use billing_edit::value_text;
use serde::Serialize;
use serde_json::Value;

use crate::bulk::summary::{number, profiles};

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Profile {
        v: u8,
        #[serde(flatten)]
        profile: &'a ProfileId,
        state: &'static str,
        result: &'static str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        members: Vec<MemberLine<'a>>,
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        others: &'a [String],
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<&'a Cause>,
    },
    Summary {
        v: u8,
        #[serde(flatten)]
        tally: &'a Tally,
    },
}

#[derive(Serialize)]
struct MemberLine<'a> {
    path: &'a str,
    kind: &'static str,
    /// `null` for a member that was to be cleared.
    planned: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<&'a Value>,
}

impl<'a> From<&'a MemberDifference> for MemberLine<'a> {
    fn from(member: &'a MemberDifference) -> Self {
        Self {
            path: &member.path,
            kind: member.kind.as_str(),
            planned: member.planned.as_ref(),
            now: member.now.as_ref(),
        }
    }
}

/// How many profiles were found how.
#[derive(Debug, Default, Serialize)]
pub(super) struct Tally {
    /// All profiles.
    pub(super) profiles: u64,
    /// Those that have the planned values.
    as_planned: u64,
    /// Those of them whose values the service stores in a form of its own.
    normalised: u64,
    /// Those with other values than the planned ones.
    pub(super) different: u64,
    /// Those that could not be read.
    unreadable: u64,
    /// Those whose values were erased from the journal.
    erased: u64,
    /// Those in which members outside the plan were changed since the run.
    otherwise_changed: u64,
}

impl Tally {
    /// Counts a profile.
    pub(super) fn add(&mut self, verified: &Verified) {
        let add = |count: &mut u64, is_so: bool| *count = count.saturating_add(is_so.into());
        let is_normalised = |it: &MemberDifference| it.kind == DifferenceKind::Normalised;
        add(&mut self.profiles, true);
        match &verified.found {
            Found::Read { members, others } => {
                let is_as_planned = verified.is_as_planned();
                add(&mut self.as_planned, is_as_planned);
                add(&mut self.different, !is_as_planned);
                add(&mut self.normalised, members.iter().any(is_normalised));
                add(&mut self.otherwise_changed, !others.is_empty());
            }
            Found::Unread(_) => add(&mut self.unreadable, true),
            Found::Erased => add(&mut self.erased, true),
        }
    }

    /// Returns how many profiles have other values, or could not be read.
    pub(super) fn not_as_planned(&self) -> u64 {
        self.different.saturating_add(self.unreadable)
    }

    /// Returns the counts for people, those that are not zero.
    pub(super) fn text(&self) -> String {
        let mut parts = vec![format!(
            "{} of {} as planned",
            number(self.as_planned),
            profiles(self.profiles)
        )];
        for (count, name) in [
            (self.normalised, "in the service's form"),
            (self.different, "with other values"),
            (self.unreadable, "that cannot be read"),
            (self.erased, "erased from the journal"),
            (self.otherwise_changed, "changed since in other members"),
        ] {
            if count > 0 {
                parts.push(format!("{} {name}", number(count)));
            }
        }
        parts.join(", ")
    }

    /// Returns the counts as a line of JSON.
    pub(super) fn json(&self) -> String {
        text_of(&Line::Summary { v: 1, tally: self })
    }
}

/// Returns a profile as a line of JSON; `None` if nothing is to be said of it.
pub(super) fn json(verified: &Verified) -> Option<String> {
    let (members, others, cause) = match &verified.found {
        Found::Read { members, others } if members.is_empty() && others.is_empty() => return None,
        Found::Read { members, others } => (&**members, &**others, None),
        Found::Unread(cause) => (&[][..], &[][..], Some(cause)),
        Found::Erased => (&[][..], &[][..], None),
    };
    let result = match &verified.found {
        Found::Read { .. } if verified.is_as_planned() => "as_planned",
        Found::Read { .. } => "different",
        Found::Unread(_) => "unreadable",
        Found::Erased => "erased",
    };
    Some(text_of(&Line::Profile {
        v: 1,
        profile: &verified.profile,
        state: verified.state.as_str(),
        result,
        members: members.iter().map(MemberLine::from).collect(),
        others,
        cause,
    }))
}

fn text_of(line: &Line<'_>) -> String {
    // Texts and numbers can always be written.
    serde_json::to_string(line).unwrap_or_default()
}

/// Returns a profile for people, a line for each member; none if nothing is to be said of it.
pub(super) fn text(verified: &Verified) -> Vec<String> {
    let profile = &verified.profile;
    match &verified.found {
        Found::Read { members, others } => {
            let members = members.iter().map(|member| {
                let now = member.now.as_ref().map_or("nothing".to_owned(), value_text);
                let planned = match &member.planned {
                    Some(planned) => value_text(planned),
                    None => "nothing".to_owned(),
                };
                let (path, kind) = (&member.path, sentence(member.kind));
                format!("{profile}: {path} is {now}, planned was {planned}: {kind}")
            });
            let others = (!others.is_empty()).then(|| {
                let others = others.join(", ");
                format!("{profile}: changed since the run outside the plan: {others}")
            });
            members.chain(others).collect()
        }
        Found::Unread(cause) => vec![format!(
            "{profile}: cannot be read: {} ({})",
            cause.message, cause.code
        )],
        Found::Erased => vec![format!(
            "{profile}: its values were erased from the journal"
        )],
    }
}

fn sentence(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Normalised => "the same in the service's form",
        DifferenceKind::Declined => "the service reported success and did not store it",
        DifferenceKind::Changed => "changed since the run",
        DifferenceKind::NotWritten => "the run did not finish the profile",
    }
}
