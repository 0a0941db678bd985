"""What in one question looks like a slip, though it can be answered and scored."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from qm.core.forms.faults import Fault, figure, warning
from qm.core.forms.gradables import Option
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.methods import Method
from qm.core.forms.question_rules import graded, name_of, steps_in
from qm.core.forms.questions import (
    ChoiceQuestion,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScoredQuestion,
)
from qm.core.problems import N_
from qm.core.text import LANGUAGES, search_key

SAME_POINTS = warning(
    "form.same_points",
    N_("Every answer to question “{id}” earns {points} points, so it tells nobody apart."),
    N_("Give the answers different points, or the question the weight 0."),
)
ORDER = warning(
    "form.order",
    N_("The points of question “{id}” go up and down in the order of its options: {points}."),
    N_("List the options from best to worst, or correct the points."),
)
POLARITY = warning(
    "form.polarity",
    N_("In question “{id}”, “{no}” earns more than “{yes}”."),
    N_("Check the points; better still, ask so that yes is the good answer."),
)
SAME_LABEL = warning(
    "form.same_label",
    N_("Options “{first}” and “{id}” have the same label: {label}."),
    N_("Give them labels that an evaluator can tell apart."),
)
ALL_FATAL = warning(
    "form.all_fatal",
    N_("Every answer to question “{id}” is fatal."),
    N_("Take `fatal` away from the answers that are acceptable."),
)
FATAL_IN_BEST = warning(
    "form.fatal_in_best",
    N_("The fatal option “{id}” earns points: the full points cannot be had without failing."),
    N_("Give it the points 0 or less."),
)
DEFAULT_FATAL = warning(
    "form.default_fatal",
    N_("Every evaluation begins with a fatal answer to question “{id}”."),
    N_("Let it begin with another answer, or without one."),
)
DEFAULT_LEFT_OUT = warning(
    "form.default_left_out",
    N_("Required question “{id}” begins with N/A, so it can be submitted without being looked at."),
    N_("Take the default away, or write `required: false`."),
)
RANGE_EMPTY = warning(
    "form.range_empty",
    N_("No number that can be answered lies in the range from {low} to {high}."),
    N_("Question “{id}” takes {decimals} decimals: correct the range or `decimals`."),
)
LIMIT_UNREACHED = warning(
    "form.limit_unreached",
    N_("The limit of {limit} is never reached: the options earn {points} points at the utmost."),
    N_("Correct the limit or the points, or take the limit away."),
)
LIMITS_FLATTEN = warning(
    "form.limits_flatten",
    N_("Within its limits every selection in question “{id}” earns {points} points."),
    N_("Set `least` and `most` so that the options' points can make a difference."),
)
NO_GUIDANCE = warning(
    "form.no_guidance",
    N_("Question “{id}” is critical or can be fatal, and nothing says what earns which answer."),
    N_("Add `guidance` with an example for each answer: here evaluators must not differ."),
)
HEADER_SCORED = warning(
    "form.header_scored",
    N_("“{id}” stands in the header, where nothing is scored: its {key} counts for nothing."),
    N_("Move it to a section, or take `{key}` away."),
)

_YES = {"yes", "y", "بله", "بلی", "آری"}
_NO = {"no", "n", "خیر", "نه"}


def question_findings(question: Question, method: Method | None) -> Iterator[Fault]:
    """Yield what looks like a slip in a question.

    `method` is None where nothing of it is scored.
    """
    if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
        yield from _same_labels(question.options)
    if isinstance(question, NumberQuestion):
        yield from _empty_ranges(question)
    if not isinstance(question, ScoredQuestion):
        return
    yield from _defaults(question)
    if method and question.is_scored:
        yield from _points(question)
        yield from _fatals(question)
        if isinstance(question, MultipleChoiceQuestion):
            yield from _limits(question)


def header_findings(field: Question) -> Iterator[Fault]:
    """Yield what counts for nothing because it stands in the header."""
    written = field.model_fields_set
    for key in ("weight", "critical", "bonus"):
        if key in written and getattr(field, key):
            yield Fault(HEADER_SCORED, key, {"id": field.id, "key": key})
    for path, part in graded(field):
        for key in ("points", "fatal", "bonus"):
            if getattr(part, key):
                yield Fault(HEADER_SCORED, f"{path}.{key}", {"id": field.id, "key": key})


def _same_labels(options: tuple[Option, ...]) -> Iterator[Fault]:
    for language in LANGUAGES:
        known: dict[str, str] = {}
        for place, option in enumerate(options):
            label = getattr(option.label, language)
            if label is None:
                continue
            first = known.setdefault(search_key(label), option.id)
            if first != option.id:
                values = {"first": first, "id": option.id, "label": label}
                yield Fault(SAME_LABEL, f"options[{place}].label.{language}", values)


def _empty_ranges(question: NumberQuestion) -> Iterator[Fault]:
    for place, part in enumerate(question.ranges):
        first, last = steps_in(question, part)
        if first > last:
            values = {"low": figure(part.at_least), "high": figure(part.at_most)}
            values |= {"decimals": question.decimals}
            yield Fault(RANGE_EMPTY, f"ranges[{place}]", {"id": question.id, **values})


def _defaults(question: ScoredQuestion) -> Iterator[Fault]:
    default = question.default
    if default in {NOT_APPLICABLE, (NOT_APPLICABLE,)}:
        if question.required:
            yield Fault(DEFAULT_LEFT_OUT, "default", {"id": question.id})
        return
    chosen = default if isinstance(default, tuple) else (default,)
    for _path, part in graded(question):
        if isinstance(part, Option):
            is_default = part.id in chosen
        else:
            is_default = isinstance(default, Decimal) and part.holds(default)
        if is_default and part.fatality:
            yield Fault(DEFAULT_FATAL, "default", {"id": question.id})


def _points(question: ScoredQuestion) -> Iterator[Fault]:
    parts = [part for _path, part in graded(question)]
    points = {part.points for part in parts}
    if isinstance(question, MultipleChoiceQuestion):
        is_flat = points == {0}
    else:
        is_flat = len(points) == 1
        if isinstance(question, ChoiceQuestion):
            yield from _order(question)
    if is_flat and question.weight:
        path = "ranges" if isinstance(question, NumberQuestion) else "options"
        values = {"id": question.id, "points": figure(parts[0].points)}
        yield Fault(SAME_POINTS, path, values)


def _order(question: ChoiceQuestion) -> Iterator[Fault]:
    points = [option.points for option in question.options if not option.bonus]
    steps = {later > earlier for earlier, later in pairwise(points) if later != earlier}
    if len(steps) > 1:
        shown = ", ".join(f"{figure(p)}" for p in points)
        yield Fault(ORDER, "options", {"id": question.id, "points": shown})
    yes, no = _named(question, _YES), _named(question, _NO)
    if yes and no and no.points > yes.points:
        path = f"options[{question.options.index(no)}].points"
        yield Fault(POLARITY, path, {"id": question.id, "no": no.id, "yes": yes.id})


def _named(question: ChoiceQuestion, words: set[str]) -> Option | None:
    for option in question.options:
        labels = (option.label.en, option.label.fa, option.id)
        if any(search_key(label) in words for label in labels if label):
            return option
    return None


def _fatals(question: ScoredQuestion) -> Iterator[Fault]:
    parts = list(graded(question))
    fatal = [(path, part) for path, part in parts if part.fatality]
    if isinstance(question, MultipleChoiceQuestion):
        for path, part in fatal:
            if part.points > 0:
                yield Fault(FATAL_IN_BEST, f"{path}.points", {"id": name_of(part)})
    elif fatal and len(fatal) == len(parts):
        yield Fault(ALL_FATAL, fatal[0][0].partition("[")[0], {"id": question.id})
    guided = [part for _path, part in parts if isinstance(part, Option) and part.guidance]
    if (question.critical or fatal) and not question.guidance and not guided:
        yield Fault(NO_GUIDANCE, "", {"id": question.id})


def _limits(question: MultipleChoiceQuestion) -> Iterator[Fault]:
    gains = sum((max(o.points, Decimal(0)) for o in question.options), Decimal(0))
    losses = sum((min(o.points, Decimal(0)) for o in question.options), Decimal(0))
    least = losses if question.least is None else question.least
    most = gains if question.most is None else question.most
    if losses < gains and (most <= losses or least >= gains or least == most):
        path = "most" if question.least is None else "least"
        values = {"id": question.id, "points": figure(max(min(most, gains), least))}
        yield Fault(LIMITS_FLATTEN, path, values)
    elif question.most is not None and question.most > gains:
        values = {"limit": figure(question.most), "points": figure(gains)}
        yield Fault(LIMIT_UNREACHED, "most", values)
    elif question.least is not None and question.least < losses:
        values = {"limit": figure(question.least), "points": figure(losses)}
        yield Fault(LIMIT_UNREACHED, "least", values)
