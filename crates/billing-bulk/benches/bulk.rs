//! What pacing reaches against simulated servers, beside a loop of fixed concurrency.
//!
//! Run it with `cargo xtask bench bulk`. Time is simulated: latency from 50 to 400 ms, each 200th
//! response three times as slow, at most 32 requests in flight, five seeds for each setting, of
//! which the worst counts. The optimum is the time at which a server has let the writes through for
//! a client that knows when the next token comes. The benchmark fails if a goal is missed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark prints, and ends when it cannot go on"
)]

#[path = "../tests/it/pacing/measure.rs"]
mod measure;
#[path = "../tests/it/pacing/server.rs"]
mod server;
#[path = "../tests/it/pacing/settings.rs"]
mod settings;
#[path = "../tests/it/pacing/simulation.rs"]
mod simulation;

use std::process::ExitCode;

use measure::{Measured, measure, worst_of};
use serde_json::{Value, json};
use settings::Setting;
use simulation::Client;

const SIZES: [usize; 2] = [2_000, 20_000];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("time over optimum, refused requests in percent of the writes; seeds 0 to 4\n");
    println!("{:<36} {:^15}   {:^33}", "", "fixed", "paced");
    println!(
        "{:<36} {:>15}   {:>15}   {:>15}",
        "server", SIZES[0], SIZES[0], SIZES[1]
    );
    let mut rows = Vec::new();
    let mut missed = Vec::new();
    for setting in settings::all() {
        let fixed = measure(&setting, SIZES[0], 0..=4, || Client::Fixed);
        let paced = SIZES.map(|writes| worst_of(&setting, writes, 0..=4));
        println!(
            "{:<36} {}   {}   {}",
            setting.name,
            cell(&fixed),
            cell(&paced[0]),
            cell(&paced[1])
        );
        for measured in &paced {
            if !measured.reaches(setting.goal) {
                missed.push(format!("{}, {} writes", setting.name, measured.writes));
            }
        }
        rows.push(report(&setting, &fixed, &paced));
    }
    // `cargo bench` passes `--bench`; the verb passes the path of the report after `--json`.
    if let Some(at) = arguments.iter().position(|argument| argument == "--json") {
        let text = serde_json::to_string_pretty(&rows).unwrap() + "\n";
        std::fs::write(&arguments[at + 1], text).unwrap();
    }
    println!();
    if missed.is_empty() {
        println!("all goals are reached");
        return ExitCode::SUCCESS;
    }
    println!("missed goals:\n  {}", missed.join("\n  "));
    ExitCode::FAILURE
}

fn percent(measured: &Measured) -> f64 {
    100.0 * measured.refused as f64 / measured.writes as f64
}

fn cell(measured: &Measured) -> String {
    if measured.time.is_infinite() {
        return format!("{:>15}", "does not end");
    }
    format!("{:>6.3} {:>7.2}%", measured.time, percent(measured))
}

fn report(setting: &Setting, fixed: &Measured, paced: &[Measured]) -> Value {
    let run = |measured: &Measured| {
        json!({
            "writes": measured.writes,
            "optimum_s": measured.optimum,
            "time_over_optimum": measured.time.is_finite().then_some(measured.time),
            "refused_percent": percent(measured),
        })
    };
    let paced: Vec<Value> = paced.iter().map(run).collect();
    json!({ "server": setting.name, "fixed": run(fixed), "paced": paced })
}
