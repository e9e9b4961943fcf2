//! The history of a profile in plain words.

use std::time::Duration;

use billing_bulk::run::explain;
use billing_bulk::{Resend, Service};

use crate::run::World;
use crate::support::service::{Ending, OnWrite};

fn explained(world: &World) -> String {
    explain(&[(world.journal.row(1), world.journal.entries(1))]).join("\n")
}

#[test]
fn history_is_told_in_plain_words() {
    let mut world = World::new(Service::Arm, 1);
    world.service.on_writes([
        OnWrite::LoseRequest,
        OnWrite::Accept(Duration::from_secs(30), Ending::Stored),
    ]);
    world.apply();
    insta::assert_snapshot!("explain_unknown", explained(&world));
    world.restart();
    world.reconcile(world.options());
    insta::assert_snapshot!("explain_looked_at", explained(&world));
    world.restart();
    world.reconcile(world.options().with_resend(Resend::Always));
    insta::assert_snapshot!("explain_resent", explained(&world));
}

#[test]
fn repeated_write_is_told_as_one_attempt() {
    let world = World::new(Service::Partner, 1);
    world.service.on_writes([OnWrite::LoseRequest]);
    world.apply();
    insta::assert_snapshot!("explain_repeated", explained(&world));
}
