//! Failures of paths and values.

use crate::failure::Failure;
use crate::output::escape::one_line;
use crate::schema::mismatch::{MemberKind, PathError, Problem};

/// Returns the failure for a path or value; `source` is the option that it comes from.
pub(super) fn refuse(source: &str, error: PathError) -> Failure {
    let path = one_line(&error.path);
    let siblings = || list(&error.siblings);
    let (problem, hint) = match error.problem {
        Problem::Unknown { nearest } => (
            format!("there is no member `{path}`"),
            match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?\n{}", siblings()),
                None => siblings(),
            },
        ),
        Problem::ReadOnly => (format!("`{path}` is read-only"), siblings()),
        Problem::Root => (
            format!("`{path}` contains all members and cannot be changed as a whole"),
            siblings(),
        ),
        Problem::Twice => (
            format!("`{path}` occurs twice, with a lower-case and an upper-case first letter"),
            "nothing was sent; keep one of the two and run the command again".to_owned(),
        ),
        Problem::NoMembers(MemberKind::List) => (
            format!("`{path}` is a list, and its items cannot be named one by one"),
            format!("set the whole list as JSON: --set '{path}=[…]'"),
        ),
        Problem::NoMembers(kind) => (
            format!("`{path}` is {} and has no members", kind.expected()),
            format!("leave out the rest of the path: {path}"),
        ),
        Problem::Kind(kind) => (
            format!("`{path}` must be {}", kind.expected()),
            "nothing was sent; correct the value and run the command again".to_owned(),
        ),
    };
    Failure::usage(format!("{source}: {problem}"), hint)
}

/// Lists the members that can be written.
fn list(siblings: &[String]) -> String {
    let names = siblings.iter().map(|path| path.rsplit_once('.'));
    match names.collect::<Option<Vec<_>>>().as_deref() {
        Some([]) => "no member can be written here".to_owned(),
        Some(all @ [(parent, _), ..]) => {
            let names: Vec<_> = all.iter().map(|(_, name)| *name).collect();
            format!(
                "members of `{parent}` that can be written: {}",
                names.join(", ")
            )
        }
        None => format!("members that can be written: {}", siblings.join(", ")),
    }
}
