//! `POST /{tenant}/oauth2/v2.0/token`, and version 1 without `v2.0`.

use super::{
    Refusal, Version, app::Client, code::Code, device::DeviceCode, form::Form, granted::Granting,
    refresh::RefreshToken, resource::Wanted, tenant_id,
};
use crate::{
    call::{Call, Reply},
    state::Context,
};

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
    let authority = call.origin(&context.addresses.authority);
    let granting = |client, wanted| Granting {
        context,
        authority: &authority,
        version,
        client,
        wanted,
    };
    match grant_type {
        "client_credentials" => {
            let client = client()?;
            let wanted = Wanted::by_app(&form, version)?;
            Ok(granting(&client, &wanted).to_app())
        }
        "refresh_token" => {
            let client = client()?.with_claims(asked("claims"))?;
            let wanted = Wanted::by_user(asked("resource"), asked("scope"), version)?;
            client.check_sign_in()?;
            RefreshToken::redeem(context, &client, &form)?;
            Ok(granting(&client, &wanted).to_user(&form, None))
        }
        "authorization_code" => {
            let client = client()?.with_claims(asked("claims"))?;
            client.check_sign_in()?;
            let code = Code::read(context, &client, &form)?;
            let resource = asked("resource").or(code.resource.as_deref());
            let scope = asked("scope").or(code.scope.as_deref());
            let wanted = Wanted::by_user(resource, scope, version)?;
            code.spend(context)?;
            Ok(granting(&client, &wanted).to_user(&form, code.nonce))
        }
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
            let client = client()?;
            let code = DeviceCode::redeem(context, &client, &form)?;
            let resource = asked("resource").or(code.resource.as_deref());
            let scope = asked("scope").or(code.scope.as_deref());
            let wanted = Wanted::by_user(resource, scope, version)?;
            Ok(granting(&client, &wanted).to_user(&form, None))
        }
        other => Err(Refusal::grant_not_served(other)),
    }
}
