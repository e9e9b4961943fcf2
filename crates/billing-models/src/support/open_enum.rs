/// Makes an enum of strings that keeps values which its spec does not list.
///
/// Serde's own ways lose: a plain enum rejects the whole document for one new value, and an
/// `untagged` last variant doubles the cost of reading it.
///
/// An enum may be called `Result` or `D`, so every other type here has its path or a name that no
/// spec can give.
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
            /// A value that the spec does not list, kept as it came. Make one with [`From`], which
            /// knows the others.
            UnknownValue(::std::string::String),
        }

        impl $name {
            /// The value as it stands on the wire.
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

/// The schema of an open enum, from the lines of its docs and the values that it knows.
///
/// It is a function because `json_schema!` reads a list one value at a time and gives up at some
/// 120.
#[cfg(feature = "schemars")]
pub(crate) fn open_enum_schema(docs: &[&str], values: &[&str]) -> schemars::Schema {
    // The words of the page, less what keeps rustdoc from taking them for HTML.
    let plain = |line: &str| line.trim().replace(r"\<", "<").replace(r"\&", "&");
    let lines: Vec<_> = docs.iter().map(|line| plain(line)).collect();
    schemars::json_schema!({
        "description": lines.join("\n"),
        "anyOf": [{ "type": "string", "enum": values }, { "type": "string" }],
    })
}
