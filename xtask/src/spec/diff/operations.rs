//! Compares operations: verbs, paths, parameters, bodies, responses and marks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::change::Severity::{Additive, Breaking, None as Nothing};
use super::change::{Aspect, Both, Change, How, Severity};
use super::compare::Comparison;
use super::matching::{Matched, path, template};
use super::rules::{self, Rule};
use super::spot::Spot;
use super::uses::MemberUse;
use super::values::how;
use crate::spec::api::{Body, Limits, Operation, Pageable, Parameter, Place};

impl<'a> Comparison<'a> {
    /// Compares the operations of both documents, and reports those of one.
    pub(super) fn operations(&mut self, all: &[Matched<'a>]) {
        for one in all {
            let spot = self.operation_spot(one);
            match (one.a, one.b) {
                (Some(a), Some(b)) => self.operation(&spot, a, b),
                (Some(a), None) => {
                    let stays = self
                        .b
                        .api
                        .operations
                        .iter()
                        .any(|b| template(b) == template(a));
                    let rule = match stays {
                        true => &rules::REMOVED_OPERATION,
                        false => &rules::REMOVED_PATH,
                    };
                    let change = spot.change(rule, Aspect::Operation, How::Removed);
                    let change = change.from_to(Some(describe(a)), None);
                    self.push(change.severity(Nothing, Breaking, Breaking));
                }
                (None, Some(b)) => {
                    let was = self
                        .a
                        .api
                        .operations
                        .iter()
                        .any(|a| template(a) == template(b));
                    let rule = match was {
                        true => &rules::ADDED_OPERATION,
                        false => &rules::ADDED_PATH,
                    };
                    let change = spot.change(rule, Aspect::Operation, How::Added);
                    let change = change.from_to(None, Some(describe(b)));
                    self.push(change.severity(Nothing, Additive, Additive));
                }
                (None, None) => {}
            }
        }
    }

    fn operation_spot(&self, one: &Matched<'a>) -> Spot {
        let used = MemberUse {
            operations: BTreeSet::from([one.id().to_owned()]),
            ..MemberUse::default()
        };
        Spot {
            pointer: Both {
                a: one.a.and_then(|one| self.a.pointer(&one.place)),
                b: one.b.and_then(|one| self.b.pointer(&one.place)),
            },
            a: used.clone(),
            b: used,
            ..Spot::default()
        }
    }

    fn operation(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
        let mut differs = |rule: &Rule, aspect, how, from: &str, to: &str, writers| {
            if from != to {
                let change = spot.change(rule, aspect, how);
                let change = change.from_to(Some(from.into()), Some(to.into()));
                self.push(change.severity(Nothing, writers, Nothing));
            }
        };
        let id = &rules::OPERATION_ID;
        differs(id, Aspect::Operation, How::Renamed, &a.id, &b.id, Nothing);
        let verb = &rules::REMOVED_OPERATION;
        differs(
            verb,
            Aspect::Verb,
            How::Changed,
            &a.method,
            &b.method,
            Breaking,
        );
        if template(a) != template(b) {
            let rule = &rules::REMOVED_PATH;
            differs(rule, Aspect::Path, How::Changed, &a.path, &b.path, Breaking);
        } else if path(a) != path(b) {
            let rule = &rules::PATH_PARAMETER;
            differs(rule, Aspect::Path, How::Renamed, &a.path, &b.path, Nothing);
        }
        if !a.host.is_empty() && !b.host.is_empty() {
            differs(
                &rules::HOST,
                Aspect::Path,
                How::Changed,
                &a.host,
                &b.host,
                Breaking,
            );
        }
        if a.deprecated != b.deprecated {
            let rule = match b.deprecated {
                true => &rules::DEPRECATED,
                false => &rules::REACTIVATED,
            };
            let change = spot.change(rule, Aspect::Operation, How::Changed);
            self.push(change.from_to(Some(a.deprecated.into()), Some(b.deprecated.into())));
        }
        self.description(spot, &a.description, &b.description);
        self.parameters(spot, a, b);
        self.bodies(spot, a, b);
        self.responses(spot, a, b);
        self.produces(spot, a, b);
        self.security(spot, a, b);
        self.long_running(spot, a, b);
        self.pageable(spot, a, b);
    }

    fn parameters(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
        let pairs = parameter_pairs(a, b);
        for (one, other) in &pairs {
            let (place_a, place_b) = (one.map(|one| &one.place), other.map(|one| &one.place));
            let name = one.or(*other).map_or("", |one| &*one.name);
            let at = self.part(spot, name, (true, false), place_a, place_b);
            match (one, other) {
                (Some(one), Some(other)) => self.parameter(&at, one, other),
                (Some(one), None) => {
                    let from = Some(self.parameter_text(one, true));
                    self.gone(&at, Aspect::Parameter, one.required, from);
                }
                (None, Some(other)) => {
                    let to = Some(self.parameter_text(other, false));
                    self.new(&at, Aspect::Parameter, other.required, to);
                }
                (None, None) => {}
            }
        }
    }

    fn parameter(&mut self, at: &Spot, a: &'a Parameter, b: &'a Parameter) {
        if a.location != b.location {
            let change = at.change(&rules::PARAMETER_IN, Aspect::Parameter, How::Changed);
            let change = change.from_to(Some((*a.location).into()), Some((*b.location).into()));
            self.push(change.severity(Nothing, Breaking, Nothing));
        }
        self.required(at, a.required, b.required);
        self.description(at, &a.description, &b.description);
        // Each version of a service has its own.
        if a.name != "api-version" {
            self.values(at, (&a.shape, &a.limits), (&b.shape, &b.limits));
            self.default(at, &a.default, &b.default);
        }
    }

    /// Reports that requests do not have a parameter or a body any more.
    fn gone(&mut self, at: &Spot, aspect: Aspect, required: bool, from: Option<Value>) {
        let rule = match required {
            true => &rules::REMOVED_REQUIRED_PARAMETER,
            false => &rules::REMOVED_OPTIONAL_PARAMETER,
        };
        let change = at.change(rule, aspect, How::Removed).from_to(from, None);
        self.push(change.severity(Nothing, Breaking, Breaking));
    }

    /// Reports that requests have a new parameter or body.
    fn new(&mut self, at: &Spot, aspect: Aspect, required: bool, to: Option<Value>) {
        let (rule, severity) = match required {
            true => (&rules::ADDED_REQUIRED_PARAMETER, Breaking),
            false => (&rules::ADDED_OPTIONAL_PARAMETER, Additive),
        };
        let change = at.change(rule, aspect, How::Added).from_to(None, to);
        self.push(change.severity(Nothing, severity, severity));
    }

    fn parameter_text(&self, parameter: &'a Parameter, is_a: bool) -> Value {
        let view = if is_a { &self.a } else { &self.b };
        let mut text = view.describe(&parameter.shape);
        if let Value::Object(keys) = &mut text {
            keys.insert("in".to_owned(), parameter.location.clone().into());
            keys.insert("required".to_owned(), parameter.required.into());
        }
        text
    }

    /// Returns the place of a part of an operation, which is sent or read.
    fn part(
        &self,
        spot: &Spot,
        name: &str,
        (sent, read): (bool, bool),
        a: Option<&Place>,
        b: Option<&Place>,
    ) -> Spot {
        let mut at = spot.clone();
        at.member = Some(name.to_owned()).filter(|name| !name.is_empty());
        at.pointer = Both {
            a: a.and_then(|place| self.a.pointer(place)),
            b: b.and_then(|place| self.b.pointer(place)),
        };
        for used in [&mut at.a, &mut at.b] {
            (used.created, used.updated, used.read) = (sent, sent, read);
        }
        at
    }

    fn bodies(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
        let place = |body: &'a Option<Body>| body.as_ref().map(|body| &body.place);
        let mut at = self.part(spot, "", (true, false), place(&a.body), place(&b.body));
        at.wire = Some(String::new());
        match (&a.body, &b.body) {
            (Some(one), Some(other)) => {
                self.required(&at, one.required, other.required);
                let none = Limits::new();
                self.values(&at, (&one.shape, &none), (&other.shape, &none));
                self.description(&at, &one.description, &other.description);
                let (was, is) = (formats(&one.media_types), formats(&other.media_types));
                if was.is_empty() || is.is_empty() {
                    return;
                }
                for gone in was.difference(&is) {
                    let rule = &rules::REQUEST_FORMAT_REMOVED;
                    let change = at.change(rule, Aspect::MediaType, How::Removed);
                    let change = change.from_to(Some((**gone).into()), None);
                    self.push(change.severity(Nothing, Breaking, Nothing));
                }
                for new in is.difference(&was) {
                    let rule = &rules::REQUEST_FORMAT_ADDED;
                    let change = at.change(rule, Aspect::MediaType, How::Added);
                    let change = change.from_to(None, Some((**new).into()));
                    self.push(change.severity(Nothing, Additive, Nothing));
                }
            }
            (Some(one), None) => {
                let from = Some(self.a.describe(&one.shape));
                self.gone(&at, Aspect::Body, one.required, from);
            }
            (None, Some(other)) => {
                let to = Some(self.b.describe(&other.shape));
                self.new(&at, Aspect::Body, other.required, to);
            }
            (None, None) => {}
        }
    }

    fn produces(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
        let at = self.part(spot, "", (false, true), Some(&a.place), Some(&b.place));
        let (was, is) = (formats(&a.produces), formats(&b.produces));
        if was.is_empty() || is.is_empty() {
            return;
        }
        for gone in was.difference(&is) {
            let rule = &rules::RESPONSE_FORMAT_REMOVED;
            let change = at.change(rule, Aspect::MediaType, How::Removed);
            let change = change.from_to(Some((**gone).into()), None);
            self.push(change.severity(Breaking, Nothing, Nothing));
        }
        for new in is.difference(&was) {
            let rule = &rules::RESPONSE_FORMAT_ADDED;
            let change = at.change(rule, Aspect::MediaType, How::Added);
            let change = change.from_to(None, Some((**new).into()));
            self.push(change.severity(Additive, Nothing, Nothing));
        }
    }

    fn responses(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
        for one in &a.responses {
            let other = b.responses.iter().find(|other| other.status == one.status);
            let place_b = other.map(|other| &other.place);
            let mut at = self.part(spot, &one.status, (false, true), Some(&one.place), place_b);
            let Some(other) = other else {
                // The errors are not promised to have this form any more.
                let is_read = !one.status.starts_with('2') && one.shape.is_some();
                let readers = if is_read && b.responses.iter().all(|one| one.status != "default") {
                    Breaking
                } else {
                    Nothing
                };
                let change = at.change(&rules::REMOVED_STATUS, Aspect::Status, How::Removed);
                let change = change.from_to(Some((*one.status).into()), None);
                self.push(change.severity(readers, Nothing, Nothing).softened());
                continue;
            };
            self.description(&at, &one.description, &other.description);
            self.headers(&at, &one.headers, &other.headers);
            at.wire = Some(String::new());
            match (&one.shape, &other.shape) {
                (Some(before), Some(after)) => {
                    let none = Limits::new();
                    self.values(&at, (before, &none), (after, &none));
                }
                (Some(before), None) => {
                    let rule = &rules::RESPONSE_BODY_REMOVED;
                    let change = at.change(rule, Aspect::Body, How::Removed);
                    let change = change.from_to(Some(self.a.describe(before)), None);
                    self.push(change.severity(Breaking, Nothing, Breaking));
                }
                (None, Some(after)) => {
                    let rule = &rules::RESPONSE_BODY_ADDED;
                    let change = at.change(rule, Aspect::Body, How::Added);
                    let change = change.from_to(None, Some(self.b.describe(after)));
                    self.push(change.severity(Additive, Nothing, Additive));
                }
                (None, None) => {}
            }
        }
        let is_known = |status: &str| a.responses.iter().any(|one| one.status == status);
        for new in b.responses.iter().filter(|new| !is_known(&new.status)) {
            let at = self.part(spot, &new.status, (false, true), None, Some(&new.place));
            let is_success = new.status.starts_with('2');
            let readers = if is_success { Breaking } else { Additive };
            let change = at.change(&rules::ADDED_STATUS, Aspect::Status, How::Added);
            let change = change.from_to(None, Some((*new.status).into()));
            let change = change.severity(readers, Nothing, Nothing);
            self.push(if is_success {
                change.softened()
            } else {
                change
            });
        }
    }

    fn security(&mut self, spot: &Spot, a: &Operation, b: &Operation) {
        let mut report = |rule, how, from: Option<Value>, to: Option<Value>, writers: Severity| {
            let change = spot.change(rule, Aspect::Security, how).from_to(from, to);
            self.push(change.severity(Nothing, writers, Nothing));
        };
        for (name, scopes) in &a.security {
            let Some(now) = b.security.get(name) else {
                // A request may still have a token where none is asked for.
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

    fn long_running(&mut self, spot: &Spot, a: &Operation, b: &Operation) {
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
        let describe = |one: &Option<crate::spec::api::LongRunning>| {
            let one = one.as_ref()?;
            Some(one.final_state.clone().map_or(true.into(), Value::from))
        };
        let rule = &rules::LONG_RUNNING;
        let change = spot.change(rule, Aspect::LongRunning, how(before, after));
        let change = change.from_to(describe(before), describe(after));
        self.push(change.severity(readers, Nothing, rust));
    }

    fn pageable(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
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

    fn headers(
        &mut self,
        at: &Spot,
        a: &'a std::collections::BTreeMap<String, crate::spec::api::Header>,
        b: &'a std::collections::BTreeMap<String, crate::spec::api::Header>,
    ) {
        let same = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
        for (name, one) in a {
            let mut at = at.clone();
            at.member = Some(name.clone());
            let Some((_, other)) = b.iter().find(|(other, _)| same(name, other)) else {
                let change = at.change(&rules::REMOVED_HEADER, Aspect::Header, How::Removed);
                let change = change.from_to(Some(self.a.describe(&one.shape)), None);
                self.push(change.severity(Breaking, Nothing, Nothing));
                continue;
            };
            let none = Limits::new();
            self.values(&at, (&one.shape, &none), (&other.shape, &none));
            self.description(&at, &one.description, &other.description);
        }
        for (name, new) in b
            .iter()
            .filter(|(name, _)| !a.keys().any(|one| same(one, name)))
        {
            let mut at = at.clone();
            at.member = Some(name.clone());
            let change = at.change(&rules::ADDED_HEADER, Aspect::Header, How::Added);
            let change: Change = change.from_to(None, Some(self.b.describe(&new.shape)));
            self.push(change.severity(Additive, Nothing, Nothing));
        }
    }
}

/// Pairs the parameters of two operations: by place and name, by the position in the path, and
/// by name alone.
fn parameter_pairs<'a>(
    a: &'a Operation,
    b: &'a Operation,
) -> Vec<(Option<&'a Parameter>, Option<&'a Parameter>)> {
    let mut left: Vec<_> = b.parameters.iter().collect();
    let mut pairs = Vec::new();
    let positions = (path_names(a), path_names(b));
    for one in &a.parameters {
        let same_name = |other: &Parameter| match one.location.as_str() {
            "header" | "path" => other.name.eq_ignore_ascii_case(&one.name),
            _ => other.name == one.name,
        };
        let position = positions
            .0
            .iter()
            .position(|name| *name == one.name.to_lowercase());
        let in_path = position.and_then(|at| positions.1.get(at));
        let is_it: [&dyn Fn(&Parameter) -> bool; 3] = [
            &|other| other.location == one.location && same_name(other),
            &|other| {
                let is_path = one.location == "path" && other.location == "path";
                is_path && in_path == Some(&other.name.to_lowercase())
            },
            &|other| other.name == one.name,
        ];
        let at = is_it
            .iter()
            .find_map(|is_it| left.iter().position(|other| is_it(other)));
        pairs.push((Some(one), at.map(|at| left.remove(at))));
    }
    pairs.extend(left.into_iter().map(|other| (None, Some(other))));
    pairs
}

/// Returns the names of the parameters of a path, in lower case.
fn path_names(operation: &Operation) -> Vec<String> {
    let parts = operation.path.split('{').skip(1);
    let names = parts.filter_map(|part| part.split('}').next());
    names.map(str::to_lowercase).collect()
}

fn describe(operation: &Operation) -> Value {
    json!({ "id": operation.id, "method": operation.method, "path": operation.path })
}

/// Returns media types for comparisons.
fn formats(media_types: &[String]) -> BTreeSet<String> {
    let plain = |one: &String| one.to_ascii_lowercase().replace(' ', "");
    media_types.iter().map(plain).collect()
}
