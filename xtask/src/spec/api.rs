//! What a document says of a service: its operations, and the types that they reach.

use std::collections::BTreeMap;

use serde_json::Value;

/// A document of a service, read: Swagger, OpenAPI, a reference page or a checked-in spec.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Api {
    /// The title of the document.
    pub title: String,
    /// The api version, if the document names one.
    pub version: Option<String>,
    /// The operations that were asked for, in the order of the document.
    pub operations: Vec<Operation>,
    /// The types that the operations reach, by name. Inline objects and enums have names, too.
    pub types: BTreeMap<String, Type>,
    /// The security schemes that the operations name.
    pub schemes: BTreeMap<String, Scheme>,
}

/// The place of something in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the document that refers to it spells it.
    pub file: String,
    /// The line, from 1; 0 if it is not known.
    pub line: usize,
    /// The JSON pointer; empty for a page.
    pub pointer: String,
}

/// An operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Operation {
    /// The id, such as `BillingProfiles_Get`.
    pub id: String,
    /// The method in capital letters, such as `PATCH`.
    pub method: String,
    /// The path with its parameters in braces, without host and query.
    pub path: String,
    /// The scheme, host and base path; empty if the document names none.
    pub host: String,
    /// The description.
    pub description: Option<String>,
    /// The parameters of path, query and header.
    pub parameters: Vec<Parameter>,
    /// The body of the request.
    pub body: Option<Body>,
    /// The responses, in the order of the document.
    pub responses: Vec<Response>,
    /// The media types of responses.
    pub produces: Vec<String>,
    /// The security schemes by name, each with its scopes.
    pub security: BTreeMap<String, Vec<String>>,
    /// How a long-running operation ends, if it is one.
    pub long_running: Option<LongRunning>,
    /// How its pages are linked, if it returns pages.
    pub pageable: Option<Pageable>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The samples of a reference page.
    pub examples: Vec<Example>,
    /// Its place.
    pub place: Place,
}

/// A security scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheme {
    /// The description.
    pub description: Option<String>,
    /// The type, such as `oauth2`.
    pub kind: String,
    /// The flow of OAuth 2, such as `implicit`.
    pub flow: Option<String>,
    /// The address at which a user grants access.
    pub authorization_url: Option<String>,
    /// The descriptions of the scopes, by name.
    pub scopes: BTreeMap<String, Option<String>>,
}

/// A sample of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// Its name.
    pub name: String,
    /// The body of the request, as the text of a JSON document: its members keep their order.
    pub request: Option<String>,
    /// The responses.
    pub responses: Vec<ExampleResponse>,
}

/// A response of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExampleResponse {
    /// The status, such as `200`.
    pub status: String,
    /// The headers with their values, in order.
    pub headers: Vec<(String, String)>,
    /// The body, as the text of a JSON document.
    pub body: Option<String>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// `path`, `query` or `header`.
    pub location: String,
    /// Whether a request must have it.
    pub required: bool,
    /// The type of its value.
    pub shape: Shape,
    /// The description.
    pub description: Option<String>,
    /// The value that the service takes if there is none.
    pub default: Option<Value>,
    /// Limits on the value.
    pub limits: Limits,
    /// Its place.
    pub place: Place,
}

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The name of the parameter that holds it, if the document has one.
    pub name: Option<String>,
    /// The type of the body.
    pub shape: Shape,
    /// Whether a request must have it.
    pub required: bool,
    /// The media types.
    pub media_types: Vec<String>,
    /// The description.
    pub description: Option<String>,
    /// The paths of the members that are accepted, if not all are.
    pub members: Option<Vec<String>>,
    /// Its place.
    pub place: Place,
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The status, such as `200`, or `default`.
    pub status: String,
    /// The description.
    pub description: Option<String>,
    /// The type of the body, if it has one.
    pub shape: Option<Shape>,
    /// The headers by name.
    pub headers: BTreeMap<String, Header>,
    /// Its place.
    pub place: Place,
}

/// A header of a response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// The type of its value.
    pub shape: Shape,
    /// The description.
    pub description: Option<String>,
}

/// How a long-running operation ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LongRunning {
    /// Where its final state is read (`final-state-via`), such as `location`.
    pub final_state: Option<String>,
}

