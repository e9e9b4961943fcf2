//! Changes the name of a type wherever it is held.

use crate::spec::api::{Additional, Api, Shape, Type, TypeKind};

/// Changes the name of a type wherever it is held.
pub(super) fn rename_shapes(api: &mut Api, from: &str, to: &str) {
    let change = |shape: &mut Shape| rename_shape(shape, from, to);
    for operation in &mut api.operations {
        let parameters = operation.parameters.iter_mut();
        parameters.for_each(|parameter| change(&mut parameter.shape));
        let bodies = operation.body.iter_mut();
        bodies.for_each(|body| change(&mut body.shape));
        for response in &mut operation.responses {
            let headers = response.headers.values_mut();
            headers.for_each(|header| change(&mut header.shape));
            response.shape.iter_mut().for_each(change);
        }
    }
    for Type { kind, .. } in api.types.values_mut() {
        match kind {
            TypeKind::Object(object) => {
                let bases = object.bases.iter_mut().filter(|base| *base == from);
                bases.for_each(|base| to.clone_into(base));
                let members = object.members.iter_mut();
                members.for_each(|member| change(&mut member.shape));
                if let Additional::Allowed(shape) = &mut object.additional {
                    change(shape);
                }
            }
            TypeKind::Enum(_) => {}
            TypeKind::Alias(shape) => change(shape),
        }
    }
}

fn rename_shape(shape: &mut Shape, from: &str, to: &str) {
    match shape {
        Shape::Named(name) if name == from => to.clone_into(name),
        Shape::Array(element) | Shape::Map(element) => rename_shape(element, from, to),
        _ => {}
    }
}
