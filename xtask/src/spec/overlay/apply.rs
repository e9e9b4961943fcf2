//! Applies an overlay to an [`Api`].

use std::path::Path;

use toml::Spanned;

use super::rename::rename_shapes;
use super::shared::refer_to_types;
use super::words::Words;
use super::{Lists, Overlay, Texts};
use crate::codegen::nearest::{did_you_mean, nearest};
use crate::codegen::problem::Problem;
use crate::codegen::{json, rustdoc_text, text};
use crate::spec::api::{Api, Enum, Member, Mutability, Shape, TypeKind};
use crate::spec::read::checked_in;

impl Overlay {
    /// Applies the keys to an Api. `specs` is the folder in which `words_of` names a spec.
    ///
    /// # Errors
    ///
    /// Every key that does not apply: to something that is not there, or that is so already.
    pub fn apply(&self, api: &mut Api, specs: &Path) -> Result<(), Vec<Problem>> {
        let mut application = Application {
            overlay: self,
            api,
            problems: Vec::new(),
        };
        application.run(specs);
        let mut problems = application.problems;
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by_key(|(line, _)| *line);
        Err(problems.into_iter().map(|(_, problem)| problem).collect())
    }
}

struct Application<'a> {
    overlay: &'a Overlay,
    api: &'a mut Api,
    /// What does not apply, with the line of the overlay.
    problems: Vec<(usize, Problem)>,
}

