"""Form documents of Amazon Connect → forms of ours.

The mode of scoring decides: QUESTION_ONLY is weighted-questions, SECTION_ONLY weighted-sections,
POINTS_BASED points-with-bonus; without a strategy that is enabled the form is unscored. An
automatic fail makes its scope zero, so the form says `fatal: zero`.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, get_args

from pydantic import ValidationError

from qm.core.forms.form import Form
from qm.core.problems import BadInput
from qm.exchange.connect import findings
from qm.exchange.connect.conditions import read_condition
from qm.exchange.connect.documents import Part
from qm.exchange.connect.parts import (
    SCORING,
    Mode,
    Reading,
    ReadQuestion,
    ReadSection,
    filled,
    our_id,
    ref_id,
)
from qm.exchange.connect.questions import read_question
from qm.exchange.connect.weights import set_weights
from qm.exchange.exchanged import ImportChoices

NEEDS_IMPROVEMENT = "needs-improvement"
MEETS_EXPECTATIONS = "meets-expectations"
EXCEEDS_EXPECTATIONS = "exceeds-expectations"
BAND_STEP = Decimal("0.0001")  # a threshold's upper end belongs to it; bands know lower ends
_BAND_LABELS = {
    NEEDS_IMPROVEMENT: {"en": "Needs improvement", "fa": "نیازمند بهبود"},
    MEETS_EXPECTATIONS: {"en": "Meets expectations", "fa": "در حد انتظار"},
    EXCEEDS_EXPECTATIONS: {"en": "Exceeds expectations", "fa": "فراتر از انتظار"},
}
_PLACE = re.compile(
    r"sections\[(\d+)\](?:\.sections\[(\d+)\])?(?:\.questions\[(\d+)\](?:\.type:[a-z]+)?)?"
)
_CATEGORIES = {
    "NEEDS_IMPROVEMENT": NEEDS_IMPROVEMENT,
    "EXCEEDS_EXPECTATIONS": EXCEEDS_EXPECTATIONS,
}


def read_form_document(document: Part, choices: ImportChoices) -> Reading:
    """Return the form in `document` as it was read; its problems and losses are in the report."""
    strategy = document.part("ScoringStrategy")
    reading = Reading(document.report, _mode(strategy), choices.language)
    title = document.text("Title", required=True)
    description = document.text("Description")
    items = document.parts("Items")
    homes = dict(_homes(document.content.get("Items"), ()))
    for item in items:
        if section := _read_item(item, reading, homes):
            reading.sections.append(section)
    if not items:
        document.report.problem(findings.MISSING, document.at("Items"), key="Items")
    bands = _bands(strategy) if strategy else ()
    if strategy:
        strategy.leave()
    document.leave()
    build_form(reading, choices, title=title, description=reading.wording(description), bands=bands)
    return reading


def build_form(reading: Reading, choices: ImportChoices, *, title: str | None, **more: Any) -> None:
    """Make the form of the sections that were read, or report what is wrong with them."""
    _refuse_duplicates(reading)
    questions = {q.ref: q for section in reading.sections for q in section.all_questions()}
    data: dict[str, Any] = {
        "form": choices.form_id or form_id_of(title or ""),
        "version": choices.version,
        "channel": choices.channel,
        "title": reading.wording(title),
        "fatal": "zero",
        **filled(**more),
    }
    conditions: dict[str, Any] = {
        part.path: read_condition(part.enablement, questions)
        for part in _everything(reading)
        if part.enablement
    }
    for section in reading.sections:
        for inner in section.sections:
            _flatten(inner, inner.ref, reading, conditions)
    set_weights(reading)
    if reading.report.problems:
        return
    data["scoring"] = SCORING[reading.mode]
    data["sections"] = [_section_data(part, reading, conditions) for part in reading.sections]
    try:
        reading.form = Form.model_validate(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            steps = [
                f"[{step}]" if isinstance(step, int) else f".{step}" for step in details["loc"]
            ]
            _refuse(reading, "".join(steps).lstrip("."), details["msg"])
    except BadInput as error:
        for problem in error.problems:
            _refuse(reading, problem.field or "", problem.reason)


def _refuse(reading: Reading, path: str, cause: str) -> None:
    """Report what the form language refuses at the part of the document that says it."""
    found = _PLACE.match(path)
    part: ReadSection | ReadQuestion | None = None
    if found:
        section, inner, question = (None if n is None else int(n) for n in found.groups())
        home = reading.sections[section or 0]
        home = home if inner is None else home.sections[inner]
        part = home if question is None else home.questions[question]
    values = {"cause": cause[:200], "part": path[found.end() if found else 0 :].lstrip(".")[:100]}
    reading.report.problem(findings.INVALID, part.path if part else "", **values)


def form_id_of(title: str) -> str:
    """Return a form id made of a title; one without Latin letters or digits gives the vendor."""
    return re.sub("[^a-z0-9]+", "-", title.casefold()).strip("-")[:40].strip("-") or "connect"


def _mode(strategy: Part | None) -> Mode:
    if strategy is None:
        return "UNSCORED"
    modes: tuple[Mode, ...] = get_args(Mode)[:3]
    mode = strategy.one_of("Mode", modes)
    status = strategy.one_of("Status", ("ENABLED", "DISABLED"))
    if status == "DISABLED" and mode:
        strategy.report.lose(findings.LOST_KEYS, strategy.path, keys=f"Mode ({mode}), Status")
    found = next((each for each in modes if each == mode), None)
    return found if found and status == "ENABLED" else "UNSCORED"


def _homes(items: Any, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield every section's id with that of the section or subsection its questions go to."""
    for item in items if isinstance(items, list) else ():
        section = item.get("Section") if isinstance(item, dict) else None
        section = section if isinstance(section, dict) else {}
        if isinstance(ref := section.get("RefId"), str):
            path = (*above, our_id(ref))
            yield path[-1], path[:2][-1]
            yield from _homes(section.get("Items"), path)


