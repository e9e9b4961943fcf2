//! Compares operations: verbs, paths, parameters, bodies, responses and marks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::change::Severity::{Additive, Breaking, None as Nothing};
use super::change::{Aspect, Both, How};
use super::compare::Comparison;
use super::matching::{Matched, path, template};
use super::responses::media_types;
use super::rules::{self, Rule};
use super::spot::Spot;
use super::uses::MemberUse;
use crate::spec::api::{Body, Limits, Operation, Parameter, Place};

impl<'a> Comparison<'a> {
    /// Compares the operations of both documents, and reports those of one.
    pub(super) fn operations(&mut self, all: &[Matched<'a>]) {
        for one in all {
            let spot = self.operation_spot(one);
            match (one.a, one.b) {
                (Some(a), Some(b)) => self.operation(&spot, a, b),
                (Some(a), None) => {
                    let stays = self.b.index.iter().any(|b| template(b) == template(a));
                    let rule = match stays {
                        true => &rules::REMOVED_OPERATION,
                        false => &rules::REMOVED_PATH,
                    };
                    let change = spot.change(rule, Aspect::Operation, How::Removed);
                    let change = change.from_to(Some(describe(a)), None);
                    self.push(change.severity(Nothing, Breaking, Breaking));
                }
                (None, Some(b)) => {
                    let was = self.a.index.iter().any(|a| template(a) == template(b));
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
                    self.demanded(&at, Aspect::Parameter, other.required, to);
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
    fn demanded(&mut self, at: &Spot, aspect: Aspect, required: bool, to: Option<Value>) {
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
    pub(super) fn part(
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
                let (was, is) = (
                    media_types(&one.media_types),
                    media_types(&other.media_types),
                );
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
                self.demanded(&at, Aspect::Body, other.required, to);
            }
            (None, None) => {}
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
