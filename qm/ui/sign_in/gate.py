"""The gate: without a session nothing passes but the sign-in page and what it is made of."""

from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from qm.core.access import Actor
from qm.store.tables import User
from qm.ui.sign_in import cookies
from qm.ui.sign_in.sessions import person_of

SIGN_IN = "/sign-in"
SIGN_IN_STATIC = "/sign-in/static"
OPENID = "/sign-in/openid"
OPENID_CALLBACK = "/sign-in/openid/callback"
OPENID_OUT = "/sign-in/openid/sign-out"
INVITATION = "/sign-in/invitation"
API_DESCRIPTION = "/api/openapi.json"
API_INTERACTIONS = "/api/imports/interactions"
API_TRANSCRIPTS = "/api/imports/transcripts"
FONTS = "/assets/fonts"
_READING = {"GET", "HEAD"}
# By method: what no route of ours takes would be Streamlit's to answer. The imports ask for a
# token themselves, and never look at a cookie.
_PUBLIC = {
    SIGN_IN: {*_READING, "POST"},
    OPENID: _READING,
    OPENID_CALLBACK: _READING,
    OPENID_OUT: _READING,
    API_DESCRIPTION: _READING,
    API_INTERACTIONS: {"POST"},
    API_TRANSCRIPTS: {"POST"},
    "/_stcore/health": _READING,
}
_PUBLIC_FOLDERS = (f"{SIGN_IN_STATIC}/", f"{INVITATION}/", f"{FONTS}/", "/assets/page/")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_POLICY_VIOLATION = 1008


class Gate:
    """ASGI middleware for HTTP and WebSocket.

    Who passed is `request.state.user`, with `request.state.actor`. The cookie alone tells who
    it is: no header of a client is ever believed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on, or answer it in Streamlit's place."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal: Response | None = None
        if not _comes_from_here(connection):
            refusal = PlainTextResponse("This request came from another site.", 403)
        elif scope["type"] == "websocket" or not _is_public(scope):
            found = await signed_in(connection)
            if found is None:
                refusal = _to_sign_in(connection)
            else:
                connection.state.user, connection.state.actor = found
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(_POLICY_VIOLATION)(scope, receive, send)
        else:
            await refusal(scope, receive, send)


async def signed_in(connection: HTTPConnection) -> tuple[User, Actor] | None:
    """Return whose valid session the connection's cookie holds."""
    token = cookies.token_in(connection.cookies)
    if token is None:
        return None
    # A page that is only left open connects again by itself after every break of the line.
    is_request = connection.scope["type"] == "http"
    return await to_thread.run_sync(lambda: person_of(token, is_doing_something=is_request))


def _is_public(scope: Scope) -> bool:
    path, method = scope["path"], scope["method"]
    return method in _PUBLIC.get(path, ()) or path.startswith(_PUBLIC_FOLDERS)


def _comes_from_here(connection: HTTPConnection) -> bool:
    """Whether what changes something, or opens a WebSocket, was started by our own pages.

    Browsers say so in headers that no page can forge; what sends neither is no browser, and
    nobody's cookies ride on it.
    """
    if connection.scope.get("method") in _SAFE_METHODS:
        return True
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def _to_sign_in(connection: HTTPConnection) -> Response:
    is_page = connection.scope.get("method") in {"GET", "HEAD"} and "text/html" in (
        connection.headers.get("accept", "")
    )
    if not is_page:
        return PlainTextResponse("Sign in first.", 401)
    url = connection.url
    wanted = url.path + (f"?{url.query}" if url.query else "")
    query = "" if wanted == "/" else f"?next={quote(wanted, safe='/')}"
    return RedirectResponse(SIGN_IN + query, 303)
