//! The memory that an input takes does not grow with its rows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;

use allocation_counter::measure;
use billing_bulk::Service;
use billing_bulk::input::{Input, InputOptions};

fn write(path: &Path, rows: u64) {
    let mut text = "customer_id,email,companyName,defaultAddress.city,# ticket\n".to_owned();
    for number in 0..rows {
        writeln!(
            text,
            "4d3cf487-70f4-4e1e-9ff1-{number:012},billing-{number}@example.com,Contoso,Oslo,T-1"
        )
        .unwrap();
    }
    std::fs::write(path, text).unwrap();
}

/// Returns the most bytes that checking and reading an input hold at once.
fn peak(path: &Path) -> (u64, u64) {
    let options = InputOptions::default().with_service(Service::Partner);
    let mut input = None;
    let check = measure(|| input = Some(Input::check(path, options).unwrap()));
    let input = input.unwrap();
    let read = measure(|| {
        let rows = input.rows().unwrap().map(Result::unwrap);
        assert_eq!(u64::try_from(rows.count()).unwrap(), input.counts().rows);
    });
    (check.bytes_max, read.bytes_max)
}

#[test]
fn rows_are_streamed() {
    let directory = tempfile::tempdir().unwrap();
    let [small, large] = [1_000, 100_000].map(|rows| {
        let path = directory.path().join("customers.csv");
        write(&path, rows);
        peak(&path)
    });
    let duplicates = 64 * 100_000;
    let (check, read) = (large.0 - small.0, large.1.abs_diff(small.1));
    assert!(check <= duplicates, "checking took {check} bytes more");
    assert!(read < 64 << 10, "reading took {read} bytes more");
}
