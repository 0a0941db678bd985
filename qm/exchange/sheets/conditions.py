"""Conditions as one line of text, as the column `when` of a spreadsheet has them.

    solved = no | partly and not (queue = orders or talk_s >= 300)

The grammar; keywords in any case, `and` binds closer than `or`:

    condition = part { "or" part }
    part      = single { "and" single }
    single    = "not" single | "(" condition ")" | ("all" | "any") "(" condition ")" | test
    test      = name [ "=" value { "|" value } ] [ bounds ]
    bounds    = ">=" number | "<=" number | "from" number "to" number
    name      = word, or "interaction" word

A word with spaces or signs, or one that is a keyword, stands in double quotes (a quote inside is
doubled). A name is the id of a question. The usual attributes of an interaction (`queue`,
`talk_s` …) may stand alone where no question has that id; others follow `interaction`.
`all(…)` and `any(…)` keep a list of one condition.
"""

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from qm.core.forms.conditions import ATTRIBUTES, All, Answered, AnyOf, Condition, Not
from qm.core.problems import N_, Problem, explain
from qm.core.text import latin_digits

NESTED_MOST = 32

_KEYWORDS = {"and", "or", "not", "all", "any", "interaction", "from", "to"}
_TOKEN = re.compile(
    r"""\s*(?:
        "(?P<quoted>(?:[^"]|"")*)" | “(?P<curly>[^”]*)” | «(?P<angled>[^»]*)»
        | (?P<sign>>=|<=|[≥≤=|()])
        | (?P<word>[^\s=|()<>≥≤"“”«»!,،;؛]+)
        | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^\s=|()<>≥≤\"“”«»!,،;؛]+")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")

_REMEDY = N_("Write it like: solved = no | partly and not (queue = orders or talk_s >= 300).")
NAME_EXPECTED = explain(
    "sheets.condition_name",
    N_("The condition breaks off at “{found}”: the id of a question was expected there."),
    _REMEDY,
)
TEST_EXPECTED = explain(
    "sheets.condition_test",
    N_("The condition breaks off at “{found}”: =, >=, <= or “from … to …” was expected there."),
    _REMEDY,
)
VALUE_EXPECTED = explain(
    "sheets.condition_value",
    N_("The condition breaks off at “{found}”: the id of an option was expected there."),
    N_("Write the options with | between them; put a text with spaces or signs in quotes."),
)
NUMBER_EXPECTED = explain(
    "sheets.condition_number",
    N_("The condition breaks off at “{found}”: a number was expected there."),
    N_("Write it like: talk_s >= 300, or: talk_s from 60 to 300."),
)
BRACKET_EXPECTED = explain(
    "sheets.condition_bracket",
    N_("The condition breaks off at “{found}”: a bracket was expected there."),
    N_("Give every opening bracket its closing one."),
)
END_EXPECTED = explain(
    "sheets.condition_end",
    N_("The condition goes on with “{found}” where “and”, “or” or its end was expected."),
    _REMEDY,
)
TOO_NESTED = explain(
    "sheets.condition_nested",
    N_("The condition nests brackets more than {most} deep."),
    N_("Write it flatter, or ask a question of its own for a part of it."),
)


class BadCondition(Exception):  # noqa: N818 (named for the fact)
    """A text that is no condition."""

    def __init__(self, code: str, found: str) -> None:
        super().__init__(code)
        self.code, self.found = code, found

    def problem(self, place: str, row: int, column: str) -> Problem:
        """Return what is wrong as a problem about a cell."""
        values = {"found": self.found[:60] or "…", "most": NESTED_MOST}
        return Problem(self.code, place, row, column, values)


class _Token(NamedTuple):
    """A word, quoted text or sign; `keyword` is the keyword or sign that it can be."""

    text: str
    keyword: str | None
    is_quoted: bool = False


_END = _Token("", "")


def read_condition(text: str, questions: Collection[str]) -> dict[str, Any]:
    """Return the condition that `text` writes, as the data that forms are made of.

    `questions` are the ids of the form's questions. Raises `BadCondition` where the text is none;
    whether questions and options exist is for the form to say.
    """
    reader = _Reader(_tokens(text), questions)
    condition = reader.condition()
    if reader.next is not _END:
        raise BadCondition(END_EXPECTED, reader.next.text)
    return condition


def condition_text(condition: Condition, questions: Collection[str]) -> str:
    """Return the text that `read_condition` reads as `condition`."""
    if isinstance(condition, All | AnyOf):
        word = "and" if isinstance(condition, All) else "or"
        parts = condition.all if isinstance(condition, All) else condition.any
        if len(parts) == 1:
            name = "all" if isinstance(condition, All) else "any"
            return f"{name}({condition_text(parts[0], questions)})"
        return f" {word} ".join(_bracketed(part, questions) for part in parts)
    if isinstance(condition, Not):
        return f"not {_bracketed(condition.negated, questions)}"
    if isinstance(condition, Answered):
        hides = condition.question in ATTRIBUTES and condition.question not in questions
        name = _word(condition.question, quote=hides)
        values = condition.answered
    else:
        name, values = condition.interaction, condition.one_of
        if name not in ATTRIBUTES or name in questions:
            name = f"interaction {_word(name)}"
    equals = f" = {' | '.join(map(_word, values))}" if values else ""
    return name + equals + _bounds_text(condition.at_least, condition.at_most)


def _bracketed(condition: Condition, questions: Collection[str]) -> str:
    text = condition_text(condition, questions)
    is_list = isinstance(condition, All) and len(condition.all) > 1
    is_list = is_list or (isinstance(condition, AnyOf) and len(condition.any) > 1)
    return f"({text})" if is_list else text


def _word(text: str, *, quote: bool = False) -> str:
    if quote or text.casefold() in _KEYWORDS or not _WORD.fullmatch(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _bounds_text(at_least: Decimal | None, at_most: Decimal | None) -> str:
    least, most = (None if n is None else f"{n.normalize():f}" for n in (at_least, at_most))
    if least is not None and most is not None:
        return f" from {least} to {most}"
    return f" >= {least}" if least is not None else f" <= {most}" if most is not None else ""


def _tokens(text: str) -> list[_Token]:
    return [_token(match) for match in _TOKEN.finditer(text) if match.lastgroup]


def _token(match: re.Match[str]) -> _Token:
    text = match[match.lastgroup or 0]
    if match.lastgroup == "quoted":
        return _Token(text.replace('""', '"'), None, is_quoted=True)
    if match.lastgroup == "word":
        return _Token(text, text.casefold() if text.casefold() in _KEYWORDS else None)
    if match.lastgroup in {"sign", "other"}:
        return _Token(text, {"≥": ">=", "≤": "<="}.get(text, text))
    return _Token(text, None, is_quoted=True)


class _Reader:
    def __init__(self, tokens: list[_Token], questions: Collection[str]) -> None:
        self._tokens = iter(tokens)
        self._questions = questions
        self._depth = 0
        self.next = next(self._tokens, _END)

    def condition(self) -> dict[str, Any]:
        return self._joined("or", "any", self._part)

    def _part(self) -> dict[str, Any]:
        return self._joined("and", "all", self._single)

    def _joined(self, keyword: str, name: str, read: Any) -> dict[str, Any]:
        parts = [read()]
        while self.next.keyword == keyword:
            self._take()
            parts.append(read())
        return parts[0] if len(parts) == 1 else {name: parts}

    def _single(self) -> dict[str, Any]:
        self._depth += 1
        if self._depth > NESTED_MOST:
            raise BadCondition(TOO_NESTED, self.next.text)
        keyword = self.next.keyword
        found: dict[str, Any]
        if keyword == "not":
            self._take()
            found = {"not": self._single()}
        elif keyword in {"all", "any"}:
            self._take()
            found = {keyword: [self._inside_brackets()]}
        elif keyword == "(":
            found = self._inside_brackets()
        else:
            found = self._test()
        self._depth -= 1
        return found

    def _inside_brackets(self) -> dict[str, Any]:
        self._expect("(", BRACKET_EXPECTED)
        found = self.condition()
        self._expect(")", BRACKET_EXPECTED)
        return found

    def _test(self) -> dict[str, Any]:
        named = self.next.keyword == "interaction"
        if named:
            self._take()
        name = self._text(NAME_EXPECTED)
        attribute = not name.is_quoted and name.text in ATTRIBUTES
        if named or (attribute and name.text not in self._questions):
            found: dict[str, Any] = {"interaction": name.text}
            values = "is"
        else:
            found, values = {"question": name.text}, "answered"
        if self.next.keyword == "=":
            found[values] = self._values()
        found |= self._bounds()
        if len(found) == 1:
            raise BadCondition(TEST_EXPECTED, self.next.text)
        return found

    def _values(self) -> list[str]:
        values: list[str] = []
        while not values or self.next.keyword == "|":
            self._take()
            values.append(self._text(VALUE_EXPECTED).text)
        return values

    def _bounds(self) -> dict[str, str]:
        bound = {">=": "at_least", "<=": "at_most", "from": "at_least"}.get(self.next.keyword or "")
        if bound is None:
            return {}
        is_stretch = self._take().keyword == "from"
        found = {bound: self._number()}
        if is_stretch:
            self._expect("to", NUMBER_EXPECTED)
            found["at_most"] = self._number()
        return found

    def _number(self) -> str:
        token = self._take()
        text = latin_digits(token.text)
        if not _NUMBER.fullmatch(text):
            raise BadCondition(NUMBER_EXPECTED, token.text)
        return text

    def _text(self, code: str) -> _Token:
        token = self._take()
        if token.keyword is not None:
            raise BadCondition(code, token.text)
        return token

    def _expect(self, keyword: str, code: str) -> None:
        token = self._take()
        if token.keyword != keyword:
            raise BadCondition(code, token.text)

    def _take(self) -> _Token:
        taken, self.next = self.next, next(self._tokens, _END)
        return taken
