//! `billing bulk reconcile`: decides about writes whose outcome is unknown.

use std::sync::Arc;

use billing_bulk::journal::State;
use billing_bulk::{Resend, Run};

use crate::args::bulk::{BulkReconcile, READ_BACK};
use crate::args::global::Global;
use crate::bulk::end::RunCommand;
use crate::bulk::follow::Follow;
use crate::bulk::progress::Progress;
use crate::bulk::services::Services;
use crate::bulk::summary::{self, profiles};
use crate::bulk::{journal, limits, pace, target_lock, version};
use crate::confirm::Confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::stderr::say;
use crate::shell::command_line;

/// The states of profiles that it works on.
const OPEN: [State; 3] = [State::Unknown, State::Sending, State::Accepted];

pub(super) async fn run(args: &BulkReconcile, global: &Global, interrupt: &Interrupt) -> Result {
    let reader = journal::read(&args.journal).await?;
    let bindings = reader.info().bindings.clone();
    let counts = reader.counts().await;
    let counts = counts.map_err(|error| Failure::new(Exit::Failed, error))?;
    drop(reader);
    let kinds: Vec<_> = bindings.iter().map(|binding| binding.service).collect();
    let subject = format!("the run of {}", journal::shown(&args.journal));
    let version = version::bound(args.version.api_version, &bindings, &subject)?;
    let services = Services::open(&kinds, version, global).await?;
    let command = RunCommand {
        line: line(args, global, &services.options),
        after_first: None,
        journal: args.journal.clone(),
        reconcile: command_line(
            "bulk reconcile",
            &[&journal::shown(&args.journal)],
            &format!(" --resend{}{}", pace::settle(args.settle), services.options),
        ),
        unplanned: 0,
    };
    let journal = journal::open(&args.journal, &command.line).await?;
    let _locks = target_lock::lock(&bindings, &args.journal)?;
    say(format!(
        "{} of unknown outcome, {} that `billing bulk apply` has not settled",
        profiles(counts.of(State::Unknown)),
        summary::number(summary::open(&counts)),
    ));
    if args.resend {
        say("writes that did not take effect are sent once more");
    }
    let writes = OPEN.iter().map(|state| counts.of(*state)).sum();
    let progress = Progress::start(!global.no_progress, &counts, &OPEN, writes);
    let mut options = pace::options(args.pace)
        .with_settle(args.settle.time)
        .with_read_back(args.read_back.time)
        .with_resend(resend(args, global, interrupt, &progress));
    if let Some(ask) = limits::ask(false, &services, interrupt, &progress) {
        options = options.with_ask(ask);
    }
    let run = Run::reconcile(journal, services.targets, options);
    let follow = Follow {
        interrupt,
        format: global.format(),
        progress,
        resume: &command.resume(),
    };
    let ended = follow.follow(run, |error| command.failed(error)).await?;
    command.end(ended, global.format())
}

/// Returns what to do about writes that did not take effect.
fn resend(
    args: &BulkReconcile,
    global: &Global,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Resend {
    if args.resend {
        return Resend::Always;
    }
    if !Confirm::has_terminal() {
        return Resend::Never;
    }
    if global.yes {
        return Resend::Always;
    }
    let (interrupt, progress) = (interrupt.clone(), progress.clone());
    Resend::Ask(Arc::new(move |count| {
        // The line would be drawn over the question.
        progress.end();
        let (interrupt, progress) = (interrupt.clone(), progress.clone());
        Box::pin(async move {
            say(format!(
                "{}; {} can be sent once more",
                summary::counted(
                    count,
                    "write did not take effect, and its profile was not changed",
                    "writes did not take effect, and their profiles were not changed"
                ),
                if count == 1 { "it" } else { "they" }
            ));
            let answer = Confirm::Ask.ask(&interrupt).await;
            progress.resume_if(answer.is_ok())
        })
    }))
}

/// Returns the command line, which also resumes the run.
fn line(args: &BulkReconcile, global: &Global, options: &str) -> String {
    let mut given = String::new();
    given.push_str(&pace::settle(args.settle));
    given.push_str(&pace::duration(
        "--read-back",
        args.read_back.time,
        READ_BACK,
    ));
    if args.resend {
        given.push_str(" --resend");
    }
    given.push_str(&pace::given(args.pace));
    given.push_str(&global.given());
    given.push_str(options);
    command_line("bulk reconcile", &[&journal::shown(&args.journal)], &given)
}
