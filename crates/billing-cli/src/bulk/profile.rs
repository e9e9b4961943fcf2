//! The identity of a profile as an argument.

use billing_bulk::ProfileId;

use crate::arm::resource_id;
use crate::bulk::journal;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::shell::command_line;

/// Returns the profile that an argument names: `partner/ID`, `arm/ACCOUNT/PROFILE`, a customer's
/// tenant id, or a resource id.
///
/// # Errors
/// A usage failure for any other text.
pub(super) fn parse(text: &str) -> Result<ProfileId> {
    if let Some(customer) = text.strip_prefix("partner/") {
        return Ok(ProfileId::partner(customer));
    }
    if let Some((account, profile)) = text
        .strip_prefix("arm/")
        .and_then(|names| names.split_once('/'))
    {
        return Ok(ProfileId::arm(account, profile));
    }
    if text.starts_with('/') || text.contains("://") {
        let (account, profile) = resource_id::profile(text.to_owned(), String::new())?;
        return Ok(ProfileId::arm(account, profile));
    }
    if is_guid(text) {
        return Ok(ProfileId::partner(text));
    }
    Err(Failure::usage(
        format!("{} does not name a billing profile", one_line(text)),
        "give partner/ID or a customer's tenant id, arm/ACCOUNT/PROFILE, or a resource id",
    ))
}

/// Returns the failure for a profile that a run does not have.
pub(super) fn not_in_run(wanted: &ProfileId, name: &str) -> Failure {
    Failure::usage(
        format!("the run has no profile {wanted}"),
        format!(
            "`{}` shows how many it has, and `billing bulk show PLAN` which ones",
            command_line("bulk status", &[&journal::shown(name)], "")
        ),
    )
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && text
            .chars()
            .all(|one| one == '-' || one.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn each_spelling_names_its_profile() {
        let guid = "4D3CF487-70f4-4e1e-9ff1-b2bfce8d9f04";
        let id = "/providers/Microsoft.Billing/billingAccounts/a%3Ab/billingProfiles/P-1";
        for (text, key) in [
            (guid, "partner/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
            ("partner/x", "partner/x"),
            ("arm/a:b/P-1", "arm/a:b/p-1"),
            (id, "arm/a:b/p-1"),
            (
                &format!("https://management.azure.com{id}?x=1"),
                "arm/a:b/p-1",
            ),
        ] {
            assert_eq!(parse(text).unwrap().key(), key);
        }
    }

    #[test]
    fn other_texts_are_refused_with_the_spellings() {
        for text in ["Contoso", "arm/a", "", "/subscriptions/1"] {
            assert!(parse(text).is_err(), "{text}");
        }
        insta::assert_snapshot!(parse("Contoso").unwrap_err().plain(), @"
        Contoso does not name a billing profile
        hint: give partner/ID or a customer's tenant id, arm/ACCOUNT/PROFILE, or a resource id
        ");
    }
}