impl Application<'_> {
    fn run(&mut self, specs: &Path) {
        let keys = &self.overlay.keys;
        if let Some(title) = &keys.title {
            self.check_line(title);
            self.api.title.clone_from(title.get_ref());
        }
        self.each(&keys.kinds, Self::check_kind);
        if let Some(body) = &keys.body {
            self.check_body(body);
        }
        self.each(&keys.rename, Self::rename);
        if let Some(spec) = &keys.types_of {
            self.take_types(spec, specs);
        }
        self.each(&keys.titles, Self::entitle);
        self.each(&keys.openness, Self::set_openness);
        self.each(&keys.names, Self::name);
        self.each(&keys.words, Self::describe);
        self.each(&keys.operations, Self::describe_operation);
        self.each(&keys.parameters, Self::describe_parameter);
        self.mark(&keys.read_only, |member| {
            let is_new = member.mutability != Mutability::READ_ONLY;
            member.mutability = Mutability::READ_ONLY;
            is_new
        });
        self.mark(&keys.personal, |member| {
            let is_new = !member.personal;
            member.personal = true;
            is_new
        });
        if let Some(spec) = &keys.words_of {
            self.take_words(spec, specs);
        }
    }

    /// Applies a table; `set` returns what is wrong.
    fn each(&mut self, table: &Texts, set: fn(&mut Self, &str, &str) -> Result<(), String>) {
        for (key, value) in table {
            self.check_text(value);
            if let Err(what) = set(self, key.get_ref(), value.get_ref()) {
                self.refuse(key, what);
            }
        }
    }

    fn refuse<T>(&mut self, key: &Spanned<T>, what: String) {
        let line = self.overlay.line(key);
        let hint = "correct the name, or remove the key";
        let problem = Problem::new(&self.overlay.file, format!(":{line}"), what, hint);
        self.problems.push((line, problem));
    }

    fn check_text(&mut self, text: &Spanned<String>) {
        if let Some((what, _)) = rustdoc_text::flaw(text.get_ref()) {
            self.refuse(text, what);
        }
    }

    fn check_line(&mut self, text: &Spanned<String>) {
        if let Some((what, _)) = rustdoc_text::flaw_in_line(text.get_ref()) {
            self.refuse(text, what);
        }
    }

    /// Checks a kind, which the reader of a page has used.
    fn check_kind(&mut self, name: &str, kind: &str) -> Result<(), String> {
        match (self.api.types.get(name).map(|found| &found.kind), kind) {
            (Some(TypeKind::Object(_)), "object") | (Some(TypeKind::Enum(_)), "enum") => Ok(()),
            (Some(_), "object" | "enum") => Err(format!("the document says that `{name}` is not")),
            (Some(_), _) => Err(format!("`{kind}` is neither `object` nor `enum`")),
            (None, _) => Err(self.no_type(name)),
        }
    }

    fn check_body(&mut self, body: &Spanned<String>) {
        let shape = Shape::Named(body.get_ref().clone());
        let mut bodies = self.api.operations.iter().flat_map(|one| &one.body);
        if !bodies.any(|found| found.shape == shape) {
            self.refuse(body, format!("no body is a `{}`", body.get_ref()));
        }
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), String> {
        if self.api.types.contains_key(to) {
            return Err(format!("there is a type `{to}` already"));
        }
        let Some(mut of_type) = self.api.types.remove(from) else {
            return Err(self.no_type(from));
        };
        to.clone_into(&mut of_type.name);
        self.api.types.insert(to.to_owned(), of_type);
        rename_shapes(self.api, from, to);
        Ok(())
    }

    fn entitle(&mut self, path: &str, title: &str) -> Result<(), String> {
        let member = self.member(path)?;
        let Shape::Named(name) = &member.shape else {
            return Err(format!("`{path}` is not an object defined there"));
        };
        let name = name.clone();
        match self.api.types.get(&name) {
            Some(held) if held.inline => self.rename(&name, title),
            _ => Err(format!("`{path}` is not an object defined there")),
        }
    }

    fn set_openness(&mut self, name: &str, openness: &str) -> Result<(), String> {
        let open = match openness {
            "open" => true,
            "closed" => false,
            _ => return Err(format!("`{openness}` is neither `open` nor `closed`")),
        };
        let of_enum = self.of_enum(name)?;
        if of_enum.open == open {
            return Err(format!("`{name}` is {openness} already"));
        }
        of_enum.open = open;
        Ok(())
    }

    fn name(&mut self, path: &str, name: &str) -> Result<(), String> {
        let (of_type, rest) = self.split(path)?;
        let place = if let Ok(of_enum) = self.of_enum(&of_type) {
            let values = &mut of_enum.values;
            match values.iter_mut().find(|value| value.value == rest) {
                Some(value) => &mut value.name,
                None => return Err(format!("`{of_type}` has no value `{rest}`")),
            }
        } else {
            &mut self.member(path)?.client_name
        };
        if place.as_deref() == Some(name) {
            return Err(format!("`{path}` has this name already"));
        }
        *place = Some(name.to_owned());
        Ok(())
    }

    fn describe(&mut self, path: &str, words: &str) -> Result<(), String> {
        let place = match self.api.types.get_mut(path) {
            Some(of_type) => &mut of_type.description,
            None if path.contains('.') => &mut self.member(path)?.description,
            None => return Err(self.no_type(path)),
        };
        fill(path, place, words)
    }

    fn describe_operation(&mut self, id: &str, words: &str) -> Result<(), String> {
        let mut operations = self.api.operations.iter_mut();
        match operations.find(|operation| operation.id == id) {
            Some(operation) => fill(id, &mut operation.description, words),
            None => {
                let ids = self.api.operations.iter().map(|one| one.id.as_str());
                let meant = did_you_mean(nearest(id, ids));
                Err(format!("there is no operation `{id}`{meant}"))
            }
        }
    }

    fn describe_parameter(&mut self, name: &str, words: &str) -> Result<(), String> {
        let mut is_known = false;
        for operation in &mut self.api.operations {
            for parameter in &mut operation.parameters {
                if parameter.name == name {
                    is_known = true;
                    fill(name, &mut parameter.description, words)?;
                }
            }
        }
        if is_known {
            Ok(())
        } else {
            Err(format!("no operation has a parameter `{name}`"))
        }
    }

    /// Marks members; `mark` returns whether the mark is new.
    fn mark(&mut self, lists: &Lists, mark: fn(&mut Member) -> bool) {
        for (of_type, members) in lists {
            if !self.api.types.contains_key(of_type.get_ref()) {
                let what = self.no_type(of_type.get_ref());
                self.refuse(of_type, what);
                continue;
            }
            for member in members {
                let path = format!("{}.{}", of_type.get_ref(), member.get_ref());
                match self.member(&path).map(mark) {
                    Ok(true) => {}
                    Ok(false) => self.refuse(member, format!("`{path}` is marked already")),
                    Err(what) => self.refuse(member, what),
                }
            }
        }
    }

    /// Refers to the types of another spec in the same folder.
    fn take_types(&mut self, name: &Spanned<String>, specs: &Path) {
        let shown = format!("specs/{}", name.get_ref());
        let read = text::read(&specs.join(name.get_ref()), &shown).map_err(|problem| vec![problem]);
        match read.and_then(|text| checked_in::read(&shown, &text)) {
            Ok(other) => {
                let file = shown.rsplit('/').next().unwrap_or(&shown);
                if let Err(what) = refer_to_types(self.api, &other, file) {
                    self.refuse(name, what);
                }
            }
            Err(problems) => {
                let line = self.overlay.line(name);
                let problems = problems.into_iter().map(|problem| (line, problem));
                self.problems.extend(problems);
            }
        }
    }

    /// Takes the words of another spec for what has none.
    fn take_words(&mut self, name: &Spanned<String>, specs: &Path) {
        let file = name.get_ref();
        let read = text::read(&specs.join(file), &format!("specs/{file}"));
        let spec = match read.and_then(|text| json::parse(&format!("specs/{file}"), &text)) {
            Ok(spec) => spec,
            Err(problem) => {
                let line = self.overlay.line(name);
                return self.problems.push((line, problem));
            }
        };
        let words = Words::of_spec(&spec);
        let mut taken = 0;
        let mut take = |place: &mut Option<String>, words: Option<&String>| {
            if place.is_none()
                && let Some(words) = words
            {
                *place = Some(words.clone());
                taken += 1;
            }
        };
        for (name, of_type) in &mut self.api.types {
            take(&mut of_type.description, words.types.get(name));
            if let TypeKind::Object(object) = &mut of_type.kind {
                for member in &mut object.members {
                    let path = format!("{name}.{}", member.name);
                    take(&mut member.description, words.types.get(&path));
                }
            }
        }
        for operation in &mut self.api.operations {
            for parameter in &mut operation.parameters {
                take(
                    &mut parameter.description,
                    words.parameters.get(&parameter.name),
                );
            }
        }
        if taken == 0 {
            self.refuse(name, format!("specs/{file} has no words that are missing"));
        }
    }

    /// Returns the type and the rest of `Type.rest`.
    fn split(&self, path: &str) -> Result<(String, String), String> {
        // The name of a type can have dots, too.
        let dots = path.match_indices('.').map(|(at, _)| path.split_at(at));
        let mut splits = dots.map(|(of_type, rest)| (of_type, rest.trim_start_matches('.')));
        match splits.find(|(of_type, _)| self.api.types.contains_key(*of_type)) {
            Some((of_type, rest)) => Ok((of_type.to_owned(), rest.to_owned())),
            None => Err(self.no_type(path.split('.').next().unwrap_or(path))),
        }
    }

    /// Returns the member at a path, such as `BillingProfile.properties.address`, which leads only
    /// through objects that are defined at their member.
    fn member(&mut self, path: &str) -> Result<&mut Member, String> {
        let (mut owner, mut rest) = self.split(path)?;
        while let Some((first, behind)) = rest.split_once('.') {
            let inner = members(self.api, &owner).iter().find_map(|member| {
                let Shape::Named(name) = &member.shape else {
                    return None;
                };
                let is_inline = self.api.types.get(name).is_some_and(|held| held.inline);
                (member.name == first && is_inline).then_some(name)
            });
            let Some(inner) = inner else { break };
            (owner, rest) = (inner.clone(), behind.to_owned());
        }
        let names = members(self.api, &owner)
            .iter()
            .map(|one| one.name.as_str());
        let meant = did_you_mean(nearest(&rest, names));
        let what = format!("`{owner}` has no member `{rest}`{meant}");
        match self.api.types.get_mut(&owner).map(|found| &mut found.kind) {
            Some(TypeKind::Object(object)) => {
                let mut members = object.members.iter_mut();
                members.find(|member| member.name == rest).ok_or(what)
            }
            _ => Err(what),
        }
    }

    fn of_enum(&mut self, name: &str) -> Result<&mut Enum, String> {
        let missing = self.no_type(name);
        match self.api.types.get_mut(name).map(|found| &mut found.kind) {
            Some(TypeKind::Enum(of_enum)) => Ok(of_enum),
            Some(_) => Err(format!("`{name}` is not an enum")),
            None => Err(missing),
        }
    }

    fn no_type(&self, name: &str) -> String {
        let meant = did_you_mean(nearest(name, self.api.types.keys().map(String::as_str)));
        format!("there is no type `{name}`{meant}")
    }
}

fn members<'a>(api: &'a Api, name: &str) -> &'a [Member] {
    match api.types.get(name).map(|found| &found.kind) {
        Some(TypeKind::Object(object)) => &object.members,
        _ => &[],
    }
}

fn fill(path: &str, place: &mut Option<String>, words: &str) -> Result<(), String> {
    if place.is_some() {
        return Err(format!("`{path}` has words already"));
    }
    *place = Some(words.to_owned());
    Ok(())
}
