"""The routes of signing in and out."""

from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from qm.core.sign_in import SignInRefused
from qm.core.text import LANGUAGES, Language
from qm.ui import process
from qm.ui.sign_in import cookies
from qm.ui.sign_in.gate import SIGN_IN, signed_in
from qm.ui.sign_in.page import PAGE_POLICY, sign_in_page
from qm.workflow import people
from qm.workflow import sign_in as workflow

SIGN_OUT = "/sign-out"
_FORM_BYTES_MAX = 16_384
# Argon2 takes 64 MiB and a core for each password it checks.
_checking = CapacityLimiter(2)


async def ask(request: Request) -> Response:
    """Show the sign-in page, in the language that a link on it chose or was used last."""
    chosen = _language(request.query_params.get("language"))
    wanted = safe_path(request.query_params.get("next"))
    if await signed_in(request):
        return RedirectResponse(wanted, 303)
    language = chosen or cookies.language_in(request.cookies)
    response = _page(sign_in_page(language, wanted, chosen=chosen), 200)
    if chosen:
        cookies.set_language(response, chosen)
    return response


async def sign_in(request: Request) -> Response:
    """Sign in with the form's username and password, or show the page again and say why not."""
    if int(request.headers.get("content-length", _FORM_BYTES_MAX + 1)) > _FORM_BYTES_MAX:
        return PlainTextResponse("The form is too long.", 413)
    async with request.form() as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    username, wanted = fields.get("username", ""), safe_path(fields.get("next"))
    chosen = _language(fields.get("language"))
    address = request.client.host if request.client else "unknown"
    try:
        token, language = await to_thread.run_sync(
            _start_session, username, fields.get("password", ""), address, chosen, limiter=_checking
        )
    except SignInRefused as refusal:
        language = chosen or cookies.language_in(request.cookies)
        page = sign_in_page(language, wanted, chosen=chosen, username=username, refusal=refusal)
        if refusal.wait_s is None:
            return _page(page, 401)
        return _page(page, 429, {"Retry-After": str(refusal.wait_s)})
    response = RedirectResponse(wanted, 303)
    cookies.set_session(response, token)
    cookies.set_language(response, language)
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
    response = RedirectResponse(SIGN_IN, 303)
    cookies.end_session(response)
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


def _language(text: str | None) -> Language | None:
    return text if text in LANGUAGES else None


def _page(html: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(html, status, {"Content-Security-Policy": PAGE_POLICY, **(headers or {})})
