//! The samples of a page: requests, and responses with their headers.

use super::operation::address;
use super::reader::{Reader, Section};
use super::responses::status;
use crate::codegen::problem::Problem;
use crate::spec::api::{Example, ExampleResponse, Operation};
use crate::spec::emit::Ordered;

const REQUEST: &str = "sample request";
const RESPONSE: &str = "sample response";

/// The line above the status of a response; older pages have none.
const STATUS: &str = "Status code:";

impl Reader<'_> {
    pub(super) fn samples(&mut self, operation: &mut Operation) -> Result<(), Problem> {
        while !self.is_sample_end() {
            let at = self.at;
            let mut example = Example {
                name: self.text(self.at).to_owned(),
                ..Example::default()
            };
            self.at += 1;
            self.label(REQUEST)?;
            if self.text(self.at) == "HTTP" {
                self.at += 1;
            }
            self.sample_address(operation)?;
            example.request = self.json()?;
            while self.is_label(RESPONSE) {
                self.at += 1;
                let responses = self.sample_response(operation)?;
                example.responses.extend(responses);
            }
            self.check_sample(at, operation, &example)?;
            operation.examples.push(example);
        }
        Ok(())
    }

    /// Reads the address of a sample, which is that of the page with values for its parameters.
    fn sample_address(&mut self, operation: &Operation) -> Result<(), Problem> {
        let Some((method, url)) = address(self.text(self.at)) else {
            let found = self.found(self.at);
            let what = format!("a sample begins with an address, not {found}");
            return Err(self.refuse(self.at, what, "copy the page again, as a whole"));
        };
        let (_, path) = url.split_once("://").unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let path = path.find('/').and_then(|at| path.get(at..));
        let is_same = method == operation.method;
        if !is_same || !fits(&operation.path, path.unwrap_or_default()) {
            let Operation { method, path, .. } = operation;
            let what = format!("the sample is of another operation than {method} {path}");
            let hint = "give the text of one page; correct an address by a fix in the overlay";
            return Err(self.refuse(self.at, what, hint));
        }
        self.at += 1;
        Ok(())
    }

    /// Checks that a sample has responses, each once and one of the table.
    fn check_sample(
        &mut self,
        at: usize,
        operation: &Operation,
        example: &Example,
    ) -> Result<(), Problem> {
        if operation
            .examples
            .iter()
            .any(|one| one.name == example.name)
        {
            let what = format!("the sample `{}` is there twice", example.name);
            return Err(self.refuse(at, what, "keep one of them"));
        }
        let Some(last) = example.responses.last() else {
            let what = format!("the sample `{}` has no response", example.name);
            return Err(self.refuse(at, what, "copy the page again, as a whole"));
        };
        for (index, ExampleResponse { status, .. }) in example.responses.iter().enumerate() {
            let before = example.responses.iter().take(index);
            let mut listed = operation.responses.iter();
            let what = if before.into_iter().any(|one| one.status == *status) {
                format!(
                    "the sample `{}` has the status {status} twice",
                    example.name
                )
            } else if !listed.any(|one| one.status == *status) {
                format!(
                    "the sample `{}` has the status {status}, which no row lists",
                    example.name
                )
            } else {
                continue;
            };
            return Err(self.refuse(at, what, "correct it by a fix in the overlay"));
        }
        let mut listed = operation.responses.iter();
        let has_body = listed.any(|one| one.status == last.status && one.shape.is_some());
        if self.at >= self.lines.len() && has_body && last.body.is_none() {
            let what = "the page ends with a sample of a response that has a body by the table, \
                        and none here; check that it is whole";
            self.note(self.at, what);
        }
        Ok(())
    }

    fn is_sample_end(&self) -> bool {
        self.at >= self.lines.len() || self.section(self.at) == Some(Section::Definitions)
    }

    fn is_label(&self, label: &str) -> bool {
        self.text(self.at).eq_ignore_ascii_case(label)
    }

    fn label(&mut self, label: &str) -> Result<(), Problem> {
        if !self.is_label(label) {
            let what = format!("the {label} is expected here, not {}", self.found(self.at));
            let hint = "a sample has a name, `Sample Request` and `Sample Response`";
            return Err(self.refuse(self.at, what, hint));
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a sample of a response, which is two if the page prints the headers of one and the
    /// body of another together.
    fn sample_response(&mut self, operation: &Operation) -> Result<Vec<ExampleResponse>, Problem> {
        let at = self.at;
        let mut known = None;
        if let Some(code) = self.text(at).strip_prefix(STATUS) {
            let mut code = code.trim().to_owned();
            if code.is_empty() {
                self.at += 1;
                self.text(self.at).clone_into(&mut code);
            }
            known = status(&code);
            if known.is_none() {
                let what = format!("`{code}` is not a status");
                return Err(self.refuse(self.at, what, "write `Status code: 200`"));
            }
            self.at += 1;
        }
        if self.text(self.at) == "HTTP" {
            self.at += 1;
        }
        let mut headers = Vec::new();
        while let Some((name, value)) = header(self.text(self.at)) {
            headers.push((name.to_owned(), value.to_owned()));
            self.at += 1;
        }
        let body = self.json()?;
        let response = |status, headers, body| ExampleResponse {
            status,
            headers,
            body,
        };
        if let Some(status) = known {
            return Ok(vec![response(status, headers, body)]);
        }
        let of_headers = headers.first().map(|_| {
            self.only(at, operation, "headers", |one| {
                let mut names = headers.iter().map(|(name, _)| name);
                names.all(|name| one.headers.contains_key(name))
            })
        });
        let of_headers = of_headers.transpose()?;
        let of_body = body
            .as_ref()
            .map(|_| self.only(at, operation, "body", |one| one.shape.is_some()));
        let of_body = of_body.transpose()?;
        Ok(match (of_headers, of_body) {
            (Some(one), Some(other)) if one != other => {
                let what =
                    format!("the sample's headers are of the {one}, its body of the {other}");
                self.note(at, &what);
                vec![
                    response(one, headers, None),
                    response(other, Vec::new(), body),
                ]
            }
            (Some(status), _) | (None, Some(status)) => vec![response(status, headers, body)],
            (None, None) => {
                let what = "the sample of a response is empty and has no status";
                return Err(self.refuse(at, what, "write `Status code: 204` above it"));
            }
        })
    }

    /// Returns the only success that has a part of the sample.
    fn only(
        &self,
        at: usize,
        operation: &Operation,
        part: &str,
        has: impl Fn(&crate::spec::api::Response) -> bool,
    ) -> Result<String, Problem> {
        let responses = operation.responses.iter();
        let successes = responses.filter(|one| one.status.starts_with('2') && has(one));
        match successes.collect::<Vec<_>>().as_slice() {
            [only] => Ok(only.status.clone()),
            found => {
                let what = format!(
                    "{} responses of the table can have the {part} of this sample",
                    found.len()
                );
                Err(self.refuse(at, what, "write `Status code: 200` above it"))
            }
        }
    }

    /// Reads a JSON document, if one begins here.
    fn json(&mut self) -> Result<Option<String>, Problem> {
        let at = self.at;
        if !self.text(at).starts_with(['{', '[']) {
            return Ok(None);
        }
        let rest: Vec<_> = self.lines.iter().skip(at).map(|line| &*line.text).collect();
        let rest = rest.join("\n");
        let mut documents = serde_json::Deserializer::from_str(&rest).into_iter::<Ordered>();
        match documents.next() {
            Some(Ok(_)) => {}
            found => {
                let error = found.and_then(Result::err).map(|error| error.to_string());
                let what = format!("the sample is not JSON: {}", error.unwrap_or_default());
                let hint = "correct it by a fix in the overlay, or copy the page again";
                return Err(self.refuse(at, what, hint));
            }
        }
        let text = rest.get(..documents.byte_offset()).unwrap_or_default();
        self.at += text.lines().count();
        Ok(Some(text.to_owned()))
    }
}

/// Returns whether a path is a template with values for its parameters. A value may have several
/// steps.
fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.to_lowercase(), path.to_lowercase());
    let mut words = template.split('{');
    let first = words.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let words = words.map(|word| word.split_once('}').map_or("", |(_, word)| word));
    let words: Vec<_> = words.collect();
    let Some((last, words)) = words.split_last() else {
        return rest.is_empty();
    };
    for word in words {
        match rest.split_once(word) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Returns the name and value of a header such as `Retry-After: 60`.
fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(": ")?;
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then_some((name, value.trim()))
}
