//! Runs that are killed at random instants and resumed, against an emulator in another process.
//!
//! `cargo xtask soak` runs the same test with more profiles and more kills.

#![allow(
    clippy::print_stdout,
    reason = "a failed test shows its settings and counts"
)]

pub(super) mod faults;
mod soak;

use billing_bulk::journal::State;

use crate::bulk::kill::soak::{Settings, Soak};

#[tokio::test]
async fn killed_runs_write_each_profile_once() {
    write_once(Settings::from_environment()).await;
}

/// The later versions have no PATCH: a write is a PUT of the full profile.
#[tokio::test]
async fn killed_runs_in_a_later_version_write_once() {
    let settings = Settings::from_environment();
    if !settings.is_long() {
        let version = "2024-04-01".to_owned();
        write_once(Settings {
            version,
            ..settings
        })
        .await;
    }
}

async fn write_once(settings: Settings) {
    println!("{settings:?}");
    let mut soak = Soak::start(settings).await;
    soak.plan().await;
    println!("planned after {:?}", soak.elapsed());
    let kills = soak.apply().await;
    println!("applied with {kills} kills after {:?}", soak.elapsed());
    soak.reconcile().await;
    let rows = soak.rows().await;
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    for state in State::ALL {
        println!("{state}: {}", count(state));
    }
    let unplanned = soak.settings.profiles - rows.len() as u64;
    println!("unplanned: {unplanned}");
    println!(
        "ended after {:?}; faults: {}",
        soak.elapsed(),
        soak.hits().await
    );
    assert!(
        kills >= soak.settings.kills / 2,
        "killed {kills} times only"
    );
    assert_eq!(soak.broken(&rows).await, [""; 0]);
    // Some updates are refused, and the rest is written.
    assert!(count(State::Failed) > 0 && count(State::Done) > rows.len() * 8 / 10);
    soak.assert_explained(&rows).await;
}
