//! What a write came to: the resource that is stored, compared with what was asked for.

use billing_core::{StoredValue, UnappliedMember, UpdateOutcome};
use serde_json::Value;

use crate::diff::{Difference, diff};
use crate::document::{self, Path};
use crate::failure::{Exit, Failure};
use crate::hint::Call;
use crate::output::{self, say};
use crate::render;
use crate::report::{self, ResultLine};

/// As many members are named in an error.
const MOST_NAMED: usize = 5;

/// As much of a value is shown in an error.
const MOST_OF_A_VALUE: usize = 60;

/// A write that the service has answered with success.
pub(crate) struct Written<'a> {
    pub(crate) call: &'a Call<'a>,
    /// The resource as it was before; `None` where that is not known.
    pub(crate) before: Option<&'a Value>,
    /// The resource as it should be; `None` where that is not known.
    pub(crate) expected: Option<&'a Value>,
    pub(crate) stored: &'a Value,
    /// How much of it is stored; `None` where it is not known what was asked for.
    pub(crate) outcome: Option<UpdateOutcome>,
    pub(crate) request_id: Option<&'a str>,
}

impl Written<'_> {
    /// Whether all that was asked for is stored, at least in another form.
    ///
    /// # Errors
    /// A failure that names the members that are not.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let Some(outcome) = &self.outcome else {
            return Ok(());
        };
        let all = outcome.unapplied().iter();
        let missing: Vec<_> = all
            .filter(|one| one.stored() != StoredValue::OtherForm)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let kind = match outcome {
            UpdateOutcome::NotApplied { .. } => "not_applied",
            _ => "partly_applied",
        };
        let named = named(&missing, Some(self.stored), None, self.call.shorten);
        let message = format!("{}: {named}", word(outcome));
        let failure = Failure::new(Exit::Failed, anyhow::Error::msg(message))
            .during(format!("could not {}", self.call.doing))
            .kind(kind)
            .unapplied(&missing)
            // The service said so, and a replica may show it later.
            .with_effect()
            .hint(format!(
                "the service reported success and did not store all that was asked for: look at what \
                 there is, and run the update again only if you want it to be sent once more\n  {}",
                self.call.look
            ));
        Err(match self.request_id {
            Some(id) => failure.request_id(id),
            None => failure,
        })
    }

    /// Says that it is done, and what else is to be seen; to a script in its one line.
    pub(crate) fn tell(&self) {
        let subject = &self.call.subject;
        let id = self.request_id.unwrap_or("unknown");
        say(match self.outcome {
            Some(_) => format!("updated {subject} (request id {id})"),
            None => format!(
                "the update of {subject} is finished; not compared with what was asked for, as the token does not \
                 hold it (request id {id})"
            ),
        });
        if let Some(expected) = self.expected {
            self.tell_differences(expected);
        }
        if output::is_for_scripts() {
            let changed = self.before.map(|before| before != self.stored);
            output::report(&report::line(&match &self.outcome {
                Some(outcome) => ResultLine::applied(changed, outcome.unapplied(), self.request_id),
                None => ResultLine::not_compared(self.request_id),
            }));
        }
    }

    fn tell_differences(&self, expected: &Value) {
        let asked = self.before.map(|before| diff(before, expected));
        let asked = asked.unwrap_or_default();
        let is_asked = |one: &Difference| asked.iter().any(|asked| asked.path == one.path);
        let other_form = |one: &Difference| {
            let all = self.outcome.iter().flat_map(UpdateOutcome::unapplied);
            all.into_iter()
                .any(|member| one.path.is_at_or_below(member.path().segments()))
        };
        let differences = diff(expected, self.stored).into_iter();
        let (forms, others): (Vec<_>, Vec<_>) = differences
            // Empty or not there: the service stores what was asked for, and writes it in its way.
            .filter(|one| other_form(one) || !is_asked(one))
            .partition(|one| other_form(one));
        for (introduction, differences) in [
            ("the service stored it in another form:", forms),
            ("what was not asked for is different, too:", others),
        ] {
            if !differences.is_empty() {
                let table =
                    render::introduced_differences(introduction, &differences, self.call.shorten);
                say(table);
            }
        }
    }
}

/// Tells a script that nothing was sent, as nothing would have changed.
pub(crate) fn tell_nothing_to_change() {
    if output::is_for_scripts() {
        output::report(&report::line(&ResultLine::nothing_to_change()));
    }
}

/// How much of the change was stored, as it is said before the members that were not.
pub(crate) fn word(outcome: &UpdateOutcome) -> &'static str {
    match outcome {
        UpdateOutcome::NotApplied { .. } => "not changed",
        _ => "changed in part",
    }
}

/// Names members that are not stored as requested, with what is stored there as far as that is known: all of it from
/// `stored`, or what is unchanged from `before`.
pub(crate) fn named(
    members: &[&UnappliedMember],
    stored: Option<&Value>,
    before: Option<&Value>,
    shorten: fn(&Path) -> String,
) -> String {
    let named = members.iter().take(MOST_NAMED).map(|member| {
        let names = member.path().segments();
        let path = shorten(&Path::of_members(names));
        let is_unchanged = member.stored() == StoredValue::Unchanged;
        match (stored.or(before.filter(|_| is_unchanged)), member.stored()) {
            (Some(document), StoredValue::Unchanged) => {
                format!("{path} is still {}", value_at(document, names))
            }
            (Some(document), _) => format!("{path} is {}", value_at(document, names)),
            (None, StoredValue::Unchanged) => format!("{path} is as it was before"),
            (None, StoredValue::OtherForm) => {
                format!("{path} is neither as it was before nor as requested")
            }
            (None, _) => format!("{path} is not as requested"),
        }
    });
    let mut named: Vec<_> = named.collect();
    if members.len() > MOST_NAMED {
        named.push(format!("and {} more", members.len() - MOST_NAMED));
    }
    named.join(", ")
}

fn value_at(document: &Value, names: &[String]) -> String {
    let value = (names.iter()).try_fold(document, |value, name| value.get(name));
    match value {
        None | Some(Value::Null) => "not set".to_owned(),
        Some(value) => shortened(&document::text(value)),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_OF_A_VALUE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
