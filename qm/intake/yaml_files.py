"""YAML files → plain values with their lines; strict, bounded, and without guessing types.

Every scalar stays the text that was written (`no`, `1.10`, `2024-01-01`), except `true`, `false`
and an empty or `null` value: what a text means is for the model that reads it. The parser's
events are consumed one by one, so no file can make this recurse, expand or construct anything.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from qm.core.problems import N_, BadInput, Problem, explain

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_EVENTS = 50_000

_ENDLESS_TAG = re.compile(r"!\S{50000}")

Value = dict[str, "Value"] | list["Value"] | str | bool | None
YamlPath = tuple[str | int, ...]
_Node = events.ScalarEvent | events.CollectionStartEvent

UNREADABLE = explain(
    "yaml.unreadable",
    N_("The file cannot be read ({cause})."),
    N_("Check the name and that qm may read the file."),
)
TOO_LARGE = explain(
    "yaml.too_large",
    N_("The file is larger than {limit} bytes."),
    N_("Check that it is the right file."),
)
TOO_MANY_PARTS = explain(
    "yaml.too_many_parts",
    N_("The file has more than {limit} parts."),
    N_("Check that it is the right file."),
)
TOO_DEEP = explain(
    "yaml.too_deep",
    N_("Lists and mappings are nested more than {limit} levels deep."),
    N_("Check the brackets and the indentation."),
)
ENCODING = explain(
    "yaml.encoding",
    N_("The file is not UTF-8 text (byte {byte})."),
    N_("Save it as UTF-8."),
)
SYNTAX = explain(
    "yaml.syntax",
    N_("This is not valid YAML: {cause}."),
    N_("Look at the indentation, the quotes and the colons here and in the line above."),
)
EMPTY = explain("yaml.empty", N_("The file holds nothing."), N_("Write the content into it."))
SEVERAL = explain(
    "yaml.several_documents",
    N_("The file holds more than one document (a line “---”)."),
    N_("Write one document per file."),
)
DUPLICATE_KEY = explain(
    "yaml.duplicate_key",
    N_("The key “{key}” stands here twice; the first is in line {first}."),
    N_("Take one of the two away."),
)
KEY = explain(
    "yaml.key", N_("A key must be a simple text."), N_("Write it as one word before the colon.")
)
NOT_PLAIN = explain(
    "yaml.not_plain",
    N_("Anchors (&), aliases (*) and tags (!) are not read."),
    N_("Write the content out; put a text that begins with & * or ! in quotes."),
)
CONTROL_CHARACTER = explain(
    "yaml.control_character",
    N_("The text holds the control character {character}."),
    N_("Take it away."),
)


@dataclass(frozen=True)
class Document:
    """A file's content and the line, from 1, on which each of its parts begins."""

    value: Value
    lines: Mapping[YamlPath, int]

    def line_of(self, path: YamlPath) -> int:
        """Return the line of the part at `path`, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_text(path: Path) -> str:
    """Return the file's text without byte order mark and with LF line ends.

    Raises `BadInput` for a file that is missing, larger than 1 MB or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        values = {"cause": error.strerror or type(error).__name__}
        raise BadInput(Problem(UNREADABLE, path.name, values=values)) from error
    return decode(content, path.name)


def decode(content: bytes, place: str) -> str:
    """Return the text of a file's bytes; raises `BadInput` like `read_text`."""
    if len(content) > MAX_BYTES:
        raise BadInput(Problem(TOO_LARGE, place, values={"limit": MAX_BYTES}))
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise BadInput(Problem(ENCODING, place, row, values={"byte": error.start})) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_yaml(text: str, place: str) -> Document:
    """Return the one document of `text`; raises `BadInput` with the line of the first fault."""
    if len(text) > MAX_BYTES:  # an upload did not come through `read_text`
        raise BadInput(Problem(TOO_LARGE, place, values={"limit": MAX_BYTES}))
    if endless := _ENDLESS_TAG.search(text):  # its scanner would take minutes
        row = text.count("\n", 0, endless.start()) + 1
        raise BadInput(Problem(NOT_PLAIN, place, row))
    reader = _Reader(place)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            reader.take(event)
    except (YAMLError, ValueError, OverflowError) as error:
        raise BadInput(_syntax_problem(error, text, place, reader.row)) from error
    if () not in reader.lines:
        raise BadInput(Problem(EMPTY, place))
    return Document(reader.value, reader.lines)


