//! The work that is measured: a plan, its run, and a bare loop over the clients.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arm_client::{ArmClient, ArmClientOptions};
use billing_bulk::binding::Binding;
use billing_bulk::document::Version;
use billing_bulk::input::{Input, InputOptions, InputSource};
use billing_bulk::journal::State;
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::plan::{
    Plan, PlanHeader, PlanInput, PlanOptions, PlanWriter, ReadOptions, input_rows, make,
};
use billing_bulk::target::{Write, Written};
use billing_bulk::targets::{ArmTarget, PartnerTarget};
use billing_bulk::{Edit, Edits, EventKind, ProfileId, Run, RunOptions, Service, Targets};
use billing_core::{RequestId, RetryPolicy, SendOptions, StaticToken};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use partner_client::{PartnerClient, PartnerClientOptions};
use serde::{Deserialize, Serialize};

use crate::process::{Measured, Stopwatch};
use crate::server::{TOKEN, id};

/// The role of a process that works.
pub(crate) const WORK: &str = "work";

/// How many profiles are worked on at once.
const CONCURRENCY: usize = 32;

/// Some work in a process.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    /// What the emulator has printed.
    pub(crate) ready: String,
    pub(crate) folder: PathBuf,
    pub(crate) profiles: u64,
    pub(crate) work: Work,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Plans new values, which the number tells from those of other plans.
    Plan(u64),
    /// Applies the plan.
    Apply,
    /// Reads and writes all profiles, without a plan and a journal.
    Bare(u64),
}

/// Does the work and prints what it took.
pub(crate) fn run(job: &Job) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let measured = runtime.block_on(async {
        let targets = targets(&job.ready);
        match job.work {
            Work::Plan(number) => plan(job, &targets, number).await,
            Work::Apply => apply(job, targets).await,
            Work::Bare(number) => bare(job, &targets, number).await,
        }
    });
    println!("{}", serde_json::to_string(&measured).unwrap());
}

fn targets(ready: &str) -> Targets {
    let (partner, arm) = ready.split_once(' ').unwrap();
    let options = SendOptions::default().with_retry(RetryPolicy::never());
    let partner = PartnerClient::with_options(
        partner.parse().unwrap(),
        StaticToken::new(TOKEN),
        PartnerClientOptions::default().with_send_options(options.clone()),
    );
    let arm = ArmClient::with_options(
        arm.parse().unwrap(),
        StaticToken::new(TOKEN),
        ArmClientOptions::default().with_send_options(options),
    );
    Targets::default()
        .with(Arc::new(PartnerTarget::new(&partner.unwrap(), None)))
        .with(Arc::new(ArmTarget::new(&arm.unwrap(), None)))
}

fn bindings(targets: &Targets) -> Vec<Binding> {
    let services = [Service::Partner, Service::Arm];
    services
        .map(|service| targets.of(service).unwrap().binding().clone())
        .to_vec()
}

async fn plan(job: &Job, targets: &Targets, number: u64) -> Measured {
    let path = job.folder.join("rows.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(
        file,
        "service,customer_id,billing_account,billing_profile,email,poNumber"
    )
    .unwrap();
    for profile in (0..job.profiles).map(id) {
        let row = match profile {
            ProfileId::Partner { customer_id } => {
                format!("partner,{customer_id},,,plan-{number}@example.com,")
            }
            ProfileId::Arm {
                billing_account,
                billing_profile,
            } => format!("arm,,{billing_account},{billing_profile},,PLAN-{number}"),
        };
        writeln!(file, "{row}").unwrap();
    }
    file.into_inner().unwrap();
    let watch = Stopwatch::start();
    let source = InputSource::from(path.as_path());
    let input = Input::check(source, InputOptions::default()).unwrap();
    let now = SystemTime::now();
    let header = PlanHeader {
        tool: "bench".to_owned(),
        created: now,
        expires: now + Duration::from_secs(86_400),
        bindings: bindings(targets),
        continues: None,
        input: PlanInput::of(&input),
    };
    let mut writer = PlanWriter::open(&job.folder.join("run.plan"), &header, false).unwrap();
    let items = input_rows(&input).unwrap();
    let options =
        PlanOptions::default().with_reading(ReadOptions::default().with_concurrency(CONCURRENCY));
    make(items, &mut writer, targets, options).await.unwrap();
    let counts = writer.finish().unwrap().counts().unwrap();
    assert_eq!(counts.change, job.profiles);
    watch.stop(job.profiles)
}

async fn apply(job: &Job, targets: Targets) -> Measured {
    let plan = Plan::open(&job.folder.join("run.plan")).unwrap();
    let plan = plan.verify(SystemTime::now(), &bindings(&targets)).unwrap();
    let info = plan.run_info();
    let watch = Stopwatch::start();
    let journal = SqliteJournal::open_or_create(&job.folder.join("run.db"), &info).unwrap();
    let plan = plan.claim(&info).unwrap();
    let options = RunOptions::default().with_concurrency(CONCURRENCY);
    let mut run = Run::apply(plan, Arc::new(journal), targets, options);
    let mut done = 0;
    while let Some(event) = run.try_next().await.unwrap() {
        if let EventKind::Summary { counts, .. } = event.kind {
            done = counts.of(State::Done);
        }
    }
    assert_eq!(done, job.profiles);
    watch.stop(job.profiles)
}

async fn bare(job: &Job, targets: &Targets, number: u64) -> Measured {
    let watch = Stopwatch::start();
    let writes = stream::iter((0..job.profiles).map(id)).map(|profile| async move {
        let target = targets.of(profile.service()).unwrap();
        let now = target.read(&profile).await.result.unwrap();
        let (path, value) = match profile.service() {
            Service::Partner => (vec!["email"], format!("bare-{number}@example.com")),
            Service::Arm => (vec!["properties", "poNumber"], format!("BARE-{number}")),
        };
        let edits = Edits::from_iter([Edit::set(path, value.into())]);
        let write = Write {
            request_id: RequestId::generate(),
            body: target.body(&now, &edits).unwrap(),
            edits,
            if_match: match now.version() {
                Version::Etag(etag) => Some(etag.clone()),
                Version::Hash(_) => None,
            },
        };
        match target.write(&profile, &write).await.result.unwrap() {
            Written::Finished(_) => {}
            Written::Accepted { .. } => panic!("every write finishes at once"),
        }
    });
    writes.buffer_unordered(CONCURRENCY).collect::<()>().await;
    watch.stop(job.profiles)
}
