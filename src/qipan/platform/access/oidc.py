"""Single sign-on (OpenID Connect): authorization code with PKCE, a nonce, and an ID token whose signature is checked.

The provider says who somebody is; whether they have an account here, and what they may do, is decided here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt

WELL_KNOWN = "/.well-known/openid-configuration"
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "ES256", "ES384"})
PATIENCE = 10.0  # seconds for each answer of the provider
LARGEST = 1_000_000  # bytes of an answer
KEPT_FOR = 600.0  # seconds a provider's own description is believed
DRIFT = 60.0  # seconds by which the provider's clock may differ


class Unidentified(Exception):
    """The provider did not say who somebody is; `reason` is for the log, never for the visitor."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Client:
    """This installation as the provider knows it."""

    issuer: str
    name: str
    secret: str
    claim: str = "preferred_username"


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider says of itself."""

    issuer: str
    authorise: str
    token: str
    keys: str
    posts_secret: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent along when somebody was sent to the provider, to be recognised when they come back."""

    state: str
    nonce: str
    verifier: str
    back: str

    @classmethod
    def fresh(cls, back: str) -> Asked:
        """Return secrets nobody had before; `back` is the address the provider sends the person to."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), back)


class _Stay(HTTPRedirectHandler):
    """Follows nobody elsewhere: the provider's addresses are the ones it named."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        """Refuse to be redirected."""
        del req, fp, code, msg, headers, newurl


_opener = build_opener(_Stay())
_providers: dict[str, tuple[float, Provider]] = {}


def _answer(request: Request) -> Mapping[str, Any]:
    try:
        with _opener.open(request, timeout=PATIENCE) as answer:
            found = json.loads(answer.read(LARGEST))
    except (URLError, TimeoutError, ValueError) as error:
        raise Unidentified(f"{urlsplit(request.full_url).path}: {error}") from error
    if not isinstance(found, dict):
        raise Unidentified(f"{urlsplit(request.full_url).path}: not an object")
    return found


def _get(address: str) -> Mapping[str, Any]:
    return _answer(Request(address, headers={"Accept": "application/json"}))  # noqa: S310 - http(s) only, see _ours


def _ours(issuer: str, address: object) -> str:
    """Return an address of the provider; one that is less safe than the issuer's own is not taken."""
    text = str(address or "")
    parts = urlsplit(text)
    allowed = {"https"} if issuer.startswith("https:") else {"http", "https"}
    if parts.scheme not in allowed or not parts.hostname:
        raise Unidentified(f"an address of the provider is not safe: {text[:100]}")
    return text


def provider(issuer: str) -> Provider:
    """Return what the provider says of itself; raises Unidentified where it cannot be believed."""
    now = time.monotonic()
    kept = _providers.get(issuer)
    if kept is not None and now - kept[0] < KEPT_FOR:
        return kept[1]
    said = _get(_ours(issuer, issuer.rstrip("/") + WELL_KNOWN))
    if str(said.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise Unidentified("the provider calls itself by another name than the settings")
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    found = Provider(
        issuer=str(said["issuer"]),
        authorise=_ours(issuer, said.get("authorization_endpoint")),
        token=_ours(issuer, said.get("token_endpoint")),
        keys=_ours(issuer, said.get("jwks_uri")),
        posts_secret="client_secret_basic" not in methods,
    )
    _providers[issuer] = (now, found)
    return found


def forget() -> None:
    """Drop what providers said of themselves; for tests."""
    _providers.clear()


def way_there(client: Client, asked: Asked) -> str:
    """Return the address at the provider to which somebody is sent to say who they are."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": client.name,
        "redirect_uri": asked.back,
        "scope": "openid profile",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = provider(client.issuer).authorise
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def identified(client: Client, asked: Asked, *, state: str, code: str) -> str:
    """Return the log-in name of who came back with `state` and `code`; raises Unidentified where any of it is wrong."""
    if not code or not hmac.compare_digest(state.encode(), asked.state.encode()):
        raise Unidentified("the answer belongs to another request")
    there = provider(client.issuer)
    claims = _claims(client, there, _id_token(client, there, asked, code))
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), asked.nonce.encode()):
        raise Unidentified("the ID token answers another request")
    name = claims.get(client.claim)
    if not isinstance(name, str) or not name.strip():
        raise Unidentified(f"the ID token has no claim {client.claim}")
    return name.strip()


def _id_token(client: Client, there: Provider, asked: Asked, code: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.back,
        "code_verifier": asked.verifier,
        "client_id": client.name,
    }
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    if there.posts_secret:
        form["client_secret"] = client.secret
    elif client.secret:
        pair = base64.b64encode(f"{client.name}:{client.secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    asking = Request(there.token, data=urlencode(form).encode(), headers=headers)  # noqa: S310 - see _ours
    token = _answer(asking).get("id_token")
    if not isinstance(token, str):
        raise Unidentified("the provider gave no ID token")
    return token


def _claims(client: Client, there: Provider, token: str) -> Mapping[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        algorithm = str(header.get("alg"))
        if algorithm not in ALGORITHMS:
            raise Unidentified(f"the ID token is signed with {algorithm}")
        claims = jwt.decode(
            token,
            _key(there, header.get("kid"), algorithm),
            algorithms=[algorithm],
            audience=client.name,
            issuer=there.issuer,
            leeway=DRIFT,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except jwt.PyJWTError as error:
        raise Unidentified(f"the ID token does not hold: {error}") from error
    many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", client.name if not many else "") != client.name:
        raise Unidentified("the ID token was given to somebody else")
    return claims


def _key(there: Provider, number: object, algorithm: str) -> Any:
    """Return the key that signed: by its number, or the only one of its kind where it bears none."""
    keys = jwt.PyJWKSet.from_dict(dict(_get(there.keys))).keys
    fitting = [key for key in keys if (key.key_id == number if number else True) and key.algorithm_name == algorithm]
    if len(fitting) != 1:
        raise Unidentified("the ID token is signed with no key of the provider")
    return fitting[0].key
