//! Random documents of a type, derived from its spec.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::documents::MAX_DEPTH;
use super::spec::{Kind, Member, Shape, Type, pascal_case};

/// What a document may have besides the members and values that the spec lists.
#[derive(Clone, Copy)]
pub(crate) struct Mix {
    /// Members that are `null`.
    pub(crate) nulls: bool,
    /// Members that the spec does not list, at every depth; an update never has any.
    pub(crate) unknown_members: bool,
}

/// Documents of a type; an enum's values are known ones and others.
pub(crate) fn documents(of: &'static Type, mix: Mix) -> BoxedStrategy<Value> {
    documents_within(of, mix, 0)
}

/// Documents of a type that has this many objects around it: a type may contain itself.
fn documents_within(of: &'static Type, mix: Mix, depth: usize) -> BoxedStrategy<Value> {
    if let Kind::OpenEnum(values) = &of.kind {
        return prop_oneof![select(values.clone()), odd_string()]
            .prop_map(Value::from)
            .boxed();
    }
    let is_shown = |member: &&Member| depth < MAX_DEPTH || member.shape.named().is_none();
    let members = of.members().iter().filter(is_shown);
    let members: Vec<_> = members
        .map(|member| option::of(values(of, &member.shape, mix, depth).prop_map(named(member))))
        .collect();
    let count = if mix.unknown_members && !of.is_update() {
        0..3
    } else {
        0..1
    };
    let unknown = vec((unknown_names(of), any_json()), count);
    (members, unknown)
        .prop_map(|(members, unknown)| {
            let members: Map<_, _> = members.into_iter().flatten().chain(unknown).collect();
            Value::Object(members)
        })
        .boxed()
}

fn named(member: &Member) -> impl Fn(Value) -> (String, Value) + use<> {
    let name = member.name.clone();
    move |value| (name.clone(), value)
}

fn values(of: &'static Type, shape: &Shape, mix: Mix, depth: usize) -> BoxedStrategy<Value> {
    let value = value(of, shape, mix, depth);
    if mix.nulls {
        prop_oneof![1 => Just(Value::Null), 4 => value].boxed()
    } else {
        value
    }
}

fn value(of: &'static Type, shape: &Shape, mix: Mix, depth: usize) -> BoxedStrategy<Value> {
    match shape {
        Shape::String => odd_string().prop_map(Value::from).boxed(),
        Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Integer => prop_oneof![any::<i64>(), select(vec![0, -1, i64::MIN, i64::MAX])]
            .prop_map(Value::from)
            .boxed(),
        Shape::Number => any::<f64>().prop_map(Value::from).boxed(),
        // Where any JSON is allowed, `null` counts as absent, as it does elsewhere.
        Shape::Any => any_json()
            .prop_filter("null", |value| !value.is_null())
            .boxed(),
        Shape::Named(name) => documents_within(of.beside(name), mix, depth + 1),
        Shape::Array(items) => vec(values(of, items, mix, depth), 0..3)
            .prop_map(Value::from)
            .boxed(),
        Shape::Map(values) => vec((odd_string(), self::values(of, values, mix, depth)), 0..3)
            .prop_map(|values| Value::Object(values.into_iter().collect()))
            .boxed(),
    }
}

/// Strings with ordinary and with unusual characters.
pub(crate) fn odd_string() -> BoxedStrategy<String> {
    let odd = select(vec![
        'a',
        'Ω',
        'ß',
        'ı',
        '"',
        '\\',
        '/',
        '\0',
        '\n',
        '\u{7f}',
        '\u{feff}',
        '\u{200f}',
        '\u{301}',
        '\u{2028}',
        '\u{ffff}',
        '\u{1f600}',
        '\u{10ffff}',
    ]);
    let text = vec(prop_oneof![3 => odd, 1 => any::<char>()], 0..8);
    let whole = select(vec![
        "",
        "null",
        "Active",
        " Active",
        "active",
        "-4242348048554929329",
    ]);
    prop_oneof![
        3 => text.prop_map(String::from_iter),
        1 => whole.prop_map(str::to_owned),
    ]
    .boxed()
}

/// Names that are not members of a type, many of them similar to one.
fn unknown_names(of: &'static Type) -> impl Strategy<Value = String> {
    let mut near = [
        "",
        "additional_properties",
        "additionalProperties",
        "self_",
        "type_",
        "$ref",
        "__proto__",
    ]
    .map(str::to_owned)
    .to_vec();
    for member in of.members() {
        near.push(pascal_case(&member.name));
        near.push(member.name.to_uppercase());
        near.push(format!("{} ", member.name));
        near.push(snake_case(&member.name));
    }
    near.retain(|name| of.member(name).is_none());
    let odd = odd_string().prop_filter("a known name", |name| of.member(name).is_none());
    prop_oneof![select(near), odd]
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        odd_string().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        // Members that are known elsewhere are unknown here.
        let name = prop_oneof![
            odd_string(),
            select(vec!["email", "Email", "properties"]).prop_map(str::to_owned)
        ];
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((name, inner), 0..3).prop_map(|members| json!(Map::from_iter(members))),
        ]
    })
}
