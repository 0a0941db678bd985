"""OpenID Connect: to the company's identity provider and back, with state, nonce and PKCE."""

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError, StarletteOAuth2App
from joserfc.errors import JoseError

from qm.core.openid import NOT_TRUSTED, PROVIDER_REFUSED, UNREACHABLE
from qm.core.sign_in import SignInRefused
from qm.ui import process

_LOG = logging.getLogger(__name__)
_LEEWAY_S = 60  # between the clocks of two machines
_PATIENCE_S = 10
# Signed with a key that only the provider has. Providers may also list “none” and shared secrets.
_SIGNED_BY_PROVIDER = {f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)}
_SIGNED_BY_PROVIDER |= {"EdDSA", "Ed25519"}


def refused(code: str) -> SignInRefused:
    """Return the refusal that names the provider."""
    return SignInRefused(code, values={"provider": process.settings().openid_label})


async def way_to_provider(redirect_uri: str) -> Mapping[str, str]:
    """Return the provider's address to send the browser to, as `url`.

    With it come state, nonce and code_verifier, to be kept until the browser comes back. Raises
    `SignInRefused`.
    """
    try:
        client = await _client()
        found: Mapping[str, str] = await client.create_authorization_url(redirect_uri)
    except (httpx2.HTTPError, ValueError) as error:
        raise _logged(UNREACHABLE, error) from error
    return found


async def claims_of(
    code: str, *, redirect_uri: str, code_verifier: str, nonce: str
) -> dict[str, Any]:
    """Return what the provider says of whoever came back with `code`.

    Only what is signed by the provider, for us, for this very sign-in, and not too old; where
    the ID token tells no e-mail address, the provider is asked. Raises `SignInRefused`.
    """
    settings = process.settings()
    expected = {
        "iss": {"essential": True, "value": settings.openid_issuer},
        "aud": {"essential": True, "value": settings.openid_client_id},
    }
    try:
        client = await _client()
        token = await client.fetch_access_token(
            redirect_uri, code=code, code_verifier=code_verifier
        )
        claims = await client.parse_id_token(
            token, nonce=nonce, claims_options=expected, leeway=_LEEWAY_S
        )
        if claims is None:
            raise ValueError("the provider sent no ID token")
        told = dict(claims)
        if "email" not in told and "userinfo_endpoint" in client.server_metadata:
            more = await client.userinfo(token=token)
            told = {**more, **told} if more.get("sub") == told["sub"] else told
    except OAuthError as error:
        raise _logged(PROVIDER_REFUSED, error) from error
    except httpx2.HTTPError as error:
        raise _logged(UNREACHABLE, error) from error
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _logged(NOT_TRUSTED, error) from error
    return told


async def way_out(return_to: str) -> str | None:
    """Return the address at which one signs out of the provider, None where it has none."""
    try:
        client = await _client()
        end = client.server_metadata.get("end_session_endpoint")
    except (SignInRefused, httpx2.HTTPError, ValueError):
        return None
    if not isinstance(end, str):
        return None
    asked = {
        "client_id": process.settings().openid_client_id,
        "post_logout_redirect_uri": return_to,
    }
    return str(httpx2.URL(end).copy_merge_params(asked))


async def _client() -> StarletteOAuth2App:
    """Return the client with the provider's own description of itself, which is asked for once."""
    settings = process.settings()
    client = _registered(
        settings.openid_issuer,
        settings.openid_client_id,
        settings.openid_client_secret.get_secret_value(),
    )
    described = await client.load_server_metadata()
    if described.get("issuer") != settings.openid_issuer:
        reason = f"it calls itself {described.get('issuer')!r}, not {settings.openid_issuer!r}"
        raise _logged(NOT_TRUSTED, reason)
    algorithms = described.get("id_token_signing_alg_values_supported") or ["RS256"]
    described["id_token_signing_alg_values_supported"] = [
        name for name in algorithms if name in _SIGNED_BY_PROVIDER
    ]
    return client


@lru_cache
def _registered(issuer: str, client_id: str, client_secret: str) -> StarletteOAuth2App:
    return OAuth().register(
        "qm",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "timeout": _PATIENCE_S,
            # Made once: each request would read all certificate authorities anew.
            "verify": httpx2.create_ssl_context(),
        },
    )


def _logged(code: str, error: object) -> SignInRefused:
    _LOG.warning("sign-in through the identity provider failed (%s): %s", code, error)
    return refused(code)
