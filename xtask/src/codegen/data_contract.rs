//! What .NET's data contracts make of a type: the name and the namespace of its element, and what its members hold.
//!
//! The rules are those of "Data Contract Names" and "Data Contract Serializer", as far as the specs need them; what goes
//! beyond is refused, since a wrong name would be skipped by the service without a word.

use super::names::pascal_case;
use super::problem::Problem;
use super::spec::{Member, MemberType, Spec, Type, TypeKind};

/// Before the .NET namespace of a type that says nothing else.
const NAMESPACES: &str = "http://schemas.datacontract.org/2004/07/";

/// The one generic type whose contract is known; its own attributes name its members in lower case.
const PAIR: &str = "System.Collections.Generic.KeyValuePair";

/// What the arguments of a generic type are called in its contract's name.
const ARGUMENTS: &[(&str, &str)] = &[
    ("System.String", "string"),
    ("System.Boolean", "boolean"),
    ("System.Int32", "int"),
    ("System.Int64", "long"),
];

/// What is wrong, and what to do.
type Fault = (String, &'static str);

/// A type's element.
#[derive(Debug, PartialEq)]
pub struct Name {
    /// The local name.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// Whether the members' elements are spelled as in JSON, and not in PascalCase.
    pub keeps_spelling: bool,
}

/// The element of a type by its .NET name.
///
/// # Errors
///
/// When the name is generic in a way that is not known, or no name of a type in a namespace.
pub fn name(dotnet_name: &str) -> Result<Name, Fault> {
    let (plain, arguments) = match dotnet_name
        .strip_suffix(']')
        .and_then(|name| name.split_once('['))
    {
        Some((plain, arguments)) => (plain, Some(arguments)),
        None => (dotnet_name, None),
    };
    let parts = plain.rsplit_once('.').filter(|_| {
        plain
            .split('.')
            .all(|part| syn::parse_str::<syn::Ident>(part).is_ok())
    });
    let Some((namespace, name)) = parts else {
        return Err((
            format!("`{dotnet_name}` is no .NET type in a namespace"),
            "write it as the page does, such as `Contoso.Billing.Address`",
        ));
    };
    let name = match arguments {
        None => name.to_owned(),
        Some(arguments) if plain == PAIR => {
            let known = |argument: &str| {
                let mut known = ARGUMENTS.iter();
                known.find(|(dotnet, _)| *dotnet == argument.trim())
            };
            let names: Option<String> = arguments
                .split(',')
                .map(|argument| known(argument).map(|(_, name)| *name))
                .collect();
            let Some(names) = names else {
                return Err((
                    format!("the arguments of `{dotnet_name}` are not known"),
                    "teach ARGUMENTS in xtask/src/codegen/data_contract.rs what they are called",
                ));
            };
            format!("{name}Of{names}")
        }
        Some(_) => {
            return Err((
                format!("`{dotnet_name}` is a generic type that is not known"),
                "teach xtask/src/codegen/data_contract.rs its contract",
            ));
        }
    };
    Ok(Name {
        name,
        namespace: format!("{NAMESPACES}{namespace}"),
        keeps_spelling: arguments.is_some(),
    })
}

/// The members of an object with the local names of their elements, in the order in which they must stand.
pub fn members<'s>(spec: &'s Spec, of: &Type, name: &Name) -> Vec<(String, &'s Member)> {
    let mut members: Vec<_> = spec
        .members(&of.name)
        .iter()
        .map(|member| {
            if name.keeps_spelling {
                (member.name.clone(), member)
            } else {
                (pascal_case(&member.name), member)
            }
        })
        .collect();
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    members
}

