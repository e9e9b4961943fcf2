//! A refresh token in an environment variable, which can be read but not replaced.

use billing_core::{BoxFuture, RefreshTokenStore, Secret, StoreError};

use crate::credential::secret::secret;
use crate::credential::store::error::TokenStoreError;
use crate::output::stderr::say;
use crate::settings::refresh_token_store::REFRESH_TOKEN_VARIABLE as VARIABLE;

/// The environment of this process.
pub(super) struct Environment;

impl RefreshTokenStore for Environment {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        Box::pin(async {
            let token = secret(VARIABLE).map_err(|error| TokenStoreError::from(error).at(VARIABLE));
            token?.ok_or_else(|| TokenStoreError::Absent.at(VARIABLE))
        })
    }

    fn save<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        // The old token is valid until it expires ("Refresh tokens: expiration"), so that there is
        // no reason to refuse the access token that came with the new one.
        say(format!(
            "warning: the new refresh token is lost, as {VARIABLE} cannot be changed; the one in \
             it works until it expires. refresh-token-store = \"keyring\" or \"file:PATH\" keeps \
             new ones"
        ));
        Box::pin(async { Ok(()) })
    }
}