/// How the pages of a list are linked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pageable {
    /// The member with the elements.
    pub items: String,
    /// The member with the link to the next page; absent if there is only one page.
    pub next_link: Option<String>,
}

/// A named type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Type {
    /// Its name.
    pub name: String,
    /// Its name in .NET, if the document has one.
    pub dotnet_name: Option<String>,
    /// Whether it is defined at the one member that holds it, and so is its spec.
    pub inline: bool,
    /// The description.
    pub description: Option<String>,
    /// Its kind.
    pub kind: TypeKind,
    /// Whether the document marks the whole type as read-only.
    pub read_only: bool,
    /// Limits that the document states on the type itself.
    pub limits: Limits,
    /// Its place.
    pub place: Place,
}

/// The kind of a named type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// An object.
    Object(Object),
    /// A string or number with known values.
    Enum(Enum),
    /// Another name of a type, such as of an array.
    Alias(Shape),
}

impl Default for TypeKind {
    fn default() -> Self {
        Self::Object(Object::default())
    }
}

/// The members of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The types whose members it has, too (`allOf`), by name.
    pub bases: Vec<String>,
    /// Its own members, in the order of the document.
    pub members: Vec<Member>,
    /// What it says about members without a name.
    pub additional: Additional,
    /// The member that names the derived type, if it has one.
    pub discriminator: Option<String>,
}

/// What an object says about members without a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Additional {
    /// Nothing.
    #[default]
    Unsaid,
    /// There are none.
    Forbidden,
    /// Their values have this type.
    Allowed(Shape),
}

/// The values of an enum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enum {
    /// The values that the document lists, in its order.
    pub values: Vec<EnumValue>,
    /// Whether other values may come (`modelAsString`).
    pub open: bool,
    /// The type of the values.
    pub shape: Shape,
}

/// A value of an enum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnumValue {
    /// The value on the wire.
    pub value: String,
    /// Its name for code, if the document has one.
    pub name: Option<String>,
    /// The description.
    pub description: Option<String>,
}

/// A member of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// The name on the wire.
    pub name: String,
    /// The name for code (`x-ms-client-name`), if the document has one.
    pub client_name: Option<String>,
    /// The type of its value.
    pub shape: Shape,
    /// The description.
    pub description: Option<String>,
    /// Whether every document has it.
    pub required: bool,
    /// Whether null is a value, if the document says so.
    pub nullable: Option<bool>,
    /// When it can be read and written.
    pub mutability: Mutability,
    /// Whether code shows its members in its place (`x-ms-client-flatten`); not on the wire.
    pub flattened: bool,
    /// Whether its value is a secret (`x-ms-secret`).
    pub secret: bool,
    /// Whether its value may name or locate a person (`x-personal`).
    pub personal: bool,
    /// The members that identify an element (`x-ms-identifiers`), if the document says so.
    pub identifiers: Option<Vec<String>>,
    /// The value that the service takes if there is none.
    pub default: Option<Value>,
    /// Limits on the value.
    pub limits: Limits,
    /// Its place.
    pub place: Place,
}

/// When a member can be read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutability {
    /// Whether responses have it.
    pub read: bool,
    /// Whether a request that creates can have it.
    pub create: bool,
    /// Whether a request that updates can have it.
    pub update: bool,
}

impl Default for Mutability {
    fn default() -> Self {
        Self {
            read: true,
            create: true,
            update: true,
        }
    }
}

impl Mutability {
    /// Only the service writes it.
    pub const READ_ONLY: Self = Self {
        read: true,
        create: false,
        update: false,
    };
}

/// Limits on a value as the document words them, by keyword (`maxLength`, `pattern`, …). A pattern
/// is text and never compiled.
pub type Limits = BTreeMap<String, Value>;

/// The type of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Shape {
    /// Any JSON.
    #[default]
    Any,
    /// A string, with its `format`.
    String(Option<String>),
    /// A boolean.
    Boolean,
    /// A whole number, with its `format`.
    Integer(Option<String>),
    /// A number, with its `format`.
    Number(Option<String>),
    /// A type of [`Api::types`], by name, or of another spec, as `other.json#/definitions/Name`.
    Named(String),
    /// An array.
    Array(Box<Shape>),
    /// An object with free names.
    Map(Box<Shape>),
}
