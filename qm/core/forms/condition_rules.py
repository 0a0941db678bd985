"""The rules of conditions: what they may ask for, and of whom."""

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from qm.core.forms.conditions import All, Answered, AnyOf, Condition, Leaf, Not, leaves
from qm.core.forms.faults import Fault, figure
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.question_rules import REVERSED_BOUNDS
from qm.core.forms.questions import (
    ChoiceQuestion,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
)
from qm.core.problems import N_, explain
from qm.core.scoring.visibility import dependencies

if TYPE_CHECKING:
    from qm.core.forms.form import Form

MAX_CONDITION_DEPTH = 20
_MOST_CIRCLES = 10

CONDITION_UNKNOWN = explain(
    "form.condition_unknown",
    N_("The condition of “{id}” names “{asked}”, and no question has that id."),
    N_("Write the id of a question or header field of this form."),
)
CONDITION_OPTION = explain(
    "form.condition_option",
    N_("The condition of “{id}” waits for “{option}”, but “{asked}” has no such option."),
    N_("Write one of its options: {options}."),
)
CONDITION_KEY = explain(
    "form.condition_key",
    N_("The condition of “{id}” uses `{key}`, which “{asked}” (type: {type}) cannot fulfil."),
    N_("Write beside the question: {known}."),
)
CONDITION_BOTH = explain(
    "form.condition_both",
    N_("The condition of “{id}” names values and bounds at once; the bounds would never count."),
    N_("Take one of them away, or write two conditions in a list `any`."),
)
CONDITION_CIRCLE = explain(
    "form.condition_circle",
    N_("The conditions of these questions run in a circle: {circle}."),
    N_("Take one of the conditions away, or let it ask for another question."),
)
CONDITION_DEEP = explain(
    "form.condition_deep",
    N_("Conditions are nested more than {limit} levels deep."),
    N_("Put the conditions that belong together into one list `all` or `any`."),
)


def condition_faults(form: "Form", thing: str, condition: Condition) -> Iterator[Fault]:
    """Yield the rules that the condition of the question or section `thing` breaks."""
    yield from shape_faults(thing, condition)
    if not _is_too_deep(condition):
        for path, leaf in leaves(condition):
            for fault in _answer_faults(form, thing, leaf):
                yield fault._replace(path=f"{path}.{fault.path}")


def shape_faults(thing: str, condition: Condition) -> Iterator[Fault]:
    """Yield what is wrong with the condition of `thing`, whatever it asks for."""
    if _is_too_deep(condition):
        yield Fault(CONDITION_DEEP, "when", {"limit": MAX_CONDITION_DEPTH})
        return
    for path, leaf in leaves(condition):
        for fault in _bound_faults(thing, leaf):
            yield fault._replace(path=f"{path}.{fault.path}")


def circles(form: "Form") -> Iterator[list[str]]:
    """Yield the ids of questions whose conditions run in a circle, the first one at both ends.

    A circle begins with its first question in the form; at most ten are found.
    """
    order = {question.id: place for place, question in enumerate(form.everything_asked())}
    asked = {name: sorted(needs) for name, needs in dependencies(form).items()}
    for _ in range(_MOST_CIRCLES):
        circle = _one_circle(asked)
        if circle is None:
            return
        # graphlib lists every question before the one that asks for it.
        circle = circle[::-1][:-1]
        first = circle.index(min(circle, key=order.__getitem__))
        yield [*circle[first:], *circle[: first + 1]]
        asked[circle[first]] = []


def _one_circle(asked: dict[str, list[str]]) -> Sequence[str] | None:
    try:
        TopologicalSorter(asked).prepare()
    except CycleError as error:
        found: Sequence[str] = error.args[1]
        return found
    return None


def _is_too_deep(condition: Condition) -> bool:
    level: list[Condition] = [condition]
    for _ in range(MAX_CONDITION_DEPTH):
        level = [part for outer in level for part in _parts(outer)]
    return bool(level)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, All):
        return condition.all
    if isinstance(condition, AnyOf):
        return condition.any
    return (condition.negated,) if isinstance(condition, Not) else ()


def _bound_faults(thing: str, leaf: Leaf) -> Iterator[Fault]:
    low, high = leaf.at_least, leaf.at_most
    if low is not None and high is not None and low > high:
        yield Fault(REVERSED_BOUNDS, "at_most", {"low": figure(low), "high": figure(high)})
    values = leaf.answered if isinstance(leaf, Answered) else leaf.one_of
    if values and _has_bounds(leaf):
        path = "answered" if isinstance(leaf, Answered) else "is"
        yield Fault(CONDITION_BOTH, path, {"id": thing})


def _answer_faults(form: "Form", thing: str, leaf: Leaf) -> Iterator[Fault]:
    if not isinstance(leaf, Answered):
        return
    asked = form.question(leaf.question)
    if asked is None:
        yield Fault(CONDITION_UNKNOWN, "question", {"id": thing, "asked": leaf.question})
    elif isinstance(asked, ChoiceQuestion | MultipleChoiceQuestion):
        yield from _option_faults(thing, leaf, asked)
        if _has_bounds(leaf) and not leaf.answered:
            yield _wrong_key(thing, leaf, asked, "at_most" if leaf.at_least is None else "at_least")
    elif any(value != NOT_APPLICABLE for value in leaf.answered):
        yield _wrong_key(thing, leaf, asked, "answered")
    elif _has_bounds(leaf) and not isinstance(asked, NumberQuestion | ScaleQuestion):
        yield _wrong_key(thing, leaf, asked, "at_most" if leaf.at_least is None else "at_least")


def _option_faults(
    thing: str, leaf: Answered, asked: ChoiceQuestion | MultipleChoiceQuestion
) -> Iterator[Fault]:
    for place, option_id in enumerate(leaf.answered):
        if option_id != NOT_APPLICABLE and asked.option(option_id) is None:
            values = {
                "id": thing,
                "asked": asked.id,
                "option": option_id,
                "options": ", ".join(option.id for option in asked.options),
            }
            yield Fault(CONDITION_OPTION, f"answered[{place}]", values)


def _wrong_key(thing: str, leaf: Answered, asked: Question, key: str) -> Fault:
    known = "answered: [n/a]"
    if isinstance(asked, ChoiceQuestion | MultipleChoiceQuestion):
        known = f"answered: [{', '.join(option.id for option in asked.options)}]"
    elif isinstance(asked, NumberQuestion | ScaleQuestion):
        known = "at_least, at_most; answered: [n/a]"
    values = {"id": thing, "key": key, "asked": asked.id, "type": asked.type, "known": known}
    return Fault(CONDITION_KEY, key, values)


def _has_bounds(leaf: Leaf) -> bool:
    return leaf.at_least is not None or leaf.at_most is not None
