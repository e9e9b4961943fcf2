//! PUT: changes a profile, or creates one.
//!
//! A PUT of an existing profile merges: a member that is absent stays, as was recorded
//! (azure-sdk-for-net, `UpdateExistingBillingProfileTest`). The README lists what is assumed.

use serde_json::{Map, Value, json};

use crate::{
    arm::{
        body,
        documents::{self, NewProfile},
        error_response::{ErrorResponse, Result},
        operation::{self, Accepted},
        update,
    },
    context::Context,
    contract::ApiVersion,
    faults::check::PlannedOperation,
    http::request::Request,
    store::{
        change::{self, Change},
        resource::{ProfileKey, Resource},
        state::{State, of_account},
    },
};

/// The members that an address has since 2020-05-01, with the framework's message.
const REQUIRED: [(&str, &str); 2] = [
    ("addressLine1", "The AddressLine1 field is required."),
    ("country", "The Country field is required."),
];

pub(super) fn begin(
    context: &Context,
    request: &Request,
    (account, profile): (&str, &str),
    version: ApiVersion,
    planned: PlannedOperation,
) -> Result {
    let mut members = read(context, request, version)?;
    let state = &mut *context.state();
    let key = ProfileKey::new(account, profile);
    let stored = state.profiles.get(&key).map(|stored| &*stored.document);
    documents::describe_plans(&mut members, stored);
    let change = match state.profiles.get(&key) {
        Some(stored) => {
            update::check_size(stored, request)?;
            Change::Put { members, version }
        }
        None => {
            let profile = create(context, state, (account, profile), &members)?;
            Change::Create {
                profile: Box::new(profile),
                members,
                version,
            }
        }
    };
    let accepted = Accepted {
        key,
        version,
        change,
    };
    operation::begin(context, request, state, accepted, planned)
}

/// Reads the members that the request has, under their stored names.
fn read(context: &Context, request: &Request, version: ApiVersion) -> Result<Map<String, Value>> {
    let mut object = body::object(request)?;
    if version == ApiVersion::V2019 {
        // The body of its `BillingProfiles_Create` is the properties themselves.
        if let Some(name) = object
            .keys()
            .find(|name| name.eq_ignore_ascii_case("properties"))
        {
            let message = "must not be there: the members of a new profile are not inside it";
            return Err(ErrorResponse::malformed(name, message));
        }
        object = Map::from_iter([("properties".to_owned(), Value::Object(object))]);
    }
    let members = body::profile(context, object, version)?;
    if version > ApiVersion::V2019 {
        for (address, path) in body::addresses(&members, version) {
            for (name, message) in REQUIRED {
                let value = address.get(name).and_then(Value::as_str);
                if value.is_none_or(str::is_empty) {
                    return Err(ErrorResponse::malformed(&format!("{path}.{name}"), message));
                }
            }
        }
    }
    Ok(members)
}

/// Returns a new profile of an account that has others: there are no accounts without
/// profiles here.
fn create(
    context: &Context,
    state: &State,
    (account, profile): (&str, &str),
    members: &Map<String, Value>,
) -> Result<Resource> {
    let mut siblings =
        of_account(&state.profiles, account).chain(of_account(&state.deleted_profiles, account));
    let sibling = siblings.next().ok_or(ErrorResponse::NotFound)?;
    let is_allowed = |sign: u8| sign.is_ascii_alphanumeric() || b"-_".contains(&sign);
    if profile.len() > 128 || !profile.bytes().all(is_allowed) {
        let message = "must have 1 to 128 letters, digits, hyphens and underscores";
        return Err(ErrorResponse::malformed("billingProfileName", message));
    }
    let mut sent = Map::from_iter([("properties".to_owned(), json!({}))]);
    change::put(&mut sent, members.clone());
    let new = NewProfile {
        account: sibling.account(),
        name: profile,
        sent,
        sibling: &sibling.document,
        now: context.clock.now(),
    };
    Ok(documents::create(&context.ids, new))
}
