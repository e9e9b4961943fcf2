//! Enums of strings that keep values that their spec does not list.

/// Defines an open enum.
///
/// Serde's derive has no good form: a plain enum rejects the whole document for one new value, and
/// an `untagged` last variant doubles the cost of reading.
///
/// An enum may be called `Result` or `D`, so every other type in the macro has a full path or a
/// name that no spec can contain.
macro_rules! open_enum {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $($variant:ident = $value:literal,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $value, "`")]
                $variant,
            )*
            /// A value that the spec does not list. Create one with [`From`], which recognizes the
            /// known values.
            UnknownValue(::std::string::String),
        }

        impl $name {
            /// Returns the value on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::UnknownValue(value) => value,
                }
            }

            #[inline]
            fn known(value: &str) -> ::std::option::Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                Self::known(value).unwrap_or_else(|| Self::UnknownValue(value.to_owned()))
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::known(&value).unwrap_or(Self::UnknownValue(value))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(value.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<__S: serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<__D: serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                struct __Visitor;

                impl serde::de::Visitor<'_> for __Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<__E>(self, value: &str) -> ::std::result::Result<$name, __E> {
                        Ok(value.into())
                    }

                    fn visit_string<__E>(
                        self,
                        value: ::std::string::String,
                    ) -> ::std::result::Result<$name, __E> {
                        Ok(value.into())
                    }
                }

                deserializer.deserialize_str(__Visitor)
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::support::open_enum_schema(&[$($doc),*], &[$($value),*])
            }
        }
    };
}

pub(crate) use open_enum;

/// Returns the JSON Schema of an open enum, from the lines of its docs and its known values.
///
/// This is a function because `json_schema!` recurses for each value of a list and fails at about
/// 120 values.
#[cfg(feature = "schemars")]
pub(crate) fn open_enum_schema(docs: &[&str], values: &[&str]) -> schemars::Schema {
    // The page's text, without the escapes that keep rustdoc from reading it as HTML.
    let plain = |line: &str| line.trim().replace(r"\<", "<").replace(r"\&", "&");
    let lines: Vec<_> = docs.iter().map(|line| plain(line)).collect();
    schemars::json_schema!({
        "description": lines.join("\n"),
        "anyOf": [{ "type": "string", "enum": values }, { "type": "string" }],
    })
}
