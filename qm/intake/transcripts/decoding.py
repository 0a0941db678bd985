"""The bytes of a transcript file → its text."""

import codecs
from pathlib import Path

from qm.core.problems import BadInput, Problem
from qm.intake.files import FILE_MISSING, FILE_UNREADABLE, shown
from qm.intake.transcripts.problems import (
    ENCODING,
    FILE_EMPTY,
    FILE_TOO_LARGE,
    NOT_A_TEXT_FILE,
)


def content_of(source: Path | bytes, place: str, max_bytes: int) -> bytes:
    """Return the bytes of a file; raises `BadInput` where it is missing, empty or too large."""
    content = source if isinstance(source, bytes) else _read(source, place, max_bytes)
    if len(content) > max_bytes:
        raise _too_large(len(content), place, max_bytes)
    if not content.strip():
        raise BadInput(Problem(FILE_EMPTY, place))
    return content


def _read(path: Path, place: str, max_bytes: int) -> bytes:
    if not path.is_file():
        raise BadInput(Problem(FILE_MISSING, place))
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise _too_large(size, place, max_bytes)
        return path.read_bytes()
    except OSError as error:
        values = {"error": shown(error.strerror or str(error))}
        raise BadInput(Problem(FILE_UNREADABLE, place, values=values)) from error


def _too_large(size: int, place: str, max_bytes: int) -> BadInput:
    values = {"megabytes": size / 1e6, "most_megabytes": max_bytes / 1e6}
    return BadInput(Problem(FILE_TOO_LARGE, place, values=values))


def text_of(content: bytes, place: str) -> str:
    """Return the text with plain line ends: UTF-8, or UTF-16 with its byte order mark."""
    if content[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        codec, name, mark = "utf-16", "UTF-16", 0
    else:
        mark = 3 if content.startswith(codecs.BOM_UTF8) else 0
        codec, name = "utf-8", "UTF-8"
    try:
        text = content[mark:].decode(codec)
    except UnicodeDecodeError as error:
        at = mark + error.start
        row = content[:at].count(b"\n") + 1
        values = {"encoding": name, "byte": at + 1, "value": content[at]}
        raise BadInput(Problem(ENCODING, place, row, values=values)) from None
    if "\0" in text:
        raise BadInput(Problem(NOT_A_TEXT_FILE, place))
    return text.replace("\r\n", "\n").replace("\r", "\n")
