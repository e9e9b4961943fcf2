//! Waiting for an update that was accepted: in the command that began it, or in `billing arm wait`.

use arm_client::models::BillingProfile;
use arm_client::{PollStatus, PollToken, Poller};
use billing_core::{Error, Response};
use futures_util::StreamExt as _;

use super::{call, open, print_profile};
use crate::args::{Global, Patience};
use crate::failure::{Exit, Failure};
use crate::hint::{Call, shell_word};
use crate::input::{self, Limit};
use crate::interrupt::Interrupt;
use crate::output::{one_line, say};
use crate::progress::Spinner;

pub(super) async fn run(
    token: &str,
    patience: Patience,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let token = read(token, interrupt).await?;
    let target = open(global).await?;
    let profile = token.resource().path_segments();
    let profile = profile
        .and_then(|mut all| all.next_back())
        .unwrap_or_default();
    let profile = profile.to_owned();
    let call = call(&target, "wait for the update of", token.account(), &profile);
    let origin = token.origin().to_owned();
    let poller = target.arm()?.resume(token).map_err(|error| {
        let failure = call.failed(error);
        if origin == target.origin() {
            return failure;
        }
        failure.hint(format!(
            "if you trust {} with your token, add --arm-endpoint {}",
            one_line(&origin),
            shell_word(&origin)
        ))
    })?;
    let mut poller = poller.with_options(target.poll_options(patience.timeout));
    let waiting = Waiting {
        call: &call,
        interrupt,
        progress: !global.no_progress,
    };
    let response = waiting.finish(&mut poller).await?;
    let printed = print_profile(&response, global.output.unwrap_or_default());
    say(format!(
        "updated {} (request id {})",
        call.subject,
        response.request_id().unwrap_or("unknown")
    ));
    printed
}

async fn read(token: &str, interrupt: &Interrupt) -> Result<PollToken, Failure> {
    let text = if token == "-" {
        let read = interrupt.guard(input::stdin(Limit::VALUE)).await?;
        read.map_err(|error| error.refuse("the token on stdin", "send it through a pipe again"))?
    } else {
        token.to_owned()
    };
    input::value_of(&text)
        .parse()
        .map_err(|error: billing_core::Error| {
            Failure::new(Exit::Usage, error).hint(
                "`billing arm update` prints it with --no-wait, after --timeout, and when it is \
             interrupted; in a shell, put it in single quotes or send it through `-`",
            )
        })
}

/// Patience with one update.
pub(super) struct Waiting<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) interrupt: &'a Interrupt,
    /// Whether to show how long it has been running.
    pub(super) progress: bool,
}

impl Waiting<'_> {
    /// The profile when the update is done.
    ///
    /// # Errors
    /// Whatever ends the waiting before; with the resume token as long as the outcome is open.
    pub(super) async fn finish(
        &self,
        poller: &mut Poller<BillingProfile>,
    ) -> Result<Response<BillingProfile>, Failure> {
        if poller.token().is_some() {
            let pause = poller.next_poll_in().as_secs_f64().ceil();
            let next = if pause > 0.0 {
                format!("; the service asks for {pause} s before the next look")
            } else {
                String::new()
            };
            say(format!(
                "waiting until the update is done{next} (Ctrl-C ends the waiting, not the update)"
            ));
        }
        let watched = {
            let spinner = Spinner::start(self.progress);
            self.interrupt.guard(watch(poller, &spinner)).await
        };
        match watched {
            Ok(finished) => finished.map_err(|error| self.call.failed(error)),
            Err(interrupted) => {
                let token = poller.token();
                let hint = token.map(|_| self.call.resume());
                let failure = interrupted.token(token);
                Err(match hint {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                })
            }
        }
    }
}

async fn watch(
    poller: &mut Poller<BillingProfile>,
    spinner: &Spinner,
) -> Result<Response<BillingProfile>, Error> {
    spinner.tell(poller.next_poll_in(), None);
    let mut states = poller.states();
    while let Some(state) = states.next().await {
        match state? {
            PollStatus::Running {
                next_poll_in,
                percent_complete,
                ..
            } => spinner.tell(next_poll_in, percent_complete),
            PollStatus::Succeeded(response) => return Ok(response),
        }
    }
    // The states end with a success or an error, so there is only that error left to say.
    drop(states);
    poller.wait().await
}
