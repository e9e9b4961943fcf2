//! Resource ids of billing accounts and billing profiles.

use billing_core::{Error, Url};
use percent_encoding::percent_decode_str;

/// Stands for a name in the forms of resource ids.
const NAME: &str = "";

const ACCOUNT: [&str; 4] = ["providers", "Microsoft.Billing", "billingAccounts", NAME];

const PROFILE: [&str; 6] = [
    "providers",
    "Microsoft.Billing",
    "billingAccounts",
    NAME,
    "billingProfiles",
    NAME,
];

/// The names in a resource id, as the portal and the service write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceId {
    /// The name of the billing account.
    pub account: String,
    /// The name of the billing profile; `None` for the id of an account.
    pub profile: Option<String>,
}

impl ResourceId {
    /// The form of a billing profile's resource id.
    pub const FORM: &str =
        "/providers/Microsoft.Billing/billingAccounts/ACCOUNT/billingProfiles/PROFILE";

    /// Reads a resource id, or an absolute link with one. Returns `None` for a text that is no
    /// path, such as a name. The case of the fixed parts does not matter, and percent-encoding is
    /// removed.
    ///
    /// ```
    /// use arm_client::ResourceId;
    ///
    /// let text = "/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p";
    /// let id = ResourceId::parse(text)?;
    /// assert_eq!(id.unwrap().profile.as_deref(), Some("p"));
    /// assert_eq!(ResourceId::parse("a")?, None);
    /// # Ok::<(), arm_client::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid input for the id of another resource.
    pub fn parse(text: &str) -> Result<Option<Self>, Error> {
        let path = match Url::parse(text) {
            // An absolute address, like the links of the service.
            Ok(url) if matches!(url.scheme(), "https" | "http") => url.path().to_owned(),
            _ => text.to_owned(),
        };
        let Some(path) = path.strip_prefix('/') else {
            return Ok(None);
        };
        // A link may have a query or fragment. In names, these characters are percent-encoded.
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let segments: Vec<_> = path.trim_end_matches('/').split('/').collect();
        let has_form = |form: &[&str]| {
            let mut pairs = segments.iter().zip(form);
            segments.len() == form.len()
                && pairs.all(|(segment, expected)| match *expected {
                    NAME => !segment.is_empty(),
                    expected => segment.eq_ignore_ascii_case(expected),
                })
        };
        match segments.as_slice() {
            [.., account] if has_form(&ACCOUNT) => Ok(Some(Self {
                account: name(account)?,
                profile: None,
            })),
            [.., account, _, profile] if has_form(&PROFILE) => Ok(Some(Self {
                account: name(account)?,
                profile: Some(name(profile)?),
            })),
            _ => Err(other_resource()),
        }
    }
}

fn name(segment: &str) -> Result<String, Error> {
    let name = percent_decode_str(segment).decode_utf8();
    name.map(String::from).map_err(|_| other_resource())
}

fn other_resource() -> Error {
    Error::invalid_input("this is not the resource id of a billing account or a billing profile")
}
