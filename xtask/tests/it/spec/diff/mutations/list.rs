//! Every single change of a spec, with what must be said of it.

use serde_json::{Value, json};
use xtask::spec::diff::change::Severity::{self, Additive, Breaking, None as Nothing};

use super::super::pairs::{remove, set};
use super::spec::Spec;

/// A change of a spec, and what must be said of it.
pub(super) struct Mutation {
    pub(super) what: String,
    pub(super) document: Value,
    /// One of these rules.
    pub(super) rules: &'static [&'static str],
    /// The severities, where they do not follow from the rule alone.
    pub(super) readers: Option<Severity>,
    pub(super) writers: Option<Severity>,
    pub(super) rust: Severity,
    pub(super) is_generated: bool,
}

impl Spec {
    pub(super) fn mutations(&self) -> Vec<Mutation> {
        let mut all = Vec::new();
        let mut objects = Vec::new();
        let mut enums = Vec::new();
        find(
            &self.document["definitions"],
            "/definitions",
            &mut |at, node| {
                if node["type"] == "object" && node["properties"].is_object() {
                    objects.push(at.to_owned());
                }
                if node["enum"].is_array() {
                    enums.push(format!("{at}/enum"));
                }
            },
        );
        for at in &objects {
            self.object(at, &mut all);
        }
        let at = "/definitions/ZzNew";
        let new = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
        all.push(Mutation {
            what: at.to_owned(),
            document: self.mutated(|spec| set(spec, at, new)),
            rules: &["definition-added"],
            readers: Some(Nothing),
            writers: Some(Nothing),
            rust: Additive,
            is_generated: true,
        });
        for at in &enums {
            self.enumeration(at, &mut all);
        }
        for at in self.operations() {
            self.operation(&at, &mut all);
        }
        self.operations_as_wholes(&mut all);
        all
    }

