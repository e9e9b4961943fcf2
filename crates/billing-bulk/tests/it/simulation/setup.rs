//! The services of a world through the real clients, the plan, and the journal in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arm_client::{ApiVersion, ArmClient, ArmClientOptions};
use billing_bulk::binding::Binding;
use billing_bulk::change::Change;
use billing_bulk::journal::RunInfo;
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::plan::Source;
use billing_bulk::targets::{ArmTarget, PartnerTarget};
use billing_bulk::{Service, Target, Targets};
use billing_core::{Clock, Endpoint, RetryPolicy, SendOptions, StaticToken};
use partner_client::{PartnerClient, PartnerClientOptions};
use rusqlite::Connection;

use crate::simulation::executor::drive;
use crate::simulation::machine::Machine;
use crate::simulation::world::{ArmVersion, Member, TOKEN, World};

/// A journal in memory that outlives the machine.
pub(super) struct Disk {
    name: String,
    info: RunInfo,
    _keeper: Connection,
}

impl Disk {
    pub(super) fn new(info: RunInfo) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("file:run-{number}?mode=memory&cache=shared");
        let keeper = Connection::open(&name).unwrap();
        Self {
            name,
            info,
            _keeper: keeper,
        }
    }

    /// Connects another process.
    pub(super) fn connection(&self) -> Connection {
        Connection::open(&self.name).unwrap()
    }

    pub(super) fn open(&self) -> SqliteJournal {
        let connection = Connection::open(&self.name).unwrap();
        SqliteJournal::on_connection(connection, Path::new("run.db"), &self.info).unwrap()
    }
}

fn options(world: &World) -> SendOptions {
    SendOptions::default()
        .with_retry(RetryPolicy::never())
        .with_read_back(Duration::ZERO)
        .with_clock(Arc::new(world.clock.clone()) as Arc<dyn Clock>)
        .with_in_process_server(Arc::clone(&world.network) as _)
}

/// Returns the services of a world, through the real clients.
pub(super) fn targets(world: &World) -> Targets {
    // Nothing is sent there: the network takes every request.
    let endpoint: Endpoint = "http://127.0.0.1".parse().unwrap();
    let partner = PartnerClient::with_options(
        endpoint.clone(),
        StaticToken::new(TOKEN),
        PartnerClientOptions::default().with_send_options(options(world)),
    );
    let arm = ArmClient::with_options(
        endpoint,
        StaticToken::new(TOKEN),
        ArmClientOptions::default().with_send_options(options(world)),
    );
    let arm = arm.unwrap();
    let arm: Arc<dyn Target> = match world.version() {
        ArmVersion::V2019 => Arc::new(ArmTarget::new(&arm, None)),
        ArmVersion::V2020 => {
            let client = arm.with_api_version(ApiVersion::V2020_05_01);
            Arc::new(ArmTarget::new(&client, None))
        }
        ArmVersion::V2024 => {
            let client = arm.with_api_version(ApiVersion::V2024_04_01);
            Arc::new(ArmTarget::new(&client, None))
        }
    };
    Targets::default()
        .with(Arc::new(PartnerTarget::new(&partner.unwrap(), None)))
        .with(arm)
}

pub(super) fn bindings(targets: &Targets) -> Vec<Binding> {
    let services = [Service::Partner, Service::Arm];
    let target = |service| targets.of(service).unwrap().binding().clone();
    services.map(target).to_vec()
}

/// Returns what the plan changes in a profile, as the api version names the members.
fn changes(world: &World, member: &Member) -> Vec<Change> {
    let mut changes = world.changes(member);
    for name in changes.iter_mut().flat_map(|change| &mut change.path) {
        if world.version().writes_in_full() && name == "address" {
            *name = "billTo".to_owned();
        }
    }
    changes
}

/// Reads every profile before the weather begins.
pub(super) fn plan(world: &World, targets: &Targets) -> Vec<NewRow> {
    let machine = Machine::stopping_at(u64::MAX);
    world.network.connect(&machine);
    let rows = (1..).zip(&world.members).map(|(number, member)| {
        let target = targets.of(member.id.service()).unwrap();
        let mut read = None;
        let reading = futures_util::stream::once(target.read(&member.id));
        drive(
            Box::pin(reading),
            &world.clock,
            &world.network,
            &machine,
            |attempt| read = Some(attempt.result.unwrap()),
        );
        NewRow {
            number,
            profile: member.id.clone(),
            before: read.unwrap(),
            changes: changes(world, member),
            source: Source::default(),
        }
    });
    let rows = rows.collect();
    world.begin_trouble();
    rows
}
