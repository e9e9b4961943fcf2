//! The types of a page: the table Definitions, and a table for each of its rows.

use std::collections::BTreeMap;

use super::reader::{Reader, Row, Section, TypeName};
use crate::codegen::names::type_name;
use crate::codegen::problem::Problem;
use crate::spec::api::{Api, Enum, EnumValue, Member, Object, Shape, Type, TypeKind};

/// A table of members or values, with what stands above it.
struct TypeTable {
    /// The name in the heading; none if the heading was lost.
    heading: Option<String>,
    description: Option<String>,
    /// `Enumeration` or `Object`, if the page says so.
    said: Option<bool>,
    /// The index of the table's head.
    at: usize,
    columns: Vec<String>,
    rows: Vec<Row>,
}

impl Reader<'_> {
    /// Reads the table Definitions, which names the types that all other tables refer to.
    pub(super) fn list_definitions(&mut self) -> Result<(), Problem> {
        let begin = self.at;
        let is_heading = |at: &usize| self.section(*at) == Some(Section::Definitions);
        let headings = || (begin..self.lines.len()).filter(is_heading);
        let is_above_table = |at: &usize| self.columns(at + 1).is_some();
        // A sample may have a line like it.
        let Some(heading) = headings().find(is_above_table).or(headings().next_back()) else {
            return Ok(());
        };
        self.at = heading + 1;
        let columns = self.head(&[&["Name", "Description"]])?;
        while self.at < self.lines.len() && self.columns(self.at).is_none() {
            if self.is_repeated(self.at) && !self.is_markdown_row(self.at) {
                break;
            }
            let at = self.at;
            let (page, description) = if self.is_markdown_row(at) {
                let mut cells = self.cells(&columns)?.into_iter();
                (cells.next().unwrap_or_default(), cells.next())
            } else if self.names.is_empty() || !self.is_markdown_row(at - 1) {
                self.at += 1;
                (self.text(at).to_owned(), self.definition_words(at))
            } else {
                break;
            };
            self.add_name(at, page, description.filter(|words| !words.is_empty()))?;
        }
        self.definitions = Some(self.at);
        self.at = begin;
        Ok(())
    }

    fn is_repeated(&self, at: usize) -> bool {
        self.names.iter().any(|known| known.page == self.text(at))
    }

    /// Reads the words of a definition, which stand in a paragraph of their own.
    fn definition_words(&mut self, name: usize) -> Option<String> {
        let at = self.at;
        let begins = self.lines.get(at).is_some_and(|line| line.begins);
        let text = self.text(at).to_owned();
        let is_name = self.is_repeated(at)
            || text == self.text(name)
            || !text.contains(' ') && self.lines.iter().skip(at + 1).any(|line| line.text == text);
        if !begins || is_name || self.columns(at).is_some() {
            return None;
        }
        self.at += 1;
        Some(text)
    }

    fn add_name(
        &mut self,
        at: usize,
        page: String,
        description: Option<String>,
    ) -> Result<(), Problem> {
        if page.contains(char::is_whitespace) || page.is_empty() {
            let what = format!("`{page}` is not the name of a type");
            let hint = "the table Definitions has a name without spaces in each row";
            return Err(self.refuse(at, what, hint));
        }
        // `System.Collections.Generic.KeyValuePair[System.String,System.String]`
        let plain = page.split('[').next().unwrap_or(&page);
        let key = plain.rsplit('.').next().unwrap_or(plain).to_owned();
        if let Some(other) = self.names.iter().find(|other| other.key == key) {
            let what = format!("`{page}` and `{}` have one name, `{key}`", other.page);
            let hint = "remove the second row, or rename one by a fix in the overlay";
            return Err(self.refuse(at, what, hint));
        }
        let line = self.number(at);
        self.names.push(TypeName {
            page,
            key,
            description,
            line,
        });
        Ok(())
    }

    /// Returns whether the heading of a type is at an index: its name, above its words or a table.
    pub(super) fn is_type_heading(&self, at: usize) -> bool {
        if self.definitions.is_none_or(|behind| at < behind) || self.is_markdown_row(at) {
            return false;
        }
        let Some(known) = self.names.iter().find(|known| known.page == self.text(at)) else {
            return false;
        };
        let is_said = matches!(self.text(at + 1), "Enumeration" | "Object");
        let at = at + usize::from(is_said);
        let next = self.text(at + 1);
        self.columns(at + 1).is_some()
            || known.description.as_deref() == Some(next)
            || self.columns(at + 2).is_some() && self.parse_shape(next).is_none()
    }

    /// Reads the tables of the types.
    pub(super) fn types(&mut self, api: &mut Api) -> Result<(), Problem> {
        self.at = self.definitions.unwrap_or(self.lines.len());
        let mut tables = Vec::new();
        while self.at < self.lines.len() {
            let begin = self.at;
            match self.type_table() {
                Ok(table) => tables.push(table),
                Err(problem) => {
                    self.problems.push(problem);
                    self.at = self.at.max(begin + 1);
                    while self.at < self.lines.len() && !self.is_type_heading(self.at) {
                        self.at += 1;
                    }
                }
            }
        }
        // What follows is about all tables together.
        if !self.problems.is_empty() {
            return Ok(());
        }
        let assigned = self.assign(tables)?;
        let undefined: Vec<_> = self
            .names
            .iter()
            .filter(|known| !assigned.contains_key(&known.key))
            .map(|known| known.page.as_str())
            .collect();
        if !undefined.is_empty() {
            let what = format!("the page has no table of {}", undefined.join(", "));
            let hint = "copy the page again, to its end";
            return Err(self.refuse(self.lines.len(), what, hint));
        }
        for (key, table) in assigned {
            self.add_type(api, key, table)?;
        }
        Ok(())
    }

    fn type_table(&mut self) -> Result<TypeTable, Problem> {
        let mut heading = None;
        let mut description = None;
        let mut said = None;
        if self.columns(self.at).is_none() {
            if !self.is_repeated(self.at) {
                let what = format!("{} is not understood here", self.found(self.at));
                let hint = "the heading of a type or its table follows; if a description has \
                            several paragraphs, join them in one line";
                return Err(self.refuse(self.at, what, hint));
            }
            heading = Some(self.text(self.at).to_owned());
            self.at += 1;
        }
        while self.columns(self.at).is_none() && heading.is_some() {
            match self.text(self.at) {
                "Enumeration" => said = Some(true),
                "Object" => said = Some(false),
                "" => break,
                text if description.is_none() => description = Some(text.to_owned()),
                _ => break,
            }
            self.at += 1;
        }
        let at = self.at;
        let columns = self.head(&[
            &["Name", "Type", "Description"],
            &["Name", "Required", "Type", "Description"],
            &["Value", "Description"],
        ])?;
        if columns.first().is_some_and(|first| first == "Value") {
            said = Some(true);
            if !self.is_markdown_row(self.at) {
                let what = "values without a type cannot be told from their descriptions";
                let hint = "copy the page as Markdown";
                return Err(self.refuse(at, what, hint));
            }
        }
        let rows = self.rows(&columns)?;
        Ok(TypeTable {
            heading,
            description,
            said,
            at,
            columns,
            rows,
        })
    }

    /// Gives each table to a type: by its heading, or by the order of the table Definitions if the
    /// heading was lost and the tables around it leave no choice.
    fn assign(&mut self, tables: Vec<TypeTable>) -> Result<BTreeMap<String, TypeTable>, Problem> {
        let mut assigned: BTreeMap<String, TypeTable> = BTreeMap::new();
        let heads: Vec<_> = tables.iter().map(|one| one.heading.clone()).collect();
        let position = |heading: &Option<String>| {
            let heading = heading.as_ref()?;
            self.names.iter().position(|known| known.page == *heading)
        };
        let positions: Vec<_> = heads.iter().map(position).collect();
        let known: Vec<_> = positions.iter().flatten().collect();
        let is_in_order = known.is_sorted() && tables.len() == self.names.len();
        for (index, table) in tables.into_iter().enumerate() {
            let at = table.at;
            let own = positions.get(index).copied().flatten();
            if own.is_none() && !is_in_order {
                let what = "the heading of this table is lost, and by the order of the table \
                            Definitions it can be that of several types";
                let hint = "add the heading by a fix in the overlay";
                return Err(self.refuse(at, what, hint));
            }
            let Some(known) = self.names.get(own.unwrap_or(index)).cloned() else {
                let hint = "add the heading by a fix in the overlay";
                return Err(self.refuse(at, "the heading of this table is lost", hint));
            };
            if own.is_none() {
                let what = format!(
                    "the heading of this table is lost; by the order of the table Definitions it \
                     is `{}`",
                    known.page
                );
                self.note(at, &what);
            } else if table.description != known.description {
                let what = format!(
                    "the words above this table differ from those of line {}",
                    known.line
                );
                let hint =
                    "a spec has one description of a type: correct one by a fix in the overlay";
                return Err(self.refuse(at, what, hint));
            }
            if assigned.contains_key(&known.key) {
                let what = format!("this is the second table of `{}`", known.page);
                return Err(self.refuse(at, what, "keep one of them"));
            }
            assigned.insert(known.key, table);
        }
        Ok(assigned)
    }

    fn add_type(&mut self, api: &mut Api, key: String, table: TypeTable) -> Result<(), Problem> {
        let Some(known) = self.names.iter().find(|known| known.key == key).cloned() else {
            return Ok(());
        };
        let place = self.place(table.at);
        let mut of_type = Type {
            name: key.clone(),
            dotnet_name: Some(known.page).filter(|page| *page != key),
            description: known.description,
            place: place.clone(),
            ..Type::default()
        };
        of_type.kind = if self.is_enum(&key, &table)? {
            TypeKind::Enum(Enum {
                values: table
                    .rows
                    .into_iter()
                    .map(|row| EnumValue {
                        value: row.name,
                        name: None,
                        description: row.description,
                    })
                    .collect(),
                // A page does not say it.
                open: true,
                shape: Shape::String(None),
            })
        } else {
            let mut object = Object::default();
            for row in table.rows {
                self.add_member(api, &key, &mut object, row)?;
            }
            TypeKind::Object(object)
        };
        api.types.insert(key, of_type);
        Ok(())
    }

    /// Returns whether a table lists values. A page prints both alike: the values of its enums are
    /// strings without descriptions that begin with a capital letter.
    fn is_enum(&self, key: &str, table: &TypeTable) -> Result<bool, Problem> {
        if let Some(said) = table.said {
            return Ok(said);
        }
        if let Some(kind) = self.overlay.kind(key) {
            return Ok(kind == "enum");
        }
        let is_bare = |row: &Row| {
            row.shape == Shape::String(None) && row.description.is_none() && !row.name.contains('.')
        };
        if !table.rows.iter().all(is_bare) || table.columns.len() > 3 {
            return Ok(false);
        }
        if table
            .rows
            .iter()
            .all(|row| row.name.starts_with(char::is_uppercase))
        {
            return Ok(true);
        }
        let what = format!("the table of `{key}` can list members or the values of an enum");
        let hint =
            format!("say which in the overlay: `[kinds]` with `{key} = \"object\"` or `\"enum\"`");
        Err(self.refuse(table.at, what, &hint))
    }

    /// Adds a member. `properties.address` is a member of an object that is defined at the member
    /// `properties`.
    fn add_member(
        &self,
        api: &mut Api,
        owner: &str,
        object: &mut Object,
        row: Row,
    ) -> Result<(), Problem> {
        let place = crate::spec::api::Place {
            line: row.line,
            ..self.place(0)
        };
        let member = |name: &str, shape| Member {
            name: name.to_owned(),
            shape,
            required: row.required,
            description: row.description.clone(),
            place: place.clone(),
            ..Member::default()
        };
        let Some((outer, rest)) = row.name.split_once('.') else {
            object.members.push(member(&row.name, row.shape.clone()));
            return Ok(());
        };
        let inner_name = type_name(&format!("{owner} {outer}"));
        let holds = |member: &Member| member.shape == Shape::Named(inner_name.clone());
        match object.members.iter().find(|member| member.name == outer) {
            Some(other) if holds(other) => {}
            None if !self.names.iter().any(|known| known.key == inner_name) => {
                object.members.push(Member {
                    required: false,
                    description: None,
                    ..member(outer, Shape::Named(inner_name.clone()))
                });
            }
            _ => {
                let what = format!("`{}` has no place for `{}`", owner, row.name);
                let hint = "the member before the dot or its type's name is taken";
                return Err(self.refuse_line(row.line, what, hint));
            }
        }
        let mut inner = match api.types.remove(&inner_name).map(|found| found.kind) {
            Some(TypeKind::Object(inner)) => inner,
            _ => Object::default(),
        };
        let row = Row {
            name: rest.to_owned(),
            ..row.clone()
        };
        self.add_member(api, &inner_name, &mut inner, row)?;
        let inner = Type {
            name: inner_name.clone(),
            inline: true,
            kind: TypeKind::Object(inner),
            place,
            ..Type::default()
        };
        api.types.insert(inner_name, inner);
        Ok(())
    }
}
