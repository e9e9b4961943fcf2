//! The cost of an update through the clients, as ratios to a loop that uses reqwest directly.
//!
//! Run it with `cargo xtask bench client`. Both subjects send the same headers and JSON within the
//! same time limits, follow no redirect, and decode the response into the same model; ours has all
//! features on: token, retries, throttle, spans without a subscriber. The stub server is its own
//! process, so that its CPU time is not counted, and the subjects run on one thread. They take
//! turns in every round, and a ratio is the median over the rounds, since other work on the machine
//! changes a figure by more than the differences measured here.
//!
//! Partner Center's update is measured here too: the clients share everything between an operation
//! and the connection.
//!
//! `--alone ours-patch --requests 600` sends that many requests of one subject, 32 at a time, and
//! measures nothing: under `valgrind --tool=callgrind`, the difference between two such runs is the
//! cost of a request, to a few instructions.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark prints, measures the time that passes, and ends when it cannot go on"
)]

#[path = "client/documents.rs"]
mod documents;
#[path = "client/measure.rs"]
mod measure;
#[path = "client/stub.rs"]
mod stub;
#[path = "client/subjects.rs"]
mod subjects;

use billing_test::ServerProcess;
use measure::{Cost, compare, send};
use serde_json::{Value, json};
use subjects::{Ours, Raw, Subject, patch, put};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == stub::SERVE) {
        return stub::serve();
    }
    let rounds = value_of(&arguments, "--rounds").map_or(60, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let stub = ServerProcess::start(stub::SERVE);
    let (raw, ours) = (Raw::new(stub.ready()), Ours::new(stub.ready()));
    if let Some(name) = value_of(&arguments, "--alone") {
        let requests = value_of(&arguments, "--requests").map_or(100, |text| text.parse().unwrap());
        let subject = match name {
            "raw-patch" => patch(&raw),
            "ours-patch" => patch(&ours),
            "raw-put" => put(&raw),
            "ours-put" => put(&ours),
            other => panic!("no subject is called {other}"),
        };
        return send(&runtime, &subject, 32, requests);
    }
    let mut results = Vec::new();
    for concurrency in [32, 1] {
        let patches: [Subject; 2] = [patch(&raw), patch(&ours)];
        let puts: [Subject; 2] = [put(&raw), put(&ours)];
        for (operation, subjects) in [("ARM PATCH", patches), ("Partner Center PUT", puts)] {
            let costs = compare(&runtime, &subjects, concurrency, rounds);
            results.push(report(operation, concurrency, &costs));
        }
    }
    // `cargo bench` passes `--bench`; the verb passes the path of the report after `--json`.
    if let Some(path) = value_of(&arguments, "--json") {
        std::fs::write(path, serde_json::to_string_pretty(&results).unwrap() + "\n").unwrap();
    }
}

fn value_of<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}

fn report(operation: &str, concurrency: usize, costs: &[Cost; 2]) -> Value {
    println!("{operation}, {concurrency} at a time");
    println!(
        "  {:<14} {:>10} {:>6} {:>15} {:>6}",
        "", "requests/s", "ratio", "CPU us/request", "ratio"
    );
    let mut rows = Vec::new();
    for (subject, cost) in ["raw reqwest", "ours"].into_iter().zip(costs) {
        println!(
            "  {subject:<14} {:>10.0} {:>6.2} {:>15.1} {:>6.2}",
            cost.rate, cost.rate_ratio, cost.cpu_us, cost.cpu_ratio
        );
        rows.push(json!({
            "subject": subject,
            "requests_per_s": cost.rate,
            "requests_per_s_ratio": cost.rate_ratio,
            "cpu_us_per_request": cost.cpu_us,
            "cpu_ratio": cost.cpu_ratio,
        }));
    }
    println!();
    json!({ "operation": operation, "concurrency": concurrency, "subjects": rows })
}
