//! Faults of every kind that the emulator has.

use std::time::Duration;

use billing_emulator::{Fault, FaultPlan, Garbage, OperationOutcome, Service};

use crate::bulk::kill::soak::{FIRST_VERSION, MANY};

/// The share of the requests that meet a fault.
const SHARE: f64 = 0.05;

/// The share of the writes that do if there are few, so that they meet most kinds.
const SHARE_OF_FEW: f64 = 0.25;

/// How an api version of Resource Manager updates a billing profile.
pub(crate) const PATCH: &str = "PATCH";
const PUT: &str = "PUT";

/// Returns the faults of a long or a short test of so many profiles, in an api version of Resource
/// Manager.
pub(super) fn faults(profiles: u64, version: &str) -> FaultPlan {
    let update = match version {
        FIRST_VERSION => PATCH,
        _ => PUT,
    };
    let of_writes = if profiles < MANY { SHARE_OF_FEW } else { SHARE };
    every_kind(FaultPlan::new(), update, of_writes, SHARE)
}

/// Adds faults of every kind, which these shares of the writes to each service and of the reads
/// meet. `update` is the method of an update at Resource Manager.
///
/// There are two exceptions. `operation = "never"` is left out: no operation here may run for more
/// than two seconds. `duplicate` is left out for Resource Manager, which takes an update that
/// arrives twice for two updates, whatever the client does.
pub(crate) fn every_kind(
    mut plan: FaultPlan,
    update: &'static str,
    of_writes: f64,
    of_reads: f64,
) -> FaultPlan {
    let any = |service: Service, method: &'static str| {
        move || Fault::new().service(service).method(method)
    };
    let get = || Fault::new().method("GET");
    let put = any(Service::Partner, "PUT");
    let update = any(Service::Arm, update);
    let mut partner = writes(put);
    partner.push(put().duplicate());
    let mut arm = writes(update);
    let statuses = ["Running", "Succeeded"].map(str::to_owned).to_vec();
    arm.extend([
        update().locked(),
        update().location("http://stranger.example.com"),
        update().operation(OperationOutcome::Failed),
        update().operation(OperationOutcome::Canceled),
        update().operation(OperationOutcome::Statuses(statuses)),
        update().operation_time(LATE),
        update().operation_time(LATE).reset().committed(),
    ]);
    let mut reads = responses(get);
    reads.extend([
        get().status(401),
        get().duplicate(),
        get().clock_advance(Duration::from_secs(1)),
    ]);
    for (kinds, share) in [(partner, of_writes), (arm, of_writes), (reads, of_reads)] {
        let probability = share / kinds.len() as f64;
        for fault in kinds {
            plan = plan.fault(fault.probability(probability));
        }
    }
    plan
}

/// The longest time of an operation.
const LATE: Duration = Duration::from_secs(2);

/// Returns faults of the responses to any request.
fn responses(new: impl Fn() -> Fault) -> Vec<Fault> {
    vec![
        new().status(500),
        new().status(502),
        new().status(503).header("Retry-After", "0"),
        new().status(429).header("Retry-After", "0"),
        new().reset(),
        new().garbage(Garbage::Random(200)),
        new().truncate(40),
        new().content_length(10),
        new().content_length(1_000_000),
        new().delay(Duration::from_millis(200)),
    ]
}

/// Returns faults of the responses to writes, some of which the service has carried out.
fn writes(new: impl Fn() -> Fault) -> Vec<Fault> {
    let mut faults = responses(&new);
    faults.extend([
        new().status(400),
        new().status(500).committed(),
        new().reset().committed(),
        new().garbage(Garbage::Random(200)).committed(),
    ]);
    faults
}
