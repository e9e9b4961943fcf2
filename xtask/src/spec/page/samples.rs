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
            let mut example = Example {
                name: self.text(self.at).to_owned(),
                ..Example::default()
            };
            self.at += 1;
            self.label(REQUEST)?;
            if self.text(self.at) == "HTTP" {
                self.at += 1;
            }
            if address(self.text(self.at)).is_none() {
                let what = format!(
                    "a sample begins with an address, not {}",
                    self.found(self.at)
                );
                return Err(self.refuse(self.at, what, "copy the page again, as a whole"));
            }
            self.at += 1;
            example.request = self.json()?;
            while self.is_label(RESPONSE) {
                self.at += 1;
                let responses = self.sample_response(operation)?;
                example.responses.extend(responses);
            }
            operation.examples.push(example);
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

/// Returns the name and value of a header such as `Retry-After: 60`.
fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(": ")?;
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then_some((name, value.trim()))
}
