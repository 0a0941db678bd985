"""What surrounds the Streamlit script in the web process: routes, middleware, start and end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from qm.store.engine import migrate, sample_statistics
from qm.ui import process
from qm.ui.api.routes import api_routes
from qm.ui.page_language import ASSETS, PageLanguage
from qm.ui.recordings_route import RECORDINGS, send_recording
from qm.ui.security_headers import SecurityHeaders
from qm.ui.sign_in import openid_routes
from qm.ui.sign_in.gate import (
    FONTS,
    INVITATION,
    OPENID,
    OPENID_CALLBACK,
    OPENID_OUT,
    SIGN_IN,
    SIGN_IN_STATIC,
    Gate,
)
from qm.ui.sign_in.invitation import ask_password, take_password
from qm.ui.sign_in.routes import SIGN_OUT, ask, sign_in, sign_out
from qm.ui.theme import ASSETS_DIR, FONTS_DIR
from qm.ui.warming import warm_up

_HERE = Path(__file__).parent
MAIN_SCRIPT = _HERE / "main.py"


def routes() -> Sequence[BaseRoute]:
    """The routes beside Streamlit's own."""
    return [
        Mount(SIGN_IN_STATIC, StaticFiles(directory=_HERE / "sign_in" / "static")),
        Mount(FONTS, StaticFiles(directory=FONTS_DIR)),
        Mount(ASSETS, StaticFiles(directory=ASSETS_DIR)),
        Route(SIGN_IN, ask, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(SIGN_OUT, sign_out, methods=["POST"]),
        Route(OPENID, openid_routes.start, methods=["GET"]),
        Route(OPENID_CALLBACK, openid_routes.callback, methods=["GET"]),
        Route(OPENID_OUT, openid_routes.sign_out_there, methods=["GET"]),
        Route(INVITATION + "/{token:path}", ask_password, methods=["GET"]),
        Route(INVITATION + "/{token:path}", take_password, methods=["POST"]),
        *api_routes(),
        Route(RECORDINGS + "/{interaction_id:path}", send_recording),
    ]


def middleware() -> Sequence[Middleware]:
    """What every request passes before it reaches a route or Streamlit, outermost first."""
    return [Middleware(SecurityHeaders), Middleware(Gate), Middleware(PageLanguage)]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Bring the database to the present tables before the first request; close it at the end."""
    engine = process.engine()
    await to_thread.run_sync(migrate, engine)
    await to_thread.run_sync(sample_statistics, engine)
    Thread(target=warm_up, args=(engine, process.settings().centre), daemon=True).start()
    yield
    engine.dispose()