def _syntax_problem(error: Exception, text: str, place: str, row: int) -> Problem:
    if isinstance(error, ReaderError):
        values = {"character": f"U+{ord(text[error.position]):04X}"}
        row = text.count("\n", 0, error.position) + 1
        return Problem(CONTROL_CHARACTER, place, row, values=values)
    cause = "an escape like \\u that stands for no character"
    if isinstance(error, MarkedYAMLError):
        cause = " ".join((error.problem or "").split())
        mark = error.problem_mark or error.context_mark
        if error.context_mark and mark.index >= len(text.rstrip()):
            mark = error.context_mark  # what was opened there is never closed
        row = mark.line + 1 if mark else row
    return Problem(SYNTAX, place, row, values={"cause": cause})


@dataclass
class _Open:
    """A mapping or list whose end has not come yet; `key` waits for its value."""

    value: dict[str, Value] | list[Value]
    path: YamlPath
    key: str | None = None


@dataclass
class _Reader:
    place: str
    value: Value = None
    lines: dict[YamlPath, int] = field(default_factory=dict)
    row: int = 1
    _open: list[_Open] = field(default_factory=list)
    _taken: int = 0

    def take(self, event: events.Event) -> None:
        self.row = event.start_mark.line + 1
        self._taken += 1
        if self._taken > MAX_EVENTS:
            raise self._refused(TOO_MANY_PARTS, limit=MAX_EVENTS)
        if isinstance(event, events.DocumentStartEvent) and () in self.lines:
            raise self._refused(SEVERAL)
        if isinstance(event, events.AliasEvent):
            raise self._refused(NOT_PLAIN)
        if isinstance(event, _Node):
            if event.anchor is not None or event.tag is not None:
                raise self._refused(NOT_PLAIN)
            self._take_node(event)
        elif isinstance(event, events.CollectionEndEvent):
            self._open.pop()

    def _take_node(self, event: _Node) -> None:
        inside = self._open[-1] if self._open else None
        if inside and isinstance(inside.value, dict) and inside.key is None:
            self._take_key(event, inside.value, inside)
            return
        value: Value
        if isinstance(event, events.ScalarEvent):
            value = self._scalar(event)
        else:
            value = {} if isinstance(event, events.MappingStartEvent) else []
        path = self._put(value, inside)
        if isinstance(value, dict | list):
            if len(self._open) == MAX_DEPTH:
                raise self._refused(TOO_DEEP, limit=MAX_DEPTH)
            self._open.append(_Open(value, path))

    def _take_key(self, event: _Node, mapping: dict[str, Value], inside: _Open) -> None:
        if not isinstance(event, events.ScalarEvent):
            raise self._refused(KEY)
        key = self._text(event)
        if key in mapping:
            raise self._refused(DUPLICATE_KEY, key=key, first=self.lines[(*inside.path, key)])
        inside.key = key
        self.lines[(*inside.path, key)] = self.row

    def _put(self, value: Value, inside: _Open | None) -> YamlPath:
        if inside is None:
            self.value = value
            self.lines[()] = self.row
            return ()
        if isinstance(inside.value, list):
            path = (*inside.path, len(inside.value))
            inside.value.append(value)
            self.lines[path] = self.row
            return path
        key, inside.key = inside.key or "", None
        inside.value[key] = value
        return (*inside.path, key)

    def _scalar(self, event: events.ScalarEvent) -> str | bool | None:
        text = self._text(event)
        if event.style:  # quoted or a block: text, whatever it says
            return text
        if text in {"", "~", "null", "Null", "NULL"}:
            return None
        if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
            return text.lower() == "true"
        return text

    def _text(self, event: events.ScalarEvent) -> str:
        text = str(event.value)
        for character in _unfit(text):
            raise self._refused(CONTROL_CHARACTER, character=f"U+{ord(character):04X}")
        return text

    def _refused(self, code: str, **values: object) -> BadInput:
        return BadInput(Problem(code, self.place, self.row, values=values))


def _unfit(text: str) -> Iterator[str]:
    """Yield what an escape may smuggle in: control characters and halves of surrogate pairs."""
    return (c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t")
