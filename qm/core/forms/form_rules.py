"""The rules that make content a form: what breaks one keeps it from being used."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from persiantools.jdatetime import JalaliDate

from qm.core.forms.condition_rules import CONDITION_CIRCLE, circles, condition_faults
from qm.core.forms.faults import Fault
from qm.core.forms.question_rules import DUPLICATE_ID, graded, question_faults
from qm.core.forms.questions import HeaderField, InformationBlock, Item, Question, ScoredQuestion
from qm.core.problems import N_, Problem, explain

if TYPE_CHECKING:
    from qm.core.forms.form import Form, Section, Subsection

EARLIEST_YEAR = 1990
_LAST_HIJRI_YEAR = 1699

EMPTY_SECTION = explain(
    "form.empty_section",
    N_("Section “{id}” holds nothing."),
    N_("Give it questions, or take it away."),
)
ZERO_WEIGHTS = explain(
    "form.zero_weights",
    N_("The weights of the sections sum to nothing."),
    N_("Give at least one section a weight above zero."),
)
ZERO_WEIGHTS_IN_SECTION = explain(
    "form.zero_weights_in_section",
    N_("Section “{id}” has a weight, but the weights of its questions sum to nothing."),
    N_("Give at least one of its questions a weight above zero, or the section the weight 0."),
)
NOTHING_WEIGHS = explain(
    "form.nothing_weighs",
    N_(
        "No question counts: all have the weight 0, stand in a section that has, or earn no points."
    ),
    N_("Let at least one question earn points and weigh something, or write `scoring: unscored`."),
)
START_POINTS_METHOD = explain(
    "form.start_points_method",
    N_("There are no start points in a form whose scoring is “{scoring}”."),
    N_("Take `start_points` away, or write `scoring: points`."),
)
BONUS_METHOD = explain(
    "form.bonus_method",
    N_("There is no bonus in a form whose scoring is “{scoring}”."),
    N_("Take `bonus` away, or write `scoring: points-with-bonus`."),
)
FATAL_SECTION = explain(
    "form.fatal_section",
    N_("“{id}” fails section “{section}”, and no section has that id."),
    N_("Write the id of a section, or take `section` away: then the question's own fails."),
)
FATAL_SCOPE = explain(
    "form.fatal_scope",
    N_("“{id}” names a section, but its scope is the whole form."),
    N_("Write `scope: section` beside it, or take `section` away."),
)
REVERSED_DAYS = explain(
    "form.reversed_days",
    N_("The form ends on {last}, before it begins on {first}."),
    N_("Exchange or correct the two days."),
)
HIJRI_DAY = explain(
    "form.hijri_day",
    N_("“{value}” looks like a day of the Solar Hijri calendar."),
    N_("Write the Gregorian day: {gregorian}."),
)
BAD_DAY = explain(
    "form.bad_day",
    N_("“{value}” is not a day that can stand here."),
    N_("Write a Gregorian day as year-month-day, such as 2026-03-21."),
)
DUPLICATE_BAND = explain(
    "form.duplicate_band",
    N_("Bands “{first}” and “{id}” both begin at {percent} %, so one of them is never reached."),
    N_("Let each band begin at a percentage of its own."),
)


def broken_rules(form: "Form") -> Iterator[Problem]:
    """Yield every rule across a form's parts that it breaks, with the path of the part.

    A `Form` that was validated breaks none: its validation raises `BadInput` with these.
    Published forms are read with the same rules, so a rule that comes later can only warn.
    """
    duplicates = list(_duplicate_ids(form))
    for code, path, values in (*_own_faults(form), *duplicates, *_weight_faults(form)):
        yield broken(form, code, path, **values)
    conditions = list(_broken_conditions(form))
    yield from conditions
    if not conditions and not duplicates:  # otherwise nobody knows which question is meant
        yield from _circles(form)
    parts = {part.id for _path, part in placed_parts(form)}
    for path, item in placed_items(form):
        if not isinstance(item, InformationBlock):
            for fault in (*_broken_in_question(form, path, item), *_fatal_faults(item, parts)):
                yield broken(form, fault.code, f"{path}.{fault.path}", **fault.values)


def placed_items(form: "Form") -> Iterator[tuple[str, HeaderField | Item]]:
    """Yield everything that a form asks or tells, with its path: `sections[0].questions[1]`."""
    for place, field in enumerate(form.header):
        yield f"header[{place}]", field
    for path, part in placed_parts(form):
        for place, item in enumerate(part.questions):
            yield f"{path}.questions[{place}]", item


def placed_parts(form: "Form") -> "Iterator[tuple[str, Section | Subsection]]":
    """Yield every section and subsection with its path: `sections[0].sections[1]`."""
    for place, section in enumerate(form.sections):
        yield f"sections[{place}]", section
        for inner, subsection in enumerate(section.sections):
            yield f"sections[{place}].sections[{inner}]", subsection


def broken(form: "Form", code: str, field: str, **values: object) -> Problem:
    """Return the finding `code` about the part of the form at `field`."""
    return Problem(code, form.key, field=field, values=values)


def may_be_left_out(form: "Form", question: Question) -> bool:
    """Whether a question can be answered with N/A, be it together with its section."""
    parts = form.part_of(question.id)
    return question.allows_not_applicable or any(part.not_applicable for part in parts)


def day_fault(year: int, month: int, day: int, value: str) -> Fault:
    """Return what is wrong with `value`, a day that cannot be one of the Gregorian calendar.

    One of the Solar Hijri calendar is told with the Gregorian day that it is.
    """
    if year <= _LAST_HIJRI_YEAR and JalaliDate.check_date(year, month, day):
        gregorian = JalaliDate(year, month, day).to_gregorian().isoformat()
        return Fault(HIJRI_DAY, "", {"value": value, "gregorian": gregorian})
    return Fault(BAD_DAY, "", {"value": value})


def _own_faults(form: "Form") -> Iterator[Fault]:
    for name in ("effective_from", "effective_to"):
        day: dt.date | None = getattr(form, name)
        if day is not None and day.year < EARLIEST_YEAR:
            fault = day_fault(day.year, day.month, day.day, day.isoformat())
            yield fault._replace(path=name)
    first, last = form.effective_from, form.effective_to
    if first and last and last < first:
        values = {"first": first.isoformat(), "last": last.isoformat()}
        yield Fault(REVERSED_DAYS, "effective_to", values)
    if form.start_points and form.method.measure != "points":
        yield Fault(START_POINTS_METHOD, "start_points", {"scoring": form.scoring})
    begun: dict[object, str] = {}
    for place, band in enumerate(form.bands):
        if band.from_percent in begun:
            values = {"first": begun[band.from_percent], "id": band.id}
            values["percent"] = f"{band.from_percent.normalize():f}"
            yield Fault(DUPLICATE_BAND, f"bands[{place}].from_percent", values)
        begun.setdefault(band.from_percent, band.id)


def _duplicate_ids(form: "Form") -> Iterator[Fault]:
    bands = ((f"bands[{place}]", band) for place, band in enumerate(form.bands))
    for placed in (bands, placed_parts(form), placed_items(form)):
        known: dict[str, str] = {}
        for path, thing in placed:
            if thing.id in known:
                yield Fault(DUPLICATE_ID, f"{path}.id", {"id": thing.id, "first": known[thing.id]})
            known.setdefault(thing.id, path)


def _weight_faults(form: "Form") -> Iterator[Fault]:
    for path, part in placed_parts(form):
        if not part.questions and not _inside(part):
            yield Fault(EMPTY_SECTION, path, {"id": part.id})
    if not any(True for _ in form.scored_questions()):
        return
    if not any(section.weight for section in form.sections):
        yield Fault(ZERO_WEIGHTS, "sections", {})
        return
    weightless = list(_weightless_parts(form)) if form.method.by_section else []
    yield from weightless
    if not weightless and not _can_weigh(form):
        yield Fault(NOTHING_WEIGHS, "sections", {})


def _weightless_parts(form: "Form") -> Iterator[Fault]:
    for path, part in placed_parts(form):
        weights = [q.weight for q in part.questions if isinstance(q, ScoredQuestion)]
        weights += [s.weight for s in _inside(part) if form.scored_inside(s)]
        if part.weight and form.scored_inside(part) and not any(weights):
            yield Fault(ZERO_WEIGHTS_IN_SECTION, f"{path}.weight", {"id": part.id})


def _inside(part: "Section | Subsection") -> "tuple[Subsection, ...]":
    return getattr(part, "sections", ())


def _can_weigh(form: "Form") -> bool:
    """Whether answers can make a score: something weighs and, by points, earns some."""
    if form.method.measure == "points" and form.start_points > 0:
        return True
    return any(
        question.weight
        and all(part.weight for part in form.part_of(question.id))
        and (form.method.measure != "points" or question.possible_points > 0)
        for question in form.scored_questions()
    )


def _broken_conditions(form: "Form") -> Iterator[Problem]:
    for path, thing in (*placed_parts(form), *placed_items(form)):
        if thing.when is not None:
            for fault in condition_faults(form, thing.id, thing.when):
                yield broken(form, fault.code, f"{path}.{fault.path}", **fault.values)


def _circles(form: "Form") -> Iterator[Problem]:
    paths = {item.id: (path, item) for path, item in reversed([*placed_items(form)])}
    parts = {part.id: path for path, part in placed_parts(form)}
    for circle in circles(form):
        path, item = paths[circle[0]]
        if item.when is None:  # then it is the condition of a section around it
            asking = [part for part in form.part_of(item.id) if part.when is not None]
            path = parts[asking[-1].id]
        yield broken(form, CONDITION_CIRCLE, f"{path}.when", circle=" → ".join(circle))


def _broken_in_question(form: "Form", path: str, question: Question) -> Iterator[Fault]:
    is_scored = form.scoring != "unscored" and not path.startswith("header")
    method = form.method if is_scored else None
    yield from question_faults(question, method, may_be_left_out=may_be_left_out(form, question))
    if method and not method.bonus and isinstance(question, ScoredQuestion):
        for at, part in (("", question), *graded(question)):
            if part.bonus:
                where = f"{at}.bonus" if at else "bonus"
                yield Fault(BONUS_METHOD, where, {"scoring": form.scoring})


def _fatal_faults(question: Question, known_parts: set[str]) -> Iterator[Fault]:
    for path, part in graded(question):
        fatality = part.fatality
        if fatality is None or fatality.section is None:
            continue
        at = f"{path}.fatal.section"
        values = {"id": question.id, "section": fatality.section}
        if fatality.scope == "form":
            yield Fault(FATAL_SCOPE, at, values)
        elif fatality.section not in known_parts:
            yield Fault(FATAL_SECTION, at, values)
