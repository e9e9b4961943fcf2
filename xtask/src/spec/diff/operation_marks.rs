//! Compares what an operation says of itself: security, long-running, pages.

use serde_json::{Value, json};

use super::change::Severity::{Additive, Breaking, None as Nothing};
use super::change::{Aspect, How, Severity};
use super::compare::Comparison;
use super::rules;
use super::spot::Spot;
use super::values::how;
use crate::spec::api::{LongRunning, Operation, Pageable};

impl<'a> Comparison<'a> {
    pub(super) fn security(&mut self, spot: &Spot, a: &Operation, b: &Operation) {
        let mut report = |rule, how, from: Option<Value>, to: Option<Value>, writers: Severity| {
            let change = spot.change(rule, Aspect::Security, how).from_to(from, to);
            self.push(change.severity(Nothing, writers, Nothing));
        };
        for (name, scopes) in &a.security {
            let Some(now) = b.security.get(name) else {
                // A request may still have a token where the service needs none.
                let is_open = b.security.is_empty();
                let writers = if is_open { Nothing } else { Breaking };
                let rule = &rules::SECURITY_REMOVED;
                report(rule, How::Removed, Some((**name).into()), None, writers);
                continue;
            };
            for gone in scopes.iter().filter(|scope| !now.contains(scope)) {
                let from = json!({ "scheme": name, "scope": gone });
                report(
                    &rules::SCOPE_REMOVED,
                    How::Removed,
                    Some(from),
                    None,
                    Nothing,
                );
            }
            for new in now.iter().filter(|scope| !scopes.contains(scope)) {
                let to = json!({ "scheme": name, "scope": new });
                report(&rules::SCOPE_ADDED, How::Added, None, Some(to), Breaking);
            }
        }
        for name in b
            .security
            .keys()
            .filter(|name| !a.security.contains_key(*name))
        {
            let is_choice = a
                .security
                .keys()
                .any(|known| b.security.contains_key(known));
            let writers = if is_choice { Additive } else { Breaking };
            let rule = &rules::SECURITY_ADDED;
            report(rule, How::Added, None, Some((**name).into()), writers);
        }
    }

    pub(super) fn long_running(&mut self, spot: &Spot, a: &Operation, b: &Operation) {
        let (before, after) = (&a.long_running, &b.long_running);
        if before == after {
            return;
        }
        let (readers, rust) = match (before, after) {
            // The response is not the result any more.
            (None, _) => (Breaking, Breaking),
            (_, None) => (Nothing, Breaking),
            (Some(before), Some(_)) if before.final_state.is_none() => (Nothing, Nothing),
            _ => (Breaking, Nothing),
        };
        let describe = |one: &Option<LongRunning>| {
            let one = one.as_ref()?;
            Some(one.final_state.clone().map_or(true.into(), Value::from))
        };
        let rule = &rules::LONG_RUNNING;
        let change = spot.change(rule, Aspect::LongRunning, how(before, after));
        let change = change.from_to(describe(before), describe(after));
        self.push(change.severity(readers, Nothing, rust));
    }

    pub(super) fn pageable(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
        let (before, after) = (&a.pageable, &b.pageable);
        if before == after {
            return;
        }
        let describe = |one: &Option<Pageable>| {
            let Pageable { items, next_link } = one.as_ref()?;
            Some(json!({ "items": items, "nextLink": next_link }))
        };
        let link = after.as_ref().and_then(|after| after.next_link.as_ref());
        let (readers, rust) = match (before, after) {
            // A list that had links to its next page was paged before the document said so.
            (None, _) if link.is_none_or(|link| self.had_member(a, link)) => (Additive, Breaking),
            (None, _) => (Breaking, Breaking),
            (_, None) => (Nothing, Breaking),
            _ => (Breaking, Nothing),
        };
        let change = spot.change(&rules::PAGEABLE, Aspect::Pageable, how(before, after));
        let change = change.from_to(describe(before), describe(after));
        self.push(change.severity(readers, Nothing, rust));
    }

    fn had_member(&self, operation: &'a Operation, name: &str) -> bool {
        let shapes = operation
            .responses
            .iter()
            .filter_map(|one| one.shape.as_ref());
        let types = shapes.filter_map(|shape| self.a.innermost(shape));
        let mut members = types.flat_map(|(found, _)| self.a.members(&found.name));
        members.any(|member| member.name == name)
    }
}
