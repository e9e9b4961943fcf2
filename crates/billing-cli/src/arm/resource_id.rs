//! Resource ids in place of names, as the portal and `--output json` print them.

use arm_client::ResourceId;

use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::shell::shell_word;

/// Returns the account and the profile that two arguments name: two names, or one resource id.
///
/// # Errors
/// A usage failure for a single name, for a resource id together with a name, and for an id of
/// another resource.
pub(crate) fn profile(account: String, profile: String) -> Result<(String, String)> {
    match (parse(&account)?, profile.is_empty()) {
        (None, false) => Ok((account, profile)),
        (None, true) => Err(Failure::usage(
            format!(
                "the name of the billing profile is missing after the billing account {}",
                one_line(&account)
            ),
            "give the names of the billing account and of the billing profile, or the resource \
             id, which begins with /providers/Microsoft.Billing/",
        )),
        (
            Some(ResourceId {
                account,
                profile: Some(profile),
            }),
            true,
        ) => Ok((account, profile)),
        (Some(ResourceId { profile: None, .. }), true) => Err(Failure::usage(
            format!(
                "{} is a billing account, not a billing profile",
                one_line(&account)
            ),
            format!("its profiles: billing arm list {}", shell_word(&account)),
        )),
        (Some(_), false) => Err(Failure::usage(
            "the resource id already names the profile",
            format!(
                "leave out {}; if it belongs to the value of --set, put the value in quotes",
                one_line(&profile)
            ),
        )),
    }
}

/// Returns the account that an argument names: by its name, its resource id, or the id of a profile
/// in it.
///
/// # Errors
/// A usage failure for an id of another resource.
pub(crate) fn account(account: String) -> Result<String> {
    Ok(parse(&account)?.map_or(account, |id| id.account))
}

/// Returns the names in a resource id, or `None` for any other text.
fn parse(text: &str) -> Result<Option<ResourceId>, Failure> {
    ResourceId::parse(text).map_err(|_| {
        Failure::usage(
            format!(
                "{} is not the resource id of a billing profile",
                one_line(text)
            ),
            format!("the form is {}", ResourceId::FORM),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{account, profile};

    fn read(first: &str, second: &str) -> String {
        match profile(first.to_owned(), second.to_owned()) {
            Ok((account, profile)) => format!("{account} {profile}"),
            Err(failure) => failure.plain(),
        }
    }

    #[test]
    fn profile_is_named_by_two_names_or_its_resource_id() {
        let id = "/providers/Microsoft.Billing/billingAccounts/a:b_2019-05-31/billingProfiles/P-1";
        let expected = "a:b_2019-05-31 P-1";
        for (first, second) in [
            ("a:b_2019-05-31", "P-1"),
            (id, ""),
            (&id.to_lowercase().replace("p-1", "P-1"), ""),
            (&id.replace(':', "%3A"), ""),
            (&format!("{id}/"), ""),
            (&format!("{id}?api-version=2019-10-01-preview"), ""),
            (&format!("{id}/?api-version=1#top"), ""),
            (&format!("{id}#top"), ""),
            (
                &format!("https://management.azure.com{id}?api-version=1"),
                "",
            ),
        ] {
            assert_eq!(read(first, second), expected, "{first}");
        }
    }

    #[test]
    fn text_that_names_no_profile_is_refused() {
        let account = "/providers/Microsoft.Billing/billingAccounts/a";
        let seen: Vec<_> = [
            ("a", ""),
            (account, ""),
            (&format!("{account}/billingProfiles/p"), "p"),
            (&format!("{account}/invoiceSections/s"), ""),
            ("/subscriptions/s", ""),
            ("/", ""),
        ]
        .map(|(first, second)| read(first, second))
        .into();
        insta::assert_snapshot!(seen.join("\n\n"), @"
        the name of the billing profile is missing after the billing account a
        hint: give the names of the billing account and of the billing profile, or the resource id, which begins with /providers/Microsoft.Billing/

        /providers/Microsoft.Billing/billingAccounts/a is a billing account, not a billing profile
        hint: its profiles: billing arm list /providers/Microsoft.Billing/billingAccounts/a

        the resource id already names the profile
        hint: leave out p; if it belongs to the value of --set, put the value in quotes

        /providers/Microsoft.Billing/billingAccounts/a/invoiceSections/s is not the resource id of a billing profile
        hint: the form is /providers/Microsoft.Billing/billingAccounts/ACCOUNT/billingProfiles/PROFILE

        /subscriptions/s is not the resource id of a billing profile
        hint: the form is /providers/Microsoft.Billing/billingAccounts/ACCOUNT/billingProfiles/PROFILE

        / is not the resource id of a billing profile
        hint: the form is /providers/Microsoft.Billing/billingAccounts/ACCOUNT/billingProfiles/PROFILE
        ");
    }

    #[test]
    fn account_is_named_by_any_id_in_it() {
        for text in [
            "a",
            "/providers/Microsoft.Billing/billingAccounts/a",
            "/providers/microsoft.billing/billingaccounts/a/billingProfiles/p",
        ] {
            assert_eq!(
                account(text.to_owned()).ok().as_deref(),
                Some("a"),
                "{text}"
            );
        }
    }
}
