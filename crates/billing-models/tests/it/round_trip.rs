//! JSON in, model, JSON out.

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
fn what_is_read_and_written_back_is_the_same_but_for_known_members_that_were_null() {
    let read_types = |of: &Type| !of.is_update();
    holds(EVERYTHING, read_types, |of, document| {
        let written =
            round_trip(of, &document).map_err(|error| TestCaseError::fail(error.to_string()))?;
        same_json(&written, &without_known_nulls(of, &document))
    });
}

#[test]
fn an_update_that_is_read_and_written_back_is_the_same_nulls_included() {
    holds(EVERYTHING, Type::is_update, |of, document| {
        let written =
            round_trip(of, &document).map_err(|error| TestCaseError::fail(error.to_string()))?;
        same_json(&written, &document)
    });
}

#[test]
fn escapes_in_names_and_values_and_space_between_them_mean_nothing() {
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
