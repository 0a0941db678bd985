"""The rules inside one question: what keeps it from being answered or scored."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from qm.core.forms.answers import Answer
from qm.core.forms.faults import Fault, figure
from qm.core.forms.gradables import Option, Range, Reason
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.methods import Method
from qm.core.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
    ScoredQuestion,
    TextQuestion,
)
from qm.core.problems import N_, explain

DUPLICATE_ID = explain(
    "form.duplicate_id",
    N_("The id “{id}” is taken: {first} has it already."),
    N_("Give each of the two an id of its own."),
)
NO_POINTS = explain(
    "form.no_points",
    N_("No answer to question “{id}” earns points."),
    N_("Give the best answer points above zero, or the question the weight 0."),
)
SAME_POSITION = explain(
    "form.same_position",
    N_("All answers to question “{id}” have the same points, so none is better than another."),
    N_("Give the best answer more points than the worst, or the question the weight 0."),
)
FATAL_EARNS_ALL = explain(
    "form.fatal_earns_all",
    N_("The fatal option “{id}” earns as many points as the best answer."),
    N_("Give it fewer points (usually 0), or take `fatal` away."),
)
REVERSED_BOUNDS = explain(
    "form.reversed_bounds",
    N_("The lower bound {low} does not lie below the upper bound {high}."),
    N_("Exchange or correct the two."),
)
RANGE_GAP = explain(
    "form.range_gap",
    N_("No range says what the numbers from {low} to {high} earn."),
    N_("Cover every number; with {decimals} decimals a range begins {step} after the one before."),
)
RANGE_OVERLAP = explain(
    "form.range_overlap",
    N_("The numbers from {low} to {high} lie in two ranges."),
    N_("Let each number lie in one range only; both ends of a range belong to it."),
)
RANGE_OUTSIDE = explain(
    "form.range_outside",
    N_("The range from {low} to {high} does not lie within what may be answered."),
    N_("Keep it between {at_least} and {at_most}, or widen the bounds of the question."),
)
BAD_DEFAULT = explain(
    "form.bad_default",
    N_("“{value}” is no answer to question “{id}”, so no evaluation can begin with it."),
    N_("It can be answered with: {choices}."),
)
DEFAULT_NOT_APPLICABLE = explain(
    "form.default_not_applicable",
    N_("An evaluation cannot begin with N/A here: question “{id}” does not allow it."),
    N_("Write `not_applicable: true` beside it, or take the default away."),
)
NO_REASONS = explain(
    "form.no_reasons",
    N_("Question “{id}” requires a reason and has none to choose from."),
    N_("Add a list `reasons` to the question, or take `reason` from `requires`."),
)


def question_faults(
    question: Question, method: Method | None, *, may_be_left_out: bool
) -> Iterator[Fault]:
    """Yield the rules that a question breaks by itself.

    `method` is None where nothing of the question is scored: in the header, in unscored forms.
    `may_be_left_out`: N/A is allowed, be it with the whole section.
    """
    if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
        yield from _taken("options", question.options)
    bounds = list(_bound_faults(question))
    yield from bounds
    if isinstance(question, ScoredQuestion):
        yield from _taken("reasons", question.reasons)
        if method and question.is_scored and not bounds:
            yield from _point_faults(question, method)
    yield from _requirement_faults(question)
    if not bounds:
        yield from _default_faults(question, may_be_left_out)


def _taken(path: str, things: Sequence[Option | Reason]) -> Iterator[Fault]:
    """Yield the things of a list whose id an earlier one has."""
    first: dict[str, int] = {}
    for place, thing in enumerate(things):
        if thing.id in first:
            values = {"id": thing.id, "first": f"{path}[{first[thing.id]}]"}
            yield Fault(DUPLICATE_ID, f"{path}[{place}].id", values)
        first.setdefault(thing.id, place)


def graded(question: Question) -> Iterator[tuple[str, Option | Range]]:
    """Yield the options or ranges of a question, each with its path."""
    if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
        for place, option in enumerate(question.options):
            yield f"options[{place}]", option
    elif isinstance(question, NumberQuestion):
        for place, part in enumerate(question.ranges):
            yield f"ranges[{place}]", part


def name_of(part: Option | Range) -> str:
    """Return what an option or range is called: its id, or its bounds."""
    if isinstance(part, Option):
        return part.id
    return f"{figure(part.at_least)}…{figure(part.at_most)}"


def steps_in(question: NumberQuestion, part: NumberQuestion | Range) -> tuple[int, int]:
    """Return the first and last number within the bounds of `part`, counted in smallest steps.

    With one decimal, 0.5 to 2 are the steps 5 to 20. Where the first is above the last, no
    number with so few decimals lies between the bounds.
    """
    scale = 10**question.decimals
    return math.ceil(part.at_least * scale), math.floor(part.at_most * scale)


def _bound_faults(question: Question) -> Iterator[Fault]:
    if isinstance(question, ScaleQuestion) and question.lowest >= question.highest:
        values = {"low": question.lowest, "high": question.highest}
        yield Fault(REVERSED_BOUNDS, "highest", values)
    if isinstance(question, MultipleChoiceQuestion):
        yield from _limit_faults(question)
    if isinstance(question, NumberQuestion):
        reversed_bounds = list(_reversed(question))
        yield from reversed_bounds or _range_faults(question)


def _limit_faults(question: MultipleChoiceQuestion) -> Iterator[Fault]:
    least, most = question.least, question.most
    if least is not None and most is not None and least > most:
        yield Fault(REVERSED_BOUNDS, "most", {"low": figure(least), "high": figure(most)})


def _reversed(question: NumberQuestion) -> Iterator[Fault]:
    parts: list[tuple[str, NumberQuestion | Range]] = [("at_most", question)]
    parts += [(f"ranges[{place}].at_most", part) for place, part in enumerate(question.ranges)]
    for path, part in parts:
        if part.at_least > part.at_most:
            values = {"low": figure(part.at_least), "high": figure(part.at_most)}
            yield Fault(REVERSED_BOUNDS, path, values)


def _range_faults(question: NumberQuestion) -> Iterator[Fault]:
    first, last = steps_in(question, question)
    free = first  # the next number that is in no range yet
    placed = sorted(enumerate(question.ranges), key=lambda pair: pair[1].at_least)
    for place, part in placed:
        path = f"ranges[{place}]"
        if part.at_least < question.at_least or part.at_most > question.at_most:
            yield Fault(RANGE_OUTSIDE, path, _bounds_of(question, part))
        low, high = steps_in(question, part)
        if low > free:
            yield Fault(RANGE_GAP, path, _stretch(question, free, low - 1))
        low = max(low, first)
        if low < free and low <= high:
            yield Fault(RANGE_OVERLAP, path, _stretch(question, low, min(high, free - 1)))
        free = max(free, high + 1)
    if question.ranges and free <= last:
        yield Fault(RANGE_GAP, "ranges", _stretch(question, free, last))


def _bounds_of(question: NumberQuestion, part: Range) -> dict[str, object]:
    return {
        "low": figure(part.at_least),
        "high": figure(part.at_most),
        "at_least": figure(question.at_least),
        "at_most": figure(question.at_most),
    }


def _stretch(question: NumberQuestion, first: int, last: int) -> dict[str, object]:
    def number(steps: int) -> int | float:
        return figure(Decimal(steps).scaleb(-question.decimals))

    decimals = question.decimals
    return {"low": number(first), "high": number(last), "decimals": decimals, "step": number(1)}


def _point_faults(question: ScoredQuestion, method: Method) -> Iterator[Fault]:
    best = question.possible_points
    if question.weight and not question.bonus:
        whole = {ScaleQuestion: "highest", NumberQuestion: "ranges"}.get(type(question), "options")
        if method.measure == "position" and best <= question.least_points:
            yield Fault(SAME_POSITION, whole, {"id": question.id})
        elif method.measure == "share" and best <= 0:
            yield Fault(NO_POINTS, whole, {"id": question.id})
        elif best > 0 and not isinstance(question, MultipleChoiceQuestion):
            for path, part in graded(question):
                if part.fatality and part.points >= best:
                    yield Fault(FATAL_EARNS_ALL, f"{path}.fatal", {"id": name_of(part)})


def _requirement_faults(question: Question) -> Iterator[Fault]:
    if isinstance(question, ScoredQuestion) and question.reasons:
        return
    for path, requires in (
        ("requires", question.requires),
        *((f"{path}.requires", part.requires) for path, part in graded(question)),
    ):
        if "reason" in requires:
            yield Fault(NO_REASONS, path, {"id": question.id})


def _default_faults(question: Question, may_be_left_out: bool) -> Iterator[Fault]:
    if isinstance(question, TextQuestion | DateQuestion) or question.default is None:
        return
    default = question.default
    if default in {NOT_APPLICABLE, (NOT_APPLICABLE,)}:
        if not may_be_left_out:
            yield Fault(DEFAULT_NOT_APPLICABLE, "default", {"id": question.id})
        return
    try:
        question.grade(_answer(default))
    except ValueError:
        value = " ".join(default) if isinstance(default, tuple) else str(default)
        values = {"value": value, "id": question.id, "choices": _choices(question)}
        yield Fault(BAD_DEFAULT, "default", values)


def _answer(default: str | int | Decimal | tuple[str, ...]) -> Answer:
    if isinstance(default, str):
        return Answer(option=default)
    if isinstance(default, tuple):
        return Answer(options=default)
    return Answer(number=Decimal(default))


def _choices(question: ScoredQuestion) -> str:
    if isinstance(question, NumberQuestion):
        return f"{figure(question.at_least)}…{figure(question.at_most)}"
    if isinstance(question, ScaleQuestion):
        return f"{question.lowest}…{question.highest}"
    return ", ".join(option.id for option in question.options)
