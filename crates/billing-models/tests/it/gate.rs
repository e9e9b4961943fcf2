//! The gate of every spec: 10,000 documents of it are read and written unchanged.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Map, Number, Value, json};

use crate::support::documents::without_known_nulls;
use crate::support::models::round_trip_text;
use crate::support::spec::{Kind, Shape, Type, published};

const DOCUMENTS: usize = 10_000;

#[test]
fn each_spec_keeps_10_000_documents_of_it_unchanged() {
    let mut modules: Vec<_> = published().map(|of| of.module.as_str()).collect();
    modules.dedup();
    thread::scope(|scope| {
        for module in modules {
            scope.spawn(move || check(module));
        }
    });
}

fn check(module: &str) {
    let types: Vec<_> = published().filter(|of| of.module == module).collect();
    let mut source = Source::new(module);
    for index in 0..DOCUMENTS {
        let of = types[index % types.len()];
        let document = source.document(of, 0);
        let written = round_trip_text(of, &serde_json::to_vec(&document).unwrap());
        let written = written.unwrap_or_else(|error| panic!("{}: {error}\n{document}", of.name));
        let written: Value = serde_json::from_str(&written).unwrap();
        // Null in a member that is read means that it is absent.
        let expected = if of.is_update() {
            document
        } else {
            without_known_nulls(of, &document)
        };
        assert_eq!(written, expected, "{module}::{}", of.name);
    }
    for of in types {
        let Kind::OpenEnum(values) = &of.kind else {
            continue;
        };
        for value in values.iter().map(String::as_str).chain(["Unheard of"]) {
            let seen = (of.name.clone(), value.to_owned());
            assert!(
                source.seen.contains(&seen),
                "{module}::{}: {value}",
                of.name
            );
        }
    }
}

/// Random documents, the same at each run. Proptest takes 20 times as long for one.
struct Source {
    state: u64,
    /// The values of enums that were used.
    seen: BTreeSet<(String, String)>,
}

impl Source {
    fn new(module: &str) -> Self {
        let seed = module
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        Self {
            state: seed,
            seen: BTreeSet::new(),
        }
    }

    /// Returns a number below `end` (xorshift).
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap() % end
    }

    fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn document(&mut self, of: &'static Type, depth: usize) -> Value {
        if let Kind::OpenEnum(values) = &of.kind {
            let index = self.below(values.len() + 1);
            let value = values.get(index).map_or("Unheard of", String::as_str);
            self.seen.insert((of.name.clone(), value.to_owned()));
            return json!(value);
        }
        let mut document = Map::new();
        for member in of.members() {
            let value = match self.below(8) {
                0 => continue,
                1 => Value::Null,
                _ => self.value(of, &member.shape, depth),
            };
            document.insert(member.name.clone(), value);
        }
        if !of.is_update() {
            for _ in 0..self.below(3) {
                let name = self.pick(&[
                    "",
                    "unknownMember",
                    "additional_properties",
                    "Ω\u{0}",
                    "$ref",
                ]);
                let value = self.any(0);
                document.insert(name.to_owned(), value);
            }
        }
        Value::Object(document)
    }

    fn value(&mut self, of: &'static Type, shape: &Shape, depth: usize) -> Value {
        match shape {
            Shape::String => json!(self.text()),
            Shape::Boolean => json!(self.below(2) == 0),
            Shape::Integer => json!(self.pick(&[0, 1, -1, 42, i64::MIN, i64::MAX])),
            Shape::Number => {
                let number = self.pick(&[0.5, -1e300, 5e-324, 12_345.678]);
                Value::Number(Number::from_f64(number).unwrap())
            }
            Shape::Any => self.any(0),
            Shape::Named(name) if depth < 6 => self.document(of.beside(name), depth + 1),
            Shape::Named(_) => Value::Null,
            Shape::Array(items) => {
                let count = self.below(3);
                (0..count).map(|_| self.item(of, items, depth)).collect()
            }
            Shape::Map(values) => {
                let count = self.below(3);
                let mut map = Map::new();
                for _ in 0..count {
                    let name = self.text();
                    let value = self.item(of, values, depth);
                    map.insert(name, value);
                }
                Value::Object(map)
            }
        }
    }

    fn item(&mut self, of: &'static Type, shape: &Shape, depth: usize) -> Value {
        if self.below(8) == 0 {
            Value::Null
        } else {
            self.value(of, shape, depth)
        }
    }

    fn text(&mut self) -> String {
        let texts = [
            "",
            "null",
            "Active",
            "a \"b\" \\ /",
            "\u{0}\n\u{feff}",
            "\u{10ffff}ß",
            "1e400",
        ];
        self.pick(&texts).to_owned()
    }

    fn any(&mut self, depth: usize) -> Value {
        match self.below(if depth < 3 { 6 } else { 4 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.pick(&[0_i64, -1, i64::MIN, i64::MAX])),
            3 => json!(self.text()),
            4 => {
                let count = self.below(3);
                (0..count).map(|_| self.any(depth + 1)).collect()
            }
            _ => json!({ "properties": self.any(depth + 1), "email": self.any(depth + 1) }),
        }
    }
}
