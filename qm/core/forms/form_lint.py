"""The linter of forms: what looks like a slip though the form can be used, and the catalogue."""

import difflib
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from qm.core.forms.conditions import ATTRIBUTES, Answered, Leaf, leaves
from qm.core.forms.faults import WARNINGS, Fault, figure, warning
from qm.core.forms.form import Form, Section, Subsection
from qm.core.forms.form_rules import broken, may_be_left_out, placed_items, placed_parts
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.question_lint import header_findings, question_findings
from qm.core.forms.questions import HeaderField, InformationBlock, Item, ScoredQuestion
from qm.core.forms.reachability import Reachability
from qm.core.forms.texts import text_faults
from qm.core.problems import CATALOGUE, N_, Problem

MOST_QUESTIONS = 40
_LIKE_PERCENTAGES = (Decimal(90), Decimal(110))
_HUNDRED = Decimal(100)
_Thing = Subsection | HeaderField | Item

SIMILAR_ID = warning(
    "form.similar_id",
    N_("The ids “{id}” and “{first}” differ in nothing but capital letters."),
    N_("Rename one of them: people and spreadsheets will confuse the two."),
)
CONDITION_LATER = warning(
    "form.condition_later",
    N_("The condition of “{id}” names “{asked}”, which is not asked before it."),
    N_("Move “{asked}” further up, or name another question."),
)
CONDITION_LEFT_OUT = warning(
    "form.condition_left_out",
    N_("The condition of “{id}” waits for N/A, which “{asked}” does not allow."),
    N_("Write `not_applicable: true` at “{asked}”, or take n/a out of the condition."),
)
ATTRIBUTE_MISSPELT = warning(
    "form.attribute_misspelt",
    N_("The condition of “{id}” names the attribute “{attribute}”, which no import has by itself."),
    N_("Did you mean “{meant}”?"),
)
UNREACHABLE = warning(
    "form.unreachable",
    N_("“{id}” is never asked: nothing that can be answered fulfils its condition."),
    N_("Correct the condition, or the one of what it names."),
)
NOTHING_SCORED = warning(
    "form.nothing_scored",
    N_("No question of this form earns points, so no evaluation gets a score."),
    N_("Write `scoring: unscored` if that is meant, or add questions that earn points."),
)
SECTION_UNSCORED = warning(
    "form.section_unscored",
    N_("Section “{id}” has the weight {weight}, but no question in it earns points."),
    N_("Take its weight away, or add a question that earns points."),
)
WEIGHTS_NOT_100 = warning(
    "form.weights_not_100",
    N_("The weights look like percentages, but sum to {sum}."),
    N_("Correct them to 100; as they are, each counts as its share of the sum."),
)
CRITICAL_WEIGHTLESS = warning(
    "form.critical_weightless",
    N_("Critical question “{id}” weighs nothing: it counts in its lens, but not in the score."),
    N_("Give it and its section a weight above zero if it should move the score."),
)
GATE_UNUSED = warning(
    "form.gate_unused",
    N_("The form has a gate for critical questions, but no question that is critical."),
    N_("Mark the questions with `critical`, or take `critical_gate_percent` away."),
)
MAXIMUM_UNREACHED = warning(
    "form.maximum_unreached",
    N_("No score can be above 100: there is nothing to earn beyond the full points."),
    N_("Mark what is extra with `bonus` (scoring: points-with-bonus), or write 100."),
)
BAND_UNREACHED = warning(
    "form.band_unreached",
    N_("Band “{id}” begins at {percent} %, and no score can be above {highest}."),
    N_("Lower it, or take it away."),
)
BELOW_BANDS = warning(
    "form.below_bands",
    N_("Scores below {percent} % lie in no band."),
    N_("Let the lowest band begin at {lowest}."),
)
TOO_LONG = warning(
    "form.too_long",
    N_("The form asks {count} questions; with more than {limit}, evaluators grow careless."),
    N_("Leave out what nobody acts upon, or split the form."),
)


class Entry(NamedTuple):
    """One line of the catalogue; reason and remedy are templates in English."""

    code: str
    severity: Literal["error", "warning"]
    reason: str
    remedy: str


def findings(form: Form) -> Iterator[Problem]:
    """Yield what looks like a slip in a valid form; none of it keeps the form from being used."""
    for fault in _faults(form):
        yield broken(form, fault.code, fault.path, **fault.values)


def catalogue(prefixes: tuple[str, ...] = ("form.", "yaml.")) -> list[Entry]:
    """Return every finding about form files that the loaded modules know, by code.

    Those about the file itself (`yaml.…`) and its keys are known once `qm.intake` is loaded.
    Other files have codes with other `prefixes`.
    """
    return [
        Entry(code, "warning" if code in WARNINGS else "error", *CATALOGUE[code])
        for code in sorted(CATALOGUE)
        if code.startswith(prefixes)
    ]


def _faults(form: Form) -> Iterator[Fault]:
    yield from text_faults(form)
    yield from _similar_ids(form)
    yield from _limits(form)
    yield from _weights(form)
    yield from _conditions(form)
    yield from _unreachable(form)
    yield from _questions(form)


def _questions(form: Form) -> Iterator[Fault]:
    if (count := sum(1 for _ in form.questions())) > MOST_QUESTIONS:
        yield Fault(TOO_LONG, "sections", {"count": count, "limit": MOST_QUESTIONS})
    for path, item in placed_items(form):
        if isinstance(item, InformationBlock):
            continue
        in_header = path.startswith("header")
        is_scored = not in_header and form.scoring != "unscored"
        found = list(question_findings(item, form.method if is_scored else None))
        if in_header:
            found += header_findings(item)
        for fault in found:
            yield fault._replace(path=f"{path}.{fault.path}" if fault.path else path)


