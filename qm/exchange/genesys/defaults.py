"""Answers that new evaluations begin with: Genesys says them for a group or for a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.exchange.genesys import losses
from qm.exchange.genesys.document import Node
from qm.exchange.genesys.questions import Data


class Defaults:
    """How the questions of a group begin: by their own default, else by the group's."""

    def __init__(self, group: Node) -> None:
        wanted = list(_group_defaults(group))
        self._kept: str | None = None
        self._is_used = True
        if wanted:
            self._kept, self._node, self._name = wanted[0]
            self._is_used = False
        for _, node, name in wanted[1:]:
            values = {"name": name, "kept": self._kept}
            node.report.lost(losses.LOST_BOTH_DEFAULTS, node.at(name), **values)

    def __call__(self, node: Node, question: Data) -> str | None:
        """Return the default of a question that was read from `node`."""
        own = node.node("defaultAnswer")
        if own is not None:
            return _own_default(own, node, question)
        default = self._from_group(question)
        self._is_used = self._is_used or default is not None
        return default

    def leave(self) -> None:
        """Note a default of the group that no question of it takes."""
        if not self._is_used:
            self._node.report.lost(losses.LOST_IDLE_DEFAULT, self._node.at(self._name))

    def _from_group(self, question: Data) -> str | None:
        if self._kept == NOT_APPLICABLE:
            return NOT_APPLICABLE if question.get("not_applicable") else None
        if self._kept is None:
            return None
        choose = max if self._kept == "highest" else min
        return str(choose(question["options"], key=lambda option: option["points"])["id"])


def _group_defaults(group: Node) -> Iterator[tuple[str, Node, str]]:
    newer = group.node("defaultAnswersTo")
    named = [
        ("highest", group, "defaultAnswersToHighest"),
        (NOT_APPLICABLE, group, "defaultAnswersToNA"),
    ]
    if newer is not None:
        group.report.lost(losses.LOST_DEFAULT_SPELLING, newer.path)
        newer.flag("userDefined")
        named += [
            ("highest", newer, "highestScore"),
            (NOT_APPLICABLE, newer, "notApplicable"),
            ("lowest", newer, "lowestScore"),
        ]
    asked = [(kept, node, name) for kept, node, name in named if node.flag(name)]
    if newer is not None:
        newer.leave({})
    seen: set[str] = set()
    for kept, node, name in asked:
        if kept not in seen:
            yield kept, node, name
        seen.add(kept)


def _own_default(own: Node, node: Node, question: Data) -> str | None:
    own.report.lost(losses.LOST_DEFAULT_SPELLING, own.path)
    wanted, leaves_out = own.text("id"), own.flag("notApplicable")
    own.leave({})
    if leaves_out and question.get("not_applicable"):
        return NOT_APPLICABLE
    written = node.get("answerOptions") if question["options"] else ()
    for option, source in zip(question["options"], written, strict=False):
        names = ("id", "contextId", "context_id") if isinstance(source, dict) else ()
        if wanted is not None and any(source.get(name) == wanted for name in names):
            return str(option["id"])
    own.report.lost(losses.LOST_DEFAULT, own.path)
    return None


@dataclass(frozen=True)
class Start:
    """A written question and the answer that new evaluations have to it."""

    content: Data
    default: str | None
    option_ids: tuple[str, ...]

    @property
    def values(self) -> tuple[int, ...]:
        """The values of its answers."""
        return tuple(option["value"] for option in self.content["answerOptions"])

    def is_at(self, value: int) -> bool:
        """Whether the default is the first answer of this value."""
        return self.default == self.option_ids[self.values.index(value)]


def write_defaults(starts: Sequence[Start]) -> Data:
    """Return the default answers of a group; those that it cannot say are put on its questions."""
    flags: Data = {"defaultAnswersToHighest": False, "defaultAnswersToNA": False}
    given = [start for start in starts if start.default is not None]
    if given and all(start.is_at(max(start.values)) for start in starts):
        flags["defaultAnswersToHighest"] = True
    elif given and all(start.is_at(min(start.values)) for start in starts):
        flags["defaultAnswersTo"] = {"lowestScore": True}
    elif given and all(
        start.default == (NOT_APPLICABLE if start.content["naEnabled"] else None)
        for start in starts
    ):
        flags["defaultAnswersToNA"] = True
    else:
        for start in given:
            _write_default(start)
    return flags


def _write_default(start: Start) -> None:
    if start.default == NOT_APPLICABLE:
        start.content["defaultAnswer"] = {"notApplicable": True}
        return
    for option, option_id in zip(start.content["answerOptions"], start.option_ids, strict=True):
        if option_id == start.default:
            # The built-in answers have no id of their own until one is needed.
            answer_id = option.setdefault("id", f"{start.content['id'][:29]}.{option_id}")
            start.content["defaultAnswer"] = {"id": answer_id}
