//! .NET's data contracts: the name and namespace of a type's XML element, and the content of its
//! members.
//!
//! The rules come from the pages "Data Contract Names" and "Data Contract Serializer", as far as
//! the specs need them. Other types are refused, since the service skips an element with a wrong
//! name.

use super::names::pascal_case;
use super::problem::Problem;
use super::spec::{Member, MemberType, Spec, Type, TypeKind};

/// The XML namespace is this, followed by the .NET namespace of the type.
const NAMESPACES: &str = "http://schemas.datacontract.org/2004/07/";

/// The only supported generic type; attributes spell its members in lower case.
const PAIR: &str = "System.Collections.Generic.KeyValuePair";

/// The names of type arguments in the name of a generic type's contract.
const ARGUMENTS: &[(&str, &str)] = &[
    ("System.String", "string"),
    ("System.Boolean", "boolean"),
    ("System.Int32", "int"),
    ("System.Int64", "long"),
];

/// A problem and its hint.
type Flaw = (String, &'static str);

/// The XML element of a type.
#[derive(Debug, PartialEq)]
pub struct Name {
    /// The local name.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// Whether the elements of members are spelled as in JSON instead of PascalCase.
    pub keeps_spelling: bool,
}

/// Returns the element of a type with this .NET name.
///
/// # Errors
///
/// If the name has no namespace, or if the generic type is not supported.
pub fn name(dotnet_name: &str) -> Result<Name, Flaw> {
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
            format!("`{dotnet_name}` is not a .NET type in a namespace"),
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
                    "add their names to ARGUMENTS in xtask/src/codegen/xml_names.rs",
                ));
            };
            format!("{name}Of{names}")
        }
        Some(_) => {
            return Err((
                format!("`{dotnet_name}` is a generic type that is not known"),
                "add its contract to xtask/src/codegen/xml_names.rs",
            ));
        }
    };
    Ok(Name {
        name,
        namespace: format!("{NAMESPACES}{namespace}"),
        keeps_spelling: arguments.is_some(),
    })
}

/// Returns the members of an object with the local names of their elements, in the required order.
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

/// Returns the content of a member's element as a `billing_models::xml_schema::XmlKind`.
///
/// # Errors
///
/// If XML has no single form for it.
pub fn kind(spec: &Spec, shape: &MemberType) -> Result<String, Flaw> {
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
                "the elements of a list of plain values are named by their .NET type, which no spec has".to_owned(),
                "make the items a definition with an `x-dotnet-name`",
            )),
        },
        MemberType::Number | MemberType::Any | MemberType::Map(_) => Err((
            "XML has no single form for this".to_owned(),
            "give it a type, or leave `xml` out in specs/sources.toml",
        )),
    }
}

fn is_enum(spec: &Spec, name: &str) -> bool {
    let kind = spec.types.get(name).map(|found| &found.kind);
    matches!(kind, Some(TypeKind::OpenEnum(_)))
}

/// Returns the name of the static with the contract of an object.
fn contract(spec: &Spec, name: &str) -> Result<String, Flaw> {
    match spec.types.get(name) {
        Some(found) if found.dotnet_name.is_some() => Ok(static_name(&found.name)),
        _ => Err((
            format!("`{name}` has no `x-dotnet-name`, so its element has no name"),
            "write the name that the page gives",
        )),
    }
}

/// Returns the name of the static with the contract of a type.
pub fn static_name(rust_name: &str) -> String {
    heck::ToShoutySnakeCase::to_shouty_snake_case(rust_name)
}

/// Checks that at least one type has a .NET name, and that all of them can be written as XML.
pub fn check(spec: &Spec, manifest_entry: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |file: &str, location: String, (what, hint): Flaw| {
        problems.push(Problem::new(file, location, what, hint));
    };
    let mut named = 0;
    for found in spec.types.values() {
        let Some(dotnet_name) = &found.dotnet_name else {
            continue;
        };
        named += 1;
        if let Err(flaw) = name(dotnet_name) {
            report(&spec.file, format!("{}/x-dotnet-name", found.pointer), flaw);
        }
        for member in spec.members(&found.name) {
            if let Err(flaw) = kind(spec, &member.shape) {
                report(&spec.file, member.pointer.clone(), flaw);
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
            ("Address", "`Address` is not a .NET type in a namespace"),
            ("", "`` is not a .NET type in a namespace"),
            ("A.B+C", "`A.B+C` is not a .NET type in a namespace"),
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
