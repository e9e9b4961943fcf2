//! An Api is written as a spec in the layout of `specs/README.md`, which the generator reads.

use std::collections::BTreeMap;

use serde_json::json;
use xtask::codegen::load::load;
use xtask::spec::api::{
    Additional, Api, Body, Enum, EnumValue, Header, LongRunning, Member, Mutability, Object,
    Operation, Pageable, Parameter, Response, Scheme, Shape, Type, TypeKind,
};
use xtask::spec::emit::{emit, simplify};

fn named(name: &str) -> Shape {
    Shape::Named(name.to_owned())
}

fn string() -> Shape {
    Shape::String(None)
}

fn member(name: &str, shape: Shape) -> Member {
    Member {
        name: name.to_owned(),
        shape,
        ..Member::default()
    }
}

/// Returns an Api with one operation, which answers with `Thing`.
fn api(types: impl IntoIterator<Item = (&'static str, TypeKind)>) -> Api {
    let types = types.into_iter().map(|(name, kind)| {
        let of_type = Type {
            name: name.to_owned(),
            kind,
            ..Type::default()
        };
        (name.to_owned(), of_type)
    });
    Api {
        title: "Things".to_owned(),
        version: Some("2031-01-01".to_owned()),
        operations: vec![Operation {
            id: "Things_Get".to_owned(),
            method: "GET".to_owned(),
            host: "https://service.example".to_owned(),
            path: "/things".to_owned(),
            responses: vec![Response {
                status: "200".to_owned(),
                shape: Some(named("Thing")),
                ..Response::default()
            }],
            ..Operation::default()
        }],
        types: types.collect(),
        schemes: BTreeMap::new(),
    }
}

fn object(members: impl IntoIterator<Item = Member>) -> TypeKind {
    TypeKind::Object(Object {
        members: members.into_iter().collect(),
        ..Object::default()
    })
}

fn written(api: Api) -> String {
    let api = simplify(api).unwrap();
    let text = emit(&api, "service/2031-01-01/things.json").unwrap();
    load("things.json", &text, &BTreeMap::new()).unwrap_or_else(|problems| {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("the generator refuses it:\n{}\n{text}", problems.join("\n"))
    });
    text
}

/// Returns the definitions of a spec, each in one line.
fn definitions(api: Api) -> String {
    let spec: serde_json::Value = serde_json::from_str(&written(api)).unwrap();
    let definitions = spec["definitions"].as_object().unwrap();
    let lines: Vec<_> = definitions
        .iter()
        .map(|(name, schema)| format!("{name}: {schema}"))
        .collect();
    lines.join("\n")
}

#[test]
fn operations_and_types_have_the_layout_of_a_spec() {
    let mut address = member("address", named("Address"));
    address.description = Some("Where it is.".to_owned());
    address.nullable = Some(true);
    let mut properties = member("properties", named("ThingProperties"));
    properties.flattened = true;
    let mut id = member("id", string());
    id.mutability = Mutability::READ_ONLY;
    id.required = true;
    let mut name = member("name", Shape::String(Some("uuid".to_owned())));
    name.limits = BTreeMap::from([("maxLength".to_owned(), json!(9))]);
    name.personal = true;
    let state = TypeKind::Enum(Enum {
        values: vec![
            EnumValue {
                value: "On".to_owned(),
                ..EnumValue::default()
            },
            EnumValue {
                value: "Off".to_owned(),
                name: Some("Stopped".to_owned()),
                ..EnumValue::default()
            },
        ],
        open: false,
        shape: string(),
    });
    let mut api = api([
        ("Address", object([member("city", string())])),
        ("State", state),
        ("Thing", object([id, properties])),
        (
            "ThingProperties",
            object([address, name, member("state", named("State"))]),
        ),
    ]);
    api.types.get_mut("ThingProperties").unwrap().inline = true;
    api.types.get_mut("Address").unwrap().dotnet_name = Some("Contoso.Address".to_owned());
    let parameter = |name: &str, location: &str, required| Parameter {
        name: name.to_owned(),
        location: location.to_owned(),
        required,
        shape: string(),
        ..Parameter::default()
    };
    api.operations.push(Operation {
        id: "Things_Update".to_owned(),
        method: "PATCH".to_owned(),
        host: "https://service.example".to_owned(),
        path: "/things/{id}".to_owned(),
        description: Some("Changes a thing.".to_owned()),
        parameters: vec![
            parameter("id", "path", true),
            parameter("api-version", "query", true),
            parameter("expand", "query", false),
            parameter("If-Match", "header", false),
        ],
        body: Some(Body {
            shape: named("Thing"),
            required: true,
            media_types: vec!["application/json".to_owned(), "text/json".to_owned()],
            members: Some(vec!["properties.name".to_owned()]),
            ..Body::default()
        }),
        responses: vec![
            Response {
                status: "202".to_owned(),
                headers: BTreeMap::from([(
                    "Location".to_owned(),
                    Header {
                        shape: string(),
                        description: Some("Where to poll.".to_owned()),
                    },
                )]),
                ..Response::default()
            },
            Response {
                status: "default".to_owned(),
                shape: Some(Shape::Array(Box::new(string()))),
                ..Response::default()
            },
        ],
        security: BTreeMap::from([("oauth".to_owned(), vec!["write".to_owned()])]),
        long_running: Some(LongRunning {
            final_state: Some("location".to_owned()),
        }),
        pageable: Some(Pageable {
            items: "value".to_owned(),
            next_link: None,
        }),
        deprecated: true,
        ..Operation::default()
    });
    api.schemes.insert(
        "oauth".to_owned(),
        Scheme {
            kind: "oauth2".to_owned(),
            scopes: BTreeMap::from([("write".to_owned(), Some("to write".to_owned()))]),
            ..Scheme::default()
        },
    );
    insta::assert_snapshot!(written(api));
}

#[test]
fn members_of_bases_stand_in_the_types_that_have_them() {
    let mut etag = member("etag", string());
    etag.description = Some("Of a thing.".to_owned());
    let derived = Object {
        bases: vec!["Resource".to_owned()],
        members: vec![etag, member("kind", named("Kept"))],
        discriminator: Some("kind".to_owned()),
        ..Object::default()
    };
    let kept = Object {
        bases: vec!["Kept".to_owned()],
        ..Object::default()
    };
    let base = || object([member("id", string()), member("etag", string())]);
    let found = definitions(api([
        ("Kept", base()),
        ("Other", TypeKind::Object(kept)),
        ("Resource", base()),
        ("Thing", TypeKind::Object(derived)),
    ]));
    insta::assert_snapshot!(found, @r##"
    Kept: {"properties":{"etag":{"type":"string"},"id":{"type":"string"}},"type":"object"}
    Other: {"properties":{"etag":{"type":"string"},"id":{"type":"string"}},"type":"object"}
    Thing: {"discriminator":"kind","properties":{"etag":{"description":"Of a thing.","type":"string"},"id":{"type":"string"},"kind":{"$ref":"#/definitions/Kept"}},"type":"object"}
    "##);
}

#[test]
fn arrays_maps_and_empty_objects_are_resolved_in_place() {
    let empty = |additional| {
        TypeKind::Object(Object {
            additional,
            ..Object::default()
        })
    };
    let sizes = Enum {
        values: vec![EnumValue {
            value: "1".to_owned(),
            ..EnumValue::default()
        }],
        open: false,
        shape: Shape::Integer(Some("int32".to_owned())),
    };
    let mut tags = member("tags", named("Tags"));
    tags.limits = BTreeMap::from([("maxItems".to_owned(), json!(50))]);
    let mut api = api([
        ("Anything", empty(Additional::Unsaid)),
        ("Names", TypeKind::Alias(Shape::Array(Box::new(string())))),
        ("Size", TypeKind::Enum(sizes)),
        ("Tags", empty(Additional::Allowed(named("Names")))),
        (
            "Thing",
            object([
                member("any", named("Anything")),
                member("names", named("Names")),
                member("size", named("Size")),
                tags,
            ]),
        ),
    ]);
    api.types.get_mut("Names").unwrap().read_only = true;
    insta::assert_snapshot!(definitions(api), @r#"Thing: {"properties":{"any":{},"names":{"items":{"type":"string"},"readOnly":true,"type":"array"},"size":{"format":"int32","type":"integer","x-limits":{"enum":[1]}},"tags":{"additionalProperties":{"items":{"type":"string"},"type":"array"},"type":"object","x-limits":{"maxItems":50}}},"type":"object"}"#);
}

#[test]
fn facts_without_a_rust_type_are_kept() {
    let mut once = member("once", string());
    once.mutability.update = false;
    let mut key = member("key", string());
    key.secret = true;
    key.nullable = Some(false);
    key.default = Some(json!("none"));
    let mut list = member("list", Shape::Array(Box::new(named("Thing"))));
    list.identifiers = Some(vec!["id".to_owned()]);
    list.client_name = Some("things".to_owned());
    let thing = Object {
        members: vec![once, key, list],
        additional: Additional::Forbidden,
        ..Object::default()
    };
    let mut api = api([("Thing", TypeKind::Object(thing))]);
    let thing = api.types.get_mut("Thing").unwrap();
    thing.read_only = true;
    thing.limits = BTreeMap::from([("maxProperties".to_owned(), json!(3))]);
    insta::assert_snapshot!(definitions(api), @r##"Thing: {"properties":{"key":{"default":"none","type":"string","x-ms-secret":true,"x-nullable":false},"list":{"items":{"$ref":"#/definitions/Thing"},"type":"array","x-ms-client-name":"things","x-ms-identifiers":["id"]},"once":{"type":"string","x-ms-mutability":["read","create"]}},"readOnly":true,"type":"object","x-additional-properties":false,"x-limits":{"maxProperties":3}}"##);
}

#[test]
fn what_contains_itself_without_an_object_is_refused() {
    let alias = |name| TypeKind::Alias(Shape::Array(Box::new(named(name))));
    let derived = |base: &str| {
        TypeKind::Object(Object {
            bases: vec![base.to_owned()],
            members: vec![member("id", string())],
            ..Object::default()
        })
    };
    let told = |api| {
        let problems = simplify(api).unwrap_err();
        let problems: Vec<_> = problems.iter().map(|one| one.what.clone()).collect();
        problems.join("\n")
    };
    let aliases = api([
        ("A", alias("B")),
        ("B", alias("A")),
        ("Thing", object([member("a", named("A"))])),
    ]);
    insta::assert_snapshot!(told(aliases), @"`A` is an alias that contains itself");
    let bases = api([("Base", derived("Thing")), ("Thing", derived("Base"))]);
    insta::assert_snapshot!(told(bases), @"
    `Thing` is its own base, by `Base`
    `Base` is its own base, by `Thing`
    ");
    insta::assert_snapshot!(told(api([("Thing", derived("Gone"))])), @"the base `Gone` of `Thing` does not exist");
}
