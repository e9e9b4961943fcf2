//! How the generated objects read and write themselves, a line for each member.

use std::marker::PhantomData;
use std::mem::replace;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess};
use serde_with::rust::double_option;

/// Writes the codec of an object that keeps the members which its spec does not list.
///
/// Serde's derive does it with `#[serde(flatten)]` only: that copies each unknown member through a
/// buffer, which costs its digits and takes twice as long, and it compiles to much more.
macro_rules! object {
    ($name:ident { $($member:ident: $wire:literal $(| $alias:literal)?;)* }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<__D: serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                struct __Visitor;

                impl<'de> serde::de::Visitor<'de> for __Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(concat!("struct ", stringify!($name)))
                    }

                    fn visit_map<__A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: __A,
                    ) -> ::std::result::Result<$name, __A::Error> {
                        let mut object = <$name as ::std::default::Default>::default();
                        $(let mut $member = false;)*
                        while let Some(name) = map.next_key::<$crate::support::Name<'de>>()? {
                            match &*name {
                                $($wire $(| $alias)? => $crate::support::read_member(
                                    &mut map, $wire, &mut $member, &mut object.$member,
                                )?,)*
                                name => object.additional_properties.read_member(name, &mut map)?,
                            }
                        }
                        object.additional_properties.finish()?;
                        Ok(object)
                    }
                }

                deserializer.deserialize_map(__Visitor)
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
                self.additional_properties.write_members(&mut map)?;
                map.end()
            }
        }
    };
}

/// Writes the codec of an update, in which a member is absent, null or a value, and which takes no
/// others.
macro_rules! update {
    ($name:ident { $($member:ident: $wire:literal $(| $alias:literal)?;)* }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<__D: serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::std::result::Result<Self, __D::Error> {
                struct __Visitor;

                impl<'de> serde::de::Visitor<'de> for __Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(concat!("struct ", stringify!($name)))
                    }

                    fn visit_map<__A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: __A,
                    ) -> ::std::result::Result<$name, __A::Error> {
                        let mut object = <$name as ::std::default::Default>::default();
                        $(let mut $member = false;)*
                        while let Some(name) = map.next_key::<$crate::support::Name<'de>>()? {
                            match &*name {
                                $($wire $(| $alias)? => $crate::support::read_change(
                                    &mut map, $wire, &mut $member, &mut object.$member,
                                )?,)*
                                name => $crate::support::refuse_member(&mut map, name, &[$($wire),*])?,
                            }
                        }
                        Ok(object)
                    }
                }

                deserializer.deserialize_map(__Visitor)
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
                map.end()
            }
        }
    };
}

pub(crate) use {object, update};

/// Reads the value of a member that may come once; null is absent.
pub(crate) fn read_member<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    name: &'static str,
    has_come: &mut bool,
    member: &mut Option<T>,
) -> Result<(), A::Error> {
    if replace(has_come, true) {
        return Err(A::Error::duplicate_field(name));
    }
    *member = map.next_value()?;
    Ok(())
}

/// Reads what an update does to a member that may come once: null clears it.
pub(crate) fn read_change<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    name: &'static str,
    has_come: &mut bool,
    member: &mut Option<Option<T>>,
) -> Result<(), A::Error> {
    /// The tri-state of serde_with: absent, null and a value are three different things.
    struct TriState<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for TriState<T> {
        type Value = Option<Option<T>>;

        fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            double_option::deserialize(from)
        }
    }

    if replace(has_come, true) {
        return Err(A::Error::duplicate_field(name));
    }
    *member = map.next_value_seed(TriState(PhantomData))?;
    Ok(())
}

/// Refuses a member that an update does not have. The error comes from its value, so that its path
/// ends with its name.
pub(crate) fn refuse_member<'de, A: MapAccess<'de>>(
    map: &mut A,
    name: &str,
    known: &'static [&'static str],
) -> Result<(), A::Error> {
    struct Refused<'n>(&'n str, &'static [&'static str]);

    impl<'de> DeserializeSeed<'de> for Refused<'_> {
        type Value = ();

        fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<(), D::Error> {
            Err(D::Error::unknown_field(self.0, self.1))
        }
    }

    map.next_value_seed(Refused(name, known))
}
