//! Operations: which are read, and what both forms of documents say of them.

use std::collections::{BTreeMap, BTreeSet};

use super::keywords::OPERATION;
use super::reach::Part;
use super::reader::{Form, Reader};
use crate::codegen::nearest::{did_you_mean, nearest};
use crate::spec::api::{LongRunning, Operation, Pageable, Scheme};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

/// The keys of a path that are methods.
const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The other keys of a path.
const PATH: &[&str] = &["$ref", "parameters", "summary", "description", "servers"];

/// An operation of the document before it is read.
struct Found {
    id: String,
    method: String,
    path: String,
    path_item: At,
    at: At,
}

impl Found {
    /// Returns the method and the path.
    fn address(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl Reader<'_> {
    /// Reads the operations that were asked for, in the order of the document.
    pub(super) fn operations(&mut self) -> Result<(), DocumentError> {
        let found = self.all_operations()?;
        let wanted: BTreeSet<&String> = self.request.operations.iter().collect();
        let is_wanted = |one: &Found| {
            wanted.is_empty() || wanted.contains(&one.id) || wanted.contains(&one.address())
        };
        let mut ids = BTreeMap::new();
        for one in &found {
            let first = ids.insert(one.id.clone(), one.at.place());
            let is_asked = wanted.is_empty() || wanted.contains(&one.id);
            if let Some(first) = first.filter(|_| is_asked) {
                self.reach.part = Part::Operation(one.id.clone());
                let reason = format!("the id `{}` is also that of line {}", one.id, first.line);
                let hint = format!("name the operation by method and path: `{}`", one.address());
                self.refuse(one.at.error(reason).hint(hint));
            }
        }
        let addresses: BTreeSet<String> = found.iter().map(Found::address).collect();
        for id in &wanted {
            if !ids.contains_key(*id) && !addresses.contains(*id) {
                let near = nearest(id, ids.keys().map(String::as_str));
                let error = self.root.error(format!("there is no operation `{id}`"));
                let hint = format!("the document has {}{}", ids.len(), did_you_mean(near));
                self.refuse(error.hint(hint));
            }
        }
        for one in found.into_iter().filter(is_wanted) {
            self.reach.part = Part::Operation(one.id.clone());
            let read = self.operation(one);
            if let Some(operation) = self.kept(read) {
                self.api.operations.push(operation);
            }
        }
        Ok(())
    }

    /// Returns the ids of all operations.
    pub(super) fn operation_ids(&mut self) -> Result<Vec<String>, DocumentError> {
        let found = self.all_operations()?;
        Ok(found.into_iter().map(|one| one.id).collect())
    }

    fn all_operations(&mut self) -> Result<Vec<Found>, DocumentError> {
        let mut found = Vec::new();
        let mut paths = Vec::new();
        for name in ["paths", "x-ms-paths"] {
            if let Some(list) = self.root.child(name) {
                paths.extend(list.members()?);
            }
        }
        for (path, item) in paths {
            if path.starts_with("x-") {
                continue;
            }
            let item = self.target(&item)?;
            for (key, at) in item.members()? {
                if !METHODS.contains(&key.as_str()) {
                    continue;
                }
                let method = key.to_uppercase();
                let id = at.text("operationId")?;
                found.push(Found {
                    id: id.unwrap_or_else(|| format!("{method} {path}")),
                    method,
                    path: path.clone(),
                    path_item: item.clone(),
                    at,
                });
            }
        }
        Ok(found)
    }

    fn operation(&mut self, found: Found) -> Result<Operation, DocumentError> {
        let Found {
            id,
            method,
            path,
            path_item,
            at,
        } = found;
        self.check(&path_item, &[METHODS, PATH]);
        self.check(&at, &[OPERATION]);
        if let Some((_, query)) = path.split_once('?') {
            self.warn(
                &path_item,
                format!("the query `{query}` of the path is left out"),
            );
        }
        let mut operation = Operation {
            method,
            path: path.split('?').next().unwrap_or_default().to_owned(),
            description: match at.text("description")? {
                Some(description) => Some(description),
                None => at.text("summary")?,
            },
            deprecated: at.flag("deprecated")?.unwrap_or(false),
            long_running: self.long_running(&at)?,
            pageable: self.pageable(&at)?,
            security: self.security(&at)?,
            place: at.place(),
            id,
            ..Operation::default()
        };
        match self.form {
            Form::Swagger => self.swagger_operation(&path_item, &at, &mut operation)?,
            Form::OpenApi30 | Form::OpenApi31 => {
                self.openapi_operation(&path_item, &at, &mut operation)?;
            }
        }
        self.responses(&at, &mut operation)?;
        self.examples(&at)?;
        Ok(operation)
    }

    fn long_running(&mut self, at: &At) -> Result<Option<LongRunning>, DocumentError> {
        let options = at.child("x-ms-long-running-operation-options");
        if at.flag("x-ms-long-running-operation")? != Some(true) {
            if let Some(options) = options {
                self.warn(&options, "the operation is not long-running; left out");
            }
            return Ok(None);
        }
        let mut found = LongRunning::default();
        if let Some(options) = options {
            self.check(&options, &[&["final-state-via", "final-state-schema"]]);
            found.final_state = options.text("final-state-via")?;
            if let Some(schema) = options.child("final-state-schema") {
                self.warn(&schema, "the schema of the final state is left out");
            }
        }
        Ok(Some(found))
    }

    fn pageable(&mut self, at: &At) -> Result<Option<Pageable>, DocumentError> {
        let Some(pageable) = at.child("x-ms-pageable") else {
            return Ok(None);
        };
        self.check(&pageable, &[&["nextLinkName", "itemName", "operationName"]]);
        if let Some(operation) = pageable.child("operationName") {
            self.warn(&operation, "the operation for the next page is left out");
        }
        let next_link = match pageable.child("nextLinkName") {
            Some(name) if name.node().to_value().is_null() => None,
            Some(name) => Some(name.string()?),
            None => Some("nextLink".to_owned()),
        };
        Ok(Some(Pageable {
            items: pageable
                .text("itemName")?
                .unwrap_or_else(|| "value".to_owned()),
            next_link,
        }))
    }

    fn security(&mut self, at: &At) -> Result<BTreeMap<String, Vec<String>>, DocumentError> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(list) = at.child("security").or_else(|| self.root.child("security")) else {
            return Ok(found);
        };
        for alternative in list.items()? {
            for (name, scopes) in alternative.members()? {
                found
                    .entry(name.clone())
                    .or_default()
                    .extend(scopes.strings()?);
                self.scheme(&name, &scopes)?;
            }
        }
        Ok(found)
    }