/// What a member's element holds, in the words of `billing_models::xml_schema::XmlKind`.
///
/// # Errors
///
/// When XML has no one form for it.
pub fn kind(spec: &Spec, shape: &MemberType) -> Result<String, Fault> {
    match shape {
        MemberType::String => Ok("XmlKind::Text".to_owned()),
        MemberType::Boolean => Ok("XmlKind::Boolean".to_owned()),
        MemberType::Integer => Ok("XmlKind::Integer".to_owned()),
        MemberType::Named(name) if is_enum(spec, name) => Ok("XmlKind::Text".to_owned()),
        MemberType::Named(name) => Ok(format!("XmlKind::Object(&{})", contract(spec, name)?)),
        MemberType::Array(item) => match &**item {
            MemberType::Named(name) if !is_enum(spec, name) => {
                Ok(format!("XmlKind::List(&{})", contract(spec, name)?))
            }
            _ => Err((
                "the elements of a list of plain values are named by their .NET type, which no spec says".to_owned(),
                "make the items a definition with an `x-dotnet-name`",
            )),
        },
        MemberType::Number | MemberType::Any | MemberType::Map(_) => Err((
            "XML has no one form for this".to_owned(),
            "say what it is, or leave `xml` out in specs/sources.toml",
        )),
    }
}

fn is_enum(spec: &Spec, name: &str) -> bool {
    let kind = spec.types.get(name).map(|found| &found.kind);
    matches!(kind, Some(TypeKind::OpenEnum(_)))
}

/// The contract of an object, by its name in Rust.
fn contract(spec: &Spec, name: &str) -> Result<String, Fault> {
    match spec.types.get(name) {
        Some(found) if found.dotnet_name.is_some() => Ok(static_name(&found.name)),
        _ => Err((
            format!("`{name}` has no `x-dotnet-name`, and its element no name"),
            "write the name that the page gives",
        )),
    }
}

/// The name of a type's contract in Rust.
pub fn static_name(rust_name: &str) -> String {
    heck::ToShoutySnakeCase::to_shouty_snake_case(rust_name)
}

/// Checks that every type with a .NET name can be carried by XML, and that there is one.
pub fn check(spec: &Spec, manifest_entry: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |file: &str, place: String, (what, hint): Fault| {
        problems.push(Problem::new(file, place, what, hint));
    };
    let mut named = 0;
    for found in spec.types.values() {
        let Some(dotnet_name) = &found.dotnet_name else {
            continue;
        };
        named += 1;
        if let Err(fault) = name(dotnet_name) {
            report(
                &spec.file,
                format!("{}/x-dotnet-name", found.pointer),
                fault,
            );
        }
        for member in spec.members(&found.name) {
            if let Err(fault) = kind(spec, &member.shape) {
                report(&spec.file, member.pointer.clone(), fault);
            }
        }
    }
    if named == 0 {
        let what = format!("no type of {} has an `x-dotnet-name`", spec.file);
        report(
            "specs/sources.toml",
            format!("#/spec/{manifest_entry}/xml"),
            (
                what,
                "write the names that the page gives, or leave `xml` out",
            ),
        );
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_use_the_namespace_and_pairs_also_their_arguments() {
        let plain = name("Contoso.Billing.V1.Address").unwrap();
        assert_eq!(plain.name, "Address");
        assert_eq!(
            plain.namespace,
            "http://schemas.datacontract.org/2004/07/Contoso.Billing.V1"
        );
        assert!(!plain.keeps_spelling);
        let pair =
            name("System.Collections.Generic.KeyValuePair[System.String,System.Int32]").unwrap();
        assert_eq!(pair.name, "KeyValuePairOfstringint");
        assert_eq!(
            pair.namespace,
            "http://schemas.datacontract.org/2004/07/System.Collections.Generic"
        );
        assert!(pair.keeps_spelling);
    }

    #[test]
    fn names_whose_contract_is_not_known_are_refused() {
        for (dotnet_name, what) in [
            ("Address", "`Address` is no .NET type in a namespace"),
            ("", "`` is no .NET type in a namespace"),
            ("A.B+C", "`A.B+C` is no .NET type in a namespace"),
            (
                "System.Collections.Generic.KeyValuePair[System.String,Contoso.X]",
                "the arguments of `System.Collections.Generic.KeyValuePair[System.String,Contoso.X]` are not known",
            ),
            (
                "Contoso.Page[System.String]",
                "`Contoso.Page[System.String]` is a generic type that is not known",
            ),
        ] {
            assert_eq!(name(dotnet_name).unwrap_err().0, what);
        }
    }
}
