"""The routes of signing in and out."""

from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from qm.core.sign_in import SignInRefused
from qm.core.text import Language
from qm.ui import process
from qm.ui.sign_in import cookies
from qm.ui.sign_in.form_fields import TOO_LONG, fields_of, language_of, page_response
from qm.ui.sign_in.gate import SIGN_IN, signed_in
from qm.ui.sign_in.page import Notice, sign_in_page
from qm.ui.sign_in.sessions import language_of_person, reason_out
from qm.workflow import people
from qm.workflow import sign_in as workflow

SIGN_OUT = "/sign-out"
# Argon2 takes 64 MiB and a core for each password it checks.
CHECKING = CapacityLimiter(2)
_NOTICES: tuple[Notice, ...] = ("password_set", "openid_stays")


async def ask(request: Request) -> Response:
    """Show the sign-in page, in the language that a link on it chose or was used last.

    Whose session is over is told why.
    """
    chosen = language_of(request.query_params.get("language"))
    wanted = safe_path(request.query_params.get("next"))
    if await signed_in(request):
        return RedirectResponse(wanted, 303)
    used = await to_thread.run_sync(language_of_person, request.cookies)
    language = chosen or used
    notice = await to_thread.run_sync(_notice, request)
    page = sign_in_page(language, wanted, chosen=chosen, notice=notice, provider=provider())
    response = page_response(page, 200)
    if chosen:
        cookies.set_language(response, chosen)
    return response


async def sign_in(request: Request) -> Response:
    """Sign in with the form's username and password, or show the page again and say why not."""
    fields = await fields_of(request)
    if fields is None:
        return TOO_LONG
    username, wanted = fields.get("username", ""), safe_path(fields.get("next"))
    chosen = language_of(fields.get("language"))
    address = address_of(request)
    try:
        token, language = await to_thread.run_sync(
            _start_session, username, fields.get("password", ""), address, chosen, limiter=CHECKING
        )
    except SignInRefused as refusal:
        language = chosen or cookies.language_in(request.cookies)
        page = sign_in_page(
            language,
            wanted,
            chosen=chosen,
            username=username,
            refusal=refusal,
            provider=provider(),
        )
        if refusal.wait_s is None:
            return page_response(page, 401)
        return page_response(page, 429, {"Retry-After": str(refusal.wait_s)})
    response = RedirectResponse(wanted, 303)
    cookies.set_session(response, token)
    cookies.set_language(response, language)
    cookies.forget_openid(response)
    return response


def _start_session(
    username: str, password: str, address: str, chosen: Language | None
) -> tuple[str, Language]:
    engine, now = process.engine(), datetime.now(UTC)
    token = workflow.sign_in(
        engine,
        username=username,
        password=password,
        address=address,
        now=now,
        hours=process.settings().session_hours,
    )
    found = workflow.user_of(engine, token, now=now)
    if found is None:  # switched off in this very moment
        return token, process.settings().centre_language
    user, actor = found
    if chosen:
        people.set_language(engine, actor, chosen)
    return token, chosen or cast("Language", user.language)


async def sign_out(request: Request) -> Response:
    """End the session and show the sign-in page."""
    token = cookies.token_in(request.cookies)
    if token is not None:
        await to_thread.run_sync(
            lambda: workflow.sign_out(process.engine(), token, now=datetime.now(UTC))
        )
    stays = provider() is not None and cookies.came_by_openid(request.cookies)
    response = RedirectResponse(f"{SIGN_IN}?notice=openid_stays" if stays else SIGN_IN, 303)
    cookies.end_session(response)
    cookies.forget_openid(response)
    cookies.set_language(response, request.state.user.language)
    return response


def safe_path(wanted: str | None) -> str:
    """Return `wanted` where it is a path on this site, else the start page.

    Browsers take `//host` and `/\\host` for another site and skip control characters.
    """
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"}:
        return "/"
    if "\\" in wanted or any(character < " " or character == "\x7f" for character in wanted):
        return "/"
    if urlsplit(wanted).path in {SIGN_IN, SIGN_OUT}:
        return "/"
    return wanted


def provider() -> str | None:
    """Return what the identity provider is called, None where there is none."""
    settings = process.settings()
    return settings.openid_label if settings.openid_issuer else None


def address_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else "unknown"


def _notice(request: Request) -> Notice | None:
    asked = request.query_params.get("notice")
    if asked in _NOTICES:
        return asked
    token = cookies.token_in(request.cookies)
    return None if token is None else reason_out(token)
