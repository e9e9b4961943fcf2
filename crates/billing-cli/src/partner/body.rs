//! `partner update --body`: a full document, compared with the stored profile before the write.

use billing_core::pipeline::is_empty_value;
use billing_edit::{Members, Path, Service, by_name};
use partner_client::models::CustomerBillingProfile;
use partner_client::usable_etag;
use serde_json::Value;

use crate::args::partner::PartnerUpdate;
use crate::document::without;
use crate::edit::body::Body;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::partner::context::BOOKKEEPING;

/// At most this many members are named in an error.
const MAX_NAMED: usize = 20;

/// A document that is to replace the profile.
pub(super) struct FullBody {
    body: Body,
    profile: Box<CustomerBillingProfile>,
    given: Value,
}

impl FullBody {
    pub(super) fn read(body: Body) -> Result<Self> {
        let (profile, given) = body.partner()?;
        let own = profile
            .attributes
            .as_ref()
            .and_then(|it| it.etag.as_deref());
        let is_meant = own.is_some_and(|etag| !etag.trim().is_empty() && etag != "*");
        if is_meant && usable_etag(&profile).is_none() {
            return Err(Failure::usage(
                format!(
                    "{}: its attributes.etag cannot be sent as If-Match",
                    body.source
                ),
                "nothing was sent; use the etag that `billing partner get` prints, or leave it out",
            ));
        }
        Ok(Self {
            body,
            profile: Box::new(profile),
            given,
        })
    }

    /// Whether the document has an etag of its own.
    pub(super) fn has_etag(&self) -> bool {
        usable_etag(&self.profile).is_some()
    }

    /// Returns the profile to send. Without an etag of its own it gets that of the profile with
    /// which it was compared, so that nothing newer is overwritten.
    pub(super) fn over(&self, before: &CustomerBillingProfile) -> CustomerBillingProfile {
        let mut profile = (*self.profile).clone();
        if let (false, Some(tag)) = (self.has_etag(), usable_etag(before)) {
            let tag = tag.to_owned();
            profile.attributes.get_or_insert_default().etag = Some(tag);
        }
        profile
    }

    /// Refuses a document of another profile, unknown names, and the loss of members.
    ///
    /// # Errors
    /// A usage failure; nothing was written.
    pub(super) fn check(&self, args: &PartnerUpdate, before: &Value, after: &Value) -> Result {
        self.check_identity(&args.customer_id, before, after)?;
        if !args.allow_unknown {
            let names = Members::of(Service::Partner).check_names(&self.given, before);
            names.map_err(|error| {
                let failure = self.body.refuse(error);
                failure.more_hint("nothing was written; --allow-unknown sends it anyway")
            })?;
        }
        if args.replace {
            return Ok(());
        }
        let mut lost = Vec::new();
        let (before, after) = (without(before, &BOOKKEEPING), without(after, &BOOKKEEPING));
        removed(&before, &after, &mut Vec::new(), &mut lost);
        if lost.is_empty() {
            return Ok(());
        }
        let mut named: Vec<_> = lost.iter().take(MAX_NAMED).map(Path::to_string).collect();
        if lost.len() > MAX_NAMED {
            named.push(format!("and {} more", lost.len() - MAX_NAMED));
        }
        let what = format!(
            "{}: this would remove members that the profile has: {}",
            self.body.source,
            named.join(", ")
        );
        Err(Failure::new(Exit::Usage, what).hint(
            "nothing was written; use --set and --clear to change single members, or --replace to \
             replace the profile by the document",
        ))
    }

    /// Refuses a document that names another profile.
    fn check_identity(&self, customer_id: &str, before: &Value, after: &Value) -> Result {
        let differs = |pointer: &str| {
            let text = |document: &Value| {
                let found = document.pointer(pointer).and_then(Value::as_str);
                found.map(str::to_owned)
            };
            let (own, theirs) = (text(before)?, text(after)?);
            (!own.eq_ignore_ascii_case(&theirs)).then_some((theirs, own))
        };
        let other_customer = || {
            let link = after.pointer("/links/self/uri")?.as_str()?;
            let mut steps = link.split('/').skip_while(|step| *step != "customers");
            let id = steps.nth(1)?;
            let is_other = !id.eq_ignore_ascii_case(customer_id);
            is_other.then(|| (id.to_owned(), customer_id.to_owned()))
        };
        let found = [
            ("links.self.uri", other_customer()),
            ("id", differs("/id")),
            ("attributes.objectType", differs("/attributes/objectType")),
        ];
        for (member, difference) in found {
            if let Some((theirs, own)) = difference {
                let what = format!(
                    "{}: this is the document of another profile: its {member} is {theirs}, that \
                     of the profile is {own}",
                    self.body.source
                );
                return Err(Failure::usage(
                    what,
                    "nothing was written; to use it for this customer anyway, leave out id, links \
                     and attributes",
                ));
            }
        }
        Ok(())
    }
}

/// Collects the members that only the first document has; a list is a value.
fn removed(before: &Value, after: &Value, way: &mut Vec<String>, lost: &mut Vec<Path>) {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return;
    };
    for (name, old) in by_name(before) {
        way.push(name.to_owned());
        match after.get(name) {
            // Nothing is lost without an empty value.
            _ if is_empty_value(old) => {}
            None | Some(Value::Null) => lost.push(Path::of_members(way)),
            Some(new) => removed(old, new, way, lost),
        }
        way.pop();
    }
}
