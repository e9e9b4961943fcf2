//! Documents of other services are imported, or refused with a reason.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the environment names the folder, and a test says that it is skipped"
)]

use std::path::Path;

use xtask::spec::read::document::Request;
use xtask::spec::survey::{Outcome, survey};

#[test]
fn documents_are_imported_or_refused_with_a_reason() {
    let Some(folder) = std::env::var_os("BILLING_DOCUMENTS") else {
        println!("skipped: BILLING_DOCUMENTS does not name a folder with documents of others");
        return;
    };
    let survey = survey(Path::new(&folder), &Request::default()).unwrap();
    println!("{survey}");
    assert!(survey.rows.len() >= 30, "{} documents", survey.rows.len());
    for row in &survey.rows {
        assert_ne!(row.outcome, Outcome::Panicked, "{}", row.document);
        if let Outcome::Refused(reason, _) = &row.outcome {
            assert!(reason.contains("#/") || reason.contains(": "), "{reason}");
        }
    }
}

#[test]
fn a_survey_tells_what_can_be_imported() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data/documents");
    let survey = survey(&folder, &Request::default()).unwrap();
    insta::assert_snapshot!(survey);
}
