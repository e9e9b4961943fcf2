//! The resource and the permissions that a request asks a token for.

use super::{
    error_response::{ErrorResponse, Result},
    form::Form,
    version::Version,
};

/// The resource of a token if the request names none.
const GRAPH: &str = "https://graph.microsoft.com";

/// Scopes that select other parts of the response ("Scopes and permissions", OpenID Connect
/// scopes).
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Azure AD Graph, by its address and by its id. It is retired: no tokens are issued for it.
const RETIRED: [&str; 2] = [
    "https://graph.windows.net",
    "00000002-0000-0000-c000-000000000000",
];

/// The audience of a token, and which tokens come with it.
pub(super) struct RequestedScope {
    pub(super) audience: String,
    /// What the user permits the application to do there.
    pub(super) permission: String,
    /// The scope as sent, for the response.
    pub(super) scope: String,
    pub(super) has_id_token: bool,
    pub(super) has_refresh_token: bool,
}

fn check(audience: &str) -> Result<()> {
    let bare = audience.trim_end_matches('/');
    let mut retired = RETIRED.iter();
    if retired.any(|retired| retired.eq_ignore_ascii_case(bare)) {
        return Err(ErrorResponse::ResourceDisabled(audience.to_owned()));
    }
    Ok(())
}

impl RequestedScope {
    /// Reads the scope of an application: one resource, by name in version 1 and as
    /// `{resource}/.default` in version 2.
    pub(super) fn for_app(form: &Form, version: Version) -> Result<Self> {
        let (audience, scope) = match version {
            Version::One => (form.require("resource")?, ""),
            Version::Two => {
                let scope = form.require("scope")?;
                let resource = scope.strip_suffix("/.default");
                let resource = resource.filter(|name| !name.is_empty() && !name.contains(' '));
                let refused = || ErrorResponse::NoDefaultScope(scope.to_owned());
                (resource.ok_or_else(refused)?, scope)
            }
        };
        check(audience)?;
        Ok(Self {
            audience: audience.to_owned(),
            permission: String::new(),
            scope: scope.to_owned(),
            has_id_token: false,
            has_refresh_token: false,
        })
    }

    /// Reads the scope of a user. Version 1 always grants every permission.
    pub(super) fn for_user(
        resource: Option<&str>,
        scope: Option<&str>,
        version: Version,
    ) -> Result<Self> {
        let scope = scope.unwrap_or_default();
        if version == Version::One {
            let audience = resource.unwrap_or(GRAPH);
            check(audience)?;
            return Ok(Self {
                audience: audience.to_owned(),
                permission: "user_impersonation".to_owned(),
                scope: "user_impersonation".to_owned(),
                has_id_token: scope.split(' ').any(|name| name == "openid"),
                has_refresh_token: true,
            });
        }
        let (openid, others): (Vec<_>, Vec<_>) = scope
            .split_ascii_whitespace()
            .partition(|name| OPENID.contains(name));
        let mut requested: Option<(&str, Vec<&str>)> = None;
        for scope in others {
            // A name without a resource is a permission of Microsoft Graph.
            let (resource, permission) = scope.rsplit_once('/').unwrap_or((GRAPH, scope));
            match &mut requested {
                Some((first, _)) if *first != resource => {
                    return Err(ErrorResponse::SeveralResources(scope.to_owned()));
                }
                Some((_, permissions)) => permissions.push(permission),
                None => requested = Some((resource, vec![permission])),
            }
        }
        let (audience, permissions) = requested.unwrap_or((GRAPH, vec!["User.Read"]));
        check(audience)?;
        let permission = permissions.join(" ");
        Ok(Self {
            audience: audience.to_owned(),
            // `.default` stands for everything that the user has consented to.
            permission: permission.replace(".default", "user_impersonation"),
            scope: scope.to_owned(),
            has_id_token: openid.contains(&"openid"),
            has_refresh_token: openid.contains(&"offline_access"),
        })
    }
}
