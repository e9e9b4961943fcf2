//! A credential with one token that was acquired elsewhere.

use crate::clock::BoxFuture;
use crate::credential::token::AccessToken;
use crate::credential::token_credential::TokenCredential;
use crate::error::Error;

/// A credential that always returns the same token.
#[derive(Clone, Debug)]
pub struct StaticToken(AccessToken);

impl StaticToken {
    /// Creates a credential that always returns `token`, which has no `Bearer` before it.
    pub fn new(token: impl Into<String>) -> Self {
        Self(AccessToken::new(token))
    }
}

impl TokenCredential for StaticToken {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move { Ok(self.0.clone()) })
    }
}
