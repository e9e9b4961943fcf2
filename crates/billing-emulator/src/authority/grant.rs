//! `POST /{tenant}/oauth2/v2.0/token`, and version 1 without `v2.0`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Refusal, Version,
    app::Client,
    code::Code,
    form::Form,
    id_of, reply,
    resource::Wanted,
    tenant_id,
    user::{self, PRINCIPAL},
};
use crate::{
    access::Claims,
    call::{Call, Reply},
    clock::seconds,
    seal::JWT,
    state::Context,
};

const HEAD: &str = "refresh";

/// Ninety days ("Refresh tokens", "Token lifetime").
const REFRESH_LIFETIME: u64 = 90 * 24 * 60 * 60;

/// What a refresh token stands for: a user's sign-in to an application.
#[derive(Deserialize, Serialize)]
pub(super) struct RefreshToken {
    id: Uuid,
    tenant: Uuid,
    client_id: String,
    /// In seconds since 1970.
    issued: u64,
}

impl RefreshToken {
    pub(super) fn of(context: &Context, client: &Client) -> Self {
        Self {
            id: Uuid::new_v4(),
            tenant: client.tenant,
            client_id: client.id.clone(),
            issued: seconds(context.clock.now()),
        }
    }

    pub(super) fn seal(&self, context: &Context) -> String {
        context.seal.seal(HEAD, self)
    }

    /// Checks the one of a form, and takes it where it can be used once only.
    fn redeem(context: &Context, client: &Client, form: &Form) -> Result<(), Refusal> {
        let sealed = form.require("refresh_token")?;
        let token: Self = context
            .seal
            .open(HEAD, sealed)
            .ok_or_else(Refusal::malformed)?;
        if !token.client_id.eq_ignore_ascii_case(&client.id) || token.tenant != client.tenant {
            return Err(Refusal::grant_invalid());
        }
        let now = seconds(context.clock.now());
        if now >= token.issued.saturating_add(REFRESH_LIFETIME) {
            return Err(Refusal::inactive(token.issued));
        }
        let is_usable =
            !context.options.single_use_refresh_tokens || context.state().spent.spend(token.id);
        is_usable.then_some(()).ok_or_else(Refusal::revoked)
    }
}

pub(super) fn answer(
    context: &Context,
    call: &Call,
    tenant: &str,
    version: Version,
) -> Result<Reply, Refusal> {
    let tenant = tenant_id(tenant).ok_or_else(|| Refusal::unknown_tenant(tenant))?;
    let form = Form::read(call);
    let grant_type = form.require("grant_type")?;
    let is_for_app = grant_type == "client_credentials";
    let client = || Client::authenticate(&context.options, call, &form, tenant, !is_for_app);
    let asked = |name| form.get(name);
    match grant_type {
        "client_credentials" => {
            let client = client()?;
            let wanted = Wanted::by_app(&form, version)?;
            let claims = app_claims(context, &client, &wanted);
            Ok(token(context, version, &wanted, claims, Map::new()))
        }
        "refresh_token" => {
            let client = client()?;
            let wanted = Wanted::by_user(asked("resource"), asked("scope"), version)?;
            client.check_sign_in()?;
            RefreshToken::redeem(context, &client, &form)?;
            Ok(for_user(context, version, &client, &wanted, &form, None))
        }
        "authorization_code" => {
            let client = client()?;
            client.check_sign_in()?;
            let code = Code::redeem(context, &client, &form)?;
            let resource = asked("resource").or(code.resource.as_deref());
            let scope = asked("scope").or(code.scope.as_deref());
            let wanted = Wanted::by_user(resource, scope, version)?;
            let nonce = code.nonce.as_deref();
            Ok(for_user(context, version, &client, &wanted, &form, nonce))
        }
        other => Err(Refusal::grant_not_served(other)),
    }
}

fn app_claims(context: &Context, client: &Client, wanted: &Wanted) -> Claims {
    // Another object in each tenant: the service principal, not the application.
    let object = id_of(&format!("{} in {}", client.id, client.tenant));
    Claims {
        aud: wanted.audience.clone(),
        iss: format!("{}/{}/", context.addresses.authority, client.tenant),
        iat: 0,
        nbf: 0,
        exp: 0,
        amr: None,
        appid: client.id.clone(),
        idtyp: "app".to_owned(),
        oid: object,
        scp: None,
        sub: object,
        tid: client.tenant,
        upn: None,
        uti: Uuid::nil(),
        ver: "1.0".to_owned(),
    }
}

/// The answer for a user: with the next refresh token and, to whom asks for them, who the user is.
fn for_user(
    context: &Context,
    version: Version,
    client: &Client,
    wanted: &Wanted,
    form: &Form,
    nonce: Option<&str>,
) -> Reply {
    let user = user::object_id(client.tenant);
    let claims = Claims {
        amr: Some(client.amr()),
        idtyp: "user".to_owned(),
        oid: user,
        scp: Some(wanted.permission.clone()),
        sub: user,
        upn: Some(PRINCIPAL.to_owned()),
        ..app_claims(context, client, wanted)
    };
    let mut more = Map::new();
    if wanted.has_refresh_token {
        let next = RefreshToken::of(context, client).seal(context);
        more.insert("refresh_token".to_owned(), next.into());
    }
    if wanted.has_id_token {
        let id_token = id_token(context, client, nonce);
        more.insert("id_token".to_owned(), id_token.into());
    }
    if form.get("client_info") == Some("1") {
        let info = json!({ "uid": user, "utid": client.tenant }).to_string();
        let info = URL_SAFE_NO_PAD.encode(info);
        more.insert("client_info".to_owned(), info.into());
    }
    token(context, version, wanted, claims, more)
}

/// "ID token claims reference".
fn id_token(context: &Context, client: &Client, nonce: Option<&str>) -> String {
    let now = seconds(context.clock.now());
    let user = user::object_id(client.tenant);
    let mut claims = json!({
        "aud": client.id,
        "iss": format!("{}/{}/v2.0", context.addresses.authority, client.tenant),
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add(context.options.token_lifetime.as_secs()),
        "name": user::NAME,
        "oid": user,
        "preferred_username": PRINCIPAL,
        "sub": user,
        "tid": client.tenant,
        "ver": "2.0",
    });
    if let (Some(nonce), Value::Object(claims)) = (nonce, &mut claims) {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    context.seal.seal(JWT, &claims)
}

fn token(
    context: &Context,
    version: Version,
    wanted: &Wanted,
    claims: Claims,
    more: Map<String, Value>,
) -> Reply {
    let is_for_user = claims.upn.is_some();
    let lifetime = context.options.token_lifetime.as_secs();
    let now = seconds(context.clock.now());
    let mut body = match version {
        Version::Two => json!({
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
        }),
        // Version 1 writes numbers as texts.
        Version::One => json!({
            "token_type": "Bearer",
            "expires_in": lifetime.to_string(),
            "ext_expires_in": lifetime.to_string(),
            "expires_on": now.saturating_add(lifetime).to_string(),
            "not_before": now.to_string(),
            "resource": wanted.audience,
        }),
    };
    if let Value::Object(body) = &mut body {
        if is_for_user {
            body.insert("scope".to_owned(), wanted.scope.as_str().into());
        }
        let access_token = context.access_token(claims);
        body.insert("access_token".to_owned(), access_token.into());
        body.extend(more);
    }
    reply::json(&body)
}
