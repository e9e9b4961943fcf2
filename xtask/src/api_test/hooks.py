"""What schemathesis.toml cannot say about a part of an operation's requests."""

import base64
import hashlib
import re
from urllib.parse import quote, unquote

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

XML = {"application/xml", "text/xml"}
FORM = "application/x-www-form-urlencoded"
GRAPH = "https://graph.microsoft.com"
OPENID = {"openid", "profile", "email", "offline_access"}


def is_right(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


def is_wrong_in_query(case):
    known = {parameter.name for parameter in case.operation.query}
    # A parameter that nobody knows does no harm.
    return case.meta is not None and case.meta.is_negative_at(ParameterLocation.QUERY) and set(case.query) <= known


def is_of(case, *operations):
    return case.operation.definition.raw.get("operationId") in operations


def signs_in(case):
    return is_of(case, "authorize", "authorizeV1")


def asks_for_tokens(case):
    return is_of(case, "getToken", "getTokenV1")


@schemathesis.hook
def filter_case(context, case):
    if not is_right(case):
        # In XML, as in .NET, an element out of order is passed over with whatever is in it, and text is of any type: what a
        # schema calls wrong may be right there. The same bodies are sent as JSON.
        return case.meta is None or case.media_type not in XML
    # No schema says what two members are to each other:
    if case.media_type == FORM and has_a_text_with_members(case.body):
        return False
    # Nor which signs no name of a member has:
    if case.media_type == FORM and any(re.search('[{}"]', name) for name in case.body):
        return False
    return not (asks_for_tokens(case) and len(resources(case.body.get("scope", ""))) > 1)


def has_a_text_with_members(form):
    """Whether a name leads on from one that is a text already, as in `links=&links.self=`."""
    return any(other.startswith((f"{name}.", f"{name}[")) for name in form for other in form)


def resources(scope):
    """What the permissions of a scope are for."""
    permissions = {name for name in re.split("[ \t\n\f\r]+", scope) if name} - OPENID
    return {name.rsplit("/", 1)[0] if "/" in name else GRAPH for name in permissions}


def addresses(body):
    """The addresses in an update, whatever it calls them."""
    members = body.items() if isinstance(body, dict) else ()
    for name, value in members:
        if isinstance(value, dict):
            if name.lower() in ("defaultaddress", "address", "billto", "shipto", "soldto"):
                yield value
            else:
                yield from addresses(value)


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_right(case):
        return
    # No schema lists the countries that there are.
    if is_of(case, "updateCustomerBillingProfile", "updateBillingProfile", "createOrUpdateBillingProfile"):
        if case.media_type == FORM:
            # A form without any member of the profile is refused.
            case.body.setdefault("companyName", "Contoso")
            for name in case.body:
                if re.fullmatch(r"defaultAddress(\.country|\[country\])", name, re.IGNORECASE):
                    case.body[name] = "US"
        for found in addresses(case.body):
            for name in found:
                if name.lower() == "country" and found[name] is not None:
                    found[name] = "US"
    # An address is replaced, so null is not the same as what is stored.
    if is_of(case, "createOrUpdateBillingProfile"):
        for found in addresses(case.body):
            found["addressLine1"] = found.get("addressLine1") or "100 Example Avenue"
            found["country"] = "US"
    # Nor does a schema say that a method wants its challenge.
    if signs_in(case) and "code_challenge" not in case.query:
        case.query.pop("code_challenge_method", None)
    # A decision is about a code that the authority gave.
    if is_of(case, "decideDeviceLogin"):
        case.body["user_code"] = begin_on_device(case, "common", "any")["user_code"]
    # A page can be posted to an address of the web alone, which few of the drawn ones are.
    if signs_in(case) and case.query.get("response_mode") == "form_post":
        case.query["redirect_uri"] = "https://localhost/" + case.query["redirect_uri"]
    form = case.body if asks_for_tokens(case) else {}
    # Right are codes and a refresh token that the authority gave, which no schema draws.
    if form.get("grant_type") == "authorization_code":
        form["code"] = sign_in(case, form["redirect_uri"], form.get("code_verifier"))
    elif form.get("grant_type") == "refresh_token":
        redirect_uri = "http://localhost/"
        redeemed = {
            "grant_type": "authorization_code",
            "client_id": form["client_id"],
            "code": sign_in(case, redirect_uri, None),
            "redirect_uri": redirect_uri,
        }
        response = requests.post(address(case, "token"), data=redeemed)
        form["refresh_token"] = response.json()["refresh_token"]
    elif form.get("grant_type", "").endswith("device_code"):
        begun = begin_on_device(case, case.path_parameters["tenant"], form["client_id"])
        decision = {"user_code": begun["user_code"], "answer": "approve"}
        requests.post(f"{case.operation.base_url}/devicelogin", data=decision).raise_for_status()
        # Version 1 has another name for it.
        form["device_code" if "device_code" in form else "code"] = begun["device_code"]


def address(case, endpoint, tenant=None):
    tenant = quote(tenant or case.path_parameters["tenant"], safe="")
    return f"{case.operation.base_url}/{tenant}/oauth2/v2.0/{endpoint}"


def begin_on_device(case, tenant, client_id):
    """The codes of a sign-in on a device."""
    asked = {"client_id": client_id, "scope": "offline_access"}
    response = requests.post(address(case, "devicecode", tenant), data=asked)
    response.raise_for_status()
    return response.json()


def sign_in(case, redirect_uri, verifier):
    """A code for the application that asks."""
    query = {
        "client_id": case.body["client_id"],
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": "offline_access",
    }
    if verifier:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query |= {"code_challenge": challenge.rstrip(b"=").decode(), "code_challenge_method": "S256"}
    response = requests.get(address(case, "authorize"), params=query, allow_redirects=False)
    # The address before it may be none that a library takes apart.
    return unquote(re.findall("[?&]code=([^&]+)", response.headers["Location"])[-1])


@schemathesis.check
def the_authority_grants_what_is_right_and_nothing_else(ctx, response, case):
    if asks_for_tokens(case):
        if is_right(case):
            assert response.status_code == 200, "there are no tokens"
    elif signs_in(case) and response.status_code < 400 and (is_right(case) or is_wrong_in_query(case)):
        sent = response.headers.get("location", [""])[0] + response.text
        member = "code" if is_right(case) else "error"
        assert re.search(f"[?&#]{member}=|name=\"{member}\"", sent), f"the application is sent no {member}"
