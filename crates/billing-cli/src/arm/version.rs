//! The api version of a verb, chosen at run time.

use arm_client::Version;
use clap::ValueEnum;

use crate::args::arm::ArmVersion;
use crate::args::global::Global;
use crate::args::value;
use crate::connection::Connection;
use crate::failure::Result;
use crate::settings::load::Settings;

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

pub(crate) use with_version;

/// Returns the version that the option or the settings choose. An emulator of this command has no
/// settings.
///
/// # Errors
/// A usage failure for settings that cannot be used.
pub(crate) async fn choose(given: Option<ArmVersion>, global: &Global) -> Result<ArmVersion> {
    match given {
        Some(version) => Ok(version),
        None if global.emulator => Ok(ArmVersion::default()),
        None => Settings::load(global).await?.arm_api_version(),
    }
}

/// Returns the option that chooses a version, after a space; nothing if the settings choose it.
pub(super) fn option<V: Version>(connection: &Connection) -> String {
    if V::NAME == value::name(connection.arm_api_version) {
        String::new()
    } else {
        format!(" --api-version {}", V::NAME)
    }
}

/// Returns the version of this name; the default for an unknown one.
pub(super) fn named(name: &str) -> ArmVersion {
    ArmVersion::from_str(name, false).unwrap_or_default()
}
