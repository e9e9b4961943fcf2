//! `billing partner check`, and the check before a write that `--check` asks for.

use partner_client::models::CustomerBillingProfile;
use partner_client::{Finding, PartnerClient};
use serde::Serialize;

use super::{call, open};
use crate::args::global::{Format, Global};
use crate::failure::{Exit, Failure};
use crate::hint::Call;
use crate::output::{print, say, show};
use crate::render::{self, Page, print_preview};

pub(super) async fn run(customer_id: &str, mfa: bool, global: &Global) -> Result<(), Failure> {
    let target = open(global).await?;
    let call = call(&target, "check", customer_id);
    let client = target.partner()?;
    let mut get = client.get_customer_billing_profile(customer_id);
    if let Some(id) = global.request_id {
        get = get.with_request_id(id);
    }
    if let Some(id) = global.correlation_id {
        get = get.with_correlation_id(id);
    }
    if mfa {
        get = get.with_mfa_validation();
    }
    let format = global.output.unwrap_or_default();
    if global.dry_run {
        say("the country, and so the request for its rules, is known when this one is answered");
        let preview = get.preview().map_err(|error| call.failed(error))?;
        return print_preview(&preview, format);
    }
    let profile = get.send().await.map_err(|error| call.failed(error))?;
    let findings = findings(&client, profile.body(), global, &call).await?;
    let mut rows: Vec<_> = findings.iter().map(Row::of).collect();
    let compliance = profile.is_mfa_compliant();
    let is_without_mfa = mfa && compliance == Some(false);
    if mfa && compliance != Some(true) {
        rows.push(Row::mfa(is_without_mfa));
    }
    match format {
        Format::Json => print(&render::json(&rows)?)?,
        Format::Table if rows.is_empty() => {}
        Format::Table => {
            let rows = rows.into_iter();
            let rows = rows.map(|row| [row.member.to_owned(), row.finding]);
            show(render::columns(["MEMBER", "FINDING"], rows, Page::stdout()))?;
        }
    }
    if mfa && compliance == Some(true) {
        say("the token shows multi-factor authentication");
    }
    if is_without_mfa {
        let why = "the sign-in used no multi-factor authentication, which Partner Center demands of users";
        let failure = Failure::new(Exit::Failed, anyhow::Error::msg(why));
        return Err(failure.hint(target.sign_in().second_factor()));
    }
    if findings.iter().any(Finding::is_certain) {
        return Err(Failure::new(
            Exit::Failed,
            anyhow::Error::msg(format!(
                "the service would not take the profile of {} as it is",
                call.subject
            )),
        )
        .hint("mend the members above with `billing partner update --check`"));
    }
    // What could not be looked at is no praise.
    if findings.is_empty() {
        say(format!(
            "the profile of {} follows the address rules of its country",
            call.subject
        ));
    }
    Ok(())
}

/// What the rules of its country have against a profile.
///
/// # Errors
/// Whatever keeps the rules from coming.
async fn findings(
    client: &PartnerClient,
    profile: &CustomerBillingProfile,
    global: &Global,
    call: &Call<'_>,
) -> Result<Vec<Finding>, Failure> {
    let mut preflight = client.preflight(profile);
    if let Some(id) = global.correlation_id {
        preflight = preflight.with_correlation_id(id);
    }
    preflight.send().await.map_err(|error| {
        let has_no_rules = error.is_not_found();
        let failure = call.failed(error);
        if has_no_rules {
            return failure.hint(
                "the service has no rules for the country of this profile: is defaultAddress.country right? \
                 If so, only the service itself can tell",
            );
        }
        failure
    })
}

/// Refuses a profile that the service would refuse. What could not be looked at is said, and is no reason.
///
/// # Errors
/// A failure with all findings, or that of asking for the rules. Nothing was written.
pub(super) async fn before_write(
    client: &PartnerClient,
    profile: &CustomerBillingProfile,
    global: &Global,
    call: &Call<'_>,
) -> Result<(), Failure> {
    let findings = findings(client, profile, global, call).await?;
    if findings.iter().any(Finding::is_certain) {
        let refused = Failure::new(
            Exit::Failed,
            anyhow::Error::msg(
                "the service would not take the changed profile: nothing was written",
            ),
        );
        let refused = findings.iter().fold(refused, |refused, finding| {
            refused.note(finding.to_string())
        });
        return Err(refused.hint(
            "put the members right with further --set and --clear, or leave out --check to have the \
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
    /// What is wrong, and by which rule.
    finding: String,
    /// Whether the service will refuse the profile for it.
    is_certain: bool,
}

impl Row {
    /// Of a token that shows no multi-factor authentication, or of which the service does not say.
    fn mfa(is_certain: bool) -> Self {
        let finding = if is_certain {
            "shows no multi-factor authentication"
        } else {
            "may show multi-factor authentication or not: Partner Center does not say; that of an application itself \
             needs none"
        };
        Self {
            member: "(token)",
            finding: finding.to_owned(),
            is_certain,
        }
    }

    fn of(finding: &Finding) -> Self {
        let member = finding.member();
        let told = finding.to_string();
        let told = told.strip_prefix(member).unwrap_or(&told).trim_start();
        Self {
            member,
            finding: told.to_owned(),
            is_certain: finding.is_certain(),
        }
    }
}
