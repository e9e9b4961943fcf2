//! The result of a write: the stored resource, compared with the request.

use billing_core::{StoredValue, UpdateOutcome};
use serde_json::Value;

use crate::diff::{Difference, diff};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::operation::context::OperationContext;
use crate::output::json_line::{Line, unapplied};
use crate::output::stderr::say;
use crate::render::table;
use crate::unapplied::{extent, named};

/// A write that the service has reported as successful.
pub(crate) struct Written<'a> {
    pub(crate) context: &'a OperationContext<'a>,
    /// The resource before the write, if it is known.
    pub(crate) before: Option<&'a Value>,
    /// The resource as requested, if it is known.
    pub(crate) expected: Option<&'a Value>,
    pub(crate) stored: &'a Value,
    /// How much of the request is stored, if the request is known.
    pub(crate) outcome: Option<UpdateOutcome>,
    pub(crate) request_id: Option<&'a str>,
}

impl Written<'_> {
    /// Checks what is stored, prints the resource, and reports success.
    ///
    /// # Errors
    /// A failure that names the members that are not stored, or a failure to print.
    pub(crate) fn finish(&self, print: impl FnOnce() -> Result) -> Result {
        self.check()?;
        let printed = print();
        self.report();
        // The write is done even if the resource cannot be printed.
        printed.map_err(Failure::with_effect)
    }

    /// Checks that everything requested is stored, at least in another form.
    fn check(&self) -> Result {
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
        let named = named(&missing, Some(self.stored), None, self.context.shorten);
        let message = format!("{}: {named}", extent(outcome));
        let mut failure = Failure::new(Exit::Failed, message)
            .during(format!("could not {}", self.context.action))
            // The service reported success, and a replica may show the change later.
            .with_effect()
            .hint(format!(
                "the service reported success but did not store everything that was requested: \
                 check the profile, and run the update again only to send it once more\n  {}",
                self.context.look
            ));
        failure.0.kind = Some(kind);
        failure.0.unapplied = missing.into_iter().cloned().collect();
        Err(match self.request_id {
            Some(id) => failure.request_id(id),
            None => failure,
        })
    }

    /// Reports success and other changes; to a script in one line.
    fn report(&self) {
        let subject = &self.context.subject;
        let id = self.request_id.unwrap_or("unknown");
        say(match self.outcome {
            Some(_) => format!("updated {subject} (request id {id})"),
            None => format!(
                "the update of {subject} is finished; it was not compared with the request, which \
                 is not in the token (request id {id})"
            ),
        });
        if let Some(expected) = self.expected {
            self.show_differences(expected);
        }
        // Without an outcome it could not be compared with the request.
        let line = match &self.outcome {
            Some(outcome) => Line::of_result("applied")
                .with("changed", self.before.map(|before| before != self.stored))
                .with("unapplied", unapplied(outcome.unapplied())),
            None => Line::of_result("not_compared"),
        };
        line.with("request_id", self.request_id).write_result();
    }

    fn show_differences(&self, expected: &Value) {
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
            // The service may store a requested value in its own form.
            .filter(|one| other_form(one) || !is_asked(one))
            .partition(|one| other_form(one));
        for (introduction, differences) in [
            ("the service stored it in another form:", forms),
            ("other values changed as well:", others),
        ] {
            if !differences.is_empty() {
                let shown =
                    table::introduced_differences(introduction, &differences, self.context.shorten);
                say(shown);
            }
        }
    }
}

/// Shows the changes that a write requests.
pub(crate) fn show_changes(context: &OperationContext<'_>, differences: &[Difference]) {
    let (subject, origin) = (&context.subject, context.connection.origin());
    if differences.is_empty() {
        return say(format!("nothing would change in {subject} at {origin}"));
    }
    let introduction = format!("changes for {subject} at {origin}:");
    say(table::introduced_differences(
        &introduction,
        differences,
        context.shorten,
    ));
}

/// Reports what others changed between two reads, and returns whether they changed anything.
pub(crate) fn report_other_changes(
    context: &OperationContext<'_>,
    differences: &[Difference],
) -> bool {
    if !differences.is_empty() {
        say(table::introduced_differences(
            "meanwhile somebody else changed:",
            differences,
            context.shorten,
        ));
    }
    !differences.is_empty()
}

/// Reports to a script that nothing was sent, as nothing would have changed.
pub(crate) fn report_nothing_to_change() {
    let line = Line::of_result("nothing_to_change").with("changed", false);
    line.write_result();
}
