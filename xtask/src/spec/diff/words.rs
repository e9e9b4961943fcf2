//! Says in words what changed, and what to do about it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::{Aspect, Change, How, Reach, RenameGuess, Severity};
use super::rules;

/// What to do if the update of some members became one of the whole resource.
const WHOLE: &str = "read the resource, change it, and send all of it with PUT";

/// Returns what a change is about: `BillingProfileProperties.address`, `query $expand`.
pub fn subject(change: &Change) -> String {
    let member = change.member.as_deref();
    match (&change.of_type, member, change.aspect) {
        (Some(of_type), Some(value), Aspect::EnumValue) => format!("{of_type} value {value}"),
        (Some(of_type), Some(member), _) => format!("{of_type}.{member}"),
        (Some(of_type), None, _) => of_type.clone(),
        (None, Some(member), Aspect::Parameter | Aspect::Header | Aspect::Status)
            if change.change != How::Changed =>
        {
            let noun = aspect(change.aspect);
            format!("{}: {noun}{member}", operations(&change.operations))
        }
        (None, Some(member), _) => format!("{} {member}", operations(&change.operations)),
        (None, None, Aspect::Body) if change.reach.contains(&Reach::Write) => {
            format!("{}: request body", operations(&change.operations))
        }
        (None, None, _) => operations(&change.operations),
    }
}

/// Returns operations as text, the first and the number of the others.
pub fn operations(ids: &BTreeSet<String>) -> String {
    let mut ids = ids.iter();
    let first = ids.next().map_or("", String::as_str);
    match ids.len() {
        0 => first.to_owned(),
        1 => format!("{first} and {}", ids.next().map_or("", String::as_str)),
        more => format!("{first} and {more} more"),
    }
}

/// Returns what changed.
pub fn what(change: &Change) -> String {
    let aspect = aspect(change.aspect);
    let (from, to) = (end(&change.from), end(&change.to));
    match (change.aspect, change.change) {
        (Aspect::Required, _) if change.to == Some(true.into()) => "became required".to_owned(),
        (Aspect::Required, _) => "became optional".to_owned(),
        (Aspect::Nullable, _) if change.to == Some(true.into()) => "became nullable".to_owned(),
        (Aspect::Nullable, _) => "is never null any more".to_owned(),
        (Aspect::Type, How::Changed | How::Renamed) if change.rule == rules::REFERENCE.id => {
            format!("became {to}")
        }
        (Aspect::Type, _) if change.rule == rules::DISCRIMINATOR.id => {
            format!("discriminator {from} → {to}")
        }
        (Aspect::Member, How::Changed) => {
            format!("{} {from} → {to}", change.rule.trim_end_matches("-changed"))
        }
        (Aspect::Operation, How::Changed) => change.rule_name.to_lowercase(),
        (Aspect::Description, _) => "description changed".to_owned(),
        (_, How::Added) if change.member.is_some() && is_plain(change) => {
            format!("added ({to})")
        }
        (_, How::Removed) if change.member.is_some() && is_plain(change) => {
            format!("removed ({from})")
        }
        (Aspect::EnumValue | Aspect::Type | Aspect::Status, How::Added) => "added".to_owned(),
        (Aspect::EnumValue | Aspect::Type | Aspect::Status, How::Removed) => "removed".to_owned(),
        (Aspect::Operation, How::Renamed) => format!("has the id {to}"),
        (Aspect::Pageable, How::Added) => format!("pages added ({to})"),
        (Aspect::Pageable, How::Removed) => format!("pages removed ({from})"),
        (Aspect::Operation, How::Added) => format!("added ({to})"),
        (Aspect::Operation, How::Removed) => format!("removed ({from})"),
        (_, How::Added) => format!("{aspect}{to} added"),
        (_, How::Removed) => format!("{aspect}{from} removed"),
        (_, How::Changed | How::Renamed) => format!("{aspect}{from} → {to}"),
    }
}

/// Returns the noun of an aspect, where it needs one.
fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Member | Aspect::EnumValue | Aspect::Type | Aspect::Operation => "",
        Aspect::Verb => "verb ",
        Aspect::Path => "path ",
        Aspect::Parameter => "parameter ",
        Aspect::Body => "body ",
        Aspect::Status => "status ",
        Aspect::Header => "header ",
        Aspect::LongRunning => "long-running ",
        Aspect::Pageable => "pages ",
        Aspect::MediaType => "media type ",
        Aspect::Security => "security ",
        Aspect::Base => "bases ",
        Aspect::Kind => "kind ",
        Aspect::Format => "format ",
        Aspect::Required => "",
        Aspect::Nullable => "",
        Aspect::Mutability => "",
        Aspect::EnumName => "name ",
        Aspect::Openness => "",
        Aspect::Limit => "limit ",
        Aspect::Default => "default ",
        Aspect::AdditionalMembers => "additional members ",
        Aspect::Description => "description ",
    }
}

fn is_plain(change: &Change) -> bool {
    matches!(
        change.aspect,
        Aspect::Member | Aspect::Parameter | Aspect::Header
    )
}

