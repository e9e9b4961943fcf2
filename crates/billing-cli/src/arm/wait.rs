//! Waiting for an update that was accepted: in the command that began it, or in `billing arm wait`.

use std::io::{self, IsTerminal as _};

use arm_client::models::BillingProfile;
use arm_client::{PollStatus, PollToken, Poller};
use billing_core::{Error, Response};
use futures_util::StreamExt as _;

use super::{call, open, print_profile};
use crate::args::arm::WaitArgs;
use crate::args::global::Global;
use crate::document;
use crate::failure::{Exit, Failure};
use crate::hint::{Call, shell_word};
use crate::input::{self, Limit};
use crate::interrupt::Interrupt;
use crate::outcome::Written;
use crate::output::{one_line, say};
use crate::progress::Spinner;
use crate::target::Target;

pub(super) async fn run(
    token: &str,
    args: WaitArgs,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let tokens = read(token, interrupt).await?;
    let target = open(global).await?.with_read_back(args.read_back);
    let mut worst = Exit::Done;
    for (index, token) in tokens.iter().enumerate() {
        let Err(failure) = one(token, &target, args, global, interrupt).await else {
            continue;
        };
        if tokens.len() == 1 {
            return Err(failure);
        }
        if failure.is_interrupted() {
            let rest = tokens.iter().skip(index.saturating_add(1));
            return Err(failure.more_tokens(rest));
        }
        worst = worst.worse(failure.report());
    }
    match worst {
        Exit::Done => Ok(()),
        exit => Err(Failure::reported(exit)),
    }
}

/// Waits for one update.
async fn one(
    token: &PollToken,
    target: &Target,
    args: WaitArgs,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let profile = token.resource().path_segments();
    let profile = profile
        .and_then(|mut all| all.next_back())
        .unwrap_or_default();
    let call = call(target, "wait for the update of", token.account(), profile);
    let origin = token.origin();
    let poller = target.arm()?.resume(token.clone()).map_err(|error| {
        let failure = call.failed(error);
        if origin == target.origin() {
            return failure;
        }
        failure.hint(format!(
            "if you trust {} with your token, add --arm-endpoint {}",
            one_line(origin),
            shell_word(origin)
        ))
    })?;
    let mut poller = poller.with_options(target.poll_options(args.timeout));
    let waiting = Waiting {
        call: &call,
        interrupt,
        progress: !global.no_progress,
    };
    let response = waiting.finish(&mut poller).await?;
    let stored = document::value(response.body())?;
    let written = Written {
        call: &call,
        before: None,
        expected: None,
        stored: &stored,
        // A token without hashes does not hold what was asked for.
        outcome: response.outcome(),
        request_id: response.request_id(),
    };
    written.check()?;
    let printed = print_profile(&response, global.output.unwrap_or_default());
    written.tell();
    // The write is done, whether or not it could be shown.
    printed.map_err(Failure::with_effect)
}

/// The tokens: one as an argument, or one on each line of stdin.
async fn read(token: &str, interrupt: &Interrupt) -> Result<Vec<PollToken>, Failure> {
    if token != "-" {
        return Ok(vec![parse(token)?]);
    }
    if io::stdin().is_terminal() {
        say("waiting for resume tokens, one on each line; Ctrl-D ends them");
    }
    let text = interrupt.guard(input::stdin(Limit::DOCUMENT)).await?;
    let text =
        text.map_err(|error| error.refuse("the token on stdin", "send it through a pipe again"))?;
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    match lines.as_slice() {
        // Its error says what is missing.
        [] => Ok(vec![parse("")?]),
        [one] => Ok(vec![parse(one)?]),
        all => all
            .iter()
            .enumerate()
            .map(|(index, line)| {
                parse(line).map_err(|failure| {
                    let number = index.saturating_add(1);
                    failure.during(format!("token {number} on stdin"))
                })
            })
            .collect(),
    }
}

fn parse(text: &str) -> Result<PollToken, Failure> {
    let token = input::value_of(text).parse();
    token.map_err(|error: billing_core::Error| {
        Failure::new(Exit::Usage, error).hint(
            "`billing arm update` prints it with --no-wait, after --timeout, and when it is \
             interrupted",
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
    let mut states = poller.statuses();
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
