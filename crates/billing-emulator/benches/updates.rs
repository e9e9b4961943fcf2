//! Measures the emulator's rate of updates, as a ratio to a bare axum handler that parses and
//! returns the same body, and its memory over a million updates.
//!
//! Run it with `cargo xtask bench emulator`. Each server is a process of its own with a runtime of
//! one thread, as in `billing emulator`. This process sends to one of them at a time over 32
//! persistent connections. The servers take turns in each round, and a ratio is the median over the
//! rounds. A sender slower than both servers would hide their difference, so the CPU time of each
//! server's process is measured, too.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark prints, measures the time that passes, and ends when it cannot go on"
)]

#[path = "updates/load.rs"]
mod load;
#[path = "updates/process.rs"]
mod process;
#[path = "updates/server.rs"]
mod server;

use load::{Load, Update};
use process::Process;
use serde_json::{Value, json};
use std::time::Instant;

const CONNECTIONS: usize = 32;

/// Updates per turn.
const TURN: usize = 16_000;

/// The numbers of updates after which the memory is measured.
const MEMORY_AT: [usize; 3] = [100_000, 500_000, 1_000_000];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(role) = arguments
        .first()
        .filter(|first| first.starts_with("serve-"))
    {
        return server::serve(role);
    }
    let rounds = value_of(&arguments, "--rounds").map_or(15, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut results = Vec::new();
    for update in [Update::partner(), Update::arm()] {
        let subjects = [server::BARE, server::EMULATOR].map(Process::start);
        let loads =
            [0, 1].map(|at| runtime.block_on(Load::connect(&subjects[at], &update, CONNECTIONS)));
        results.push(compare(&runtime, &update, &subjects, loads, rounds));
    }
    let memory = [Update::partner(), Update::arm()].map(|update| memory(&runtime, &update));
    let report = json!({ "connections": CONNECTIONS, "updates": results, "memory": memory });
    // `cargo bench` passes `--bench`; the verb passes the path of the report after `--json`.
    if let Some(path) = value_of(&arguments, "--json") {
        std::fs::write(path, serde_json::to_string_pretty(&report).unwrap() + "\n").unwrap();
    }
}

fn value_of<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}

fn compare(
    runtime: &tokio::runtime::Runtime,
    update: &Update,
    subjects: &[Process; 2],
    mut loads: [Load; 2],
    rounds: usize,
) -> Value {
    // Warm up connections and caches.
    for load in &mut loads {
        runtime.block_on(load.send(TURN));
    }
    let mut rates = [Vec::new(), Vec::new()];
    let mut cpu = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        // Rounds alternate in which server is first.
        for at in [round % 2, (round + 1) % 2] {
            let (start, used) = (Instant::now(), subjects[at].cpu_seconds());
            runtime.block_on(loads[at].send(TURN));
            rates[at].push(TURN as f64 / start.elapsed().as_secs_f64());
            cpu[at].push((subjects[at].cpu_seconds() - used) * 1e6 / TURN as f64);
        }
    }
    let ratio =
        |own: &[f64], base: &[f64]| median(own.iter().zip(base).map(|(own, base)| own / base));
    println!("{}, {CONNECTIONS} connections", update.name);
    println!(
        "  {:<10} {:>10} {:>6} {:>15} {:>6}",
        "", "updates/s", "ratio", "CPU us/update", "ratio"
    );
    let mut rows = Vec::new();
    for (at, subject) in ["bare axum", "emulator"].into_iter().enumerate() {
        let row = [
            median(rates[at].iter().copied()),
            ratio(&rates[at], &rates[0]),
            median(cpu[at].iter().copied()),
            ratio(&cpu[at], &cpu[0]),
        ];
        println!(
            "  {subject:<10} {:>10.0} {:>6.2} {:>15.1} {:>6.2}",
            row[0], row[1], row[2], row[3]
        );
        rows.push(json!({
            "subject": subject,
            "updates_per_s": row[0],
            "updates_per_s_ratio": row[1],
            "cpu_us_per_update": row[2],
            "cpu_ratio": row[3],
        }));
    }
    println!();
    json!({ "update": update.name, "subjects": rows })
}

/// Measures the resident memory of a new emulator after each number of updates.
fn memory(runtime: &tokio::runtime::Runtime, update: &Update) -> Value {
    let emulator = Process::start(server::EMULATOR);
    let mut load = runtime.block_on(Load::connect(&emulator, update, CONNECTIONS));
    println!("{}, resident memory", update.name);
    println!("  {:>10} {:>7}", "updates", "MiB");
    let mut sent = 0;
    let mut rows = Vec::new();
    for until in MEMORY_AT {
        runtime.block_on(load.send(until - sent));
        sent = until;
        let mebibytes = emulator.resident_bytes() / f64::from(1 << 20);
        println!("  {until:>10} {mebibytes:>7.1}");
        rows.push(json!({ "updates": until, "resident_mib": mebibytes }));
    }
    println!();
    json!({ "update": update.name, "resident": rows })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
