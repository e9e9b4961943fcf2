//! What to do after an error of a service or on the way to it.

mod command_line;
mod connection;
mod notes;

use billing_core::{Error, RequestId};
use serde_json::Value;

use crate::document::Path;
use crate::failure::{Exit, Failure};
use crate::target::{Service, Target};
pub(crate) use command_line::{command_line, shell_word};
pub(crate) use connection::untrusted;

/// One undertaking with a service: enough to say what failed, and what to do about it.
#[derive(Clone)]
pub(crate) struct Call<'a> {
    pub(crate) target: &'a Target,
    /// As in `could not {doing}`.
    pub(crate) doing: String,
    /// What was asked for, as in `customer 5a8f…`.
    pub(crate) subject: String,
    /// The command that shows the present state.
    pub(crate) look: String,
    /// The command that lists what there is, if one does.
    pub(crate) list: Option<String>,
    /// The path of a member as it is shown.
    pub(crate) shorten: fn(&Path) -> String,
    /// The resource before a write, where it is known.
    pub(crate) before: Option<Value>,
    /// The id of the write that was sent, where the same id makes it the same write.
    pub(crate) request_id: Option<RequestId>,
}

impl Call<'_> {
    /// The failure that an error becomes: its chain, the ids to quote, the next step.
    pub(crate) fn failed(&self, error: Error) -> Failure {
        let exit = if error.is_invalid_input() || self.target.sign_in().is_misconfigured() {
            Exit::Usage
        } else if error.poll_token().is_some() {
            Exit::StillRunning
        } else if error.may_have_taken_effect() && !error.is_operation_failed() {
            Exit::Unknown
        } else {
            Exit::Failed
        };
        let hint = self.hint(&error);
        let notes = notes::notes(&error, self);
        let token = error.poll_token().cloned();
        let mut failure = Failure::new(exit, error)
            .during(format!("could not {}", self.doing))
            .token(token.as_ref());
        for note in notes {
            failure = failure.note(note);
        }
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }

    fn hint(&self, error: &Error) -> Option<String> {
        if error.poll_token().is_some() {
            let first = if error.is_unauthorized() {
                Some(self.target.sign_in().hint(error, self.target))
            } else if error.is_forbidden() {
                Some(self.role())
            } else if error.is_other_resource() {
                Some(self.other_resource(error))
            } else {
                error.is_throttled().then(|| throttled(error))
            };
            let resume = if error.outcome().is_some() && !self.target.is_own_emulator() {
                self.wait_again()
            } else {
                self.resume()
            };
            return Some(first.map_or(resume.clone(), |first| format!("{first}\n{resume}")));
        }
        if error.is_operation_lost() {
            return Some(format!(
                "waiting once more is of no use, as the service has forgotten the operation\n{}",
                self.look_and_repeat()
            ));
        }
        let next_step = if let Some(known) = self.known(error) {
            known
        } else if error.is_other_resource() {
            self.other_resource(error)
        } else if error.is_edit_refused() {
            "nothing was written; the reason is above: change what it names and run it again"
                .to_owned()
        } else if error.is_credential() || error.is_unauthorized() {
            self.target.sign_in().hint(error, self.target)
        } else if error.is_forbidden() {
            self.role()
        } else if error.is_not_found() {
            self.missing()
        } else if error.is_stale_etag()
            && error.may_have_taken_effect()
            && !error.is_operation_failed()
        {
            return Some(self.look_and_repeat());
        } else if error.is_conflict()
            && (!error.is_operation_failed() || names_another_change(error))
        {
            let why = if error.is_stale_etag() {
                "somebody else changed it meanwhile"
            } else {
                "another change is in the way, or was faster"
            };
            if error.is_operation_failed() && error.may_have_taken_effect() {
                why.to_owned()
            } else {
                format!(
                    "{why}; see what it is now, and run the update again\n  {}",
                    self.look
                )
            }
        } else if error.is_merge_patch_refused() {
            let unchanged = if error.may_have_taken_effect() {
                ""
            } else {
                "nothing was changed, and "
            };
            format!(
                "{unchanged}no other --set will help: the service takes the update, a JSON merge patch, for a JSON \
                 Patch, as it has been seen to do in this api version; make the change in the Azure portal"
            )
        } else if let Some(option) = self.media_option(error) {
            format!("{option}; leave it out for JSON")
        } else if error.is_throttled() {
            format!("{}, then run it again", throttled(error))
        } else if error.is_wrong_protocol() {
            self.scheme(error)
        } else if error.is_untrusted_certificate() {
            self.untrusted()
        } else if error.is_connect() {
            self.connection()
        } else if error.is_operation_failed() && error.may_have_taken_effect() {
            return Some(self.look_after_failure());
        } else if error.may_have_taken_effect() {
            return Some(self.look_and_repeat());
        } else if error.is_timeout() {
            "nothing was changed: run it again, later if the service stays slow".to_owned()
        } else if error.is_decode() || error.is_protocol() {
            "the answer is not what the service documents; is this the right endpoint? If so, please \
             report it with the ids above"
                .to_owned()
        } else if error.is_foreign_origin() {
            "the token stays with the endpoint that you named; if the service has moved, name the new \
             endpoint"
                .to_owned()
        } else if error.is_invalid_input() {
            "nothing was sent; put the argument right and run it again".to_owned()
        } else if error
            .status()
            .is_some_and(|status| status.is_server_error())
        {
            match error.retry_after() {
                Some(wait) => format!(
                    "the service has a problem of its own, and asks to wait {} s; run it again then",
                    wait.as_secs_f64().ceil()
                ),
                None => "the service has a problem of its own; run it again later".to_owned(),
            }
        } else if error.is_too_large() {
            "the response is larger than this command reads; is this the right endpoint?".to_owned()
        } else if error.is_interrupted() {
            "nothing was changed: run it again".to_owned()
        } else if error
            .status()
            .is_some_and(|status| status.is_client_error())
        {
            "the service refused the request and changed nothing; put it right and run it again"
                .to_owned()
        } else {
            return None;
        };
        if error.is_operation_failed() && error.may_have_taken_effect() {
            return Some(format!("{next_step}\n{}", self.look_after_failure()));
        }
        if error.may_have_taken_effect() {
            let look = self.look_and_repeat();
            return Some(format!("{next_step}\n{look}"));
        }
        Some(next_step)
    }

    /// What to do after a write whose outcome is unknown: how to look, and how to repeat it on purpose.
    pub(crate) fn look_and_repeat(&self) -> String {
        let repeat = match (self.target.service(), self.request_id) {
            (Service::Arm, _) => {
                "if the change is not there, or only a part of it, run the same update again; --force sends it even if nothing \
                 would be different"
                    .to_owned()
            }
            (Service::Partner, Some(id)) => format!(
                "if the change is not there, run the same update again with the same request id, which makes it \
                 the same write to Partner Center: --request-id {}",
                shell_word(&id.to_string())
            ),
            (Service::Partner, None) => {
                "if the change is not there, run the same update again".to_owned()
            }
        };
        format!(
            "the update may have taken effect: look first\n  {}\n{repeat}",
            self.look
        )
    }

    /// What to do after an update that the service has ended without success.
    fn look_after_failure(&self) -> String {
        format!(
            "the update failed, and may have taken effect in part: look before you run it again\n  {}",
            self.look
        )
    }

    /// What to do when a response names another resource than the request.
    fn other_resource(&self, error: &Error) -> String {
        let option = self.target.service().option();
        if error.may_have_taken_effect() {
            return format!(
                "the response named another resource than the one to update; check {option}, and report it with \
                 the ids above"
            );
        }
        format!(
            "the response named another resource than {}, so it is not shown; check {option}, and report it with \
             the ids above",
            self.subject
        )
    }

    /// How to go on waiting for an update whose token was printed.
    pub(crate) fn resume(&self) -> String {
        if self.target.is_own_emulator() {
            return "the emulator ends with this command, and the update with it; run \
                    `billing emulator` for one that stays"
                .to_owned();
        }
        format!(
            "the update goes on without us; to wait for it, give the resume token to\n  {}",
            self.wait()
        )
    }

    /// How to look again for a change that the profile did not show in time, though the update has ended.
    fn wait_again(&self) -> String {
        format!(
            "to look whether the profile shows the change by now, give the resume token to\n  {}",
            self.wait()
        )
    }

    fn wait(&self) -> String {
        format!("billing arm wait TOKEN{}", self.target.options())
    }

    /// What helps with a code of Partner Center's (page "Partner Center REST API error codes").
    fn known(&self, error: &Error) -> Option<String> {
        let code = match self.target.service() {
            Service::Partner => error.service_error()?.code()?,
            Service::Arm => return None,
        };
        let subject = &self.subject;
        Some(match code {
            "2000" | "900118" => self.with_list(
                "the id of a customer is the id of their tenant, a GUID such as \
                 7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30"
                    .to_owned(),
            ),
            "20002" => self.with_list(format!(
                "the token is good, but its partner has no reseller relationship with {subject}: check \
                 the id, or ask the customer to accept one"
            )),
            "27002" => "nothing was changed: put the member right that is named above and run it \
                        again; mind that defaultAddress has a state and a region"
                .to_owned(),
            "600051" => {
                "nothing was changed: the country of this customer asks for a phone number; add \
                         --set defaultAddress.phoneNumber=…"
                    .to_owned()
            }
            _ => return None,
        })
    }

    fn role(&self) -> String {
        match self.target.service() {
            Service::Partner => format!(
                "the token is good, but its holder may not do this: it takes the role Admin agent, \
                 and a reseller relationship with {}",
                self.subject
            ),
            Service::Arm => format!(
                "the token is good, but its holder may not do this: reading takes the role Billing \
                 profile reader, writing Billing profile contributor, on {}",
                self.subject
            ),
        }
    }

    fn missing(&self) -> String {
        let subject = &self.subject;
        match (self.target.service(), &self.list) {
            (Service::Partner, _) => self.with_list(format!(
                "check the id of {subject}; a partner sees only its own customers"
            )),
            (Service::Arm, Some(_)) => self.with_list(format!(
                "check the id of {subject}; names are as the portal and the list show them"
            )),
            (Service::Arm, None) => format!(
                "check the name of {subject}; the portal shows it under Cost Management + Billing, Properties, and the \
                 Azure CLI lists what its user may see\n  az billing account list --query '[].name' --output tsv"
            ),
        }
    }

    /// The hint, and the command that lists what there is.
    fn with_list(&self, hint: String) -> String {
        match &self.list {
            Some(list) => format!("{hint}\n  {list}"),
            None => hint,
        }
    }

    /// What is wrong with the media types that the user chose; Resource Manager speaks JSON alone.
    fn media_option(&self, error: &Error) -> Option<&'static str> {
        match self.target.service() {
            Service::Partner if error.is_not_acceptable() => {
                Some("the service does not answer in the media types of --accept")
            }
            Service::Partner if error.is_unsupported_media_type() => {
                Some("the service does not read the media type of --media-type")
            }
            Service::Partner | Service::Arm => None,
        }
    }
}

