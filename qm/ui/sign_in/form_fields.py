"""What somebody who is not signed in sends: short forms, from a browser, in a language."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from qm.core.text import LANGUAGES, Language
from qm.ui.sign_in.page import PAGE_POLICY

TOO_LONG = PlainTextResponse("The form is too long.", 413)
_FORM_BYTES_MAX = 16_384


async def fields_of(request: Request) -> dict[str, str] | None:
    """Return the texts of a form, None where it is too long to be read."""
    if int(request.headers.get("content-length", _FORM_BYTES_MAX + 1)) > _FORM_BYTES_MAX:
        return None
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def language_of(text: str | None) -> Language | None:
    """Return the language of this code, None where it is none of ours."""
    return text if text in LANGUAGES else None


def page_response(html: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """Return the answer with a page of ours, on which no script runs."""
    return HTMLResponse(html, status, {"Content-Security-Policy": PAGE_POLICY, **(headers or {})})
