//! The cost of a run with a journal, beside a bare loop over the clients, and its memory.
//!
//! Run it with `cargo xtask bench bulk`. Each subject is a process of its own with a runtime of one
//! thread, and so is the emulator, which throttles nothing and finishes every write at once. Both
//! subjects read and write the same profiles, half of them in each service, 32 at a time. The run
//! also takes its rows from a plan file, and records every step in a journal with
//! `synchronous=FULL`. They take turns, and a ratio is the median over the rounds.
//!
//! The emulator answers at once, and then after some milliseconds, as services do. Where it answers
//! at once, it and a subject share the cores, and what the journal takes is missing elsewhere.
//!
//! Then the plan of 100,000 rows is made and applied, and its peak memory is compared with that of
//! 1,000 rows.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark prints, measures the time that passes, and ends when it cannot go on"
)]

#[path = "cost/process.rs"]
mod process;
#[path = "cost/server.rs"]
mod server;
#[path = "cost/subjects.rs"]
mod subjects;

use std::path::Path;
use std::process::ExitCode;

use billing_test::ServerProcess;
use process::Measured;
use serde_json::{Value, json};
use subjects::Work;

/// The profiles of a turn.
const TURN: u64 = 4_000;

/// After how many milliseconds the emulator answers.
const LATENCIES: [u64; 3] = [0, 5, 20];

/// The number of rows whose memory is compared.
const SIZES: [u64; 2] = [1_000, 100_000];

/// The goals: profiles per second over those of the bare loop, and what 99,000 more rows may take.
const LEAST_RATIO: f64 = 0.6;
const MOST_GROWTH: f64 = 16.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().and_then(|first| first.split_once(' ')) {
        Some((server::SERVE, numbers)) => {
            let (profiles, latency) = numbers.split_once(' ').unwrap();
            server::serve(profiles.parse().unwrap(), latency.parse().unwrap());
            return ExitCode::SUCCESS;
        }
        Some((subjects::WORK, work)) => {
            subjects::run(&serde_json::from_str(work).unwrap());
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let rounds = value_of(&arguments, "--rounds").map_or(5, |text| text.parse().unwrap());
    println!("{TURN} profiles, 32 at a time, {rounds} rounds");
    let costs = LATENCIES.map(|latency| compare(rounds, latency));
    println!();
    let memory = SIZES.map(memory);
    let growth = memory[1].1.peak_mib - memory[0].1.peak_mib;
    println!(
        "\napplying {} instead of {} rows: {growth:+.1} MiB",
        SIZES[1], SIZES[0]
    );
    let report = json!({
        "profiles": TURN,
        "cost": costs.each_ref().map(|(_, report)| report),
        "memory": memory.map(|(plan, apply)| json!({ "plan": plan, "apply": apply })),
    });
    // `cargo bench` passes `--bench`; the verb passes the path of the report after `--json`.
    if let Some(path) = value_of(&arguments, "--json") {
        std::fs::write(path, serde_json::to_string_pretty(&report).unwrap() + "\n").unwrap();
    }
    let mut is_missed = false;
    for (latency, (ratio, _)) in LATENCIES.iter().zip(&costs) {
        if *ratio < LEAST_RATIO {
            println!("missed: a ratio of {LEAST_RATIO} after {latency} ms");
            is_missed = true;
        }
    }
    if growth >= MOST_GROWTH {
        println!("missed: less than {MOST_GROWTH} MiB");
        is_missed = true;
    }
    if is_missed {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn value_of<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}

/// Starts an emulator with this many profiles, which answers after some milliseconds.
fn serve(profiles: u64, latency: u64) -> ServerProcess {
    ServerProcess::start(&format!("{} {profiles} {latency}", server::SERVE))
}

/// Does some work in a process of its own.
fn measure(server: &ServerProcess, folder: &Path, profiles: u64, work: Work) -> Measured {
    let job = subjects::Job {
        ready: server.ready().to_owned(),
        folder: folder.to_owned(),
        profiles,
        work,
    };
    let job = serde_json::to_string(&job).unwrap();
    let process = ServerProcess::start(&format!("{} {job}", subjects::WORK));
    serde_json::from_str(process.ready()).unwrap()
}

/// Compares a run with the bare loop. Returns the ratio of profiles per second, and a report.
fn compare(rounds: u64, latency: u64) -> (f64, Value) {
    let server = serve(TURN, latency);
    let mut turns = Vec::new();
    for round in 0..=rounds {
        let folder = tempfile::tempdir().unwrap();
        let turn = |work| measure(&server, folder.path(), TURN, work);
        turn(Work::Plan(round));
        let (own, base) = if round % 2 == 0 {
            let own = turn(Work::Apply);
            (own, turn(Work::Bare(round)))
        } else {
            // The loop writes other values than the plan has, which would be conflicts.
            let base = turn(Work::Bare(round));
            std::fs::remove_file(folder.path().join("run.plan")).unwrap();
            turn(Work::Plan(round));
            (turn(Work::Apply), base)
        };
        // The first turn warms caches.
        if round > 0 {
            turns.push((own, base));
        }
    }
    let median = |value: &dyn Fn(&(Measured, Measured)) -> f64| {
        let mut values: Vec<f64> = turns.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let rate_ratio = median(&|(own, base)| own.rate / base.rate);
    let cpu_ratio = median(&|(own, base)| own.cpu_us / base.cpu_us);
    let answers = format!("after {latency} ms");
    println!(
        "\n{answers:<12} {:>12} {:>16}",
        "profiles/s", "CPU µs/profile"
    );
    let mut report = json!({
        "latency_ms": latency, "rate_ratio": rate_ratio, "cpu_ratio": cpu_ratio,
    });
    for (name, value) in [("bare loop", 1), ("run", 0)] {
        let of = |turn: &(Measured, Measured)| if value == 0 { turn.0 } else { turn.1 };
        let rate = median(&|turn| of(turn).rate);
        let cpu = median(&|turn| of(turn).cpu_us);
        println!("{name:<12} {rate:>12.0} {cpu:>16.0}");
        report[name] = json!({ "rate": rate, "cpu_us": cpu });
    }
    println!("{:<12} {rate_ratio:>12.2} {cpu_ratio:>16.2}", "ratio");
    (rate_ratio, report)
}

/// Makes and applies a plan of this many rows.
fn memory(rows: u64) -> (Measured, Measured) {
    let server = serve(rows, 0);
    let folder = tempfile::tempdir().unwrap();
    let plan = measure(&server, folder.path(), rows, Work::Plan(1));
    let apply = measure(&server, folder.path(), rows, Work::Apply);
    for (name, measured) in [("plan", plan), ("apply", apply)] {
        let Measured { rate, peak_mib, .. } = measured;
        println!("{name:<6} {rows:>7} rows: {rate:>6.0} per second, peak {peak_mib:.1} MiB");
    }
    (plan, apply)
}
