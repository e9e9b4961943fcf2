//! The operations around a billing profile: which there are, and who answers them.

use hyper::Method;
use uuid::Uuid;

use super::{customers, fault::Fault, media::MediaType, reply, rules, validation};
use crate::{http::request::{self, Call, Reply}, contract::{self, Shape}, context::Context};

/// What a path names.
enum Target<'a> {
    Customers,
    Customer(&'a str),
    Company(&'a str),
    Address,
    Rules(&'a str),
}

/// `None` for a path that is none of these.
pub(super) fn answer(
    context: &Context,
    call: &Call,
    accepted: MediaType,
) -> Option<Result<Reply, Fault>> {
    let segments = call.segments();
    let (version, target) = find(&segments)?;
    Some(operate(context, call, accepted.or_json(), version, target))
}

fn find<'a>(segments: &[&'a str]) -> Option<(&'a str, Target<'a>)> {
    if let Some([version]) = call::matches(segments, &["{}", "customers"]) {
        return Some((version, Target::Customers));
    }
    if let Some([version, id]) = call::matches(segments, &["{}", "customers", "{}"]) {
        return Some((version, Target::Customer(id)));
    }
    if let Some([version, id]) =
        call::matches(segments, &["{}", "customers", "{}", "profiles", "company"])
    {
        return Some((version, Target::Company(id)));
    }
    if let Some([version]) = call::matches(segments, &["{}", "validations", "address"]) {
        return Some((version, Target::Address));
    }
    let [version, country] = call::matches(segments, &["{}", "countryvalidationrules", "{}"])?;
    Some((version, Target::Rules(country)))
}

fn operate(
    context: &Context,
    call: &Call,
    media_type: MediaType,
    version: &str,
    target: Target<'_>,
) -> Result<Reply, Fault> {
    if !version.eq_ignore_ascii_case("v1") {
        return Err(Fault::version_not_served(version));
    }
    let (method, allow) = match target {
        Target::Address => (Method::POST, "POST"),
        _ => (Method::GET, "GET"),
    };
    if call.method != method {
        return Err(Fault::method_not_allowed(allow));
    }
    let (document, shape): (_, &Shape) = match target {
        Target::Customers => (
            customers::list(context, call)?,
            contract::CUSTOMER_COLLECTION,
        ),
        Target::Customer(id) => (customers::customer(context, guid(id)?)?, contract::CUSTOMER),
        Target::Company(id) => (
            customers::company(context, guid(id)?)?,
            contract::CUSTOMER_COMPANY_PROFILE,
        ),
        Target::Address => (validation::validate(call)?, contract::ADDRESS_VALIDATION),
        Target::Rules(country) => {
            let rules = rules::find(country).ok_or_else(|| Fault::no_rules(country))?;
            (rules, contract::COUNTRY_VALIDATION_RULES)
        }
    };
    let reply = reply::document(
        &document,
        shape,
        media_type,
        context.options.byte_order_mark,
    );
    Ok(if method == Method::POST {
        reply::with_locale(reply, call)
    } else {
        reply
    })
}

fn guid(id: &str) -> Result<Uuid, Fault> {
    Uuid::try_parse(id).map_err(|_| Fault::tenant_is_no_guid())
}
