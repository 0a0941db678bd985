"""The questions of a Genesys document as questions of a form file: plain data, not yet checked."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from qm.core.forms.questions import Lens
from qm.core.problems import N_, explain
from qm.core.text import Language
from qm.exchange.genesys import losses
from qm.exchange.genesys.document import Node

Data = dict[str, Any]

NO_NAME = explain(
    "genesys.no_name",
    N_("“{name}” is missing: a form cannot ask without words."),
    N_("Give it a text in Genesys Cloud and export the form again."),
)
UNKNOWN_TYPE = explain(
    "genesys.unknown_type",
    N_("“{type}” is no kind of question that this import knows."),
    N_("Use one of these: {known}."),
)
NO_VALUE = explain(
    "genesys.no_value",
    N_("The answer has no whole number of 32 bits as its value."),
    N_("Give every answer a value in Genesys Cloud and export the form again."),
)
FEW_ANSWERS = explain(
    "genesys.few_answers",
    N_("The question has {count} answers; a choice needs from 2 to 256."),
    N_("Correct the answers in Genesys Cloud and export the form again."),
)
NOT_SELECTABLE = explain(
    "genesys.not_selectable",
    N_("An option of a multi-select question has exactly two answers: Selected and Unselected."),
    N_("Correct the question in Genesys Cloud and export the form again."),
)

SELECTED, UNSELECTED = "selected", "unselected"
SELECTED_LABELS = {
    SELECTED: {"en": "Selected", "fa": "انتخاب‌شده"},
    UNSELECTED: {"en": "Not selected", "fa": "انتخاب‌نشده"},
}
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_MOST_POINTS = 1000
_MOST_VALUE = 2**31 - 1


class Ids:
    """The ids of one kind of thing, each taken once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, node: Node, fallback: str) -> str:
        """Return the id of a part: its contextId, else its id, else one made from `fallback`."""
        context, own = node.text("contextId"), node.text("id")
        if context:
            node.report.lost_often(losses.LOST_CONTEXT_ID, node.at("contextId"))
            if own:
                node.report.lost_often(losses.LOST_VERSION_ID, node.at("id"))
        wanted = context or own
        if wanted and _IDENTIFIER.fullmatch(wanted) and wanted not in self._taken:
            self._taken.add(wanted)
            return wanted
        made = self._free(fallback)
        if wanted:
            field = node.at("contextId" if context else "id")
            node.report.lost(losses.LOST_ID, field, id=wanted[:80], made=made)
        else:
            node.report.lost_often(losses.LOST_NO_ID, node.at("id"))
        return made

    def _free(self, wanted: str) -> str:
        made, count = wanted, 1
        while made in self._taken:
            count += 1
            made = f"{wanted}.{count}"
        self._taken.add(made)
        return made


