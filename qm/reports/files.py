"""Writing report files: whole or not at all, and their texts safe to open."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a file beside `path` to write to; it takes the place of `path` when all went well.

    After an error neither the new file nor a part of it is left, and an older one is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def printable(text: str) -> str:
    """Return `text` without the control characters and lone surrogates that XML forbids."""
    return _NOT_IN_XML.sub("", text)
