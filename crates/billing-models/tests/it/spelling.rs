//! Partner Center's documents come in PascalCase and in camelCase.

use proptest::prelude::*;

use crate::support::documents::{PLAIN, full, in_pascal_case};
use crate::support::models::{read_alike, round_trip};
use crate::support::property::{holds, same_json};
use crate::support::spec::{Type, types};
use crate::support::strategies::Mix;

const EVERYTHING: Mix = Mix {
    nulls: true,
    unknown_members: true,
};

fn also_pascal_case(of: &Type) -> bool {
    of.also_pascal_case
}

#[test]
fn pascal_case_reads_like_camel_case_at_every_depth() {
    holds(EVERYTHING, also_pascal_case, |of, document| {
        let pascal = in_pascal_case(of, &document, || true);
        prop_assert!(read_alike(
            of,
            document.to_string().as_bytes(),
            pascal.to_string().as_bytes()
        ));
        Ok(())
    });
}

#[test]
fn both_spellings_may_be_mixed_in_one_document() {
    holds(EVERYTHING, also_pascal_case, |of, document| {
        for pattern in [0b01_u32, 0b10, 0b0110_1001, 0b1001_0110] {
            let mut bits = (0..).map(|place| pattern.rotate_right(place % 8) & 1 == 1);
            let mixed = in_pascal_case(of, &document, || bits.next().unwrap());
            prop_assert!(read_alike(
                of,
                document.to_string().as_bytes(),
                mixed.to_string().as_bytes()
            ));
        }
        Ok(())
    });
}

#[test]
fn what_was_read_in_pascal_case_is_written_in_camel_case() {
    for of in types()
        .iter()
        .filter(|of| also_pascal_case(of) && !of.is_enum())
    {
        let camel = full(of, PLAIN);
        let pascal = in_pascal_case(of, &camel, || true);
        assert_ne!(pascal, camel);
        assert_eq!(round_trip(of, &pascal).unwrap(), camel, "{}", of.name);
    }
}

/// Azure Resource Manager has one spelling; another one is an unknown member.
#[test]
fn another_spelling_is_an_unknown_member_by_default() {
    let one_spelling = |of: &Type| !of.also_pascal_case && !of.is_update();
    holds(
        Mix {
            nulls: false,
            unknown_members: true,
        },
        one_spelling,
        |of, document| {
            let pascal = in_pascal_case(of, &document, || true);
            let written =
                round_trip(of, &pascal).map_err(|error| TestCaseError::fail(error.to_string()))?;
            same_json(&written, &pascal)
        },
    );
}
