"""Forms → the YAML text that people keep, read and change.

The layout is the point: short things on one line, long texts folded, a blank line between
questions, so that a diff of two versions shows what changed. That is why the text is laid out
here; what may stand unquoted is decided on the safe side, and the tests read everything back with
the strict reader of form files.
"""

import datetime as dt
import re
import textwrap
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from qm.core.forms.form import Form

SCHEMA_LINE = "# yaml-language-server: $schema=schema.json"

_WIDTH = 100
_APART = {"sections", "questions", "header"}  # entries of these have lines of their own
_FIRST = """id type title label text guidance interaction is question answered when
            at_least at_most points""".split()
_JOINERS = "\u200c\u200d"  # Persian words and emoji are written with them
_RESERVED = {"~", "null", "true", "false"}
_LOOKS_LIKE_A_NUMBER = re.compile(r"[-+.0-9]\S*|\.(inf|nan)", re.IGNORECASE)
_PLAIN = re.compile(r"[\w(«“][^\n]*")
_NOT_IN_PLAIN = re.compile(r":(\s|$)|\s#|^\s|\s$")
_NOT_IN_FLOW = re.compile(r"[,:\[\]{}#]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def form_text(form: Form) -> str:
    """Return the form as a YAML file that reads back as an equal form.

    Values that are the default are left out, except the points of options. A text with control
    characters is written with escapes, which the reader of form files refuses by line: no form
    file can hold it.
    """
    content = form.model_dump(exclude_defaults=True, by_alias=True)
    lines = [SCHEMA_LINE]
    for key, value in content.items():
        if key in {*_APART, "bands"}:
            lines.append("")
        lines += _entry(key, value, 0)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, indent: int) -> list[str]:
    """Return the lines of `key: value`."""
    start = f"{' ' * indent}{key}:"
    if key == "version":
        return [f"{start} {value}"]
    if isinstance(value, str):
        return _text_lines(start, value, indent + 2)
    if key in {"options", "ranges"}:  # their points are shown, also where they are 0
        value = [{"points": Decimal(0), **item} for item in value]
    flow = None if _is_table(value) else _flow(value)
    if flow is not None and _fits(f"{start} {flow}"):
        return [f"{start} {flow}"]
    if isinstance(value, Mapping):
        return [start, *_mapping(value, indent + 2)]
    return [start, *_list(value, indent + 2, apart=key in _APART)]


def _mapping(content: Mapping[str, Any], indent: int) -> list[str]:
    return [line for key, value in _ordered(content) for line in _entry(key, value, indent)]


def _list(items: tuple[Any, ...] | list[Any], indent: int, *, apart: bool) -> Iterator[str]:
    dash = f"{' ' * indent}- "
    for place, item in enumerate(items):
        if apart and place:
            yield ""
        flow = None if apart else _flow(item)
        if flow is not None and (_fits(dash + flow) or not isinstance(item, Mapping)):
            yield dash + flow
        else:
            first, *rest = _mapping(item, indent + 2)
            yield dash + first.lstrip(" ")
            yield from rest


def _ordered(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the entries as people write them: what it is, what it says, and then the rest."""
    yield from ((key, content[key]) for key in _FIRST if key in content)
    yield from ((key, value) for key, value in content.items() if key not in _FIRST)


def _is_table(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value)


def _fits(line: str) -> bool:
    return len(line) <= _WIDTH


def _flow(value: Any) -> str | None:
    """Return `value` on one line, or None where a text in it has several."""
    if isinstance(value, str):
        if "\n" in value:
            return None
        return value if _is_plain(value) and not _NOT_IN_FLOW.search(value) else _quoted(value)
    if isinstance(value, Mapping):
        parts = [(key, _flow(part)) for key, part in _ordered(value)]
        if any(text is None for _, text in parts):
            return None
        return "{" + ", ".join(f"{key}: {text}" for key, text in parts) + "}"
    if isinstance(value, list | tuple):
        texts = [_flow(part) for part in value]
        return None if None in texts else "[" + ", ".join(filter(None, texts)) + "]"
    return _plain_value(value)


def _plain_value(value: bool | int | Decimal | dt.date) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _text_lines(start: str, text: str, indent: int) -> list[str]:
    """Return `start` and the text: plain, quoted, folded (long) or literal (several lines)."""
    if all(map(_is_shown, text.replace("\n", ""))):
        if "\n" in text:
            if _is_literal(text):
                return [f"{start} |-", *_indented(text.split("\n"), indent)]
        elif not _fits(f"{start} {text}") and text == " ".join(text.split()):
            wrapped = textwrap.wrap(
                text,
                max(_WIDTH - indent, 40),
                break_long_words=False,
                break_on_hyphens=False,
            )
            return [f"{start} >-", *_indented(wrapped, indent)]
    return [f"{start} {text if _is_plain(text) else _quoted(text)}"]


def _is_literal(text: str) -> bool:
    """Whether a literal block holds the text as it is, whatever an editor does at line ends."""
    lines = text.split("\n")
    return (
        bool(lines[0] and lines[-1]) and not text.startswith(" ") and not re.search(" (?m:$)", text)
    )


def _indented(lines: list[str], indent: int) -> list[str]:
    return [f"{' ' * indent}{line}" if line else "" for line in lines]


def _is_plain(text: str) -> bool:
    return (
        bool(_PLAIN.fullmatch(text))
        and not _NOT_IN_PLAIN.search(text)
        and not _LOOKS_LIKE_A_NUMBER.fullmatch(text)
        and text.lower() not in _RESERVED
        and all(map(_is_shown, text))
    )


def _is_shown(character: str) -> bool:
    """Whether a reader of the file sees the character, or knows it as part of a word."""
    return character.isprintable() or character in _JOINERS


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _is_shown(character):
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
