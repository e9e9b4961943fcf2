//! The next step after an error of a service, or of the connection to it.

use billing_core::Error;
use billing_edit::Service;

use crate::operation::context::OperationContext;
use crate::operation::steps::{
    REFUSED, UNDOCUMENTED, conflict, is_client_error, is_conflict, is_server_error,
    is_stale_after_write, media_type, merge_patch, no_connection, not_found, other_resource,
    partner_code, role, server_error, sign_in, throttled, throttled_request, untrusted_certificate,
    wrong_protocol,
};
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
    if error.is_recreated() {
        return Some(format!("check the profile\n  {}", context.look));
    }
    let is_unknown = error.may_have_taken_effect() || error.is_operation_lost();
    is_unknown.then(|| context.look_and_repeat())
}

impl OperationContext<'_> {
    /// Returns the hint for a write whose outcome is unknown: how to look, and how to repeat it.
    pub(crate) fn look_and_repeat(&self) -> String {
        let repeat = match (self.connection.service, self.request_id) {
            (Service::Arm, _) => {
                "if the change is missing or incomplete, run the same update again; --force sends \
                 it even if nothing would change"
                    .to_owned()
            }
            (Service::Partner, Some(id)) => format!(
                "if the change is missing, run the same update again with the same request id, so \
                 that Partner Center takes it for the same write: --request-id {}",
                shell_word(&id.to_string())
            ),
            (Service::Partner, None) => {
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
        format!("billing arm wait TOKEN{}", self.connection.options)
    }

    /// Adds the command that lists what there is, if one does.
    pub(super) fn with_list(&self, hint: String) -> String {
        match &self.list {
            Some(list) => format!("{hint}\n  {list}"),
            None => hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use arm_client::{ArmClient, StaticToken};
    use billing_edit::Service;
    use billing_emulator::Emulator;

    use super::hint;
    use crate::args::global::Global;
    use crate::connection::Connection;
    use crate::operation::context::OperationContext;

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
        let Ok(connection) = Connection::open(Service::Arm, &global).await else {
            panic!("the public endpoint should do");
        };
        let context = OperationContext::new(&connection, "", "", "");
        insta::assert_snapshot!(hint(&context, &refused).unwrap(), @r#"
        the token in MY_TOKEN is expired, or its audience is not Azure Resource Manager: get a fresh one, for example
          export MY_TOKEN="$(az account get-access-token --resource https://management.azure.com --query accessToken --output tsv)"
        "#);
    }
}
