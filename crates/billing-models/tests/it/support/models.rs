//! The models by name, so that a test can iterate over them.

use std::fmt::Debug;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::spec::Type;

/// The operations of a model that is known by its name only.
pub(crate) struct Model {
    pub(crate) module: &'static str,
    pub(crate) name: &'static str,
    round_trip: fn(&[u8]) -> Result<String, Refusal>,
    debug: fn(&[u8]) -> String,
    same: fn(&[u8], &[u8]) -> bool,
    schema: fn() -> Value,
}

/// The reason why a document could not be read, and the path.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) path: String,
    pub(crate) message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Reads a document; an error has the path, as in `billing-core`.
pub(crate) fn read<T: DeserializeOwned>(document: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(document);
    let model = serde_path_to_error::deserialize(&mut json).map_err(|error| Refusal {
        path: error.path().to_string(),
        message: error.inner().to_string(),
    })?;
    json.end().map_err(|error| Refusal {
        path: ".".to_owned(),
        message: error.to_string(),
    })?;
    Ok(model)
}

/// Reads JSON as the model and writes it again, as text.
pub(crate) fn round_trip_text(of: &Type, document: &[u8]) -> Result<String, Refusal> {
    (model(of).round_trip)(document)
}

/// Reads JSON as the model and writes it again.
pub(crate) fn round_trip(of: &Type, document: &Value) -> Result<Value, Refusal> {
    let written = round_trip_text(of, &serde_json::to_vec(document).unwrap())?;
    Ok(serde_json::from_str(&written).unwrap())
}

/// Returns the model of a document as `{:#?}` shows it, after checking `{:?}`.
pub(crate) fn debug(of: &Type, document: &Value) -> String {
    (model(of).debug)(&serde_json::to_vec(document).unwrap())
}

/// Whether two documents are read as the same model.
pub(crate) fn read_alike(of: &Type, one: &[u8], other: &[u8]) -> bool {
    (model(of).same)(one, other)
}

/// Returns the JSON Schema that is derived for a type.
pub(crate) fn schema(of: &Type) -> Value {
    (model(of).schema)()
}

fn model(of: &Type) -> &'static Model {
    let found = MODELS
        .iter()
        .find(|model| model.module == of.module && model.name == of.name);
    found.unwrap_or_else(|| panic!("there is no model {}::{}", of.module, of.name))
}

/// The operations of each type, enums included.
pub(crate) trait Shape:
    Serialize + DeserializeOwned + Debug + Clone + PartialEq + Send + Sync + JsonSchema + 'static
{
}

impl<T> Shape for T where
    T: Serialize
        + DeserializeOwned
        + Debug
        + Clone
        + PartialEq
        + Send
        + Sync
        + JsonSchema
        + 'static
{
}

/// The further operations of each object.
pub(crate) fn model_of_object<T: Shape + Default>(
    module: &'static str,
    name: &'static str,
) -> Model {
    let empty: T = read(b"{}").unwrap();
    assert!(empty == T::default(), "{name} of no members is the default");
    model_of::<T>(module, name)
}

pub(crate) fn model_of<T: Shape>(module: &'static str, name: &'static str) -> Model {
    Model {
        module,
        name,
        round_trip: |document| {
            let model: T = read(document)?;
            let written = serde_json::to_string_pretty(&model).unwrap();
            let again: T = read(written.as_bytes()).unwrap();
            assert!(again == model.clone(), "what was written reads back");
            Ok(written)
        },
        debug: |document| {
            let model: T = read(document).unwrap();
            let (short, long) = (format!("{model:?}"), format!("{model:#?}"));
            let squeezed = |text: &str| text.replace([' ', '\n', ','], "");
            assert_eq!(
                squeezed(&short),
                squeezed(&long),
                "both forms show the same"
            );
            long
        },
        same: |one, other| read::<T>(one).unwrap() == read::<T>(other).unwrap(),
        schema: || schemars::schema_for!(T).to_value(),
    }
}

/// Defines `models`, which returns the models of each module.
macro_rules! define_models {
    ($($module:literal = $path:path { objects { $($object:ident)* } enums { $($enum:ident)* } })*) => {
        pub(crate) fn models() -> Vec<$crate::support::models::Model> {
            use $crate::support::models::{model_of, model_of_object};

            vec![$(
                $({ use $path as module; model_of_object::<module::$object>($module, stringify!($object)) },)*
                $({ use $path as module; model_of::<module::$enum>($module, stringify!($enum)) },)*
            )*]
        }
    };
}

pub(crate) use define_models;

/// All models, which [`crate::inventory`] compares with the types of the specs: those of
/// `billing-models`, and the generator's own forms.
pub(crate) static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    let mut all = super::inventory::models();
    all.extend(models());
    all
});

define_models! {
    "client_names" = crate::generated::client_names {
        objects { Thing ThingUpdate }
        enums { State }
    }
    "full_resource" = crate::generated::full_resource {
        objects { Part Thing }
        enums {}
    }
    "kinds" = crate::generated::kinds {
        objects { Other OtherUpdate Thing ThingUpdate }
        enums {}
    }
    "nullable" = crate::generated::nullable {
        objects { Thing Thing2 }
        enums {}
    }
    "open_enum" = crate::generated::open_enum {
        objects { Thing ThingUpdate }
        enums { Color ThingState }
    }
    "personal" = crate::generated::personal {
        objects { Person PersonUpdate }
        enums {}
    }
    "read_only" = crate::generated::read_only {
        objects { Part PartUpdate Report Thing ThingUpdate }
        enums {}
    }
}
