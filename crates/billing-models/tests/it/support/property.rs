//! Runs a property over every type.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};
use serde_json::Value;

use super::spec::{Type, types};
use super::strategies::{Mix, documents};

/// Checks that a property holds for documents of the types that `select` chooses.
pub(crate) fn holds(
    mix: Mix,
    select: impl Fn(&Type) -> bool,
    property: impl Fn(&'static Type, Value) -> TestCaseResult,
) {
    let selected: Vec<_> = types().iter().filter(|of| select(of)).collect();
    assert!(!selected.is_empty(), "there is something to check");
    for of in selected {
        let mut runner = TestRunner::new(config());
        let result = runner.run(&documents(of, mix), |document| property(of, document));
        if let Err(error) = result {
            panic!("{}::{}: {error}", of.module, of.name);
        }
    }
}

fn config() -> Config {
    let default = Config::default();
    Config {
        // 64 of each type, unless the environment sets another number.
        cases: default.cases / 4,
        rng_seed: match default.rng_seed {
            RngSeed::Random => RngSeed::Fixed(0),
            fixed => fixed,
        },
        failure_persistence: None,
        ..default
    }
}

/// [`prop_assert_eq`] that shows JSON instead of `Debug`.
pub(crate) fn same_json(found: &Value, expected: &Value) -> TestCaseResult {
    prop_assert!(found == expected, "{found:#}\nshould be\n{expected:#}");
    Ok(())
}
