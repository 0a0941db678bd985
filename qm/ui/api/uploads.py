"""The files of a request, read no further than the limit and never into memory as a whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.types import Message

_REST_BYTES = 64 * 1024  # what else a form of ours holds: names, boundaries, short texts


class TooLarge(Exception):  # noqa: N818 (named for the fact)
    """The request holds more than may be imported at once."""


@asynccontextmanager
async def form_of(request: Request, *, max_bytes: int, max_files: int) -> AsyncIterator[FormData]:
    """Yield the form of a request; its files lie in temporary ones, which end with the block.

    Raises `TooLarge` where the request says or shows that it holds more than `max_bytes`.
    """
    most = max_bytes + _REST_BYTES
    if int(request.headers.get("content-length") or 0) > most:
        raise TooLarge
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > most:
            raise TooLarge
        return message

    limited = Request(request.scope, counted)
    async with limited.form(max_files=max_files, max_fields=20) as form:
        yield form


def files_in(form: FormData) -> list[UploadFile]:
    """Return the files that were sent as `file`, those without a name left out."""
    return [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]


def text_in(form: FormData, name: str) -> str | None:
    """Return what was written in a field, None where it is empty or not there."""
    value = form.get(name)
    return value.strip() or None if isinstance(value, str) else None