    fn object(&self, at: &str, all: &mut Vec<Mutation>) {
        let mut push =
            |what: String, rules, severity: [Option<Severity>; 2], rust, generated, document| {
                all.push(Mutation {
                    what,
                    document,
                    rules,
                    readers: severity[0],
                    writers: severity[1],
                    rust,
                    is_generated: generated,
                });
            };
        let added = format!("{at}/properties/zzNew");
        let new = self.mutated(|spec| set(spec, &added, json!({ "type": "string" })));
        push(
            added,
            &["1040", "1041", "1045"],
            [None, None],
            Additive,
            true,
            new,
        );
        let properties = self.document.pointer(&format!("{at}/properties")).unwrap();
        for (name, member) in properties.as_object().unwrap() {
            let at_member = format!("{at}/properties/{name}");
            let when = |is: bool, severity| Some(if is { severity } else { Nothing });
            let (is_read, is_sent) = (
                self.read.contains(&at_member),
                self.sent.contains(&at_member),
            );
            let (read, sent) = (when(is_read, Breaking), when(is_sent, Breaking));
            let what = |change: &str| format!("{at_member}: {change}");
            if properties.as_object().unwrap().len() > 1 {
                let gone = self.mutated(|spec| remove(spec, &at_member));
                push(what("gone"), &["1033"], [read, sent], Breaking, true, gone);
            }
            let kind = if member["type"] == "integer" {
                "boolean"
            } else {
                "integer"
            };
            let mut other = json!({ "type": kind });
            for mark in ["readOnly", "x-personal", "description", "x-ms-client-name"] {
                if let Some(mark_of_member) = member.get(mark) {
                    other[mark] = mark_of_member.clone();
                }
            }
            let other = self.mutated(|spec| set(spec, &at_member, other));
            push(what("kind"), &["1026"], [read, sent], Breaking, true, other);
            // An object that is defined here has no marks but those of its members.
            let is_plain = member.get("$ref").is_none() && member.get("properties").is_none();
            if !is_plain {
                continue;
            }
            let flip = |mark: &str| {
                let at = format!("{at_member}/{mark}");
                let is = member[mark] == true;
                self.mutated(|spec| set(spec, &at, json!(!is)))
            };
            let is_read_only = member["readOnly"] == true;
            let rust = when(is_sent, Breaking).unwrap();
            if !is_read_only {
                let set = flip("readOnly");
                push(
                    what("readOnly"),
                    &["1029"],
                    [Some(Nothing), sent],
                    rust,
                    true,
                    set,
                );
            }
            // The mark of a type counts for all that hold it.
            let of_type = member["allOf"][0]["$ref"].as_str();
            let of_type = of_type.and_then(|at| self.document.pointer(at.trim_start_matches('#')));
            let is_type_read_only = of_type.is_some_and(|found| found["readOnly"] == true);
            if is_read_only && !is_type_read_only {
                let document = flip("readOnly");
                let lifted = Self::of(&self.file, document.to_string(), document.clone());
                let is_sent = lifted.sent.contains(&at_member);
                let sent = when(is_sent, Additive);
                let severity = [Some(Nothing), sent];
                let rust = sent.unwrap();
                push(
                    what("readOnly lifted"),
                    &["1029"],
                    severity,
                    rust,
                    true,
                    document,
                );
            }
            let personal = flip("x-personal");
            let none = [Some(Nothing), Some(Nothing)];
            push(
                what("personal"),
                &["personal-changed"],
                none,
                Nothing,
                true,
                personal,
            );
            let default =
                self.mutated(|spec| set(spec, &format!("{at_member}/default"), json!("x")));
            let severity = [Some(Nothing), sent];
            push(
                what("default"),
                &["1027"],
                severity,
                Nothing,
                false,
                default,
            );
            let listed = self.document.pointer(&format!("{at}/required"));
            let listed = listed
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            if !listed.contains(&json!(name)) {
                let next = format!("{at}/required/{}", listed.len());
                let required = self.mutated(|spec| match listed.is_empty() {
                    true => set(spec, &format!("{at}/required"), json!([name])),
                    false => set(spec, &next, json!(name)),
                });
                push(
                    what("required"),
                    &["1025"],
                    severity,
                    Nothing,
                    false,
                    required,
                );
            }
            if member["type"] == "string" {
                let limit =
                    self.mutated(|spec| set(spec, &format!("{at_member}/maxLength"), json!(9)));
                push(what("limit"), &["1024"], severity, Nothing, false, limit);
                if member.get("format").is_none() {
                    let format = format!("{at_member}/format");
                    let format = self.mutated(|spec| set(spec, &format, json!("date-time")));
                    push(what("format"), &["1023"], severity, Nothing, false, format);
                }
            }
            let nullable = format!("{at_member}/x-nullable");
            let nullable = self.mutated(|spec| set(spec, &nullable, json!(true)));
            let rules: &[_] = match is_read || !is_sent {
                true => &["response-property-became-nullable"],
                false => &["request-property-became-nullable"],
            };
            let severity = [when(is_read, Additive), when(is_sent, Additive)];
            push(what("nullable"), rules, severity, Nothing, false, nullable);
            let secret = flip("x-ms-secret");
            // `Debug` hides it, as it does what is personal.
            let is_shown = member["x-personal"] != true;
            push(
                what("secret"),
                &["secret-changed"],
                none,
                Nothing,
                is_shown,
                secret,
            );
            let name = format!("{at_member}/x-ms-client-name");
            let named = self.mutated(|spec| set(spec, &name, json!("zzName")));
            push(
                what("name"),
                &["client-name-changed"],
                none,
                Breaking,
                true,
                named,
            );
        }
    }

