"""Conditions of Genesys documents: positions of answers there, ids of questions here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from qm.core.forms.conditions import All, Answered, AnyOf, Condition
from qm.core.problems import N_, explain
from qm.exchange.genesys import losses
from qm.exchange.genesys.document import Node

_PREDICATE = re.compile(
    r"(?:/form/questionGroup/([0-9]{1,5})|\.\.)/question/([0-9]{1,5})/answer/([0-9]{1,5})"
)
UNKNOWN_PREDICATE = explain(
    "genesys.unknown_predicate",
    N_("The condition waits for “{predicate}”, and the form has no such answer."),
    N_("Correct the condition in Genesys Cloud and export the form again."),
)
NO_OPERATION = explain(
    "genesys.no_operation",
    N_("The condition has several predicates and does not say whether all must hold or one."),
    N_("Write AND or OR as its “combiningOperation”."),
)


class Target(NamedTuple):
    """What an answer at a position is here: a question and one of its options.

    `on_select` tells that the position is that of an option of a multi-select question.
    """

    question_id: str
    option_id: str
    on_select: bool = False


Targets = Mapping[tuple[int, int, int], Target]


def read_condition(node: Node, group: int, targets: Targets) -> dict[str, Any] | None:
    """Return a visibility condition as a form file writes it; None where it asks for nothing.

    `group` is the position of the group that relative predicates mean.
    """
    predicates = node.get("predicates") or []
    operation = node.text("combiningOperation")
    node.leave({})
    if not isinstance(predicates, list) or not predicates:
        node.report.lost(losses.LOST_EMPTY_CONDITION, node.path)
        return None
    if operation not in {"AND", "OR"} and (len(predicates) > 1 or operation):
        node.report.wrong(NO_OPERATION, node.at("combiningOperation"))
        return None
    path = node.at("predicates")
    found = [
        _read_predicate(node, f"{path}[{place}]", predicate, group, targets)
        for place, predicate in enumerate(predicates)
    ]
    parts = [part for part in found if part is not None]
    if operation == "OR":
        return {"any": parts} if parts else None
    return {"all": parts} if len(parts) > 1 else next(iter(parts), None)


def _read_predicate(
    node: Node, path: str, predicate: object, group: int, targets: Targets
) -> dict[str, Any] | None:
    match = _PREDICATE.fullmatch(predicate) if isinstance(predicate, str) else None
    target = None
    if match:
        where = group if match[1] is None else int(match[1])
        target = targets.get((where, int(match[2]), int(match[3])))
    if match is None or target is None:
        shown = ascii(predicate)[:80]
        node.report.wrong(UNKNOWN_PREDICATE, path, predicate=shown.strip("'"))
        return None
    if match[1] is None:
        node.report.lost(losses.LOST_RELATIVE, path)
    if target.on_select:
        node.report.lost(losses.LOST_SELECT_PREDICATE, path, place=int(match[3]) + 1)
    return {"question": target.question_id, "answered": [target.option_id]}


@dataclass
class Positions:
    """Where the answers of a form stand in the document that is being written.

    `spans` are the numbers that an answer of a scale or number question covers.
    """

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    spans: dict[tuple[str, str], tuple[Decimal, Decimal]] = field(default_factory=dict)


class _NotExpressibleError(Exception):
    """A condition that predicates cannot say."""


def write_condition(condition: Condition, positions: Positions) -> dict[str, Any] | None:
    """Return a visibility condition, or None where Genesys has no words for it.

    A condition there is one list of answers of which all, or one, must have been given.
    """
    try:
        if isinstance(condition, AnyOf):
            found = [p for part in condition.any for p in _alternatives(part, positions)]
            return {"combiningOperation": "OR", "predicates": found}
        predicates = list(_together(condition, positions))
        if len(predicates) == 1:
            alternatives = predicates[0]
            operation = "OR" if len(alternatives) > 1 else "AND"
            return {"combiningOperation": operation, "predicates": alternatives}
        if any(len(alternatives) > 1 for alternatives in predicates):
            return None
        found = [alternatives[0] for alternatives in predicates]
        return {"combiningOperation": "AND", "predicates": found}
    except _NotExpressibleError:
        return None


def _together(condition: Condition, positions: Positions) -> Iterator[list[str]]:
    """Yield what must hold together, each as the answers of which one suffices."""
    if isinstance(condition, All):
        for part in condition.all:
            yield from _together(part, positions)
    else:
        yield _alternatives(condition, positions)


def _alternatives(condition: Condition, positions: Positions) -> list[str]:
    if isinstance(condition, AnyOf):
        return [p for part in condition.any for p in _alternatives(part, positions)]
    if isinstance(condition, All) and len(condition.all) == 1:
        return _alternatives(condition.all[0], positions)
    if not isinstance(condition, Answered):
        raise _NotExpressibleError
    if condition.answered:
        keys = [(condition.question, option_id) for option_id in condition.answered]
    else:
        keys = list(_covered(condition, positions))
    if not keys or any(key not in positions.answers for key in keys):
        raise _NotExpressibleError
    return [positions.answers[key] for key in keys]


def _covered(condition: Answered, positions: Positions) -> Iterator[tuple[str, str]]:
    """Yield the answers whose numbers lie within the bounds; none may lie there in part."""
    for key, (low, high) in positions.spans.items():
        if key[0] != condition.question:
            continue
        least, most = condition.at_least, condition.at_most
        if condition.within(low) and condition.within(high):
            yield key
        elif (least is None or high >= least) and (most is None or low <= most):
            raise _NotExpressibleError
