//! Compares responses: media types, statuses, headers and bodies.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Severity::{Additive, Breaking, None as Nothing};
use super::change::{Aspect, Change, How};
use super::compare::Comparison;
use super::rules;
use super::spot::Spot;
use crate::spec::api::{Header, Limits, Operation};

impl<'a> Comparison<'a> {
    pub(super) fn produces(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
        let at = self.part(spot, "", (false, true), Some(&a.place), Some(&b.place));
        let (was, is) = (media_types(&a.produces), media_types(&b.produces));
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

    pub(super) fn responses(&mut self, spot: &Spot, a: &'a Operation, b: &'a Operation) {
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

    fn headers(
        &mut self,
        at: &Spot,
        a: &'a BTreeMap<String, Header>,
        b: &'a BTreeMap<String, Header>,
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

/// Returns media types for comparisons.
pub(super) fn media_types(names: &[String]) -> BTreeSet<String> {
    let plain = |one: &String| one.to_ascii_lowercase().replace(' ', "");
    names.iter().map(plain).collect()
}