/// Whether the code of a failed operation says that another change was in its way.
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

fn throttled(error: &Error) -> String {
    match error.retry_after() {
        Some(wait) => format!("too many requests: wait {} s", wait.as_secs_f64().ceil()),
        None => "too many requests: wait a minute".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use arm_client::{ArmClient, StaticToken};
    use billing_emulator::Emulator;

    use super::Call;
    use crate::args::global::Global;
    use crate::document::Path;
    use crate::target::{Service, Target};

    #[tokio::test]
    async fn a_token_that_a_real_service_refuses_is_met_with_the_audience_that_it_takes() {
        let emulator = Emulator::builder().start().await.unwrap();
        let endpoint = emulator.arm_url().parse().unwrap();
        let client = ArmClient::new(endpoint, StaticToken::new("wrong")).unwrap();
        let refused = client
            .get_billing_profile("a", "p")
            .send()
            .await
            .unwrap_err();
        // In place of whatever file the one who runs the test has.
        let config = tempfile::NamedTempFile::new().unwrap();
        let global = Global {
            config: Some(config.path().to_owned()),
            token_env: Some("MY_TOKEN".to_owned()),
            ..Global::default()
        };
        let Ok(target) = Target::open(Service::Arm, &global).await else {
            panic!("the public endpoint should do");
        };
        let call = Call {
            target: &target,
            doing: String::new(),
            subject: String::new(),
            look: String::new(),
            list: None,
            shorten: Path::to_string,
            before: None,
            request_id: None,
        };
        insta::assert_snapshot!(call.hint(&refused).unwrap(), @r#"
        the token in MY_TOKEN is expired, or its audience is not Azure Resource Manager: get a fresh one, for example
          export MY_TOKEN="$(az account get-access-token --resource https://management.azure.com --query accessToken --output tsv)"
        "#);
    }
}
