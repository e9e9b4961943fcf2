//! Plans 50 updates from a CSV text, applies the plan, and prints what happens.
//!
//! `cargo run -p billing-bulk --example fifty_updates`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use billing_bulk::input::{Input, InputOptions, InputSource};
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::journal::{JournalReader as _, State};
use billing_bulk::plan::{self, PlanHeader, PlanInput, PlanOptions, PlanWriter};
use billing_bulk::targets::ArmTarget;
use billing_bulk::{EventKind, Run, RunOptions, Service, Target as _, Targets};
use billing_core::{Clock as _, SystemClock};
use billing_emulator::Emulator;
use futures_util::TryStreamExt as _;

/// The billing account of the profiles.
const ACCOUNT: &str = "contoso";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Against the services, use their endpoints and a credential.
    let emulator = Emulator::builder()
        .synthetic_account(1, ACCOUNT, 50)
        .start()
        .await?;
    let token = arm_client::StaticToken::new(emulator.token().reveal());
    let client = arm_client::ArmClient::new(emulator.arm_url().parse()?, token)?;
    let target = ArmTarget::new(&client, None);
    let binding = target.binding().clone();
    let targets = Targets::default().with(Arc::new(target));

    // One row for each profile.
    let mut csv = "billing_account,billing_profile,poNumber,address.addressLine2\n".to_owned();
    let mut pages = pin!(client.list_billing_profiles(ACCOUNT).into_stream());
    while let Some(page) = pages.try_next().await? {
        for profile in page.into_body() {
            let name = profile.name.unwrap_or_default();
            csv.push_str(&format!("{ACCOUNT},{name},PO-2041,<clear>\n"));
        }
    }
    let source = InputSource::read("changes.csv", csv.as_bytes())?;
    let input = Input::check(source, InputOptions::default().with_service(Service::Arm))?;
    println!("{}", input.notes().join("\n"));

    // The plan says what will change. Only reads are sent.
    let folder = tempfile::tempdir()?;
    let now = SystemClock::new().now();
    let header = PlanHeader {
        tool: "fifty_updates".to_owned(),
        created: now,
        expires: now + Duration::from_secs(86_400),
        bindings: vec![binding.clone()],
        continues: None,
        input: PlanInput::of(&input),
    };
    let mut writer = PlanWriter::open(&folder.path().join("run.plan"), &header, false)?;
    let items = plan::input_rows(&input)?;
    plan::make(items, &mut writer, &targets, PlanOptions::default()).await?;
    let plan = writer
        .finish()?
        .verify(now, std::slice::from_ref(&binding))?;
    println!("{:?}", plan.plan().counts()?);

    // The journal records every step before it is taken. A run that was killed resumes from it.
    let journal = SqliteJournal::open_or_create(&folder.path().join("run.db"), &plan.run_info())?;
    let plan = plan.claim(journal.info())?;
    let mut run = Run::apply(plan, Arc::new(journal), targets, RunOptions::default());
    while let Some(event) = run.try_next().await? {
        match (event.kind, event.profile) {
            (EventKind::Done { .. }, Some(profile)) => println!("done: {profile}"),
            (EventKind::Summary { counts, .. }, _) => {
                println!("{counts:?}");
                assert_eq!(counts.of(State::Done), 50);
            }
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn fifty_profiles_are_updated() {
    main().unwrap();
}
