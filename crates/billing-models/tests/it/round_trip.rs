//! JSON that is read as a model is written unchanged.

use proptest::prelude::*;

use crate::support::documents::{escaped, without_known_nulls};
use crate::support::models::{read_alike, round_trip};
use crate::support::property::{holds, same_json};
use crate::support::spec::Type;
use crate::support::strategies::Mix;

const EVERYTHING: Mix = Mix {
    nulls: true,
    unknown_members: true,
};

#[test]
fn reading_and_writing_drops_only_null_members() {
    let read_types = |of: &Type| !of.is_update();
    holds(EVERYTHING, read_types, |of, document| {
        let written =
            round_trip(of, &document).map_err(|error| TestCaseError::fail(error.to_string()))?;
        same_json(&written, &without_known_nulls(of, &document))
    });
}

#[test]
fn reading_and_writing_an_update_keeps_nulls() {
    holds(EVERYTHING, Type::is_update, |of, document| {
        let written =
            round_trip(of, &document).map_err(|error| TestCaseError::fail(error.to_string()))?;
        same_json(&written, &document)
    });
}

#[test]
fn escapes_and_white_space_do_not_change_the_value() {
    holds(
        EVERYTHING,
        |_| true,
        |of, document| {
            prop_assert!(read_alike(
                of,
                document.to_string().as_bytes(),
                escaped(&document).as_bytes()
            ));
            Ok(())
        },
    );
}
