//! Checks that a response is about the resource that was requested.

use billing_core::pipeline::{is_link_to, other_resource};
use billing_core::{Error, Url};

use crate::models::ResourceLinks;

/// Refuses a profile whose self link leads to another customer than that of the URL `requested`.
///
/// The link has the customer's tenant id. A profile's own `id` is another GUID, which does not
/// identify the customer ("Customer resources", sample). A missing link, or one without a customer,
/// proves nothing: both have been seen.
///
/// # Errors
/// An error about another resource. A write may have taken effect.
pub(crate) fn require_customer(
    links: Option<&ResourceLinks>,
    requested: &Url,
    customer_id: &str,
) -> Result<(), Error> {
    let link = links.and_then(|links| links.self_.as_ref()?.uri.as_deref());
    match link {
        Some(link) if !is_link_to(requested, link) => {
            require_same(customer_in(link).as_deref(), customer_id)
        }
        _ => Ok(()),
    }
}

/// Refuses a resource with another id than the requested one, in any letter case.
///
/// # Errors
/// An error about another resource. A write may have taken effect.
pub(crate) fn require_same(id: Option<&str>, requested: &str) -> Result<(), Error> {
    let id = id.map(str::trim).filter(|id| !id.is_empty());
    if id.is_none_or(|id| id.eq_ignore_ascii_case(requested)) {
        Ok(())
    } else {
        Err(other_resource())
    }
}

/// Finds the customer id in a link such as `/v1/customers/{id}/profiles/billing`: with or without
/// the version, absolute or relative, in any letter case.
fn customer_in(link: &str) -> Option<String> {
    // Only the path matters, so any origin will do.
    let url = Url::parse("https://partner.invalid/")
        .ok()?
        .join(link)
        .ok()?;
    let mut segments = url.path_segments()?.filter(|segment| !segment.is_empty());
    segments.find(|segment| segment.eq_ignore_ascii_case("customers"))?;
    segments.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use billing_core::Url;

    use super::{customer_in, require_customer, require_same};
    use crate::models::{Link, ResourceLinks};

    #[test]
    fn link_of_each_form_has_its_customer() {
        for link in [
            "/v1/customers/A1/profiles/billing",
            "/customers/A1/profiles/billing",
            "/V1/Customers/A1/Profiles/Billing?x=1#y",
            "customers/A1",
            "https://api.example.com/gateway/v1/customers/A1/profiles/billing",
            "//api.example.com/v1/customers/A1",
            "/v1//customers//A1/",
        ] {
            assert_eq!(customer_in(link).as_deref(), Some("A1"), "{link}");
        }
        for link in [
            "",
            "/",
            "/v1/profiles",
            "/v1/customers",
            "mailto:x",
            "http://[",
        ] {
            assert_eq!(customer_in(link), None, "{link}");
        }
    }

    #[test]
    fn missing_customer_or_id_is_accepted() {
        let link =
            |uri: Option<&str>| ResourceLinks::default().self_(Link::default().maybe_uri(uri));
        let requested: Url = "https://a.example/v1/customers/a/profiles/billing"
            .parse()
            .unwrap();
        let check = |links: Option<&ResourceLinks>| require_customer(links, &requested, "a");
        assert!(check(None).is_ok());
        assert!(check(Some(&ResourceLinks::default())).is_ok());
        for uri in [
            None,
            Some(""),
            Some("/v1/customers/"),
            Some("/v1/customers/A"),
            Some("/v1/customers/%41/profiles/billing"),
            Some("/v1/profiles/billing"),
        ] {
            assert!(check(Some(&link(uri))).is_ok(), "{uri:?}");
        }
        for uri in [
            "/v1/customers/b",
            "/customers/aa/profiles/billing",
            "customers/%62",
        ] {
            let error = check(Some(&link(Some(uri)))).unwrap_err();
            assert!(error.is_other_resource(), "{uri}");
        }
        for (id, is_same) in [
            (None, true),
            (Some(" "), true),
            (Some("A"), true),
            (Some("a "), true),
            (Some("b"), false),
        ] {
            assert_eq!(require_same(id, "a").is_ok(), is_same, "{id:?}");
        }
    }
}
