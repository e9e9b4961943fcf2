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

/// The clients re-export types of billing-core, whose documentation shows each method of them.
#[test]
fn items_for_our_own_crates_are_not_documented() {
    let mut found = 0;
    for (_, entries) in api::read_all(source::root()) {
        for entry in &entries {
            // docs.rs builds billing-core without the module, and a macro is no method.
            let is_unreachable =
                entry.path.starts_with("billing_core::pipeline") || entry.text.contains("macro ");
            if entry.text.contains("feature = \"__") && !is_unreachable {
                found += 1;
                assert!(entry.text.contains("#[doc(hidden)]"), "{}", entry.text);
            }
        }
    }
    assert!(found > 20, "only {found} items have such a feature");
}
