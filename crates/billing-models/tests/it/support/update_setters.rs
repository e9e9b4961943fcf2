//! The setters of updates, called one by one.

use serde::Serialize;
use serde_json::Value;

/// Defines `check_setters`, which calls each setter of an update with a value, compares the JSON,
/// and returns the members that it has seen: module, type and name.
macro_rules! define_setters {
    ($($module:literal = $path:path { $($update:ident {
        $($member:ident / $maybe:ident / $clear:ident / $name:literal = $value:expr;)*
    })* })*) => {
        pub(crate) fn check_setters() -> std::collections::BTreeSet<(&'static str, &'static str, &'static str)> {
            use serde_json::json;
            use $crate::support::update_setters::wire;

            let mut seen = std::collections::BTreeSet::new();
            $({
                use $path as module;
                $($({
                    let default = module::$update::default;
                    let value = || $value;
                    let none = || Some(value()).filter(|_| false);
                    let set = json!({ $name: value() });
                    let cleared = json!({ $name: null });
                    wire(default().$member(value()), &set);
                    wire(default().$maybe(Some(value())), &set);
                    wire(default().$maybe(none()), &json!({}));
                    wire(default().$member(value()).$maybe(none()), &set);
                    wire(default().$clear(), &cleared);
                    wire(default().$clear().$maybe(none()), &cleared);
                    wire(default().$member(value()).$clear(), &cleared);
                    wire(default().$clear().$member(value()), &set);
                    assert_eq!(default().$clear().$member, Some(None));
                    seen.insert(($module, stringify!($update), $name));
                })*)*
            })*
            seen
        }
    };
}

pub(crate) use define_setters;

/// Compares the JSON of an update.
pub(crate) fn wire(update: impl Serialize, expected: &Value) {
    assert_eq!(&serde_json::to_value(update).unwrap(), expected);
}