class QuestionReader:
    """Reads the questions of one document.

    `wording` makes a text of the language that the document is in.
    """

    def __init__(self, language: Language, lens: Lens) -> None:
        self._language = language
        self._lens = lens
        self._ids = Ids()
        self._choices: list[Data] = []

    def wording(self, text: str) -> Data:
        """Return a text as a form file writes it."""
        return {self._language: text}

    def question(self, node: Node, fallback: str, default_of: "DefaultOf") -> Data | None:
        """Return a question or an information block; None, and a problem, where it is neither.

        Its condition is left to those who know the other questions.
        """
        node.get("visibilityCondition")
        kind = node.text("type") or "multipleChoiceQuestion"
        if kind not in _READERS:
            known = ", ".join((*_READERS, "multipleSelectQuestion"))
            node.report.wrong(UNKNOWN_TYPE, node.at("type"), type=kind[:80], known=known)
            return None
        content: Data = {
            "id": self._ids.of(node, fallback),
            "text": self.wording(required_text(node, "text")),
        }
        _READERS[kind](self, node, content, default_of)
        node.leave(losses.KNOWN_ON_QUESTION)
        return content

    def selectable(self, node: Node, fallback: str, default_of: "DefaultOf") -> Data | None:
        """Return an option of a multi-select question: a choice of selected and unselected."""
        content = self.question(node, fallback, default_of)
        options = content.get("options", ()) if content else ()
        if content and {option["id"] for option in options} != {SELECTED, UNSELECTED}:
            node.report.wrong(NOT_SELECTABLE, node.at("answerOptions"))
        return content

    def fit_points(self) -> None:
        """Put what exceeds the range of points into the weights of questions: products count.

        Where weights would exceed theirs, all of them are divided alike, which changes no score.
        Points have four decimals: values above ten million are kept to seven digits.
        """
        most = max((_most_points(content) for content in self._choices), default=Decimal(0))
        divisor = next(10**k for k in range(5) if most <= _MOST_POINTS**2 * 10**k)
        for content in self._choices:
            own = _most_points(content)
            weight = next(10**k for k in range(8) if own <= _MOST_POINTS * 10**k)
            if weight == divisor == 1:
                continue
            content["weight"] = Decimal(weight) / divisor
            for option in content["options"]:
                option["points"] = round(option["points"] / weight, 4)

    def _asked(self, node: Node, content: Data) -> None:
        if guidance := node.text("helpText"):
            content["guidance"] = self.wording(guidance)
        if node.flag("naEnabled"):
            content["not_applicable"] = True
        if node.flag("commentsRequired"):
            content["requires"] = ["comment"]

    def _multiple_choice(self, node: Node, content: Data, default_of: "DefaultOf") -> None:
        self._asked(node, content)
        options = node.nodes("answerOptions")
        if not 2 <= len(options) <= 256:
            node.report.wrong(FEW_ANSWERS, node.at("answerOptions"), count=len(options))
            content["options"] = []
            return
        ids = Ids()
        content["options"] = [self._option(n, f"a{k}", ids) for k, n in enumerate(options)]
        self._choices.append(content)
        if node.flag("isCritical"):
            node.report.lost_often(losses.LOST_LENS, node.at("isCritical"))
            content["critical"] = self._lens
        if node.flag("isKill"):
            _mark_fatal(node, content)
        default = default_of(node, content)
        if default is not None:
            content["default"] = default

    def _option(self, node: Node, fallback: str, ids: Ids) -> Data:
        built_in = node.text("builtInType")
        value = node.number("value")
        if value is None or not _is_value(value):
            node.report.wrong(NO_VALUE, node.at("value"))
            value = Decimal(0)
        elif abs(value) > _MOST_POINTS**2:
            node.report.lost_often(losses.LOST_LARGE_VALUES, node.at("value"))
        if value < 0:
            node.report.lost(losses.LOST_NEGATIVE, node.at("value"))
        if built_in in {"Selected", "Unselected"}:
            option_id = built_in.lower()
            for name in ("id", "contextId"):
                if node.get(name) is not None:
                    node.report.lost_often(losses.LOST_BUILT_IN_ID, node.at(name))
            label = SELECTED_LABELS[option_id][self._language]
        else:
            option_id = ids.of(node, fallback)
            label = required_text(node, "text")
        node.leave(losses.KNOWN_ON_OPTION)
        return {"id": option_id, "label": self.wording(label), "points": Decimal(int(value))}

    def _text(self, node: Node, content: Data, _default_of: "DefaultOf") -> None:
        content["type"] = "text"
        self._asked(node, content)

    def _promoter_score(self, node: Node, content: Data, _default_of: "DefaultOf") -> None:
        content |= {"type": "scale", "lowest": 0, "highest": 10, "weight": 0}
        self._asked(node, content)

    def _information(self, _node: Node, content: Data, _default_of: "DefaultOf") -> None:
        content["type"] = "information"


DefaultOf = Callable[[Node, Data], str | None]
_READERS: dict[str, Callable[[QuestionReader, Node, Data, DefaultOf], None]] = {
    "multipleChoiceQuestion": QuestionReader._multiple_choice,
    "freeTextQuestion": QuestionReader._text,
    "npsQuestion": QuestionReader._promoter_score,
    "readOnlyTextBlockQuestion": QuestionReader._information,
}


def required_text(node: Node, name: str) -> str:
    """Return a text that must be there; a problem, and a dash, where it is not."""
    problems = len(node.report.problems)
    text = node.text(name)
    if text is None and len(node.report.problems) == problems:
        node.report.wrong(NO_NAME, node.at(name), name=name)
    return text or "–"


def _is_value(number: Decimal) -> bool:
    # Range first: with an exponent of millions, arithmetic would overflow.
    return -_MOST_VALUE <= number <= _MOST_VALUE and number == number.to_integral_value()


def _most_points(content: Data) -> Decimal:
    most: Decimal = max(
        (abs(option["points"]) for option in content["options"]), default=Decimal(0)
    )
    return most


def _mark_fatal(node: Node, content: Data) -> None:
    best = max(option["points"] for option in content["options"])
    worse = [option for option in content["options"] if option["points"] < best]
    if not worse:
        node.report.lost(losses.LOST_KILL, node.at("isKill"))
    for option in worse:
        option["fatal"] = True