def _similar_ids(form: Form) -> Iterator[Fault]:
    for placed in (placed_parts(form), placed_items(form)):
        known: dict[str, str] = {}
        for path, thing in placed:
            first = known.setdefault(thing.id.casefold(), thing.id)
            if first != thing.id:
                yield Fault(SIMILAR_ID, f"{path}.id", {"id": thing.id, "first": first})


def _limits(form: Form) -> Iterator[Fault]:
    if form.scoring == "unscored":
        return
    highest = form.highest_percent
    if highest > _HUNDRED and not _has_bonus(form):
        yield Fault(MAXIMUM_UNREACHED, "highest_percent", {})
        highest = _HUNDRED
    for place, band in enumerate(form.bands):
        if band.from_percent > highest:
            percent = figure(band.from_percent)
            values = {"id": band.id, "percent": percent, "highest": figure(highest)}
            yield Fault(BAND_UNREACHED, f"bands[{place}].from_percent", values)
    lowest = min((band.from_percent for band in form.bands), default=Decimal(0))
    if lowest > 0:
        values = {"percent": figure(lowest), "lowest": figure(form.lowest_percent)}
        yield Fault(BELOW_BANDS, "bands", values)
    critical = any(q.critical for q in form.scored_questions())
    if form.critical_gate_percent is not None and not critical:
        yield Fault(GATE_UNUSED, "critical_gate_percent", {})


def _has_bonus(form: Form) -> bool:
    return form.method.bonus and any(
        question.bonus or any(part.bonus for part in question.gradables)
        for question in form.scored_questions()
    )


def _weights(form: Form) -> Iterator[Fault]:
    if form.scoring == "unscored":
        return
    if not any(True for _ in form.scored_questions()):
        yield Fault(NOTHING_SCORED, "sections", {})
        return
    for path, part in placed_parts(form):
        is_meant = "weight" in part.model_fields_set and part.weight
        if is_meant and not form.scored_inside(part):
            values = {"id": part.id, "weight": figure(part.weight)}
            yield Fault(SECTION_UNSCORED, f"{path}.weight", values)
    if form.method.by_section:
        yield from _near_hundred([section.weight for section in form.sections])
    elif form.scoring == "weighted-questions" and all(part.weight == 1 for part in form.parts()):
        yield from _near_hundred([question.weight for question in form.scored_questions()])
    for path, item in placed_items(form):
        if not isinstance(item, ScoredQuestion) or not item.critical:
            continue
        if not all(weighed.weight for weighed in (item, *form.part_of(item.id))):
            yield Fault(CRITICAL_WEIGHTLESS, f"{path}.critical", {"id": item.id})


def _near_hundred(weights: list[Decimal]) -> Iterator[Fault]:
    total = sum(weights, Decimal(0))
    low, high = _LIKE_PERCENTAGES
    if len(weights) > 1 and low <= total <= high and total != _HUNDRED:
        yield Fault(WEIGHTS_NOT_100, "sections", {"sum": figure(total)})


def _conditions(form: Form) -> Iterator[Fault]:
    asked_before: set[str] = set()
    for path, thing, _around in _walk(form):
        if thing.when is not None:
            for at, leaf in leaves(thing.when, f"{path}.when"):
                yield from _leaf_faults(form, thing.id, at, leaf, asked_before)
        if not isinstance(thing, Subsection):
            asked_before.add(thing.id)


def _leaf_faults(
    form: Form, thing: str, at: str, leaf: Leaf, asked_before: set[str]
) -> Iterator[Fault]:
    if not isinstance(leaf, Answered):
        close = difflib.get_close_matches(leaf.interaction.casefold(), ATTRIBUTES, n=1, cutoff=0.8)
        if close and leaf.interaction not in ATTRIBUTES:
            values = {"id": thing, "attribute": leaf.interaction, "meant": close[0]}
            yield Fault(ATTRIBUTE_MISSPELT, f"{at}.interaction", values)
        return
    if leaf.question not in asked_before:
        values = {"id": thing, "asked": leaf.question}
        yield Fault(CONDITION_LATER, f"{at}.question", values)
    asked = form.question(leaf.question)
    if asked and NOT_APPLICABLE in leaf.answered and not may_be_left_out(form, asked):
        yield Fault(CONDITION_LEFT_OUT, f"{at}.answered", {"id": thing, "asked": asked.id})


def _unreachable(form: Form) -> Iterator[Fault]:
    """Yield the outermost things that are never asked; what is inside them goes without saying."""
    reachability = Reachability(form)
    never: set[str] = set()
    for path, thing, around in _walk(form):
        if thing.when is None or any(part.id in never for part in around):
            continue
        conditions = [part.when for part in (*around, thing) if part.when is not None]
        if not reachability.can_hold(conditions):
            yield Fault(UNREACHABLE, f"{path}.when", {"id": thing.id})
            if isinstance(thing, Subsection):
                never.add(thing.id)


def _walk(form: Form) -> Iterator[tuple[str, _Thing, tuple[Subsection, ...]]]:
    """Yield everything in the order of the form, each with its path and the sections around it."""
    for place, field in enumerate(form.header):
        yield f"header[{place}]", field, ()
    for place, section in enumerate(form.sections):
        yield from _walk_part(f"sections[{place}]", section, ())


def _walk_part(
    path: str, part: Section | Subsection, around: tuple[Subsection, ...]
) -> Iterator[tuple[str, _Thing, tuple[Subsection, ...]]]:
    yield path, part, around
    for place, item in enumerate(part.questions):
        yield f"{path}.questions[{place}]", item, (*around, part)
    for place, subsection in enumerate(part.sections if isinstance(part, Section) else ()):
        yield from _walk_part(f"{path}.sections[{place}]", subsection, (*around, part))
