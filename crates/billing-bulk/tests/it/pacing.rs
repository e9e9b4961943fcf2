//! Pacing: what it reaches against simulated servers, and its rules one by one.

mod endings;
mod keys;
mod measure;
mod pauses;
mod saved;
mod server;
mod settings;
mod simulation;

use measure::worst_of;
use simulation::{Client, Simulation};

/// `cargo xtask bench bulk` runs each setting with five seeds, and with 20,000 writes, too.
#[test]
fn goals_are_reached_for_2000_writes() {
    let mut missed = Vec::new();
    for setting in settings::all() {
        let measured = worst_of(&setting, 2_000, 1..=1);
        if !measured.reaches(setting.goal) {
            missed.push(format!("{}: {measured:?}", setting.name));
        }
    }
    assert!(missed.is_empty(), "seed 1: {missed:#?}");
}

#[test]
fn limit_that_is_as_documented_refuses_nothing() {
    let settings = settings::all();
    let setting = &settings[0];
    assert_eq!(setting.name, "200 burst, 10/s; header");
    for seed in 0..5 {
        let (server, _) = setting.server(1_000);
        let client = Client::paced(setting.keys);
        let outcome = Simulation::run(client, server, 1_000, seed, 1_000.0);
        assert_eq!(
            (outcome.refused, outcome.has_ended),
            (0, true),
            "seed {seed}"
        );
    }
}

/// A simulation that refuses nothing would prove nothing.
#[test]
fn fixed_concurrency_is_refused_more_than_once_per_write() {
    let settings = settings::all();
    let (server, _) = settings[1].server(1_000);
    let outcome = Simulation::run(Client::Fixed, server, 1_000, 1, 1_000.0);
    assert!(outcome.has_ended);
    assert!(outcome.refused > 1_000, "{outcome:?}");
}
