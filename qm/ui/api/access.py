"""Who calls the API: by the token of the request, a limited number of times a minute."""

import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, wraps

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qm.core.api_tokens import Rate, Scope
from qm.core.problems import N_, Sentence
from qm.ui import process
from qm.ui.api.answers import Refusal
from qm.ui.api.words import words_for
from qm.ui.sign_in.routes import address_of
from qm.workflow.api_tokens import Caller, caller_of

Handler = Callable[[Request, Caller], Awaitable[Response]]
_MINUTE = timedelta(minutes=1)
_WRONG_KEYS_A_MINUTE = 20
_TOKEN = N_("Send a valid token: Authorization: Bearer qm_…")
_SCOPE = N_("The token may not import {scope}.")
_TOO_OFTEN = N_("Too many requests; wait {seconds} seconds.")


def with_token(scope: Scope) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
    """Let a route answer only callers whose token has the scope, and not too often."""

    def guarded(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        @wraps(handler)
        async def route(request: Request) -> Response:
            now = datetime.now(UTC)
            caller = await to_thread.run_sync(_caller, request, now)
            if caller is None:
                wait = _wrong_keys().wait_s(address_of(request), now)
                return _too_often(request, wait) if wait else _unknown(request)
            if wait := _requests().wait_s(str(caller.token_id), now):
                return _too_often(request, wait)
            if scope not in caller.scopes:
                return refuse(request, 403, _SCOPE, scope=scope)
            return await handler(request, caller)

        return route

    return guarded


def refuse(
    request: Request,
    status: int,
    error: str,
    headers: dict[str, str] | None = None,
    **values: object,
) -> Response:
    """Return a refusal; `error` is a marked text, `values` fill it."""
    words = words_for(request)
    refusal = Refusal(error=words.said(Sentence(error, values)))
    told = {"Content-Language": words.language, **(headers or {})}
    return JSONResponse(refusal.model_dump(), status, told)


def _caller(request: Request, now: datetime) -> Caller | None:
    kind, _space, key = request.headers.get("authorization", "").partition(" ")
    if kind.casefold() != "bearer":
        return None
    return caller_of(process.engine(), key.strip(), now=now)


def _unknown(request: Request) -> Response:
    return refuse(request, 401, _TOKEN, {"WWW-Authenticate": "Bearer"})


def _too_often(request: Request, wait_s: float) -> Response:
    seconds = max(1, math.ceil(wait_s))
    return refuse(request, 429, _TOO_OFTEN, {"Retry-After": str(seconds)}, seconds=seconds)


@lru_cache
def _requests() -> Rate:
    return Rate(process.settings().api_requests_per_minute, _MINUTE)


@lru_cache
def _wrong_keys() -> Rate:
    return Rate(_WRONG_KEYS_A_MINUTE, _MINUTE)
