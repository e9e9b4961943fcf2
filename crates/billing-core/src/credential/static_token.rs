//! One token that somebody else got.

use crate::credential::token::AccessToken;

use crate::clock::BoxFuture;
use crate::credential::token_credential::TokenCredential;
use crate::error::Error;

/// One token, given again and again.
#[derive(Clone, Debug)]
pub struct StaticToken(AccessToken);

impl StaticToken {
    /// A credential that always gives `token`, without the word `Bearer`.
    pub fn new(token: impl Into<String>) -> Self {
        Self(AccessToken::new(token))
    }
}

impl TokenCredential for StaticToken {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move { Ok(self.0.clone()) })
    }
}
