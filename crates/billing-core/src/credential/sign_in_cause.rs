//! The error codes of Microsoft Entra ID, sorted by what to do about them.
//!
//! The numbers are those of "Microsoft Entra authentication and authorization error codes", a list
//! that Microsoft says may change at any time, and a few from the issues of its libraries. An
//! unknown number is judged by the OAuth names that come with it.

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInCause {
    Mfa,
    Consent,
    SignInExpired,
    /// `invalid_grant` of any kind.
    InvalidGrant,
    Interaction,
    Policy,
    User,
    ClientSecret,
    Certificate,
    UnknownTenant,
    Resource,
    /// An outage of Microsoft Entra ID.
    AuthorityOutage,
}

impl SignInCause {
    /// Returns the cause for the digits of a code such as `AADSTS50076`.
    #[cfg_attr(
        not(any(feature = "oauth", feature = "azure-identity")),
        expect(dead_code, reason = "only these credentials read codes")
    )]
    pub(crate) fn of_code(digits: &str) -> Option<Self> {
        Some(match digits {
            "50072" | "50074" | "50076" | "50078" | "50079" | "50158" | "50161" | "53004"
            | "500121" => Self::Mfa,
            "65001" | "65004" | "90008" | "90094" | "90095" | "90099" | "650056" => Self::Consent,
            "50085" | "50089" | "50132" | "50133" | "50139" | "50173" | "54005" | "70000"
            | "70008" | "70043" | "700081" | "700082" | "700084" => Self::SignInExpired,
            "16001" | "16002" | "50058" | "50140" | "50143" | "50197" | "50199" | "51006"
            | "700020" => Self::Interaction,
            "50002" | "50005" | "50097" | "50105" | "50129" | "50131" | "50155" | "50187"
            | "53000" | "53001" | "53002" | "53003" | "53009" | "53010" | "53011" | "500021"
            | "500022" | "500212" | "500213" | "530031" | "530032" | "530033" | "530034"
            | "530035" => Self::Policy,
            "16000" | "16003" | "50014" | "50020" | "50034" | "50053" | "50055" | "50056"
            | "50057" | "50126" | "50135" | "50144" | "51004" | "90072" | "500208" => Self::User,
            "70002" | "7000215" | "7000218" | "7000222" => Self::ClientSecret,
            "50012" | "50013" | "50027" | "50048" | "70021" | "500133" | "700023" | "700024"
            | "700027" | "700030" | "700211" | "700212" | "700213" => Self::Certificate,
            "50049" | "50059" | "50128" | "50194" | "70001" | "90002" | "90019" | "90038"
            | "90051" | "700005" | "700011" | "700016" | "900382" | "900432" | "1000031"
            | "7000112" => Self::UnknownTenant,
            "50001" | "65005" | "500011" | "650052" | "650054" | "650057" => Self::Resource,
            "50033" | "50087" | "50088" | "50166" | "70012" | "80001" | "80002" | "80005"
            | "90006" | "90012" | "90024" | "90033" | "90055" | "90090" | "90091" => {
                Self::AuthorityOutage
            }
            _ => return None,
        })
    }

    /// Returns the cause for the members `error` (RFC 6749, section 5.2, OpenID Connect and
    /// Microsoft's own names) and `suberror`.
    #[cfg(feature = "oauth")]
    pub(crate) fn of_names(error: &str, suberror: &str) -> Option<Self> {
        Some(match (error, suberror) {
            (_, "consent_required") | ("consent_required", _) => Self::Consent,
            (_, "user_password_expired") => Self::User,
            (_, "message_only" | "protection_policy_required" | "device_authentication_failed")
            | ("access_denied", _) => Self::Policy,
            ("interaction_required" | "login_required", _) => Self::Interaction,
            ("invalid_grant", _) => Self::InvalidGrant,
            ("invalid_client", _) => Self::ClientSecret,
            ("unauthorized_client", _) => Self::UnknownTenant,
            ("invalid_resource" | "invalid_target", _) => Self::Resource,
            ("temporarily_unavailable" | "server_error", _) => Self::AuthorityOutage,
            _ => return None,
        })
    }

    /// Returns what is wrong and what to do, as the end of an error message.
    #[cfg_attr(
        not(any(feature = "oauth", feature = "azure-identity")),
        expect(dead_code, reason = "only these credentials read codes")
    )]
    pub(crate) fn next_step(self) -> &'static str {
        match self {
            Self::Mfa => {
                "a second factor is needed; sign in again with multifactor authentication, and store \
                 the refresh token of that sign-in where one is used"
            }
            Self::Consent => {
                "consent is missing for what the application requests; have an administrator of the \
                 tenant consent to it"
            }
            Self::SignInExpired => {
                "the refresh token has expired or was revoked; sign in again and store the refresh \
                 token of that sign-in"
            }
            Self::InvalidGrant => {
                "the refresh token is not accepted: it has expired, was revoked, or is that of another \
                 application or tenant; sign in again and store the refresh token of that sign-in"
            }
            Self::Interaction => {
                "the user has to sign in again, in a browser; store the refresh token of that sign-in \
                 where one is used"
            }
            Self::Policy => {
                "a policy of the tenant forbids it, such as Conditional Access; an administrator sees in \
                 the tenant's sign-in log which one"
            }
            Self::User => {
                "the user's account is not in the tenant, is disabled or locked, or its password has \
                 expired; check the account, or sign in as another user"
            }
            Self::ClientSecret => {
                "the application's secret is wrong or has expired; make a new one in the app \
                 registration, and take its value, not its id"
            }
            Self::Certificate => {
                "the application's certificate or federated token is not accepted; check it, its time, and \
                 what the app registration trusts"
            }
            Self::UnknownTenant => {
                "unknown tenant or application; check the tenant, the client id and \
                 the cloud"
            }
            Self::Resource => {
                "the service is not known in the tenant, or the app registration does not ask for it; check \
                 the tenant, the cloud and the application's permissions"
            }
            Self::AuthorityOutage => "Microsoft Entra ID has a problem of its own; try again later",
        }
    }
}