def _read_item(item: Part, reading: Reading, homes: Mapping[str, str]) -> ReadSection | None:
    section, question = item.part("Section"), item.part("Question")
    item.leave()
    if section:
        return _read_section(section, reading, homes)
    report = item.report
    if question:
        ref = str(question.content.get("RefId"))[:60]
        report.problem(findings.QUESTION_OUTSIDE_SECTION, question.path, ref=ref)
    else:
        report.problem(findings.MISSING, item.at("Section"), key="Section")
    return None


def _read_section(part: Part, reading: Reading, homes: Mapping[str, str]) -> ReadSection | None:
    ref, title = ref_id(part), part.text("Title", required=True)
    if ref is None or title is None:
        return None
    section = ReadSection(ref, part.path, title, part.text("Instructions"))
    section.excluded = part.flag("IsExcludedFromScoring")
    if reading.mode == "SECTION_ONLY" and not section.excluded:
        section.weight = part.number("Weight", 0, 100)
    section.enablement = part.part("Enablement")
    for item in part.parts("Items"):
        if "Question" not in item.content:
            if inner := _read_item(item, reading, homes):
                section.sections.append(inner)
            continue
        if section.sections:
            part.report.lose(findings.LOST_ORDER, part.path)
        asked = item.part("Question")
        if asked and (question := read_question(asked, reading, homes)):
            section.questions.append(question)
        item.leave()
    if not section.questions and not section.sections:
        part.report.problem(findings.MISSING, part.at("Items"), key="Items")
    part.leave()
    return section


def _flatten(part: ReadSection, home: str, reading: Reading, conditions: dict[str, Any]) -> None:
    """Put the questions of everything below a subsection into it."""
    for deeper in part.sections:
        title = deeper.title[:60]
        reading.report.lose(findings.LOST_NESTING, deeper.path, title=title, home=home)
        _flatten(deeper, home, reading, conditions)
        for question in deeper.questions:
            question.excluded = question.excluded or deeper.excluded
            when = _both(conditions.get(deeper.path), conditions.get(question.path))
            conditions[question.path] = when
        part.questions += deeper.questions
    part.sections = []


def _both(outer: Any, inner: Any) -> Any:
    return {"all": [outer, inner]} if outer and inner else outer or inner


def _section_data(
    section: ReadSection, reading: Reading, conditions: Mapping[str, Any]
) -> dict[str, Any]:
    return filled(
        id=section.ref,
        title=reading.wording(section.title),
        guidance=reading.wording(section.guidance),
        weight=section.weight,
        when=conditions.get(section.path),
        questions=[_question_data(q, conditions) for q in section.questions],
        sections=[_section_data(inner, reading, conditions) for inner in section.sections] or None,
    )


def _question_data(question: ReadQuestion, conditions: Mapping[str, Any]) -> dict[str, Any]:
    has_weight = question.data["type"] in {"choice", "choices", "number"}
    weight = question.weight if has_weight else None
    return question.data | filled(weight=weight, when=conditions.get(question.path))


def _everything(reading: Reading) -> Iterator[ReadSection | ReadQuestion]:
    for section in reading.sections:
        yield from section.everything()
        yield from section.all_questions()


def _refuse_duplicates(reading: Reading) -> None:
    first: dict[str, str] = {}
    for part in _everything(reading):
        if part.ref in first:
            path = f"{part.path}.RefId"
            values = {"ref": part.ref, "first": first[part.ref]}
            reading.report.problem(findings.DUPLICATE_REF_ID, path, **values)
        first.setdefault(part.ref, part.path)


def _bands(strategy: Part) -> tuple[dict[str, Any], ...]:
    """Return the form's bands: the two thresholds, and the one that they leave between them."""
    lows: dict[str, Decimal] = {}
    for threshold in strategy.parts("ScoreThresholds"):
        category = threshold.one_of("PerformanceCategory", list(_CATEGORIES))
        least = threshold.number("MinScorePercentage", 0, 100)
        most = threshold.number("MaxScorePercentage", 0, 100)
        threshold.leave()
        if category == "NEEDS_IMPROVEMENT":
            lows[NEEDS_IMPROVEMENT] = Decimal(0)
            lows[MEETS_EXPECTATIONS] = (Decimal(100) if most is None else most) + BAND_STEP
            is_cut = bool(least)
        else:
            lows[EXCEEDS_EXPECTATIONS] = least or Decimal(0)
            is_cut = most is not None and most < 100
        if is_cut:
            threshold.report.lose(findings.LOST_THRESHOLDS, threshold.path)
    if lows:
        lows.setdefault(MEETS_EXPECTATIONS, Decimal(0))
    if lows.get(MEETS_EXPECTATIONS) == lows.get(EXCEEDS_EXPECTATIONS):
        lows.pop(MEETS_EXPECTATIONS, None)
    return tuple(
        {"id": band, "label": _BAND_LABELS[band], "from_percent": _four_places(lows[band])}
        for band in _BAND_LABELS
        if band in lows
    )


def _four_places(value: Decimal) -> Decimal:
    return value.quantize(BAND_STEP)
