//! A form as ASP.NET binds it: `defaultAddress[city]=Redmond` or `defaultAddress.city=Redmond`,
//! names in any case, the items of a list by their index.

use serde_json::{Map, Value};

use crate::partner::media::types::Type;

/// The most steps of a name.
const DEPTH_LIMIT: usize = 16;

/// The most pairs of a form, as in ASP.NET by default: each is looked up among the others.
const PAIRS_LIMIT: usize = 1_000;

/// Returns the object that the pairs describe.
///
/// A form without a member of the type is refused, although ASP.NET would bind an empty object:
/// most often it is JSON that a tool sends as a form.
pub(super) fn read(text: &str, of: &Type) -> Result<Map<String, Value>, String> {
    if text.trim_start().starts_with(['{', '[']) {
        let message = "the body is JSON and not a form: it needs Content-Type: application/json";
        return Err(message.to_owned());
    }
    let mut object = Map::new();
    let pairs = form_urlencoded::parse(text.as_bytes());
    if pairs.clone().nth(PAIRS_LIMIT).is_some() {
        return Err(format!("the form has more than {PAIRS_LIMIT} pairs"));
    }
    for (name, value) in pairs {
        let steps = steps(&name);
        let inserted = steps.and_then(|steps| insert(&mut object, &steps, value.into_owned()));
        inserted.ok_or_else(|| "a name in the form names no member, or two".to_owned())?;
    }
    let is_known = |name: &String| {
        let mut known = of.members.iter().map(|member| member.element);
        known.any(|known| known.eq_ignore_ascii_case(name))
    };
    if !object.keys().any(is_known) {
        let name = of.name;
        return Err(format!("the form has no member of a {name}"));
    }
    let members = object.into_iter();
    Ok(members
        .map(|(name, value)| (name, with_lists(value)))
        .collect())
}

/// Splits a name into the names of nested members: one, and each other after a point or in
/// brackets.
fn steps(name: &str) -> Option<Vec<&str>> {
    let up_to_next = |name: &'_ str| name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut rest) = name.split_at(up_to_next(name));
    let mut steps = vec![first];
    while !rest.is_empty() {
        let step;
        (step, rest) = if let Some(in_brackets) = rest.strip_prefix('[') {
            in_brackets.split_once(']')?
        } else {
            let behind = rest.strip_prefix('.')?;
            behind.split_at(up_to_next(behind))
        };
        steps.push(step);
    }
    // No member's name contains characters of JSON.
    let is_name = |step: &&str| !step.is_empty() && !step.contains(['.', '[', ']', '{', '}', '"']);
    let are_names = steps.iter().all(is_name);
    (are_names && steps.len() <= DEPTH_LIMIT).then_some(steps)
}

fn insert(object: &mut Map<String, Value>, steps: &[&str], value: String) -> Option<()> {
    let (first, rest) = steps.split_first()?;
    // Names that differ in case only are one member.
    let known = object.keys().find(|name| name.eq_ignore_ascii_case(first));
    let name = known.cloned().unwrap_or_else(|| (*first).to_owned());
    if rest.is_empty() {
        return object.insert(name, value.into()).is_none().then_some(());
    }
    let inner = object
        .entry(name)
        .or_insert_with(|| Value::Object(Map::new()));
    insert(inner.as_object_mut()?, rest, value)
}

/// Replaces objects whose members are all indices by lists.
fn with_lists(value: Value) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    let members = members.into_iter();
    let members: Vec<_> = members
        .map(|(name, value)| (name, with_lists(value)))
        .collect();
    let indices = members.iter().map(|(name, _)| name.parse::<usize>().ok());
    let Some(indices) = indices.collect::<Option<Vec<_>>>() else {
        return Value::Object(members.into_iter().collect());
    };
    let values = members.into_iter().map(|(_, value)| value);
    let mut items: Vec<_> = indices.into_iter().zip(values).collect();
    items.sort_by_key(|(index, _)| *index);
    items.into_iter().map(|(_, item)| item).collect()
}
