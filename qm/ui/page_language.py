"""The language and direction of the page itself, before Streamlit has drawn anything."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qm.store.tables import User

_STREAMLITS = b'<html lang="en">'


class PageLanguage:
    """ASGI middleware that writes the signed-in person's language into Streamlit's page.

    Streamlit's page says English. Without this, screen readers would read Persian as English,
    browsers would offer to translate it, and it would start left to right.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; rewrite the first element of a page that comes back."""
        user = scope.get("state", {}).get("user")
        if scope["type"] != "http" or user is None or not _asks_for_a_page(scope):
            await self.app(scope, receive, send)
            return
        del MutableHeaders(scope=scope)["accept-encoding"]  # a compressed page cannot be changed
        await self.app(scope, receive, _Rewriter(user, send))


class _Rewriter:
    def __init__(self, user: User, send: Send) -> None:
        direction = "rtl" if user.language == "fa" else "ltr"
        self._element = f'<html lang="{user.language}" dir="{direction}">'.encode()
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
        body = self._body.replace(_STREAMLITS, self._element, 1)
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _asks_for_a_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
