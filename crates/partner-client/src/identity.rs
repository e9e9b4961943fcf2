//! Whether an answer is about what was asked for.

use billing_core::pipeline::is_link_to;
use billing_core::{Error, Url};

use crate::models::ResourceLinks;

/// Refuses an answer whose self link leads to another customer than the one of the address that was
/// `asked`.
///
/// The link has the customer's tenant id. A profile's own `id` is another GUID, and says nothing
/// about the customer ("Customer resources", sample). A link without a customer, or no link, says
/// nothing either: both have been seen.
///
/// # Errors
/// One about another resource.
pub(crate) fn require_customer(
    links: Option<&ResourceLinks>,
    asked: &Url,
    customer_id: &str,
) -> Result<(), Error> {
    let link = links.and_then(|links| links.self_.as_ref()?.uri.as_deref());
    match link {
        Some(link) if !is_link_to(asked, link) => {
            require_same(customer_in(link).as_deref(), customer_id)
        }
        _ => Ok(()),
    }
}

/// Refuses an answer that names another one than was asked for, in whichever letter case.
///
/// # Errors
/// One about another resource.
pub(crate) fn require_same(named: Option<&str>, asked: &str) -> Result<(), Error> {
    let named = named.map(str::trim).filter(|named| !named.is_empty());
    if named.is_none_or(|named| named.eq_ignore_ascii_case(asked)) {
        Ok(())
    } else {
        Err(Error::other_resource())
    }
}

/// The customer in a link such as `/v1/customers/{id}/profiles/billing`: with the version or
/// without it, absolute or relative, in any letter case.
fn customer_in(link: &str) -> Option<String> {
    // Only a path is wanted of it, so any origin will do.
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
    fn the_customer_of_a_link_is_found_in_each_form() {
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
    fn what_is_not_named_contradicts_nothing() {
        let link =
            |uri: Option<&str>| ResourceLinks::default().self_(Link::default().maybe_uri(uri));
        let asked: Url = "https://a.example/v1/customers/a/profiles/billing"
            .parse()
            .unwrap();
        let check = |links: Option<&ResourceLinks>| require_customer(links, &asked, "a");
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
        for (named, is_same) in [
            (None, true),
            (Some(" "), true),
            (Some("A"), true),
            (Some("a "), true),
            (Some("b"), false),
        ] {
            assert_eq!(require_same(named, "a").is_ok(), is_same, "{named:?}");
        }
    }
}
