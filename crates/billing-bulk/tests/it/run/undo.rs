//! Undoing runs of several plans, and of writes without a known result.

use std::sync::Arc;
use std::time::Duration;

use billing_bulk::Service;
use billing_bulk::journal::row::NewRow;
use billing_bulk::plan::{Aim, Force, undo};
use billing_bulk::target::FailureKind;
use billing_edit::Edit;
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::json;

use crate::journal::plan_info;
use crate::run::World;
use crate::support::drive::drive;
use crate::support::service::{Ending, OnWrite};

/// Returns what undoes the run, or the code of why nothing does for certain, profile by profile.
fn undone(world: &World) -> Vec<Result<Vec<Edit>, String>> {
    let items = undo(Arc::clone(&world.journal) as _, Force::Never);
    let items: Vec<_> = items.collect().now_or_never().unwrap();
    let items = items.into_iter().map(|item| match item.unwrap().aim {
        Aim::Undo { edits, .. } => Ok(edits.into_iter().collect()),
        Aim::Keep { cause, .. } | Aim::Refuse(cause) => Err(cause.code),
        other => panic!("{other:?}"),
    });
    items.collect()
}

/// Applies a further plan that sets another e-mail address of the first profile.
fn go_on(world: &World) {
    let row = NewRow {
        number: 1,
        ..world.service.replanned(&world.rows[0], "third@contoso.com")
    };
    let run = world.start_plan(plan_info("second"), &[row], world.options());
    drive(run, &world.clock, None);
}

fn email(value: &str) -> Vec<Edit> {
    vec![Edit::set(["email"], json!(value))]
}

#[test]
fn write_of_a_replaced_row_without_a_result_is_undone() {
    let after = Duration::from_secs(20);
    for write in [
        OnWrite::Accept(after, Ending::FailedButStored),
        OnWrite::Accept(after, Ending::Failed),
        OnWrite::LoseRequest,
        OnWrite::Fail(FailureKind::Refused),
    ] {
        let mut world = World::new(Service::Arm, 1);
        world.service.on_writes([write]);
        world.apply_with(world.options().with_read_back(Duration::ZERO));
        world.clock.pass(Duration::from_secs(3_600));
        world.restart();
        go_on(&world);
        assert_eq!(undone(&world), [Ok(email("old@contoso.com"))], "{write:?}");
    }
}

#[test]
fn failed_operation_with_a_status_may_have_changed_something() {
    let world = World::new(Service::Arm, 1);
    // The fake service answers the poll with 400.
    let write = OnWrite::Accept(Duration::from_secs(20), Ending::FailedInPart);
    world.service.on_writes([write]);
    world.apply();
    assert_eq!(undone(&world), [Err("not_settled".to_owned())]);
}

#[test]
fn refused_write_needs_no_undo() {
    let world = World::new(Service::Arm, 1);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Refused)]);
    world.apply();
    assert_eq!(undone(&world), []);
}

#[test]
fn change_of_somebody_else_before_a_further_plan_stays() {
    let mut world = World::new(Service::Arm, 1);
    world.service.on_writes([OnWrite::LoseRequest]);
    world.apply_with(world.options().with_read_back(Duration::ZERO));
    world.clock.pass(Duration::from_secs(3_600));
    world
        .service
        .change(&world.rows[0], "email", "other@contoso.com");
    world.restart();
    go_on(&world);
    // The first write may have stored it in this form.
    assert_eq!(undone(&world), [Err("not_settled".to_owned())]);
}
