//! Measuring: subjects that take turns, and the median of their ratios.

use std::hint::black_box;
use std::time::Instant;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Something that reads and writes a document.
pub(crate) struct Subject {
    name: &'static str,
    /// Reads the text so many times and then writes what was read as often; gives the nanoseconds
    /// of one of each.
    run: fn(&str, u32) -> (f64, f64),
}

/// What was measured of a subject; ratios are to the first subject of the comparison.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) read_ns: f64,
    pub(crate) write_ns: f64,
    pub(crate) read_ratio: f64,
    pub(crate) write_ratio: f64,
    pub(crate) both_ratio: f64,
}

impl Subject {
    /// A subject that reads into a `T`.
    pub(crate) fn of<T: DeserializeOwned + Serialize>(name: &'static str) -> Self {
        Self {
            name,
            run: run::<T>,
        }
    }
}

/// Reads as `billing-core` does, which has looked at the text as a whole before.
fn run<T: DeserializeOwned + Serialize>(text: &str, times: u32) -> (f64, f64) {
    let start = Instant::now();
    for _ in 0..times {
        black_box(serde_json::from_str::<T>(black_box(text)).unwrap());
    }
    let read = start.elapsed();
    let value: T = serde_json::from_str(text).unwrap();
    let start = Instant::now();
    for _ in 0..times {
        black_box(serde_json::to_vec(black_box(&value)).unwrap());
    }
    let write = start.elapsed();
    (
        read.as_nanos() as f64 / f64::from(times),
        write.as_nanos() as f64 / f64::from(times),
    )
}

/// Lets the subjects take turns for so many rounds.
pub(crate) fn compare(subjects: &[Subject], text: &str, rounds: usize) -> Vec<Measured> {
    // As long for a page as for one document.
    let times = u32::try_from(100_000 / text.len()).unwrap().clamp(1, 100);
    let mut samples = vec![Vec::with_capacity(rounds); subjects.len()];
    for round in 0..rounds {
        for turn in 0..subjects.len() {
            // Each round begins with another subject, so that none always follows the same one.
            let at = (round + turn) % subjects.len();
            samples[at].push((subjects[at].run)(text, times));
        }
    }
    let base = samples[0].clone();
    subjects
        .iter()
        .zip(&samples)
        .map(|(subject, sample)| {
            let pairs = || sample.iter().zip(&base);
            Measured {
                name: subject.name,
                read_ns: median(sample.iter().map(|(read, _)| *read)),
                write_ns: median(sample.iter().map(|(_, write)| *write)),
                read_ratio: median(pairs().map(|(one, base)| one.0 / base.0)),
                write_ratio: median(pairs().map(|(one, base)| one.1 / base.1)),
                both_ratio: median(pairs().map(|(one, base)| (one.0 + one.1) / (base.0 + base.1))),
            }
        })
        .collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
