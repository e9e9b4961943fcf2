//! Compares the marks of a member: read-only, nullable, personal and secret.

use serde_json::{Value, json};

use super::change::Severity::{Additive, Breaking, None as Nothing};
use super::change::{Aspect, How, NotCompared};
use super::compare::Comparison;
use super::rules;
use super::spot::Spot;
use crate::spec::api::{Member, Mutability};

impl<'a> Comparison<'a> {
    /// Compares the marks of a member.
    pub(super) fn marks(&mut self, spot: &Spot, a: &'a Member, b: &'a Member) {
        let (one, other) = (self.a.mutability(a), self.b.mutability(b));
        self.writable(spot, one, other);
        self.readable(spot, one, other);
        self.nullable(spot, a.nullable == Some(true), b.nullable == Some(true));
        for (rule, before, after) in [
            (&rules::PERSONAL, a.personal, b.personal),
            (&rules::SECRET, a.secret, b.secret),
        ] {
            if before != after {
                let change = spot.change(rule, Aspect::Member, How::Changed);
                self.push(change.from_to(Some(before.into()), Some(after.into())));
            }
        }
        for (keyword, is_same) in [
            ("x-ms-identifiers", a.identifiers == b.identifiers),
            ("x-ms-client-flatten", a.flattened == b.flattened),
        ] {
            if !is_same {
                let pointer = spot.pointer.b.clone().or(spot.pointer.a.clone());
                self.not_compared.push(NotCompared {
                    pointer: pointer.unwrap_or_default(),
                    keyword: keyword.to_owned(),
                });
            }
        }
    }

    /// Compares what requests can have. The marks count, and for an operation that accepts only
    /// some members, whether this is one of them.
    fn writable(&mut self, spot: &Spot, a: Mutability, b: Mutability) {
        let is_marked = (a.create, a.update) != (b.create, b.update);
        let (before, after) = (&spot.a, &spot.b);
        let was = (before.created, before.updated);
        let is = (after.created, after.updated);
        let lost = was.0 && !is.0 || was.1 && !is.1;
        let gained = is.0 && !was.0 || is.1 && !was.1;
        // Another use of the type does not change the member.
        let is_listed = !is_marked && spot.is_type_sent && before.sent() != after.sent();
        if !is_marked && !is_listed {
            return;
        }
        let writers = match (lost, gained) {
            (true, _) => Breaking,
            (false, true) => Additive,
            (false, false) => Nothing,
        };
        let rust = match (before.sent(), after.sent()) {
            (true, false) => Breaking,
            (false, true) => Additive,
            _ => Nothing,
        };
        let change = spot.change(&rules::READ_ONLY, Aspect::Mutability, How::Changed);
        let describe = |marks: Mutability, is_sent: bool| -> Value {
            match (marks.create, marks.update) {
                (true, true) if is_listed && !is_sent => "not accepted".into(),
                (true, true) if is_listed => "accepted".into(),
                (true, true) => "read-write".into(),
                (false, false) => "read-only".into(),
                (true, false) => json!("create-only"),
                (false, true) => json!("update-only"),
            }
        };
        let change = change.from_to(
            Some(describe(a, before.sent())),
            Some(describe(b, after.sent())),
        );
        let mut change = change.severity(Nothing, writers, rust);
        // A member that only the service writes is not in the type of an update.
        let update = |path: &Option<String>, is_sent: bool| {
            let (of_type, field) = path.as_deref()?.rsplit_once("::")?;
            is_sent.then(|| format!("{of_type}Update::{field}"))
        };
        if rust > Nothing {
            change.rust.before = update(&spot.rust.before, before.sent());
            change.rust.after = update(&spot.rust.after, after.sent());
        }
        self.push(change);
    }

    fn readable(&mut self, spot: &Spot, a: Mutability, b: Mutability) {
        let (rule, readers) = match (a.read, b.read) {
            (true, false) => (&rules::WRITE_ONLY, spot.readers(Breaking)),
            (false, true) => (&rules::NOT_WRITE_ONLY, spot.new_readers(Additive)),
            _ => return,
        };
        let change = spot.change(rule, Aspect::Mutability, How::Changed);
        let word = |read| Value::from(if read { "read-write" } else { "write-only" });
        let change = change.from_to(Some(word(a.read)), Some(word(b.read)));
        let change = change.severity(readers, Nothing, Nothing);
        self.push(if a.read { change.softened() } else { change });
    }

    fn nullable(&mut self, spot: &Spot, a: bool, b: bool) {
        // One change may concern both sides; it goes by the side that it hurts.
        let (rule, readers, writers) = match (a, b) {
            (false, true) => (
                match spot.a.read || !spot.a.sent() {
                    true => &rules::READ_NULLABLE,
                    false => &rules::SENT_NULLABLE,
                },
                spot.readers(Additive),
                spot.new_writers(Additive),
            ),
            (true, false) => (
                match spot.a.sent() {
                    true => &rules::SENT_NOT_NULLABLE,
                    false => &rules::READ_NOT_NULLABLE,
                },
                Nothing,
                spot.writers(Breaking),
            ),
            _ => return,
        };
        let change = spot.change(rule, Aspect::Nullable, How::Changed);
        let change = change.from_to(Some(a.into()), Some(b.into()));
        self.push(change.severity(readers, writers, Nothing).softened());
    }
}
