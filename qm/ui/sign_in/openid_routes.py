"""The routes of signing in through the company's identity provider."""

import secrets
from datetime import UTC, datetime
from typing import Any

from anyio import to_thread
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from qm.core.openid import NOT_STARTED_HERE, PROVIDER_REFUSED, UNREACHABLE, identity
from qm.core.sign_in import SignInRefused
from qm.ui import process
from qm.ui.sign_in import cookies
from qm.ui.sign_in.form_fields import page_response
from qm.ui.sign_in.gate import OPENID, OPENID_CALLBACK, SIGN_IN
from qm.ui.sign_in.openid import claims_of, refused, way_out, way_to_provider
from qm.ui.sign_in.page import sign_in_page
from qm.ui.sign_in.routes import address_of, safe_path
from qm.workflow.openid import sign_in_by_openid

_STARTED = "qm_openid_start"
_STARTED_S = 600


async def start(request: Request) -> Response:
    """Send the browser to the provider; a signed cookie keeps what must come back with it."""
    if not process.settings().openid_issuer:
        return PlainTextResponse("No identity provider is set up.", 404)
    wanted = safe_path(request.query_params.get("next"))
    try:
        way = await way_to_provider(_callback(request))
    except SignInRefused as refusal:
        return _refusal(request, refusal, wanted)
    kept = {name: way[name] for name in ("state", "nonce", "code_verifier")} | {"next": wanted}
    response = RedirectResponse(way["url"], 303)
    response.set_cookie(
        _STARTED,
        _serializer().dumps(kept),
        max_age=_STARTED_S,
        path=OPENID,
        httponly=True,
        samesite="lax",
        secure=process.settings().cookie_secure,
    )
    return response


async def callback(request: Request) -> Response:
    """Sign in whoever comes back from the provider, or say why not."""
    kept = _kept(request)
    try:
        token = await _token(request, kept)
    except SignInRefused as refusal:
        response = _refusal(request, refusal, kept.get("next", "/"))
    else:
        response = RedirectResponse(kept["next"], 303)
        cookies.set_session(response, token)
        cookies.set_came_by_openid(response)
    response.delete_cookie(_STARTED, path=OPENID)
    return response


async def sign_out_there(request: Request) -> Response:
    """Send the browser to where one signs out of the provider as well."""
    there = await way_out(_base(request) + SIGN_IN) if process.settings().openid_issuer else None
    return RedirectResponse(there or SIGN_IN, 303)


async def _token(request: Request, kept: dict[str, Any]) -> str:
    asked = request.query_params
    if not kept or not secrets.compare_digest(
        kept["state"].encode(), asked.get("state", "").encode()
    ):
        raise refused(NOT_STARTED_HERE)
    settings = process.settings()
    if "error" in asked or asked.get("iss", settings.openid_issuer) != settings.openid_issuer:
        raise refused(PROVIDER_REFUSED)
    claims = await claims_of(
        asked.get("code", ""),
        redirect_uri=_callback(request),
        code_verifier=kept["code_verifier"],
        nonce=kept["nonce"],
    )
    return await to_thread.run_sync(_start_session, request, claims)


def _start_session(request: Request, claims: dict[str, Any]) -> str:
    settings = process.settings()
    return sign_in_by_openid(
        process.engine(),
        identity(settings.openid_issuer, claims),
        settings.openid_rules,
        provider=settings.openid_label,
        language=cookies.language_in(request.cookies),
        address=address_of(request),
        now=datetime.now(UTC),
        hours=settings.session_hours,
    )


def _kept(request: Request) -> dict[str, Any]:
    """Return what was kept of the start in this browser; empty where it is gone or forged."""
    try:
        kept = _serializer().loads(request.cookies.get(_STARTED, ""), max_age=_STARTED_S)
    except BadData:
        return {}
    return kept if isinstance(kept, dict) else {}


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        cookies.secret(process.settings().data_folder), salt="qm openid start"
    )


def _refusal(request: Request, refusal: SignInRefused, wanted: str) -> Response:
    page = sign_in_page(
        cookies.language_in(request.cookies),
        wanted,
        refusal=refusal,
        provider=process.settings().openid_label,
    )
    return page_response(page, 502 if refusal.problems[0].code == UNREACHABLE else 401)


def _callback(request: Request) -> str:
    return _base(request) + OPENID_CALLBACK


def _base(request: Request) -> str:
    return process.settings().public_url or str(request.base_url).rstrip("/")
