//! What each library crate offers, one line per item, as snapshots.
//!
//! After a change: `INSTA_UPDATE=always cargo test -p xtask --test it public_api`, then read the
//! diff of `snapshots/`.

use super::api::{self, Entry};
use super::source;

fn listing(entries: &[Entry]) -> String {
    let mut lines: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
    lines.dedup();
    lines.join("\n")
}

#[test]
fn public_items_are_as_listed() {
    for (folder, entries) in api::read_all(source::root()) {
        let name = folder.trim_start_matches("crates/");
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, listing(&entries));
        });
    }
}
