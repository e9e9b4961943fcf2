//! What a token is asked for.

use super::{Refusal, Version, form::Form};

/// What a token without any other purpose is for.
const GRAPH: &str = "https://graph.microsoft.com";

/// Scopes that say what else to answer ("Scopes and permissions", OpenID Connect scopes).
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// The audience of a token, and what else is asked for with it.
pub(super) struct Wanted {
    pub(super) audience: String,
    /// What the user lets the application do there.
    pub(super) permission: String,
    /// As it was sent, to be answered.
    pub(super) scope: String,
    pub(super) has_id_token: bool,
    pub(super) has_refresh_token: bool,
}

/// Azure AD Graph, by its address and by its id. Nobody gets tokens for it any more.
const RETIRED: [&str; 2] = [
    "https://graph.windows.net",
    "00000002-0000-0000-c000-000000000000",
];

fn check(audience: &str) -> Result<(), Refusal> {
    let bare = audience.trim_end_matches('/');
    if RETIRED
        .iter()
        .any(|retired| retired.eq_ignore_ascii_case(bare))
    {
        return Err(Refusal::resource_disabled(audience));
    }
    Ok(())
}

impl Wanted {
    /// For the application itself: one resource, by name in version 1 and as `{resource}/.default` in 2.
    pub(super) fn by_app(form: &Form, version: Version) -> Result<Self, Refusal> {
        let (audience, scope) = match version {
            Version::One => (form.require("resource")?, ""),
            Version::Two => {
                let scope = form.require("scope")?;
                let resource = scope.strip_suffix("/.default");
                let resource = resource.filter(|name| !name.is_empty() && !name.contains(' '));
                (
                    resource.ok_or_else(|| Refusal::no_default_scope(scope))?,
                    scope,
                )
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

    /// For a user. Version 1 always gives everything.
    pub(super) fn by_user(
        resource: Option<&str>,
        scope: Option<&str>,
        version: Version,
    ) -> Result<Self, Refusal> {
        let scope = scope.unwrap_or_default();
        if version == Version::One {
            check(resource.unwrap_or(GRAPH))?;
            return Ok(Self {
                audience: resource.unwrap_or(GRAPH).to_owned(),
                permission: "user_impersonation".to_owned(),
                scope: "user_impersonation".to_owned(),
                has_id_token: scope.split(' ').any(|name| name == "openid"),
                has_refresh_token: true,
            });
        }
        let (openid, others): (Vec<_>, Vec<_>) = scope
            .split_ascii_whitespace()
            .partition(|name| OPENID.contains(name));
        let mut wanted: Option<(&str, Vec<&str>)> = None;
        for scope in others {
            // A name alone is a permission of Microsoft Graph.
            let (resource, permission) = scope.rsplit_once('/').unwrap_or((GRAPH, scope));
            match &mut wanted {
                Some((first, _)) if *first != resource => {
                    return Err(Refusal::several_resources(scope));
                }
                Some((_, permissions)) => permissions.push(permission),
                None => wanted = Some((resource, vec![permission])),
            }
        }
        let (audience, permissions) = wanted.unwrap_or((GRAPH, vec!["User.Read"]));
        check(audience)?;
        let permission = permissions.join(" ");
        Ok(Self {
            audience: audience.to_owned(),
            // Everything the user has agreed to.
            permission: permission.replace(".default", "user_impersonation"),
            scope: scope.to_owned(),
            has_id_token: openid.contains(&"openid"),
            has_refresh_token: openid.contains(&"offline_access"),
        })
    }
}
