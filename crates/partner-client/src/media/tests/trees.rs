//! Unknown elements as random trees, which are restored unchanged.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::*;

/// An element by its namespaces instead of its prefixes, with attributes and content.
#[derive(Debug, PartialEq, PartialOrd)]
enum Node {
    Element((String, String), Vec<(String, String, String)>, Vec<Node>),
    Text(String),
}

fn resolved(namespace: &ResolveResult<'_>) -> String {
    match namespace {
        ResolveResult::Bound(namespace) => namespace.into_inner().to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(prefix) => panic!("nothing stands for {prefix}"),
    }
}

fn element(xml: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Node {
    let (namespace, name) = xml.resolver().resolve_element(start.name());
    let name = (resolved(&namespace), name.into_inner().to_owned());
    let mut attributes: Vec<_> = start
        .attributes()
        .map(Result::unwrap)
        .filter(|attribute| attribute.key.as_namespace_binding().is_none())
        .map(|attribute| {
            let (namespace, name) = xml.resolver().resolve_attribute(attribute.key);
            let name = name.into_inner().to_owned();
            (resolved(&namespace), name, attribute.value.into_owned())
        })
        .collect();
    attributes.sort();
    Node::Element(name, attributes, Vec::new())
}

/// Returns the content of a document's root, sorted.
fn content(document: &str) -> Vec<Node> {
    let mut xml = NsReader::from_str(document);
    xml.config_mut().expand_empty_elements = true;
    let mut open = vec![Vec::new()];
    let mut starts = Vec::new();
    loop {
        let text = match xml.read_event().unwrap() {
            Event::Start(start) => {
                starts.push(element(&xml, &start));
                open.push(Vec::new());
                continue;
            }
            Event::End(_) => {
                let Some(Node::Element(name, attributes, _)) = starts.pop() else {
                    panic!("no element is open");
                };
                let within = open.pop().unwrap();
                let closed = Node::Element(name, attributes, within);
                open.last_mut().unwrap().push(closed);
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().unwrap() {
                Some(character) => character.to_string(),
                None => quick_xml::escape::resolve_xml_entity(&reference)
                    .unwrap()
                    .to_owned(),
            },
            Event::Comment(_) => continue,
            Event::Eof => break,
            other => panic!("{other:?}"),
        };
        let nodes = open.last_mut().unwrap();
        match nodes.last_mut() {
            _ if text.is_empty() => {}
            Some(Node::Text(before)) => before.push_str(&text),
            _ => nodes.push(Node::Text(text)),
        }
    }
    let root = open.pop().and_then(|mut nodes| nodes.pop());
    let Some(Node::Element(_, _, mut within)) = root else {
        panic!("there is no root");
    };
    within.sort_by(|one, other| one.partial_cmp(other).unwrap());
    within
}

/// Generates the attributes of a start tag: declarations of namespaces, and attributes with and
/// without them.
fn attributes() -> impl Strategy<Value = String> {
    let declared = select(vec![
        "",
        "",
        " xmlns=\"\"",
        " xmlns='urn:d'",
        " xmlns:c=\"urn:other\"",
        " xmlns:n='urn:\"n'",
    ]);
    let own = select(vec![
        "",
        "",
        " a='1'",
        " c:a=\"&lt;&#10;\"",
        " xml:space=\"preserve\"",
        " i:type=\"c:Kind\"",
        " c:b=\"\" b=\"\"",
    ]);
    (declared, own).prop_map(|(declared, own)| format!("{declared}{own}"))
}

fn tree() -> impl Strategy<Value = String> {
    let text = select(vec![
        "",
        "gold",
        " ",
        "&amp;&#233;\r\n",
        "<![CDATA[<b>]]]]><![CDATA[>]]>",
        "a<!-- - -->b",
        "]]&gt;",
    ]);
    text.prop_map(str::to_owned)
        .prop_recursive(3, 12, 3, |inner| {
            let name = select(vec!["In", "c:In", "in"]);
            let elements = proptest::collection::vec((name, attributes(), inner), 1..3);
            elements.prop_map(|elements| {
                let elements = elements.iter();
                elements
                    .map(|(name, own, within)| format!("<{name}{own}>{within}</{name}>"))
                    .collect()
            })
        })
}

#[test]
fn unknown_element_is_restored_unchanged() {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..Config::default()
    });
    let name = select(vec!["Tier", "tier", "c:Tier", "_Tier", "Ätsch"]);
    runner
        .run(&(name, attributes(), tree()), |(name, own, within)| {
            let came = document(&format!("<Id>p1</Id><{name}{own}>{within}</{name}>"));
            let went = xml(&read(&came).unwrap()).unwrap();
            prop_assert_eq!(content(&went), content(&came), "{}\n{}", came, went);
            Ok(())
        })
        .unwrap();
}