    fn enumeration(&self, at: &str, all: &mut Vec<Mutation>) {
        let values = self.document.pointer(at).unwrap().as_array().unwrap();
        let (is_read, is_sent) = (self.read.contains(at), self.sent.contains(at));
        let when = |is: bool, severity| if is { severity } else { Nothing };
        let mut push = |what: String, rules, [readers, writers, rust]: [Severity; 3], document| {
            all.push(Mutation {
                what,
                document,
                rules,
                readers: Some(readers),
                writers: Some(writers),
                rust,
                is_generated: rust > Nothing,
            });
        };
        let new = format!("{at}/{}", values.len());
        let added = self.mutated(|spec| set(spec, &new, json!("ZzNew")));
        let severity = [when(is_read, Additive), when(is_sent, Additive), Additive];
        push(new, &["1020"], severity, added);
        let severity = [Nothing, when(is_sent, Breaking), Breaking];
        for index in (0..values.len()).filter(|_| values.len() > 1) {
            let gone = format!("{at}/{index}");
            let document = self.mutated(|spec| remove(spec, &gone));
            push(gone, &["1019"], severity, document);
        }
        let Some(of_type) = at.strip_suffix("/anyOf/0/enum") else {
            return;
        };
        let node = self.document.pointer(of_type).unwrap();
        if node["x-ms-enum"]["modelAsString"] == false {
            let open = format!("{of_type}/x-ms-enum/modelAsString");
            let document = self.mutated(|spec| remove(spec, &open));
            let severity = [when(is_read, Additive), when(is_sent, Additive), Nothing];
            push(open, &["1047"], severity, document);
        } else {
            let closed = format!("{of_type}/x-ms-enum");
            let mut extension = node.get("x-ms-enum").cloned().unwrap_or(json!({}));
            extension["modelAsString"] = json!(false);
            let document = self.mutated(|spec| set(spec, &closed, extension));
            push(
                closed,
                &["1047"],
                [Nothing, when(is_sent, Breaking), Nothing],
                document,
            );
        }
    }

    fn operation(&self, at: &str, all: &mut Vec<Mutation>) {
        let operation = self.document.pointer(at).unwrap();
        let mut push = |what: &str, rules, readers, writers, rust, document| {
            all.push(Mutation {
                what: format!("{at}/{what}"),
                document,
                rules,
                readers: Some(readers),
                writers: Some(writers),
                rust,
                is_generated: false,
            });
        };
        let head = self.mutated(|spec| set(spec, &format!("{at}/method"), json!("HEAD")));
        push("method", &["1035"], Nothing, Breaking, Nothing, head);
        let url = operation["url"].as_str().unwrap().replacen("/v", "/x/v", 1);
        let url = url.replacen("/providers", "/x/providers", 1);
        let moved = self.mutated(|spec| set(spec, &format!("{at}/url"), json!(url)));
        push("url", &["1005"], Nothing, Breaking, Nothing, moved);
        let count = |of: &str| {
            operation
                .pointer(of)
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        for list in ["parameters", "headers"] {
            for index in 0..count(&format!("/{list}")) {
                let item = format!("{list}/{index}");
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
                push(&item, &["1009", "1046"], Nothing, Breaking, Breaking, gone);
            }
            if count(&format!("/{list}")) > 0 {
                let item = format!("{list}/{}", count(&format!("/{list}")));
                let mut new = json!({ "name": "zz-new", "type": "string" });
                if list == "parameters" {
                    new["in"] = json!("query");
                }
                let more = self.mutated(|spec| set(spec, &format!("{at}/{item}"), new));
                push(&item, &["1043"], Nothing, Additive, Additive, more);
            }
        }
        let media = count("/request/mediaTypes");
        if media > 0 {
            let item = format!("request/mediaTypes/{media}");
            let more = self.mutated(|spec| set(spec, &format!("{at}/{item}"), json!("text/csv")));
            let rules = &["request-body-media-type-added"];
            push(&item, rules, Nothing, Additive, Nothing, more);
        }
        for index in 0..media {
            let item = format!("request/mediaTypes/{index}");
            let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
            push(&item, &["1003"], Nothing, Breaking, Nothing, gone);
        }
        for index in 0..count("/request/members") {
            let item = format!("request/members/{index}");
            let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
            push(&item, &["1029"], Nothing, Breaking, Breaking, gone);
        }
        for index in 0..count("/responses") {
            let name = operation["responses"][index]["name"].as_str().unwrap();
            let readers = if name.starts_with('2') {
                Nothing
            } else {
                Breaking
            };
            let item = format!("responses/{index}");
            let media = count(&format!("/{item}/mediaTypes"));
            if media > 0 {
                let item = format!("{item}/mediaTypes/{media}");
                let new = json!("text/csv");
                let more = self.mutated(|spec| set(spec, &format!("{at}/{item}"), new));
                push(&item, &["1004"], Additive, Nothing, Nothing, more);
                let item = format!("responses/{index}/mediaTypes/0");
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
                let rules = &["response-media-type-removed"];
                push(&item, rules, Breaking, Nothing, Nothing, gone);
            }
            let headers = count(&format!("/{item}/headers"));
            if headers > 0 {
                let item = format!("{item}/headers/{headers}");
                let new = json!({ "name": "Zz-New", "type": "string" });
                let more = self.mutated(|spec| set(spec, &format!("{at}/{item}"), new));
                push(&item, &["1013"], Additive, Nothing, Nothing, more);
            }
            for header in 0..headers {
                let item = format!("{item}/headers/{header}");
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
                push(&item, &["1014"], Breaking, Nothing, Nothing, gone);
            }
            // A status that is the only one with a body takes the media types with it.
            if count("/responses") > 1 {
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
                push(&item, &["1012"], readers, Nothing, Nothing, gone);
            }
        }
        let next = format!("responses/{}", count("/responses"));
        for (name, readers) in [
            ("206 Partial Content", Breaking),
            ("418 I'm a teapot", Additive),
        ] {
            let new = json!({ "name": name });
            let more = self.mutated(|spec| set(spec, &format!("{at}/{next}"), new));
            push(&next, &["1011"], readers, Nothing, Nothing, more);
        }
        for (mark, rules) in [
            ("security", &["api-security-removed"]),
            ("pageable", &["pageable-changed"]),
            ("longRunning", &["1044"]),
        ] {
            if operation.get(mark).is_some() {
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{mark}")));
                let rust = if mark == "security" {
                    Nothing
                } else {
                    Breaking
                };
                push(mark, rules, Nothing, Nothing, rust, gone);
            }
        }
        let scopes = count("/security/scopes");
        if scopes > 0 {
            let scope = format!("security/scopes/{scopes}");
            let new = json!({ "name": "zz.new" });
            let more = self.mutated(|spec| set(spec, &format!("{at}/{scope}"), new));
            let rules = &["api-security-scope-added"];
            push(&scope, rules, Nothing, Breaking, Nothing, more);
        }
        self.parameters(at, all);
    }

    fn parameters(&self, at: &str, all: &mut Vec<Mutation>) {
        let parameters = self.document.pointer(&format!("{at}/parameters"));
        for (index, one) in parameters
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let at = format!("{at}/parameters/{index}");
            let is_required = one["required"] == true;
            let writers = if is_required { Additive } else { Breaking };
            let mut push = |key: &str, rules, writers, rust, to: Value| {
                let at = format!("{at}/{key}");
                all.push(Mutation {
                    document: self.mutated(|spec| set(spec, &at, to)),
                    what: at,
                    rules,
                    readers: Some(Nothing),
                    writers: Some(writers),
                    rust,
                    is_generated: false,
                });
            };
            push("required", &["1025"], writers, Nothing, json!(!is_required));
            // Each version has its own version, and a number in a path is text.
            if one["name"] != "api-version" && one["type"] == "string" {
                push("type", &["1026"], Breaking, Breaking, json!("integer"));
            }
        }
    }

