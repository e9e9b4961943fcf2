//! `billing partner update`: read, change, show the changes, confirm, put; and again on a conflict.

use billing_core::{Error, RequestId, Response, UpdateOutcome};
use billing_edit::{Edits, Members, Path, Service, verbatim};
use partner_client::models::CustomerBillingProfile;
use partner_client::{IfMatch, PartnerClient, UpdateCustomerBillingProfile, usable_etag};
use serde_json::Value;

use crate::args::global::Global;
use crate::args::partner::PartnerUpdate;
use crate::confirm::Confirm;
use crate::connection::Connection;
use crate::diff::{Difference, diff_without};
use crate::document;
use crate::edit::change_request::ChangeRequest;
use crate::edit::convert::{into_type, read_type};
use crate::failure::{Failure, Result};
use crate::interrupt::{Interrupt, interruptible};
use crate::operation::context::OperationContext;
use crate::outcome::{self, Written};
use crate::output::stderr::say;
use crate::partner::body::FullBody;
use crate::partner::check;
use crate::partner::context::{BOOKKEEPING, open, profile_context};
use crate::render::print::{print_document, print_preview};

/// How often the profile is read and written if its etag is stale.
const ATTEMPTS: u32 = 3;

pub(super) async fn run(args: &PartnerUpdate, global: &Global, interrupt: &Interrupt) -> Result {
    let change = ChangeRequest::read(
        &args.change,
        Members::of(Service::Partner),
        Service::Partner,
    );
    let change = match interrupt.guard(change).await?? {
        ChangeRequest::Edits(edits) => {
            // Values that do not match the type are found before anything is sent.
            into_type::<CustomerBillingProfile>("--set", edits.merge_patch())?;
            Change::Edits(edits)
        }
        ChangeRequest::Body(body) => Change::Body(FullBody::read(body)?),
    };
    let connection = open(global).await?;
    let agreed = global.yes || global.dry_run || connection.is_own_emulator();
    let update = Update {
        args,
        global,
        interrupt,
        client: connection.partner()?,
        put: profile_context(&connection, "update", &args.customer_id),
        confirm: Confirm::decide(agreed)?,
        connection: &connection,
    };
    if global.dry_run {
        update.dry_run(&change).await
    } else {
        update.run(&change).await
    }
}

enum Change {
    Edits(Edits),
    Body(FullBody),
}

impl Change {
    /// Applies the change to the present profile.
    ///
    /// # Errors
    /// A usage failure for a document that must not be written.
    fn apply(
        &self,
        before: &CustomerBillingProfile,
        args: &PartnerUpdate,
    ) -> Result<CustomerBillingProfile> {
        match self {
            Self::Body(body) => {
                let profile = body.over(before);
                body.check(args, &document::value(before)?, &document::value(&profile)?)?;
                Ok(profile)
            }
            Self::Edits(edits) => {
                let original = document::json(before)?;
                let old = original.to_value_lossy();
                let mut document = old.clone();
                edits.apply(&mut document);
                // All other members keep their exact text.
                read_type("--set", &verbatim(original.as_str(), &old, &document))
            }
        }
    }
}

/// Returns the profile without the members in [`BOOKKEEPING`].
fn without_bookkeeping(profile: &CustomerBillingProfile) -> CustomerBillingProfile {
    profile.clone().clear_attributes().clear_id().clear_links()
}

struct Update<'a> {
    args: &'a PartnerUpdate,
    global: &'a Global,
    interrupt: &'a Interrupt,
    connection: &'a Connection,
    client: PartnerClient,
    put: OperationContext<'a>,
    confirm: Confirm,
}

