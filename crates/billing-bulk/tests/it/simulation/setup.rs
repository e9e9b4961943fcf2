//! The services of a world through the real clients, the plan, and the journal in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arm_client::{ArmClient, ArmClientOptions};
use billing_bulk::binding::Binding;
use billing_bulk::journal::RunInfo;
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::plan::Source;
use billing_bulk::targets::{ArmTarget, PartnerTarget};
use billing_bulk::{Service, Targets};
use billing_core::{Clock, Endpoint, RetryPolicy, SendOptions, StaticToken};
use partner_client::{PartnerClient, PartnerClientOptions};
use rusqlite::Connection;

use crate::simulation::executor::drive;
use crate::simulation::machine::Machine;
use crate::simulation::world::{TOKEN, World};

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
    Targets::default()
        .with(Arc::new(PartnerTarget::new(&partner.unwrap(), None)))
        .with(Arc::new(ArmTarget::new(&arm.unwrap(), None)))
}

pub(super) fn bindings(targets: &Targets) -> Vec<Binding> {
    let services = [Service::Partner, Service::Arm];
    let target = |service| targets.of(service).unwrap().binding().clone();
    services.map(target).to_vec()
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
            changes: world.changes(member),
            source: Source::default(),
        }
    });
    let rows = rows.collect();
    world.begin_trouble();
    rows
}
