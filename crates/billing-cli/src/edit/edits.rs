//! `--set` and `--clear`: values for some members of a profile, and members to clear.

use billing_edit::{EditError, EditProblem, Edits, MemberKind, Members, Service};

use crate::edit::refuse::refuse;
use crate::failure::{Failure, Result};

/// Parses the options.
///
/// # Errors
/// A usage failure that names the option and the path.
pub(super) fn parse(
    set: &[String],
    clear: &[String],
    members: &'static Members,
    service: Service,
) -> Result<Edits> {
    if set.is_empty() && clear.is_empty() {
        return Err(Failure::usage(
            "no change was given",
            "give the change with --set PATH=VALUE, --clear PATH or --body FILE",
        ));
    }
    let mut edits = Vec::new();
    for option in set {
        let Some((path, text)) = option.split_once('=').filter(|(path, _)| !path.is_empty()) else {
            return Err(Failure::usage(
                format!("--set {option}: this is not PATH=VALUE"),
                "put the member before the `=` and the value after it, as in --set \
                 companyName=Contoso",
            ));
        };
        let edit = members.member(path).and_then(|it| it.set_text(text));
        edits.push(edit.map_err(|error| refuse_value(path, error))?);
    }
    for path in clear {
        let member = members.member(path);
        let member = member.map_err(|error| refuse(&format!("--clear {path}"), error))?;
        edits.push(member.clear());
    }
    Edits::try_new(service, edits)
        .map_err(|overlap| Failure::usage(overlap.to_string(), "keep one of the two options"))
}

/// Returns the failure of a member or value of `--set`.
fn refuse_value(path: &str, error: EditError) -> Failure {
    let hint = match &error.problem {
        EditProblem::Null => format!("to clear it: --clear {path}"),
        EditProblem::NotJson { kind, .. } => match kind {
            MemberKind::Flag => format!("--set {path}=true or --set {path}=false"),
            MemberKind::List => format!("put it in quotes: --set '{path}=[…]'"),
            MemberKind::Object => {
                format!("put it in quotes: --set '{path}={{…}}', or set single members of it")
            }
            MemberKind::Text | MemberKind::Number => format!("--set {path}=1"),
        },
        _ => return refuse(&format!("--set {path}"), error),
    };
    Failure::usage(format!("--set {path}: {error}"), hint)
}

#[cfg(test)]
mod tests {
    use billing_edit::Members;
    use serde_json::json;

    use super::{Edits, Service, parse};

    fn edits(set: &[&str], clear: &[&str]) -> Edits {
        let own = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        parse(
            &own(set),
            &own(clear),
            Members::of(Service::Arm),
            Service::Arm,
        )
        .unwrap()
    }

    #[test]
    fn values_have_the_type_of_their_member() {
        let edits = edits(
            &[
                "poNumber=5",
                "displayName=a=b",
                "address.city=",
                "invoiceEmailOptIn=false",
                "enabledAzurePlans=[]",
            ],
            &["properties.address.region", "invoiceSections"],
        );
        assert_eq!(
            edits.merge_patch(),
            json!({ "properties": {
                "poNumber": "5",
                "displayName": "a=b",
                "address": { "city": "", "region": null },
                "invoiceEmailOptIn": false,
                "enabledAzurePlans": [],
                "invoiceSections": null,
            } })
        );
    }

    #[test]
    fn edits_change_only_their_members() {
        let mut document =
            json!({ "properties": { "poNumber": "1", "mystery": [1] }, "name": "p" });
        edits(&["address.city=X"], &["poNumber", "invoiceSections"]).apply(&mut document);
        assert_eq!(
            document,
            json!({ "properties": { "address": { "city": "X" }, "mystery": [1] }, "name": "p" })
        );
    }
}