impl Update<'_> {
    async fn dry_run(&self, change: &Change) -> Result {
        say("reading the profile, as the request depends on it; nothing is written");
        let profile = change.apply(self.read().await?.body(), self.args)?;
        self.check(&profile).await?;
        let put = self.put(&profile, self.request_id(1));
        print_preview(put.preview(), &self.put, self.global.format())
    }

    /// Checks the profile against the rules of its country, if that was requested.
    async fn check(&self, profile: &CustomerBillingProfile) -> Result {
        if !self.args.check {
            return Ok(());
        }
        let context = self.context("check");
        check::before_write(&self.client, profile, self.global, &context).await
    }

    async fn run(&self, change: &Change) -> Result {
        let mut agreed_to: Option<Vec<Difference>> = None;
        let mut stale: Option<Value> = None;
        let mut attempt = 1;
        loop {
            let before = self.read().await?;
            let profile = interruptible(|| change.apply(before.body(), self.args))?;
            let (old, new) = (document::value(before.body())?, document::value(&profile)?);
            if let Some(stale) = &stale {
                self.report_other_changes(stale, &old);
            }
            let differences = diff_without(&old, &new, &BOOKKEEPING);
            let is_same = without_bookkeeping(before.body()) == without_bookkeeping(&profile);
            if differences.is_empty() && is_same {
                say("nothing to change: the profile already has these values; nothing was written");
                outcome::report_nothing_to_change();
                return print_document(before.body(), Path::to_string, self.global.format());
            }
            // A newer profile needs no second confirmation if the same members change.
            let is_agreed = agreed_to.as_ref() == Some(&differences);
            if !is_agreed && differences.is_empty() {
                say("only digits of numbers change that are not shown");
            } else if !is_agreed {
                outcome::show_changes(&self.put, &differences);
            }
            self.interrupt.guard(self.check(&profile)).await??;
            self.check_etag(&profile)?;
            if !is_agreed {
                self.confirm.ask(self.interrupt).await?;
                agreed_to = Some(differences);
            }
            self.interrupt.check()?;
            let id = self.request_id(attempt);
            let context = OperationContext {
                request_id: Some(id),
                ..self.put.clone()
            };
            let put = self.put(&profile, id).send();
            let error = match self.interrupt.guard(put).await {
                Ok(Ok(response)) => return self.done(before.body(), &profile, &response),
                Ok(Err(error)) => error,
                Err(interrupted) => {
                    let hint = context.look_and_repeat();
                    return Err(interrupted.with_effect().hint(hint));
                }
            };
            // An etag that the user chose, or one in a body, stays stale.
            let has_etag = matches!(change, Change::Body(body) if body.has_etag());
            let can_retry = !has_etag && self.args.if_match.is_none();
            // An earlier attempt whose response was lost may have made the etag stale. Another
            // write could undo what others wrote after it.
            if !error.is_stale_etag() || error.may_have_taken_effect() {
                return Err(context.failed(error));
            }
            if !can_retry {
                return Err(self.stale(&old, error).await);
            }
            if attempt >= ATTEMPTS {
                return Err(self.put.failed(Error::conflict(attempt, error)));
            }
            attempt += 1;
            stale = Some(old);
            say("the etag was stale; reading the profile again");
        }
    }

    /// Warns if changes of others may be overwritten, as there is no etag.
    ///
    /// # Errors
    /// A usage failure if there is no terminal for the warning.
    fn check_etag(&self, profile: &CustomerBillingProfile) -> Result {
        let is_chosen = self.args.if_match.is_some() || self.args.no_if_match;
        if is_chosen || usable_etag(profile).is_some() {
            return Ok(());
        }
        let what =
            "the profile has no usable etag: concurrent changes of others would be overwritten";
        if Confirm::has_terminal() || self.connection.is_own_emulator() {
            say(what);
            return Ok(());
        }
        Err(Failure::usage(
            what,
            "nothing was written; if no one else writes the profile, add --no-if-match",
        ))
    }

    /// Returns the failure of a write with an etag of the user, after another read of the profile.
    async fn stale(&self, read: &Value, error: Error) -> Failure {
        let failure = self.put.failed(error);
        let Ok(now) = self.read().await else {
            return failure;
        };
        let now = document::value(now.body());
        if now.is_ok_and(|now| self.report_other_changes(read, &now)) {
            return failure;
        }
        failure.hint(format!(
            "the profile already had another etag when it was read: look at the present profile, \
             and use its attributes.etag\n  {} --output json",
            self.put.look
        ))
    }

    fn report_other_changes(&self, before: &Value, now: &Value) -> bool {
        outcome::report_other_changes(&self.put, &diff_without(before, now, &BOOKKEEPING))
    }

    /// Returns the context of an operation with the profile.
    fn context(&self, verb: &str) -> OperationContext<'_> {
        profile_context(self.connection, verb, &self.args.customer_id)
    }

    async fn read(&self) -> Result<Response<CustomerBillingProfile>> {
        let mut get = self
            .client
            .get_customer_billing_profile(&self.args.customer_id)
            .with_accept(self.args.accept.accept());
        if let Some(id) = self.global.correlation_id {
            get = get.with_correlation_id(id);
        }
        let response = self.interrupt.guard(get.send()).await?;
        response.map_err(|error| self.context("get").failed(error))
    }

    fn put(
        &self,
        profile: &CustomerBillingProfile,
        request_id: RequestId,
    ) -> UpdateCustomerBillingProfile {
        let id = &self.args.customer_id;
        let mut put = self.client.update_customer_billing_profile(id, profile);
        put = put.with_if_match(match &self.args.if_match {
            Some(tag) => IfMatch::Tag(tag.clone()),
            None if self.args.no_if_match || usable_etag(profile).is_none() => IfMatch::Never,
            None => IfMatch::WhenKnown,
        });
        put = put.with_accept(self.args.accept.accept());
        if let Some(media_type) = self.args.media_type {
            put = put.with_content_type(media_type);
        }
        put = put.with_request_id(request_id);
        match self.global.correlation_id {
            Some(id) => put.with_correlation_id(id),
            None => put,
        }
    }

    /// Returns the request id of an attempt. Only the first has the id of the user: Partner Center
    /// could take another body under the same id for the same write.
    fn request_id(&self, attempt: u32) -> RequestId {
        let chosen = self.global.request_id.filter(|_| attempt == 1);
        chosen.unwrap_or_else(RequestId::generate)
    }

    fn done(
        &self,
        before: &CustomerBillingProfile,
        sent: &CustomerBillingProfile,
        response: &Response<CustomerBillingProfile>,
    ) -> Result {
        let [before, sent, stored] = [before, sent, response.body()].map(without_bookkeeping);
        // Compares the profiles, not the values that are shown, which may have fewer digits.
        let outcome = interruptible(|| UpdateOutcome::of_document(Some(&before), &sent, &stored));
        let before = document::value(&before)?;
        let sent = document::value(&sent)?;
        let stored = document::value(&stored)?;
        let written = Written {
            context: &self.put,
            outcome: Some(outcome),
            before: Some(&before),
            expected: Some(&sent),
            stored: &stored,
            request_id: response.request_id(),
        };
        written.finish(|| print_document(response.body(), Path::to_string, self.global.format()))
    }
}
