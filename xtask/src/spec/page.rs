//! Reads the text of a Microsoft reference page, as copied from a browser or as Markdown.
//!
//! A page has a title, words, an address, and sections with tables. What is not understood
//! is an error with its line. What follows from the order of the page, such as a heading that was
//! lost, is read and noted.

mod fixes;
pub mod import;
mod lines;
mod operation;
mod reader;
mod responses;
mod samples;
mod tables;
mod types;
mod whole;

use self::reader::{Reader, Section};
use super::api::{Api, Operation};
use super::overlay::Overlay;
use crate::codegen::problem::Problem;

/// A page, read.
#[derive(Debug)]
pub struct Page {
    /// What it says.
    pub api: Api,
    /// What was deduced, one sentence each with its line.
    pub notes: Vec<String>,
}

/// Reads a page. `file` is the name that messages and places have; the overlay answers what a page
/// leaves open.
///
/// # Errors
///
/// What is not understood, with its line and the next step.
pub fn read(file: &str, text: &str, overlay: &Overlay) -> Result<Page, Vec<Problem>> {
    let text = fixes::apply(text, overlay)?;
    let mut reader = Reader {
        file,
        overlay,
        lines: lines::lines(file, &text).map_err(|problem| vec![problem])?,
        at: 0,
        names: Vec::new(),
        definitions: None,
        body_rows: Vec::new(),
        notes: Vec::new(),
        problems: Vec::new(),
    };
    let api = reader.page();
    let problems = reader.problems.into_iter();
    match api {
        Ok(api) if problems.len() == 0 => Ok(Page {
            api,
            notes: reader.notes,
        }),
        other => Err(problems.chain(other.err()).collect()),
    }
}

impl Reader<'_> {
    /// Reads the page. The first error of each section is kept, and the sections behind it are read
    /// all the same.
    fn page(&mut self) -> Result<Api, Problem> {
        let title = self.text(0).to_owned();
        self.at = 1;
        let mut operation = Operation {
            place: self.place(0),
            ..Operation::default()
        };
        let mut words: Vec<String> = Vec::new();
        while operation::address(self.text(self.at)).is_none() {
            let is_over = self.at >= self.lines.len() || self.section(self.at).is_some();
            if is_over || self.columns(self.at).is_some() {
                let what = "there is no line with a method and an address before the first table";
                let hint = "give the text of a reference page of an operation, from its title on";
                return Err(self.refuse(0, what, hint));
            }
            let text = self.text(self.at).to_owned();
            if words.contains(&text) {
                return Err(self.refuse(self.at, "this paragraph is there twice", "keep one"));
            }
            words.push(text);
            self.at += 1;
        }
        operation.description = Some(words.join("\n\n")).filter(|words| !words.is_empty());
        let mut api = Api {
            title,
            ..Api::default()
        };
        self.address(&mut operation, &mut api)?;
        self.list_definitions()?;
        self.one_page()?;
        let mut latest: Option<(Section, usize)> = None;
        let mut has_examples = None;
        while self.at < self.lines.len() {
            let heading = self.at;
            let Some(section) = self.section(heading) else {
                let what = format!("{} is not understood here", self.found(heading));
                let hint = "a section follows, such as Request Body, Responses or Definitions; \
                            if a description has several paragraphs, join them in one line";
                let problem = self.refuse(heading, what, hint);
                self.keep(problem);
                continue;
            };
            if let Some((before, line)) = latest.filter(|(before, _)| *before >= section) {
                return Err(self.out_of_place(heading, section, before, line));
            }
            latest = Some((section, self.number(heading)));
            self.at += 1;
            let read = match section {
                Section::Parameters => self.parameters(&mut operation),
                Section::Headers => self.headers(&mut operation),
                Section::Body => self.body(&mut operation),
                Section::Responses => self.responses(&mut operation),
                Section::Security => self.security(&mut operation, &mut api),
                Section::Examples => {
                    has_examples = Some(heading);
                    self.skip_to_definitions();
                    Ok(())
                }
                Section::Definitions => self.types(&mut api),
            };
            if let Err(problem) = read {
                self.keep(problem);
            }
        }
        if operation.responses.is_empty() && self.problems.is_empty() {
            let what = "the page has no section Responses";
            let hint = "copy the page again, to its end";
            return Err(self.refuse(self.lines.len(), what, hint));
        }
        if let Some(heading) = has_examples.filter(|_| !operation.responses.is_empty()) {
            self.at = heading + 1;
            self.samples(&mut operation)?;
        }
        // What follows is about sections that were read.
        if self.problems.is_empty() {
            self.body_type(&mut operation, &api)?;
            self.check_address(&operation, &api)?;
            self.note_unlisted(&operation, &api);
        }
        api.operations.push(operation);
        Ok(api)
    }

    /// Keeps a problem, and continues with the next section.
    fn keep(&mut self, problem: Problem) {
        self.problems.push(problem);
        while self.at < self.lines.len() && self.section(self.at).is_none() {
            self.at += 1;
        }
    }

    /// Skips the samples, in which a line can be anything.
    fn skip_to_definitions(&mut self) {
        while self.at < self.lines.len() && self.section(self.at) != Some(Section::Definitions) {
            self.at += 1;
        }
    }
}
