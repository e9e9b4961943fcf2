//! Guesses which added member a removed one became, and which operation took its place.

use serde_json::Value;

use super::api_view::View;
use super::change::{Aspect, Change, How, RenameGuess};
use super::matching::successor;

/// How similar two names are that can be one.
const SIMILAR: f64 = 0.85;

/// Guesses renamed members and operations. Both lines stay, and name each other.
pub fn guess(changes: &mut [Change], a: &View<'_>, b: &View<'_>) {
    members(changes, a, b);
    moved(changes, b);
    operations(changes, a, b);
}

/// Links an update that is gone with one by another verb at the same path.
fn operations(changes: &mut [Change], a: &View<'_>, b: &View<'_>) {
    let gone = changes.iter().enumerate();
    let gone =
        gone.filter(|(_, one)| one.aspect == Aspect::Operation && one.change == How::Removed);
    let mut guesses = Vec::new();
    for (at, change) in gone {
        let id = change.operations.first();
        let Some(old) = a.index.iter().find(|one| Some(&one.id) == id) else {
            continue;
        };
        if let Some(new) = successor(old, b.index) {
            guesses.push((at, old.id.clone(), new.id.clone(), new.method.clone()));
        }
    }
    for (at, from, to, verb) in guesses {
        let guess = |from, to| {
            let why = format!("{verb} at the same path");
            Some(RenameGuess { to, from, why })
        };
        for (index, change) in changes.iter_mut().enumerate() {
            let is_id = |value: &Option<Value>| {
                let value = value.as_ref();
                let id = value.and_then(|value| value.get("id").unwrap_or(value).as_str());
                id == Some(&*to)
            };
            if index == at {
                change.rename_guess = guess(None, Some(to.clone()));
            } else if change.aspect == Aspect::Operation && is_id(&change.to) {
                change.rename_guess = guess(Some(from.clone()), None);
            }
        }
    }
}

/// Guesses members that are in an object beside them now.
fn moved(changes: &mut [Change], b: &View<'_>) {
    let added: Vec<Change> = changes
        .iter()
        .filter(|one| one.aspect == Aspect::Member && one.change == How::Added)
        .cloned()
        .collect();
    for change in changes.iter_mut() {
        let is_removed = change.aspect == Aspect::Member && change.change == How::Removed;
        let Some(name) = change.member.clone().filter(|_| is_removed) else {
            continue;
        };
        if change.rename_guess.is_some() {
            continue;
        }
        for other in added.iter().filter(|one| one.of_type == change.of_type) {
            let of_type = other.to.as_ref().and_then(|to| to.get("type"));
            let (Some(of_type), Some(outer)) = (of_type.and_then(Value::as_str), &other.member)
            else {
                continue;
            };
            let inner = b.members(of_type).into_iter();
            let same = inner.filter(|one| one.name == name);
            let mut same = same.filter(|one| Some(b.describe(&one.shape)) == change.from);
            if let Some(member) = same.next() {
                change.rust.after = Some(b.rust_member(of_type, member));
                change.rename_guess = Some(RenameGuess {
                    to: Some(format!("{outer}.{name}")),
                    from: None,
                    why: format!("same name and type in `{outer}`"),
                });
            }
        }
    }
}

fn members(changes: &mut [Change], a: &View<'_>, b: &View<'_>) {
    let of_kind = |changes: &[Change], how| -> Vec<usize> {
        let found = changes.iter().enumerate();
        let found = found.filter(|(_, one)| one.aspect == Aspect::Member && one.change == how);
        found.map(|(at, _)| at).collect()
    };
    let (removed, added) = (of_kind(changes, How::Removed), of_kind(changes, How::Added));
    let mut guesses = Vec::new();
    for &gone in &removed {
        if let Some((new, why)) = find(changes, gone, &removed, &added, (a, b)) {
            guesses.push((gone, new, why));
        }
    }
    for (gone, new, why) in &guesses {
        // Two members cannot have become one.
        if guesses.iter().filter(|(_, other, _)| other == new).count() > 1 {
            continue;
        }
        let name = |at: usize| changes.get(at).and_then(|one| one.member.clone());
        let (from, to) = (name(*gone), name(*new));
        let mut set = |at: usize, from, to| {
            if let Some(change) = changes.get_mut(at) {
                let why = (*why).to_owned();
                change.rename_guess = Some(RenameGuess { to, from, why });
            }
        };
        set(*gone, None, to);
        set(*new, from, None);
    }
}

fn find(
    changes: &[Change],
    gone: usize,
    removed: &[usize],
    added: &[usize],
    (a, b): (&View<'_>, &View<'_>),
) -> Option<(usize, &'static str)> {
    let is_same = |one: &Change, other: &Change, kind: &Option<Value>| {
        let of = |one: &Change| match one.change {
            How::Removed => one.from.clone(),
            _ => one.to.clone(),
        };
        one.of_type == other.of_type && of(one) == *kind
    };
    let one = changes.get(gone)?;
    // A guess must not hide a change of kind.
    let like = |at: &&usize| {
        changes
            .get(**at)
            .is_some_and(|other| is_same(other, one, &one.from))
    };
    let candidates: Vec<usize> = added.iter().filter(like).copied().collect();
    let rivals = removed.iter().filter(like).count();
    let name = |at: usize| changes.get(at).and_then(|one| one.member.as_deref());
    let near = |at: &&usize| {
        let (from, to) = (
            name(gone).unwrap_or_default(),
            name(**at).unwrap_or_default(),
        );
        let (from, to) = (from.to_lowercase(), to.to_lowercase());
        strsim::jaro_winkler(&from, &to) >= SIMILAR
    };
    let is_type = one
        .from
        .as_ref()
        .is_some_and(|kind| kind.to_string().contains("\"type\""));
    if let ([only], true, 1) = (candidates.as_slice(), is_type, rivals) {
        return Some((*only, "same type, only candidate"));
    }
    let similar: Vec<_> = candidates.iter().filter(near).collect();
    if let [only] = similar.as_slice() {
        return Some((**only, "same type, similar name"));
    }
    let words = |view: &View<'_>, at: usize| {
        let change = changes.get(at)?;
        let name = change.member.as_deref()?;
        let mut members = view.members(change.of_type.as_deref()?).into_iter();
        let found = members.find(|one| one.name == name)?;
        found.description.clone()
    };
    let described = words(a, gone)?;
    let mut same = candidates
        .iter()
        .filter(|at| words(b, **at).as_ref() == Some(&described));
    match (same.next(), same.next()) {
        (Some(only), None) => Some((*only, "same type, same description")),
        _ => None,
    }
}
