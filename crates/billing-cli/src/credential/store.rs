//! Where refresh tokens are kept: the environment, a file, the keyring.

mod environment;
mod error;
mod file;
pub(crate) mod keep;
#[cfg(feature = "keyring")]
mod keyring;

use std::sync::Arc;

use billing_core::{RefreshTokenStore, SystemClock};

use crate::failure::Result;
use crate::settings::load::Settings;
use crate::settings::refresh_token_store::RefreshTokenLocation;
use environment::Environment;
pub(crate) use error::TokenStoreError;
use file::TokenFile;

/// Opens the store of refresh tokens.
///
/// # Errors
/// A keyring that this build does not have.
pub(super) fn open(
    location: &RefreshTokenLocation,
    settings: &Settings,
) -> Result<Arc<dyn RefreshTokenStore>> {
    Ok(match location {
        RefreshTokenLocation::Environment => Arc::new(Environment),
        RefreshTokenLocation::File(path) => {
            Arc::new(TokenFile::new(path.clone(), Arc::new(SystemClock::new())))
        }
        RefreshTokenLocation::Keyring => keyring(settings)?,
    })
}

#[cfg(feature = "keyring")]
fn keyring(settings: &Settings) -> Result<Arc<dyn RefreshTokenStore>> {
    use crate::settings::key::Key;
    let text = |key| settings.text(key).unwrap_or_default();
    let account = format!("{}/{}", text(Key::TenantId), text(Key::ClientId));
    Ok(Arc::new(keyring::Keyring::of_the_system(account)))
}

#[cfg(not(feature = "keyring"))]
fn keyring(_: &Settings) -> Result<Arc<dyn RefreshTokenStore>> {
    let hint = "build it with --features keyring, or choose file:PATH as refresh-token-store";
    Err(crate::features::left_out("keyring", "keyring").hint(hint))
}
