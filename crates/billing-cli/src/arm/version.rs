//! The api version of a verb, chosen at run time.

use arm_client::{V2019_10_01Preview, Version};
use clap::ValueEnum;

use crate::args::arm::ArmVersion;

/// Runs `$work` with the marker of a version.
macro_rules! with_version {
    ($choice:expr, |$version:ident| $work:expr) => {
        match $choice {
            $crate::args::arm::ArmVersion::V2019_10_01Preview => {
                let $version = arm_client::ApiVersion::V2019_10_01_PREVIEW;
                $work
            }
            $crate::args::arm::ArmVersion::V2020_05_01 => {
                let $version = arm_client::ApiVersion::V2020_05_01;
                $work
            }
            $crate::args::arm::ArmVersion::V2024_04_01 => {
                let $version = arm_client::ApiVersion::V2024_04_01;
                $work
            }
        }
    };
}

pub(super) use with_version;

/// Returns the option that chooses a version, after a space; nothing for the default.
pub(super) fn option<V: Version>() -> String {
    if V::NAME == V2019_10_01Preview::NAME {
        String::new()
    } else {
        format!(" --api-version {}", V::NAME)
    }
}

/// Returns the version of this name; the default for an unknown one.
pub(super) fn named(name: &str) -> ArmVersion {
    ArmVersion::from_str(name, false).unwrap_or_default()
}
