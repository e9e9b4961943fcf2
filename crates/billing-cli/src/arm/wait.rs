//! Waits for an accepted update: in `billing arm update`, or later in `billing arm wait`.

use std::io::{self, IsTerminal as _};

use arm_client::{PollStatus, PollToken, Poller, Version};
use billing_core::Response;
use serde::de::DeserializeOwned;

use crate::args::arm::WaitArgs;
use crate::args::global::Global;
use crate::arm::context::{open, print_profile, profile_context};
use crate::arm::version::{self, with_version};
use crate::connection::Connection;
use crate::document;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::input::{self, Limit};
use crate::interrupt::Interrupt;
use crate::operation::context::OperationContext;
use crate::outcome::Written;
use crate::output::escape::one_line;
use crate::output::report::report;
use crate::output::stderr::say;
use crate::progress::Spinner;
use crate::shell::shell_word;

pub(super) async fn run(
    token: &str,
    args: WaitArgs,
    global: &Global,
    interrupt: &Interrupt,
) -> Result {
    let tokens = read(token, interrupt).await?;
    let mut connection = open(global).await?;
    connection.read_back = args.read_back;
    let mut worst = Exit::Done;
    for (index, token) in tokens.iter().enumerate() {
        let mut query = token.resource().query_pairs();
        let name = query.find_map(|(name, value)| (name == "api-version").then_some(value));
        let version = version::named(name.as_deref().unwrap_or_default());
        let waited = with_version!(version, |version| {
            one(token, version, &connection, args, global, interrupt).await
        });
        let Err(failure) = waited else {
            continue;
        };
        if tokens.len() == 1 {
            return Err(failure);
        }
        if failure.0.exit == Exit::Interrupted {
            let rest = tokens.iter().skip(index.saturating_add(1));
            return Err(failure.tokens(rest));
        }
        worst = worst.max(report(failure));
    }
    match worst {
        Exit::Done => Ok(()),
        exit => Err(Failure::silent(exit)),
    }
}

/// Waits for one update.
async fn one<V: Version>(
    token: &PollToken,
    version: V,
    connection: &Connection,
    args: WaitArgs,
    global: &Global,
    interrupt: &Interrupt,
) -> Result {
    let profile = token.resource().path_segments();
    let profile = profile
        .and_then(|mut all| all.next_back())
        .unwrap_or_default();
    let context = profile_context::<V>(
        connection,
        "wait for the update of",
        token.account(),
        profile,
    );
    let origin = token.origin();
    let client = connection.arm()?.with_api_version(version);
    let poller = client.resume(token.clone()).map_err(|error| {
        let failure = context.failed(error);
        if origin == connection.origin() {
            return failure;
        }
        failure.hint(format!(
            "if you trust {} with your token, add --arm-endpoint {}",
            one_line(origin),
            shell_word(origin)
        ))
    })?;
    let mut poller = poller.with_options(connection.poll_options(args.timeout));
    let response = finish(&mut poller, &context, global, interrupt).await?;
    let stored = document::value(response.body())?;
    let written = Written {
        context: &context,
        before: None,
        expected: None,
        stored: &stored,
        // Older tokens have no hashes of the requested values.
        outcome: response.outcome(),
        request_id: response.request_id(),
    };
    written.finish(|| print_profile(&response, global.format()))
}

/// Reads the tokens: one as an argument, or one on each line of stdin.
async fn read(token: &str, interrupt: &Interrupt) -> Result<Vec<PollToken>> {
    if token != "-" {
        return Ok(vec![parse(token)?]);
    }
    if io::stdin().is_terminal() {
        say("waiting for resume tokens, one on each line; end with Ctrl-D");
    }
    let text = interrupt.guard(input::stdin(Limit::DOCUMENT)).await?;
    let text =
        text.map_err(|error| error.refuse("the token on stdin", "send it through a pipe again"))?;
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    match lines.as_slice() {
        // Its error names the missing token.
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

fn parse(text: &str) -> Result<PollToken> {
    let token = input::value_of(text).parse();
    token.map_err(|error: billing_core::Error| {
        Failure::new(Exit::Usage, error).hint(
            "`billing arm update` prints it with --no-wait, after --timeout, and when it is \
             interrupted",
        )
    })
}

/// Waits until the update is done, and returns the profile.
///
/// # Errors
/// A failed or interrupted wait, with the resume token while the outcome is unknown.
pub(super) async fn finish<T: DeserializeOwned>(
    poller: &mut Poller<T>,
    context: &OperationContext<'_>,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<Response<T>> {
    if poller.token().is_some() {
        let pause = poller.next_poll_in().as_secs_f64().ceil();
        let next = if pause > 0.0 {
            format!("; the service asks for a pause of {pause} s before the next poll")
        } else {
            String::new()
        };
        say(format!(
            "waiting until the update is done{next} (Ctrl-C ends the waiting, not the update)"
        ));
    }
    let finished = {
        let spinner = Spinner::start(!global.no_progress);
        spinner.tell(poller.next_poll_in(), None);
        let finished = poller.wait_with(|status| {
            if let PollStatus::Running {
                next_poll_in,
                percent_complete,
                ..
            } = status
            {
                spinner.tell(*next_poll_in, *percent_complete);
            }
        });
        interrupt.guard(finished).await
    };
    match finished {
        Ok(finished) => finished.map_err(|error| context.failed(error)),
        Err(interrupted) => Err(match poller.token() {
            Some(token) => interrupted.tokens([token]).hint(context.resume()),
            None => interrupted,
        }),
    }
}
