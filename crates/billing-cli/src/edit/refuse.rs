//! Failures of paths and values.

use crate::failure::Failure;
use crate::output::escape::one_line;
use crate::schema::mismatch::{MemberKind, PathError};

/// Returns the failure for a path or value; `source` is the option that it comes from.
pub(super) fn refuse(source: &str, error: PathError) -> Failure {
    match error {
        PathError::Unknown {
            path,
            siblings,
            nearest,
        } => Failure::usage(
            format!("{source}: there is no member `{}`", one_line(&path)),
            match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?\n{}", list(&siblings)),
                None => list(&siblings),
            },
        ),
        PathError::ReadOnly { path, siblings } => Failure::usage(
            format!("{source}: `{}` is read-only", one_line(&path)),
            list(&siblings),
        ),
        PathError::Root { path, siblings } => Failure::usage(
            format!("{source}: `{path}` holds all members, and is not changed as a whole"),
            list(&siblings),
        ),
        PathError::Twice { path } => Failure::usage(
            format!(
                "{source}: `{path}` is there twice, with a small first letter and with a capital"
            ),
            "nothing was sent; keep one of the two and run it again",
        ),
        PathError::NoMembers {
            path,
            kind: MemberKind::List,
        } => Failure::usage(
            format!("{source}: `{path}` is a list, and its items cannot be named one by one"),
            format!("set the whole list as JSON: --set '{path}=[…]'"),
        ),
        PathError::NoMembers { path, kind } => Failure::usage(
            format!(
                "{source}: `{path}` is {} and has no members",
                kind.expected()
            ),
            format!("name it without what follows: {path}"),
        ),
        PathError::Kind { path, expected } => Failure::usage(
            format!("{source}: `{}` must be {expected}", one_line(&path)),
            "nothing was sent; put the value right and run it again",
        ),
    }
}

/// Lists the members that can be written.
fn list(siblings: &[String]) -> String {
    let names = siblings.iter().map(|path| path.rsplit_once('.'));
    match names.collect::<Option<Vec<_>>>().as_deref() {
        Some([]) => "nothing beside it can be written".to_owned(),
        Some(all @ [(parent, _), ..]) => {
            let names: Vec<_> = all.iter().map(|(_, name)| *name).collect();
            format!("what can be written in `{parent}`: {}", names.join(", "))
        }
        None => format!("what can be written: {}", siblings.join(", ")),
    }
}
