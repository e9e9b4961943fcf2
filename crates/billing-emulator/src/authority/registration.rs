//! Applications that are registered at the authority.

use crate::token::Token;

/// An application that is registered at the authority, for
/// [`EmulatorBuilder::app`](crate::EmulatorBuilder::app).
///
/// ```
/// use billing_emulator::{App, SAMPLE_TENANT_ID, SignIn};
///
/// let client_id = "5f0c2b1e-0000-4000-8000-000000000001";
/// let app = App::new(SAMPLE_TENANT_ID, client_id, "not-a-real-secret");
/// // Its users have not given their consent yet:
/// let app = app.users(SignIn::ConsentRequired);
/// ```
#[derive(Debug, Clone)]
pub struct App {
    pub(super) tenant: String,
    pub(super) client_id: String,
    pub(super) secret: Token,
    pub(super) sign_in: SignIn,
}

/// What happens when a user signs in to an application or uses one of its refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignIn {
    /// Succeeds with a second factor: `amr` of the tokens contains `mfa`.
    #[default]
    WithSecondFactor,
    /// Succeeds with a password alone. Partner Center refuses such tokens: 401 with code 900421.
    PasswordOnly,
    /// Succeeds with a password alone, or with a second factor if the request's `claims` demand
    /// one, as they do after a claims challenge.
    SecondFactorOnDemand,
    /// Fails with AADSTS50076: the authority demands a second factor.
    SecondFactorRequired,
    /// Fails with AADSTS65001: neither the user nor an administrator has consented.
    ConsentRequired,
    /// Fails with AADSTS50173: the password was changed or the tokens were revoked.
    Revoked,
}

impl App {
    /// Registers an application with this id and secret in `tenant`, a GUID or a domain. Its users
    /// sign in with a second factor.
    ///
    /// ```
    /// use billing_emulator::App;
    ///
    /// let client_id = "5f0c2b1e-0000-4000-8000-000000000001";
    /// let app = App::new("contoso.example.com", client_id, "not-a-real-secret");
    /// ```
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            client_id: client_id.into(),
            secret: Token::new(secret),
            sign_in: SignIn::default(),
        }
    }

    /// Sets what happens when its users sign in.
    ///
    /// ```
    /// use billing_emulator::{App, SAMPLE_TENANT_ID, SignIn};
    ///
    /// let client_id = "5f0c2b1e-0000-4000-8000-000000000001";
    /// let app = App::new(SAMPLE_TENANT_ID, client_id, "not-a-real-secret");
    /// let app = app.users(SignIn::Revoked);
    /// ```
    #[must_use]
    pub fn users(mut self, sign_in: SignIn) -> Self {
        self.sign_in = sign_in;
        self
    }
}
