//! `billing partner check`, and `--check` before a write.

use partner_client::models::CustomerBillingProfile;
use partner_client::{Finding, PartnerClient};
use serde::Serialize;

use crate::args::global::{Format, Global};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::operation::context::OperationContext;
use crate::output::page::Page;
use crate::output::stderr::say;
use crate::output::stdout::{print, show};
use crate::partner::context::{open, profile_context, with_ids};
use crate::render::print::{json, print_preview};
use crate::render::table;

pub(super) async fn run(customer_id: &str, mfa: bool, global: &Global) -> Result {
    let connection = open(global).await?;
    let context = profile_context(&connection, "check", customer_id);
    let client = connection.partner()?;
    let mut get = with_ids!(client.get_customer_billing_profile(customer_id), global);
    if mfa {
        get = get.with_mfa_validation();
    }
    let format = global.format();
    if global.dry_run {
        say(
            "the second request, for the rules of the country, is not shown: its address depends on \
             the response to this one",
        );
        return print_preview(get.preview(), &context, format);
    }
    let profile = get.send().await.map_err(|error| context.failed(error))?;
    let findings = findings(&client, profile.body(), global, &context).await?;
    let mut rows: Vec<_> = findings.iter().map(Row::of).collect();
    let compliance = profile.is_mfa_compliant();
    let is_without_mfa = mfa && compliance == Some(false);
    if mfa && compliance != Some(true) {
        rows.push(Row::mfa(is_without_mfa));
    }
    match format {
        Format::Json => print(&json(&rows)?)?,
        Format::Table if rows.is_empty() => {}
        Format::Table => {
            let rows = rows.into_iter();
            let rows = rows.map(|row| [row.member.to_owned(), row.finding]);
            show(table::columns(["MEMBER", "FINDING"], rows, Page::stdout()))?;
        }
    }
    if mfa && compliance == Some(true) {
        say("the token shows multi-factor authentication");
    }
    if is_without_mfa {
        let why = "the sign-in used no multi-factor authentication, which Partner Center requires \
                   of users";
        let failure = Failure::new(Exit::Failed, why);
        return Err(failure.hint(connection.sign_in.second_factor()));
    }
    if findings.iter().any(Finding::is_certain) {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "the service would refuse the present profile of {}",
                context.subject
            ),
        )
        .hint("correct the members above with `billing partner update --check`"));
    }
    // Findings that are not certain are no success.
    if findings.is_empty() {
        say(format!(
            "the profile of {} follows the address rules of its country",
            context.subject
        ));
    }
    Ok(())
}

/// Checks a profile against the rules of its country.
///
/// # Errors
/// A failure to get the rules.
async fn findings(
    client: &PartnerClient,
    profile: &CustomerBillingProfile,
    global: &Global,
    context: &OperationContext<'_>,
) -> Result<Vec<Finding>> {
    let mut preflight = client.preflight(profile);
    if let Some(id) = global.correlation_id {
        preflight = preflight.with_correlation_id(id);
    }
    preflight.send().await.map_err(|error| {
        let has_no_rules = error.is_not_found();
        let failure = context.failed(error);
        if has_no_rules {
            return failure.hint(
                "the service has no rules for the country of this profile: is \
                 defaultAddress.country correct? If so, only a write shows whether the service \
                 accepts the profile",
            );
        }
        failure
    })
}

/// Refuses a profile that the service would refuse. Findings that are not certain are only
/// reported.
///
/// # Errors
/// A failure with all findings, or a failure to get the rules. Nothing was written.
pub(super) async fn before_write(
    client: &PartnerClient,
    profile: &CustomerBillingProfile,
    global: &Global,
    context: &OperationContext<'_>,
) -> Result {
    let findings = findings(client, profile, global, context).await?;
    if findings.iter().any(Finding::is_certain) {
        let refused = Failure::new(
            Exit::Failed,
            "the service would refuse the changed profile: nothing was written",
        );
        let refused = findings.iter().fold(refused, |refused, finding| {
            refused.note(finding.to_string())
        });
        return Err(refused.hint(
            "correct the members with further --set and --clear, or leave out --check and let the \
             service decide",
        ));
    }
    for finding in &findings {
        say(finding.to_string());
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    member: &'static str,
    /// The violated rule.
    finding: String,
    /// Whether the service would refuse the profile.
    is_certain: bool,
}

impl Row {
    /// Creates the row of a token without multi-factor authentication, or one that may be without.
    fn mfa(is_certain: bool) -> Self {
        let finding = if is_certain {
            "shows no multi-factor authentication"
        } else {
            "may lack multi-factor authentication: Partner Center does not say; tokens of \
             applications need none"
        };
        Self {
            member: "(token)",
            finding: finding.to_owned(),
            is_certain,
        }
    }

    fn of(finding: &Finding) -> Self {
        let member = finding.member();
        let text = finding.to_string();
        let text = text.strip_prefix(member).unwrap_or(&text).trim_start();
        Self {
            member,
            finding: text.to_owned(),
            is_certain: finding.is_certain(),
        }
    }
}
