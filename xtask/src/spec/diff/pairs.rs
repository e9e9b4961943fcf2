//! Finds which type of the newer document each type of the older one became.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::api_view::{Kind, View, is_same_rust_type};
use super::change::Reach;
use crate::spec::api::{Operation, Shape, TypeKind};

/// Two types that are at the same place, by their names, and how they travel there.
pub type Pairs<'a> = BTreeMap<(&'a str, &'a str), BTreeSet<Reach>>;

/// Pairs the types of operations that are one, and then those of the same name.
pub fn find<'a>(
    a: &View<'a>,
    b: &View<'a>,
    operations: &[(&'a Operation, &'a Operation)],
) -> Pairs<'a> {
    let mut walk = Walk {
        a,
        b,
        pairs: Pairs::new(),
        left: VecDeque::new(),
    };
    for (one, other) in operations {
        walk.operation(one, other);
    }
    walk.run();
    // A type of an operation without a counterpart, or of a member that was renamed.
    for (name, of_type) in &a.api.types {
        if matches!(of_type.kind, TypeKind::Alias(_)) {
            continue;
        }
        let is_paired = |pairs: &Pairs<'a>, name: &str| pairs.keys().any(|(one, _)| *one == name);
        let same = b.api.types.get_key_value(name).or_else(|| {
            let mut others = b.api.types.iter();
            others.find(|(other, _)| is_same_rust_type(name, other))
        });
        if let Some((other, found)) = same
            && !matches!(found.kind, TypeKind::Alias(_))
            && !is_paired(&walk.pairs, name)
        {
            walk.left.push_back((name, other, Reach::Read));
            walk.left.push_back((name, other, Reach::Write));
            walk.run();
        }
    }
    walk.pairs
}

struct Walk<'w, 'a> {
    a: &'w View<'a>,
    b: &'w View<'a>,
    pairs: Pairs<'a>,
    left: VecDeque<(&'a str, &'a str, Reach)>,
}

impl<'a> Walk<'_, 'a> {
    fn operation(&mut self, a: &'a Operation, b: &'a Operation) {
        for response in &a.responses {
            let other = b.responses.iter().find(|one| one.status == response.status);
            let Some(other) = other else { continue };
            if let (Some(one), Some(other)) = (&response.shape, &other.shape) {
                self.shapes(one, other, Reach::Read);
            }
            for (name, header) in &response.headers {
                if let Some(other) = other.headers.get(name) {
                    self.shapes(&header.shape, &other.shape, Reach::Read);
                }
            }
        }
        if let (Some(one), Some(other)) = (&a.body, &b.body) {
            self.shapes(&one.shape, &other.shape, Reach::Write);
        }
        for parameter in &a.parameters {
            let mut others = b.parameters.iter();
            if let Some(other) = others.find(|one| one.name == parameter.name) {
                self.shapes(&parameter.shape, &other.shape, Reach::Write);
            }
        }
    }

    fn shapes(&mut self, a: &'a Shape, b: &'a Shape, reach: Reach) {
        match (self.a.resolve(a).kind, self.b.resolve(b).kind) {
            (Kind::Array(a), Kind::Array(b)) | (Kind::Map(a), Kind::Map(b)) => {
                self.shapes(a, b, reach);
            }
            (Kind::Object(a, _), Kind::Object(b, _)) | (Kind::Enum(a, _), Kind::Enum(b, _)) => {
                self.left.push_back((&a.name, &b.name, reach));
            }
            _ => {}
        }
    }

    fn run(&mut self) {
        while let Some((a, b, reach)) = self.left.pop_front() {
            if !self.pairs.entry((a, b)).or_default().insert(reach) {
                continue;
            }
            let others = self.b.members(b);
            for member in self.a.members(a) {
                if let Some(other) = others.iter().find(|one| one.name == member.name) {
                    self.shapes(&member.shape, &other.shape, reach);
                }
            }
        }
    }
}
