"""The page behind the link of an invitation or a reset: its user chooses a password."""

from datetime import UTC, datetime

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from qm.core.problems import BadInput, Problem
from qm.core.sign_in import PASSWORDS_DIFFER
from qm.core.text import Language
from qm.store.tables import User
from qm.ui import process
from qm.ui.sign_in import cookies
from qm.ui.sign_in.form_fields import TOO_LONG, fields_of, language_of, page_response
from qm.ui.sign_in.gate import INVITATION, SIGN_IN
from qm.ui.sign_in.page import password_page
from qm.ui.sign_in.routes import CHECKING
from qm.workflow.invitations import invited_user, take_invitation


async def ask_password(request: Request) -> Response:
    """Show the form; opening the link, as mail programs do by themselves, uses nothing up."""
    chosen = language_of(request.query_params.get("language"))
    try:
        user = await to_thread.run_sync(_invited, request)
    except BadInput as refusal:
        return _page(request, None, refusal, 404)
    response = _page(request, user, None, 200)
    if chosen:
        cookies.set_language(response, chosen)
    return response


async def take_password(request: Request) -> Response:
    """Take the password and lead to the sign-in page, or show the form again and say why not."""
    fields = await fields_of(request)
    if fields is None:
        return TOO_LONG
    user = None
    try:
        user = await to_thread.run_sync(_invited, request)
        await to_thread.run_sync(_take, request, fields, limiter=CHECKING)
    except BadInput as refusal:
        return _page(request, user, refusal, 422 if user else 404)
    return RedirectResponse(f"{SIGN_IN}?notice=password_set", 303)


def _invited(request: Request) -> User:
    return invited_user(process.engine(), request.path_params["token"], now=datetime.now(UTC))


def _take(request: Request, fields: dict[str, str]) -> None:
    password = fields.get("password", "")
    if password != fields.get("again"):
        raise BadInput(Problem(PASSWORDS_DIFFER, "sign-in", field="password"))
    token = request.path_params["token"]
    take_invitation(process.engine(), token, password=password, now=datetime.now(UTC))


def _page(request: Request, user: User | None, refusal: BadInput | None, status: int) -> Response:
    address = f"{INVITATION}/{request.path_params['token']}"
    html = password_page(_language(request, user), address, user, refusal)
    return page_response(html, status, {"Referrer-Policy": "no-referrer"})


def _language(request: Request, user: User | None) -> Language:
    """Return the language that a link on the page chose, else this browser's, else the user's."""
    chosen = language_of(request.query_params.get("language"))
    used = language_of(request.cookies.get(cookies.LANGUAGE))
    of_user = language_of(user.language) if user else None
    return chosen or used or of_user or process.settings().centre_language
