//! The operation of a page: its address, parameters, body and security.

use super::reader::{MEDIA_TYPES, Reader, Row};
use crate::codegen::problem::Problem;
use crate::spec::api::{Api, Body, Member, Object, Operation, Parameter, Scheme, Shape, TypeKind};
use crate::spec::emit::url;

const METHODS: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Returns the method and address of a line that has just these.
pub(super) fn address(line: &str) -> Option<(&str, &str)> {
    let (method, address) = line.split_once(' ')?;
    let is_address = METHODS.contains(&method)
        && address.contains("://")
        && !address.contains(char::is_whitespace);
    is_address.then_some((method, address))
}

impl Reader<'_> {
    /// Reads the line with the method and the address.
    pub(super) fn address(
        &mut self,
        operation: &mut Operation,
        api: &mut Api,
    ) -> Result<(), Problem> {
        let Some((method, url)) = address(self.text(self.at)) else {
            let hint = "copy the page again, as a whole";
            return Err(self.refuse(self.at, "there is no method and address", hint));
        };
        let (before_query, query) = url.split_once('?').unwrap_or((url, ""));
        let authority = before_query.find("://").map_or(0, |at| at + 3);
        let rest = before_query.get(authority..).unwrap_or_default();
        let split = authority + rest.find('/').unwrap_or(rest.len());
        let (host, path) = before_query.split_at(split);
        let version = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("api-version="));
        api.version = version.map(str::to_owned);
        method.clone_into(&mut operation.method);
        host.clone_into(&mut operation.host);
        path.clone_into(&mut operation.path);
        operation.place = self.place(self.at);
        self.at += 1;
        Ok(())
    }

    /// Checks that a spec repeats the address of the page, which it makes from the parameters.
    pub(super) fn check_address(&self, operation: &Operation, api: &Api) -> Result<(), Problem> {
        let line = operation.place.line;
        let at = self.lines.iter().position(|one| one.number == line);
        let text = at.map_or("", |at| self.text(at));
        let (made, found) = (url(api, operation), address(text).map(|(_, url)| url));
        if found == Some(&*made) {
            return Ok(());
        }
        let what = format!("by the table URI Parameters, the address is {made}");
        let hint = "correct the query, or the column Required of its parameters";
        Err(self.refuse_line(line, what, hint))
    }

    pub(super) fn parameters(&mut self, operation: &mut Operation) -> Result<(), Problem> {
        let columns = self.head(&[&["Name", "In", "Required", "Type", "Description"]])?;
        let rows = self.rows(&columns)?;
        operation.parameters.extend(
            rows.into_iter()
                .map(|row| self.parameter(row, String::new())),
        );
        Ok(())
    }

    pub(super) fn headers(&mut self, operation: &mut Operation) -> Result<(), Problem> {
        let media_types = self.media_types()?;
        let columns = self.head(&[
            &["Name", "Required", "Type", "Description"],
            &["Name", "Type", "Description"],
        ])?;
        let rows = self.rows(&columns)?;
        operation.parameters.extend(
            rows.into_iter()
                .map(|row| self.parameter(row, "header".to_owned())),
        );
        // A page prints the media types of the body above the headers, too.
        if !media_types.is_empty() {
            operation.body = Some(Body {
                media_types,
                ..Body::default()
            });
        }
        Ok(())
    }

    fn parameter(&self, row: Row, location: String) -> Parameter {
        Parameter {
            name: row.name,
            location: row.location.unwrap_or(location),
            required: row.required,
            shape: row.shape,
            description: row.description,
            place: self.place_of(row.line),
            ..Parameter::default()
        }
    }

    fn place_of(&self, line: usize) -> crate::spec::api::Place {
        crate::spec::api::Place {
            line,
            ..self.place(0)
        }
    }

    /// Reads the table of the body: one row with its type, or a row for each member.
    pub(super) fn body(&mut self, operation: &mut Operation) -> Result<(), Problem> {
        let at = self.at;
        let media_types = self.media_types()?;
        let before = operation.body.take().map(|body| body.media_types);
        if before.is_some_and(|before| before != media_types) {
            let what = "the media types above the headers and above the body differ";
            return Err(self.refuse(at, what, "keep one of the lists"));
        }
        let columns = self.head(&[
            &["Name", "Type", "Description"],
            &["Name", "Required", "Type", "Description"],
        ])?;
        let rows = self.rows(&columns)?;
        self.body_rows.clone_from(&rows);
        operation.body = Some(Body {
            media_types,
            place: self.place(at),
            ..Body::default()
        });
        Ok(())
    }

    /// Finds the type of the body: the one that has all members of its table, or the type of its
    /// only row.
    pub(super) fn body_type(
        &mut self,
        operation: &mut Operation,
        api: &Api,
    ) -> Result<(), Problem> {
        let Some(body) = &mut operation.body else {
            return Ok(());
        };
        let rows = std::mem::take(&mut self.body_rows);
        let line = rows.first().map_or(0, |row| row.line);
        let named = self.overlay.body();
        let has_all = |name: &&String| {
            rows.iter().all(|row| {
                let found = member_at(api, name, &row.name);
                found.is_some_and(|member| member.shape == row.shape)
            })
        };
        let all = api.types.keys().filter(|name| !is_inline(api, name));
        let mut types: Vec<_> = all.filter(has_all).collect();
        if let Some(named) = named {
            types.retain(|name| name.as_str() == named);
        }
        match (types.as_slice(), rows.as_slice()) {
            ([name], _) => {
                for row in &rows {
                    let words = member_at(api, name, &row.name).map(|one| &one.description);
                    if words != Some(&row.description) {
                        let what = format!(
                            "the words for `{}` are not those of the type `{name}`",
                            row.name
                        );
                        let hint = "a spec has one description of a member: correct one of them";
                        return Err(self.refuse_line(row.line, what, hint));
                    }
                }
                body.shape = Shape::Named((*name).clone());
                body.members = Some(rows.iter().map(|row| row.name.clone()).collect());
                Ok(())
            }
            ([], [only]) if named.is_none() => {
                body.name = Some(only.name.clone());
                body.required = only.required;
                body.shape.clone_from(&only.shape);
                body.description.clone_from(&only.description);
                Ok(())
            }
            _ => {
                let what = match types.as_slice() {
                    [] => "no type has all members of this body".to_owned(),
                    several => {
                        let names: Vec<_> = several.iter().map(|name| name.as_str()).collect();
                        format!("the body can be {}", names.join(" or "))
                    }
                };
                let hint = "name its type as `body` in the overlay, and check the names and types \
                            of the table's rows";
                Err(self.refuse_line(line, what, hint))
            }
        }
    }

    /// Reads the line of media types, if it is here.
    pub(super) fn media_types(&mut self) -> Result<Vec<String>, Problem> {
        let at = self.at;
        let Some(list) = self.text(at).strip_prefix(MEDIA_TYPES) else {
            return Ok(Vec::new());
        };
        let types = list.split(',').map(|one| one.trim().trim_matches('"'));
        let types: Vec<_> = types.map(str::to_owned).collect();
        if types.iter().any(|one| !one.contains('/')) {
            let hint = "write them as \"application/json\", \"text/json\"";
            return Err(self.refuse(at, "this is not a list of media types", hint));
        }
        self.at += 1;
        Ok(types)
    }

    pub(super) fn security(
        &mut self,
        operation: &mut Operation,
        api: &mut Api,
    ) -> Result<(), Problem> {
        while !self.is_end(self.at) {
            let name = self.text(self.at).to_owned();
            if name.contains(' ') {
                let what = format!(
                    "{} is not the name of a security scheme",
                    self.found(self.at)
                );
                return Err(self.refuse(self.at, what, "the section begins with a name"));
            }
            self.at += 1;
            let mut scheme = Scheme::default();
            while !self.is_end(self.at) && self.text(self.at) != "Scopes" {
                let text = self.text(self.at).to_owned();
                match text.split_once(": ") {
                    Some(("Type", kind)) if scheme.kind.is_empty() => {
                        kind.clone_into(&mut scheme.kind)
                    }
                    Some(("Flow", flow)) if scheme.flow.is_none() => {
                        scheme.flow = Some(flow.to_owned())
                    }
                    Some(("Authorization URL", url)) if scheme.authorization_url.is_none() => {
                        scheme.authorization_url = Some(url.to_owned());
                    }
                    None if scheme.description.is_none() => scheme.description = Some(text),
                    _ => {
                        let what = format!("{} is not understood here", self.found(self.at));
                        let hint = "a scheme has words, Type, Flow, Authorization URL and Scopes";
                        return Err(self.refuse(self.at, what, hint));
                    }
                }
                self.at += 1;
            }
            let begin = self.at;
            let mut scopes = Vec::new();
            if self.text(self.at) == "Scopes" {
                self.at += 1;
                for (scope, words) in self.scopes()? {
                    scopes.push(scope.clone());
                    scheme.scopes.insert(scope, words);
                }
            }
            if scheme.kind.is_empty() || scheme.flow.is_some() && scopes.is_empty() {
                let missing = if scheme.kind.is_empty() {
                    "Type"
                } else {
                    "Scopes"
                };
                let what = format!("the security scheme `{name}` has no {missing}");
                let hint = "a scheme has words, Type, Flow, Authorization URL and Scopes";
                return Err(self.refuse(begin, what, hint));
            }
            operation.security.insert(name.clone(), scopes);
            if api.schemes.insert(name, scheme).is_some() {
                return Err(self.refuse(begin, "this scheme is there twice", "keep one of them"));
            }
        }
        Ok(())
    }

    /// Reads the table of scopes, in which a text row is one line.
    fn scopes(&mut self) -> Result<Vec<(String, Option<String>)>, Problem> {
        let columns = self.head(&[&["Name", "Description"]])?;
        let mut scopes: Vec<(String, Option<String>)> = Vec::new();
        while !self.is_end(self.at) {
            let (name, words) = if self.is_markdown_row(self.at) {
                let cells = self.cells(&columns)?;
                let mut cells = cells.into_iter();
                (cells.next().unwrap_or_default(), cells.next())
            } else {
                let text = self.text(self.at);
                let (name, words) = match text.split_once(' ') {
                    Some((name, words)) => (name, Some(words.to_owned())),
                    None => (text, None),
                };
                let row = (name.to_owned(), words);
                self.at += 1;
                row
            };
            if scopes.iter().any(|(known, _)| *known == name) {
                let what = format!("the scope `{name}` is listed twice");
                return Err(self.refuse(self.at - 1, what, "keep one of the rows"));
            }
            scopes.push((name, words.filter(|words| !words.is_empty())));
        }
        Ok(scopes)
    }
}

/// Returns the member at a path, such as `properties.address`, of a type.
fn member_at<'a>(api: &'a Api, of_type: &str, path: &str) -> Option<&'a Member> {
    let TypeKind::Object(Object { members, .. }) = &api.types.get(of_type)?.kind else {
        return None;
    };
    let of_name = |name: &str| members.iter().find(|member| member.name == name);
    match path.split_once('.') {
        None => of_name(path),
        Some((first, rest)) => match &of_name(first)?.shape {
            Shape::Named(inner) if is_inline(api, inner) => member_at(api, inner, rest),
            _ => None,
        },
    }
}

fn is_inline(api: &Api, name: &str) -> bool {
    api.types.get(name).is_some_and(|found| found.inline)
}