    fn scheme(&mut self, name: &str, at: &At) -> Result<(), DocumentError> {
        if self.api.schemes.contains_key(name) {
            return Ok(());
        }
        let schemes = match self.form {
            Form::Swagger => self.root.child("securityDefinitions"),
            Form::OpenApi30 | Form::OpenApi31 => self
                .root
                .child("components")
                .and_then(|components| components.child("securitySchemes")),
        };
        let Some(scheme) = schemes.and_then(|schemes| schemes.child(name)) else {
            return Err(at.error(format!("there is no security scheme `{name}`")));
        };
        let scheme = self.target(&scheme)?;
        let (flow_name, flow) = match scheme.child("flows") {
            Some(flows) => {
                let mut flows = flows.members()?;
                if flows.len() > 1 {
                    self.warn(&scheme, "only the first flow is read");
                }
                match flows.is_empty() {
                    true => (None, scheme.clone()),
                    false => {
                        let (name, flow) = flows.swap_remove(0);
                        (Some(name), flow)
                    }
                }
            }
            None => (scheme.text("flow")?, scheme.clone()),
        };
        let mut scopes = BTreeMap::new();
        for (scope, words) in flow
            .child("scopes")
            .map(|scopes| scopes.members())
            .transpose()?
            .unwrap_or_default()
        {
            scopes.insert(scope, Some(words.string()?));
        }
        let read = Scheme {
            description: scheme.text("description")?,
            kind: scheme.text("type")?.unwrap_or_default(),
            flow: flow_name,
            authorization_url: flow.text("authorizationUrl")?,
            scopes,
        };
        self.api.schemes.insert(name.to_owned(), read);
        Ok(())
    }

    /// Warns of examples that are not there.
    fn examples(&mut self, at: &At) -> Result<(), DocumentError> {
        let Some(examples) = at.child("x-ms-examples") else {
            return Ok(());
        };
        for (_, example) in examples.members()? {
            if let Some(reference) = example.child("$ref")
                && !self.documents.is_there(&reference)?
            {
                let reason = format!("there is no file {}", reference.string()?);
                self.warn(&reference, reason);
            }
        }
        Ok(())
    }
}
