//! The codec of the generated objects: how they are read from and written to JSON.

use std::fmt;
use std::marker::PhantomData;
use std::mem::replace;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_with::rust::double_option;

use super::AdditionalProperties;

/// Implements `Deserialize` and `Serialize` for an object, given one line for each member: the
/// field, the name in JSON and a second name that is only read.
///
/// A `resource` keeps unknown members in `additional_properties`. An `update` refuses them, and
/// each of its members is absent, null or a value.
///
/// Serde's derive can keep unknown members only with `#[serde(flatten)]`: it copies each of them
/// through a buffer, which changes digits and takes twice as long, and it expands to much more
/// code.
macro_rules! object {
    (resource $name:ident $members:tt) => {
        $crate::support::object! { @codec $name, read_member, [additional_properties], $members }
    };
    (update $name:ident $members:tt) => {
        $crate::support::object! { @codec $name, read_change, [], $members }
    };
    (
        @codec $name:ident, $read:ident, [$($unknown:ident)?],
        { $($member:ident: $wire:literal $(| $alias:literal)?;)* }
    ) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<__D: serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                deserializer.deserialize_map($crate::support::ObjectVisitor::new())
            }
        }

        impl $crate::support::Object for $name {
            const EXPECTED: &str = concat!("struct ", stringify!($name));

            fn read<'de, __A: serde::de::MapAccess<'de>>(
                mut map: __A,
            ) -> ::std::result::Result<Self, __A::Error> {
                let mut object = <$name as ::std::default::Default>::default();
                $(let mut $member = false;)*
                while let Some(name) = map.next_key::<$crate::support::Name<'de>>()? {
                    match &*name {
                        $($wire $(| $alias)? => $crate::support::$read(
                            &mut map, $wire, &mut $member, &mut object.$member,
                        )?,)*
                        name => $crate::support::read_unknown(
                            &mut map, name, &[$($wire),*], None$(.or(Some(&mut object.$unknown)))?,
                        )?,
                    }
                }
                $(object.$unknown.finish()?;)?
                Ok(object)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<__S: serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::std::result::Result<__S::Ok, __S::Error> {
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $(if let Some(value) = &self.$member {
                    map.serialize_entry($wire, value)?;
                })*
                $(self.$unknown.write_members(&mut map)?;)?
                map.end()
            }
        }
    };
}

pub(crate) use object;

/// An object that is read member by member.
pub(crate) trait Object: Sized {
    /// The name of the type in an error about a value of another type.
    const EXPECTED: &str;

    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

pub(crate) struct ObjectVisitor<T>(PhantomData<T>);

impl<T> ObjectVisitor<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }
}

/// Reads the value of a member that may appear once; null is read as absent.
pub(crate) fn read_member<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    name: &'static str,
    is_read: &mut bool,
    member: &mut Option<T>,
) -> Result<(), A::Error> {
    if replace(is_read, true) {
        return Err(A::Error::duplicate_field(name));
    }
    *member = map.next_value()?;
    Ok(())
}

/// Reads a change of a member that may appear once; null clears the member.
pub(crate) fn read_change<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    name: &'static str,
    is_read: &mut bool,
    member: &mut Option<Option<T>>,
) -> Result<(), A::Error> {
    /// Tells null from a value; a member that is absent is not read at all.
    struct TriState<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for TriState<T> {
        type Value = Option<Option<T>>;

        fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            double_option::deserialize(from)
        }
    }

    if replace(is_read, true) {
        return Err(A::Error::duplicate_field(name));
    }
    *member = map.next_value_seed(TriState(PhantomData))?;
    Ok(())
}

/// Keeps a member that the object does not have, or refuses it if there is nothing to keep it in.
pub(crate) fn read_unknown<'de, A: MapAccess<'de>>(
    map: &mut A,
    name: &str,
    known: &'static [&'static str],
    unknown: Option<&mut AdditionalProperties>,
) -> Result<(), A::Error> {
    /// Reports the error while reading the value, so that the error's path ends with the name.
    struct Refused<'n>(&'n str, &'static [&'static str]);

    impl<'de> DeserializeSeed<'de> for Refused<'_> {
        type Value = ();

        fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<(), D::Error> {
            Err(D::Error::unknown_field(self.0, self.1))
        }
    }

    match unknown {
        Some(unknown) => unknown.read_member(name, map),
        None => map.next_value_seed(Refused(name, known)),
    }
}