    /// Operations that are added and removed, of which a page has only one.
    fn operations_as_wholes(&self, all: &mut Vec<Mutation>) {
        let ids = self.operations();
        if ids == ["/x-operation"] {
            return;
        }
        let mut push = |what: String, rules, writers, document| {
            all.push(Mutation {
                what,
                document,
                rules,
                readers: Some(Nothing),
                writers: Some(writers),
                rust: writers,
                is_generated: false,
            });
        };
        for at in &ids {
            let mut new = self.document.pointer(at).unwrap().clone();
            new["url"] = json!(new["url"].as_str().unwrap().replacen('?', "/zz?", 1));
            let more = self.mutated(|spec| set(spec, "/x-operations/ZzNew", new));
            push(format!("{at} copied"), &["1038"], Additive, more);
            if ids.len() > 1 {
                let gone = self.mutated(|spec| remove(spec, at));
                push(at.clone(), &["1005", "1035"], Breaking, gone);
            }
        }
    }
}

fn find(node: &Value, at: &str, visit: &mut dyn FnMut(&str, &Value)) {
    visit(at, node);
    match node {
        Value::Object(members) => {
            for (name, inner) in members {
                find(inner, &format!("{at}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                find(inner, &format!("{at}/{index}"), visit);
            }
        }
        _ => {}
    }
}