/// Returns what was or is, as text.
fn end(value: &Option<Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => short(text),
        Some(Value::Object(keys)) => {
            let text = |key: &str| keys.get(key).and_then(Value::as_str);
            match (text("kind"), text("method")) {
                (Some("array"), _) => {
                    format!("list of {}", end(&keys.get("items").cloned()))
                }
                (Some("map"), _) => format!("map of {}", end(&keys.get("values").cloned())),
                (Some(kind), _) => {
                    let name = text("type").or(text("format"));
                    name.map_or(kind.to_owned(), |name| format!("{kind} {name}"))
                }
                (_, Some(method)) => {
                    let path = text("path").unwrap_or_default();
                    let last: Vec<_> = path.rsplit('/').take(2).collect();
                    let [name, of] = last.as_slice() else {
                        return format!("{method} {path}");
                    };
                    format!("{method} …/{of}/{name}")
                }
                _ => {
                    let keys = keys
                        .iter()
                        .map(|(key, value)| format!("{key} {}", plain(value)));
                    keys.collect::<Vec<_>>().join(", ")
                }
            }
        }
        Some(other) => other.to_string(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => short(text),
        other => short(&other.to_string()),
    }
}

/// Returns the beginning of a long text.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

/// Returns what to do, for the user of the older version; empty if there is nothing to do.
pub fn advice(change: &Change) -> String {
    if change.severity.max() < Severity::Breaking {
        return String::new();
    }
    let to = end(&change.to);
    let member = change.member.as_deref().unwrap_or_default();
    if let Some(RenameGuess {
        to: Some(to), why, ..
    }) = &change.rename_guess
    {
        return match (change.aspect, why.split(' ').next()) {
            (Aspect::Operation, Some("PUT")) => format!("{WHOLE} (`{to}`)"),
            (Aspect::Operation, _) => format!("send the changes alone with PATCH (`{to}`)"),
            _ => format!("perhaps use `{to}` ({why})"),
        };
    }
    let uses = match (
        change.reach.contains(&Reach::Read),
        change.reach.contains(&Reach::Write),
    ) {
        (true, true) => "reading and sending",
        (false, true) => "sending",
        _ => "reading",
    };
    match change.aspect {
        Aspect::Operation => "stop sending it".to_owned(),
        Aspect::Verb if to == "PUT" && change.from == Some("PATCH".into()) => WHOLE.to_owned(),
        Aspect::Verb | Aspect::Path => format!("send it as `{to}`"),
        Aspect::Parameter | Aspect::Body => match (change.change, change.reach.first()) {
            (How::Added, Some(Reach::Write)) => "send it".to_owned(),
            (How::Removed, Some(Reach::Write)) => "stop sending it".to_owned(),
            (How::Removed, _) => "do not expect a body".to_owned(),
            _ => format!("send it in the {to}"),
        },
        Aspect::Status if change.change == How::Added => format!("accept {member}"),
        Aspect::Status => "expect errors of any form".to_owned(),
        Aspect::Header => "do not wait for it".to_owned(),
        Aspect::LongRunning if change.change == How::Removed => {
            "take the response as the result".to_owned()
        }
        Aspect::LongRunning if change.change == How::Added => "poll for the result".to_owned(),
        Aspect::LongRunning => {
            let by = |value: &Option<Value>| match value {
                Some(Value::String(link)) => format!("`{link}`"),
                _ => "the default".to_owned(),
            };
            let (from, to) = (by(&change.from), by(&change.to));
            format!("read the result by {to} instead of {from}")
        }
        Aspect::Pageable if change.change == How::Removed => "expect one page".to_owned(),
        Aspect::Pageable => "follow the links to further pages".to_owned(),
        Aspect::MediaType if change.reach.contains(&Reach::Write) => "send another".to_owned(),
        Aspect::MediaType => "accept another".to_owned(),
        Aspect::Security if change.change == How::Removed => {
            "get a token of another scheme".to_owned()
        }
        Aspect::Security => "get a token for it".to_owned(),
        Aspect::Type if change.rule == rules::REMOVED_DEFINITION.id => "stop using it".to_owned(),
        Aspect::Type if change.rule == rules::REFERENCE.id => format!("use `{to}`"),
        Aspect::Type => format!("tell types by {to}"),
        Aspect::Base => String::new(),
        Aspect::Member if change.rule == rules::CLIENT_NAME.id => "use the new name".to_owned(),
        Aspect::Member if change.change == How::Added => "send it with every request".to_owned(),
        Aspect::Member => format!("stop {uses} it"),
        Aspect::Kind | Aspect::Format => match uses {
            "reading" => format!("expect {to}"),
            "sending" => format!("send {to}"),
            _ => format!("expect and send {to}"),
        },
        Aspect::Required => "send it with every request".to_owned(),
        Aspect::Nullable => "do not send null".to_owned(),
        Aspect::Mutability if change.severity.readers == Severity::Breaking => {
            "stop reading it".to_owned()
        }
        Aspect::Mutability => "stop sending it".to_owned(),
        Aspect::EnumValue if change.severity.writers == Severity::Breaking => {
            "stop sending it".to_owned()
        }
        Aspect::EnumValue => "stop naming it".to_owned(),
        Aspect::EnumName => "use the new name".to_owned(),
        Aspect::Openness => "send only listed values".to_owned(),
        Aspect::Limit => "keep to it".to_owned(),
        Aspect::Default => "send the value that you mean".to_owned(),
        Aspect::AdditionalMembers => format!("stop {uses} unlisted members"),
        Aspect::Description => String::new(),
    }
}

/// Returns for whom a change is breaking; `*` marks what our decoding survives.
pub fn whom(change: &Change) -> String {
    let severity = change.severity;
    let readers = if change.softened {
        "readers*"
    } else {
        "readers"
    };
    let all = [
        (severity.readers, readers),
        (severity.writers, "writers"),
        (severity.rust, "Rust"),
    ];
    let all = all.into_iter().filter(|(one, _)| *one == severity.max());
    all.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}
