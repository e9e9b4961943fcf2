//! The next step after an error of a service, or of the connection to it.

use billing_core::Error;

use crate::network::untrusted_certificate_hint;
use crate::operation::context::OperationContext;
use crate::service::BillingService;
use crate::shell::shell_word;

use Step::{By, Text};

/// A predicate of errors, and the next step after an error that fulfils it.
type Rule = (fn(&Error) -> bool, Step);

/// The next step after an error. An empty text leaves it to the [`ending`].
enum Step {
    Text(&'static str),
    By(fn(&OperationContext<'_>, &Error) -> String),
}

/// The steps while an update is still running. The first rule that applies counts.
const WHILE_RUNNING: [Rule; 4] = [
    (Error::is_unauthorized, By(sign_in)),
    (Error::is_forbidden, By(role)),
    (Error::is_other_resource, By(other_resource)),
    (Error::is_throttled, By(throttled)),
];

/// The steps after all other errors. The first rule that applies counts.
const AFTERWARDS: [Rule; 26] = [
    (
        Error::is_operation_lost,
        Text("do not wait again: the service no longer knows the operation"),
    ),
    (Error::is_other_resource, By(other_resource)),
    (
        Error::is_edit_refused,
        Text("nothing was written; correct what the error names and run the command again"),
    ),
    (Error::is_credential, By(sign_in)),
    (Error::is_unauthorized, By(sign_in)),
    (Error::is_forbidden, By(role)),
    (Error::is_not_found, By(not_found)),
    (is_stale_after_write, Text("")),
    (is_conflict, By(conflict)),
    (Error::is_merge_patch_refused, By(merge_patch)),
    (Error::is_not_acceptable, By(media_type)),
    (Error::is_unsupported_media_type, By(media_type)),
    (Error::is_throttled, By(throttled_request)),
    (Error::is_wrong_protocol, By(wrong_protocol)),
    (Error::is_untrusted_certificate, By(untrusted_certificate)),
    (Error::is_connect, By(no_connection)),
    (Error::may_have_taken_effect, Text("")),
    (
        Error::is_timeout,
        Text("nothing was changed; run the command again, later if the service stays slow"),
    ),
    (Error::is_decode, Text(UNDOCUMENTED)),
    (Error::is_protocol, Text(UNDOCUMENTED)),
    (
        Error::is_foreign_origin,
        Text(
            "the token is sent only to the endpoint that you named; if the service has moved, \
             name its new endpoint",
        ),
    ),
    (
        Error::is_invalid_input,
        Text("nothing was sent; correct the argument and run the command again"),
    ),
    (is_server_error, By(server_error)),
    (
        Error::is_too_large,
        Text("the response exceeds the limit of this command; is this the right endpoint?"),
    ),
    (
        Error::is_interrupted,
        Text("nothing was changed; run the command again"),
    ),
    (is_client_error, Text(REFUSED)),
];

const UNDOCUMENTED: &str = "the response is not what the service documents; is this the right \
                            endpoint? If so, please report it with the ids above";

const REFUSED: &str = "the service refused the request and changed nothing; correct the request and \
                       run the command again";

/// Returns the next step after an error, and after a write, how to find out what it did.
pub(super) fn hint(context: &OperationContext<'_>, error: &Error) -> Option<String> {
    let rules = match error.poll_token() {
        Some(_) => WHILE_RUNNING.as_slice(),
        None => AFTERWARDS.as_slice(),
    };
    let rule = || rules.iter().find(|(applies, _)| applies(error));
    let step = || match rule()?.1 {
        Text(text) => Some(text.to_owned()),
        By(step) => Some(step(context, error)),
    };
    let step = partner_code(context, error).or_else(step);
    let step = step.filter(|step| !step.is_empty());
    match (step, ending(context, error)) {
        (Some(step), Some(ending)) => Some(format!("{step}\n{ending}")),
        (step, ending) => step.or(ending),
    }
}

/// Returns how to continue after a write whose result is not known.
fn ending(context: &OperationContext<'_>, error: &Error) -> Option<String> {
    if error.poll_token().is_some() {
        let is_ended = error.outcome().is_some() && !context.connection.is_own_emulator();
        return Some(if is_ended {
            format!(
                "to check again whether the profile shows the change, pass the resume token to\n  \
                 {}",
                context.wait_command()
            )
        } else {
            context.resume()
        });
    }
    if error.is_operation_failed() && error.may_have_taken_effect() {
        return Some(format!(
            "the update failed and may have taken effect in part: check the profile before you \
             run it again\n  {}",
            context.look
        ));
    }
    let is_unknown = error.may_have_taken_effect() || error.is_operation_lost();
    is_unknown.then(|| context.look_and_repeat())
}

impl OperationContext<'_> {
    /// Returns the hint for a write whose outcome is unknown: how to look, and how to repeat it.
    pub(crate) fn look_and_repeat(&self) -> String {
        let repeat = match (self.connection.service(), self.request_id) {
            (BillingService::Arm, _) => {
                "if the change is missing or incomplete, run the same update again; --force sends \
                 it even if nothing would change"
                    .to_owned()
            }
            (BillingService::Partner, Some(id)) => format!(
                "if the change is missing, run the same update again with the same request id, so \
                 that Partner Center takes it for the same write: --request-id {}",
                shell_word(&id.to_string())
            ),
            (BillingService::Partner, None) => {
                "if the change is missing, run the same update again".to_owned()
            }
        };
        format!(
            "the update may have taken effect: check the profile first\n  {}\n{repeat}",
            self.look
        )
    }

    /// Returns the hint for an update that is still running: how to continue to wait for it.
    pub(crate) fn resume(&self) -> String {
        if self.connection.is_own_emulator() {
            return "the emulator and the update end with this command; run `billing emulator` for \
                    one that keeps running"
                .to_owned();
        }
        format!(
            "the update continues on the service; to wait for it, pass the resume token to\n  {}",
            self.wait_command()
        )
    }

    fn wait_command(&self) -> String {
        format!("billing arm wait TOKEN{}", self.connection.options())
    }

    /// Adds the command that lists what there is, if one does.
    fn with_list(&self, hint: String) -> String {
        match &self.list {
            Some(list) => format!("{hint}\n  {list}"),
            None => hint,
        }
    }
}

/// Returns the step after an error code of Partner Center (page "Partner Center REST API error
/// codes").
fn partner_code(context: &OperationContext<'_>, error: &Error) -> Option<String> {
    if context.connection.service() != BillingService::Partner {
        return None;
    }
    let subject = &context.subject;
    Some(match error.service_error()?.code()? {
        "2000" | "900118" => context.with_list(
            "the id of a customer is the id of their tenant, a GUID such as \
             7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30"
                .to_owned(),
        ),
        "20002" => context.with_list(format!(
            "the token is valid, but its partner has no reseller relationship with {subject}: \
             check the id, or ask the customer to accept one"
        )),
        "27002" => "nothing was changed: correct the member named above and run the command \
                    again; note that defaultAddress has a state and a region"
            .to_owned(),
        "600051" => {
            "nothing was changed: the country of this customer requires a phone number; add --set \
             defaultAddress.phoneNumber=…"
                .to_owned()
        }
        _ => return None,
    })
}

/// An earlier attempt may have made the etag stale.
fn is_stale_after_write(error: &Error) -> bool {
    error.is_stale_etag() && error.may_have_taken_effect() && !error.is_operation_failed()
}

fn is_conflict(error: &Error) -> bool {
    error.is_conflict() && (!error.is_operation_failed() || names_another_change(error))
}

fn is_server_error(error: &Error) -> bool {
    error
        .status()
        .is_some_and(|status| status.is_server_error())
}

fn is_client_error(error: &Error) -> bool {
    error
        .status()
        .is_some_and(|status| status.is_client_error())
}

fn sign_in(context: &OperationContext<'_>, error: &Error) -> String {
    context.connection.sign_in().hint(error)
}

fn role(context: &OperationContext<'_>, _: &Error) -> String {
    let subject = &context.subject;
    match context.connection.service() {
        BillingService::Partner => format!(
            "the token is valid, but its user lacks a permission: this needs the role Admin agent \
             and a reseller relationship with {subject}"
        ),
        BillingService::Arm => format!(
            "the token is valid, but its user lacks a permission: reading needs the role Billing \
             profile reader, writing Billing profile contributor, on {subject}"
        ),
    }
}

fn other_resource(context: &OperationContext<'_>, error: &Error) -> String {
    let option = context.connection.service().option();
    let other = if error.may_have_taken_effect() {
        "the one to update;".to_owned()
    } else {
        format!("{}, so it is not shown;", context.subject)
    };
    format!(
        "the response is about another resource than {other} check {option}, and report it with \
         the ids above"
    )
}

fn not_found(context: &OperationContext<'_>, _: &Error) -> String {
    let subject = &context.subject;
    match (context.connection.service(), &context.list) {
        (BillingService::Partner, _) => context.with_list(format!(
            "check the id of {subject}; a partner sees only its own customers"
        )),
        (BillingService::Arm, Some(_)) => context.with_list(format!(
            "check the id of {subject}; names are as the portal and the list show them"
        )),
        (BillingService::Arm, None) => format!(
            "check the name of {subject}; the portal shows it under Cost Management + Billing, \
             Properties, and the Azure CLI lists what its user may see\n  az billing account list \
             --query '[].name' --output tsv"
        ),
    }
}

fn conflict(context: &OperationContext<'_>, error: &Error) -> String {
    let why = if error.is_stale_etag() {
        "somebody else changed it meanwhile"
    } else {
        "another change is in progress or came first"
    };
    if error.is_operation_failed() && error.may_have_taken_effect() {
        return why.to_owned();
    }
    format!(
        "{why}; look at the present profile, and run the update again\n  {}",
        context.look
    )
}

/// The service takes the update, a JSON merge patch, for a JSON Patch. It was seen to do so in this
/// API version.
fn merge_patch(_: &OperationContext<'_>, error: &Error) -> String {
    let unchanged = if error.may_have_taken_effect() {
        ""
    } else {
        "nothing was changed; "
    };
    format!(
        "{unchanged}another --set cannot help: in this API version the service may read the \
         update, a JSON merge patch, as a JSON Patch; make the change in the Azure portal"
    )
}

fn server_error(_: &OperationContext<'_>, error: &Error) -> String {
    match error.retry_after() {
        Some(wait) => format!(
            "the service has an internal problem; run the command again after {} s, as it asks",
            wait.as_secs_f64().ceil()
        ),
        None => "the service has an internal problem; run the command again later".to_owned(),
    }
}

/// Whether the code of a failed operation tells that another change was in its way.
fn names_another_change(error: &Error) -> bool {
    if error.is_stale_etag() {
        return true;
    }
    let code = error.service_error().and_then(|all| all.code());
    let code = code.unwrap_or_default().to_ascii_lowercase();
    let words = [
        "another",
        "busy",
        "concurren",
        "conflict",
        "inprogress",
        "locked",
        "precondition",
    ];
    words.iter().any(|word| code.contains(word))
}

/// Only Partner Center has options for media types.
fn media_type(context: &OperationContext<'_>, error: &Error) -> String {
    let problem = match context.connection.service() {
        BillingService::Arm => return REFUSED.to_owned(),
        BillingService::Partner if error.is_not_acceptable() => {
            "the service does not respond in the media types of --accept"
        }
        BillingService::Partner => "the service does not read the media type of --media-type",
    };
    format!("{problem}; leave it out for JSON")
}

fn throttled_request(context: &OperationContext<'_>, error: &Error) -> String {
    format!("{}, then run the command again", throttled(context, error))
}

fn throttled(_: &OperationContext<'_>, error: &Error) -> String {
    match error.retry_after() {
        Some(wait) => format!("too many requests: wait {} s", wait.as_secs_f64().ceil()),
        None => "too many requests: wait a minute".to_owned(),
    }
}

/// Scheme and port of the endpoint do not match.
fn wrong_protocol(context: &OperationContext<'_>, error: &Error) -> String {
    let origin = context.connection.origin();
    let other = match origin.strip_prefix("http://") {
        Some(host) => format!("https://{host}"),
        None => origin.replacen("https://", "http://", 1),
    };
    let nothing_sent = if error.may_have_taken_effect() {
        ""
    } else {
        "nothing was sent; "
    };
    let option = context.connection.service().option();
    format!("{nothing_sent}check scheme and port of {option}: is it {other}?")
}

fn untrusted_certificate(context: &OperationContext<'_>, _: &Error) -> String {
    let origin = context.connection.origin();
    if !context.connection.is_on_this_machine() {
        return untrusted_certificate_hint(&origin);
    }
    format!(
        "nothing was sent, as this machine does not trust the certificate of {origin}; an \
         emulator writes the certificate of its authority to a file\n  billing emulator --tls \
         --ca-file ca.pem\n  export SSL_CERT_FILE=ca.pem"
    )
}

fn no_connection(context: &OperationContext<'_>, _: &Error) -> String {
    let connection = context.connection;
    if connection.is_on_this_machine() {
        return format!(
            "is `billing emulator` still running, and is {} its address?",
            connection.origin()
        );
    }
    format!(
        "nothing was sent; check the network, the proxy (HTTPS_PROXY) and {}",
        connection.service().option()
    )
}

#[cfg(test)]
mod tests {
    use arm_client::{ArmClient, StaticToken};
    use billing_emulator::Emulator;

    use super::hint;
    use crate::args::global::Global;
    use crate::connection::Connection;
    use crate::operation::context::OperationContext;
    use crate::service::BillingService;

    #[tokio::test]
    async fn refused_token_gets_a_hint_with_the_audience() {
        let emulator = Emulator::builder().start().await.unwrap();
        let endpoint = emulator.arm_url().parse().unwrap();
        let client = ArmClient::new(endpoint, StaticToken::new("wrong")).unwrap();
        let refused = client
            .get_billing_profile("a", "p")
            .send()
            .await
            .unwrap_err();
        // Instead of the config file of the person who runs the test.
        let config = tempfile::NamedTempFile::new().unwrap();
        let global = Global {
            config: Some(config.path().to_owned()),
            token_env: Some("MY_TOKEN".to_owned()),
            ..Global::default()
        };
        let Ok(connection) = Connection::open(BillingService::Arm, &global).await else {
            panic!("the public endpoint should do");
        };
        let context = OperationContext::new(&connection, "", "", "");
        insta::assert_snapshot!(hint(&context, &refused).unwrap(), @r#"
        the token in MY_TOKEN is expired, or its audience is not Azure Resource Manager: get a fresh one, for example
          export MY_TOKEN="$(az account get-access-token --resource https://management.azure.com --query accessToken --output tsv)"
        "#);
    }
}
