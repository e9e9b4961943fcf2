//! Failures of paths and values.

use billing_edit::{EditError, EditProblem, MemberKind};

use crate::failure::Failure;
use crate::output::escape::one_line;

/// Returns the failure for a path or value; `source` is the option that it comes from.
pub(super) fn refuse(source: &str, mut error: EditError) -> Failure {
    error.path = one_line(&error.path);
    let siblings = error.list_siblings();
    let hint = match &error.problem {
        EditProblem::Unknown { .. } | EditProblem::ReadOnly => match error.suggestion() {
            Some(suggestion) => format!("{suggestion}\n{siblings}"),
            None => siblings,
        },
        EditProblem::Root => siblings,
        EditProblem::Twice => {
            "nothing was sent; keep one of the two and run the command again".to_owned()
        }
        EditProblem::NoMembers(MemberKind::List) => {
            format!("set the whole list as JSON: --set '{}=[…]'", error.path)
        }
        EditProblem::NoMembers(_) => format!("leave out the rest of the path: {}", error.path),
        EditProblem::Kind(_) | EditProblem::NotJson { .. } | EditProblem::Null => {
            "nothing was sent; correct the value and run the command again".to_owned()
        }
    };
    Failure::usage(format!("{source}: {error}"), hint)
}
