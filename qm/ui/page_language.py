"""Streamlit's page in the person's language, before it has drawn anything; or why there is none."""

from html import escape
from typing import cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qm.core.access import Actor
from qm.core.text import Language
from qm.locale import translator
from qm.store.tables import User
from qm.ui.menu import BY_ADDRESS
from qm.ui.theme.plain_page import plain_page

ASSETS = "/assets/page"
_STREAMLITS = b'<html lang="en">'


class PageLanguage:
    """ASGI middleware that writes the signed-in person's language into Streamlit's page.

    Streamlit's page says English. Without this, screen readers would read Persian as English,
    browsers would offer to translate it, and it would start left to right. For an address that is
    no page, or none of the person's, Streamlit would show its first page with an English note:
    here it is answered in the person's language, with the status 404 or 403.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; rewrite the first element of a page that comes back."""
        state = scope.get("state", {})
        if scope["type"] != "http" or "user" not in state or not _asks_for_a_page(scope):
            await self.app(scope, receive, send)
            return
        del MutableHeaders(scope=scope)["accept-encoding"]  # a compressed page cannot be changed
        rewriter = _Rewriter(state["user"], state["actor"], scope["path"], send)
        await self.app(scope, receive, rewriter)


class _Rewriter:
    def __init__(self, user: User, actor: Actor, path: str, send: Send) -> None:
        self._user = user
        self._actor = actor
        self._path = path
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = self._body
        if _STREAMLITS in body:
            start["status"], body = _answer(self._path, self._user, self._actor, body)
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _answer(path: str, user: User, actor: Actor, streamlits: bytes) -> tuple[int, bytes]:
    """Return status and page: Streamlit's in the person's language, or why there is none."""
    language = cast("Language", user.language)
    address = path.strip("/")
    screen = BY_ADDRESS.get(address)
    if screen is None and address:
        return 404, _refusal(language, 404)
    if screen is not None and not screen.opens_to(actor):
        return 403, _refusal(language, 403)
    return 200, _in_language(language, streamlits)


def _in_language(language: Language, body: bytes) -> bytes:
    direction = "rtl" if language == "fa" else "ltr"
    element = f'<html lang="{language}" dir="{direction}">'
    script = f'<head><script src="{ASSETS}/page.js"></script>'
    past_menu = escape(translator(language)("Skip to the page"))
    skip = f'<body><a class="qm-skip" href="#">{past_menu}</a>'
    for streamlits, ours in ((_STREAMLITS, element), (b"<head>", script), (b"<body>", skip)):
        body = body.replace(streamlits, ours.encode(), 1)
    return body


def _refusal(language: Language, status: int) -> bytes:
    _ = translator(language)
    if status == 404:
        title, text = _("Not found"), _("There is no page at this address. Was it cut off?")
    else:
        title = _("This page is not open to you")
        text = _("Your role does not include it. If you need it, ask whoever manages accounts.")
    return plain_page(
        language,
        title=title,
        text=text,
        link="/",
        link_text=_("To my start page"),
    ).encode()


def _asks_for_a_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
