"""Forms of ours → form documents of Amazon Connect, as CreateEvaluationForm takes them.

The mode of scoring: questions that weigh the same within their sections give SECTION_ONLY, other
shares QUESTION_ONLY, points POINTS_BASED. Weights are written with four decimals that sum to
exactly 100, points in whole numbers: up to 10 in the percentage modes, where every question's
best answer gets 10, up to 100 where points are counted.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qm.core.forms.form import Band, Form
from qm.core.text import Language
from qm.exchange.connect import lost
from qm.exchange.connect.export_parts import plain_number, read_answers_of, write_section
from qm.exchange.connect.forms import (
    BAND_STEP,
    EXCEEDS_EXPECTATIONS,
    MEETS_EXPECTATIONS,
    NEEDS_IMPROVEMENT,
)
from qm.exchange.connect.parts import MOST_PER_QUESTION, MOST_POINTS
from qm.exchange.connect.scores import Scores, scores_of
from qm.exchange.connect.writing import TEXT_MOST, TITLE_MOST, Writing
from qm.exchange.exchanged import ExportedForm

PARTS_MOST = 100  # sections, and questions


def write_connect(form: Form, language: Language) -> ExportedForm:
    """Return the form as a document in JSON, and everything that Amazon Connect cannot hold.

    Texts are those of `language`, or of the other where one is missing. Losses name the part of
    our form.
    """
    writing = Writing(form, language)
    read_answers_of(writing)
    scores = scores_of(form, writing.answers)
    items = [
        {"Section": written}
        for section in form.sections
        if (written := write_section(writing, section, scores)) is not None
    ]
    document: dict[str, Any] = {
        "Title": writing.text(form.title, TITLE_MOST, "title"),
        **writing.optional("Description", form.description, TEXT_MOST, "description"),
        "Items": items,
        **_strategy(writing, scores),
    }
    _name_form_losses(writing, scores)
    _name_limits(writing)
    writing.name_losses()
    content = json.dumps(document, ensure_ascii=False, indent=2).encode()
    name = f"{form.form}-{form.version}.connect.json"
    return ExportedForm(name, content, tuple(writing.losses))


def _strategy(writing: Writing, scores: Scores) -> dict[str, Any]:
    if scores.mode == "UNSCORED":
        if writing.form.bands:
            _lose_bands(writing)
        return {}
    strategy: dict[str, Any] = {"Mode": scores.mode, "Status": "ENABLED"}
    if thresholds := _thresholds(writing):
        strategy["ScoreThresholds"] = thresholds
    return {"ScoringStrategy": strategy}


def _thresholds(writing: Writing) -> list[dict[str, Any]]:
    """Return the two thresholds that Connect knows; the band between them has no name there."""
    bands = sorted(writing.form.bands, key=lambda band: band.from_percent)
    own = [NEEDS_IMPROVEMENT, MEETS_EXPECTATIONS, EXCEEDS_EXPECTATIONS]
    ids = [band.id for band in bands]
    is_own = ids == [name for name in own if name in ids]
    if not is_own and bands:
        _lose_bands(writing)
    if not bands or (not is_own and len(bands) not in {2, 3}):
        return []
    low = bands[0] if not is_own or ids[0] == NEEDS_IMPROVEMENT else None
    high = bands[-1] if not is_own or ids[-1] == EXCEEDS_EXPECTATIONS else None
    thresholds = []
    if low:
        end = bands[1].from_percent - BAND_STEP if len(bands) > 1 else Decimal(100)
        thresholds.append(_threshold("NEEDS_IMPROVEMENT", Decimal(0), end))
    if high and high is not low:
        start = high.from_percent
        thresholds.append(_threshold("EXCEEDS_EXPECTATIONS", start, Decimal(100)))
    return thresholds


def _threshold(category: str, least: Decimal, most: Decimal) -> dict[str, Any]:
    bounds = [min(max(bound, Decimal(0)), Decimal(100)) for bound in (least, most)]
    least, most = bounds
    return {
        "PerformanceCategory": category,
        "MinScorePercentage": plain_number(least),
        "MaxScorePercentage": plain_number(most),
    }


def _lose_bands(writing: Writing) -> None:
    names = ", ".join(_name(writing, band) for band in writing.form.bands)
    writing.lose(lost.LOST_BANDS, "bands", bands=names)


def _name(writing: Writing, band: Band) -> str:
    return band.label.in_language(writing.language)


def _name_form_losses(writing: Writing, scores: Scores) -> None:
    form = writing.form
    _name_method(writing, scores)
    if form.start_points:
        writing.lose(lost.LOST_START_POINTS, "start_points", points=form.start_points)
    if form.lowest_percent != 0 or form.highest_percent != 100:
        limits = {"lowest": form.lowest_percent, "highest": form.highest_percent}
        writing.lose(lost.LOST_SCORE_LIMITS, "lowest_percent", **limits)
    if form.pass_percent is not None:
        writing.lose(lost.LOST_PASS_MARK, "pass_percent", percent=form.pass_percent)
    if form.outside_control:
        writing.lose(lost.LOST_OUTSIDE_CONTROL, "outside_control")
    if form.header:
        names = ", ".join(asked.id for asked in form.header)
        writing.lose(lost.LOST_HEADER, "header", parts=names)
    kept = ["form", "version", "channel"]
    kept += [key for key in ("effective_from", "effective_to") if getattr(form, key)]
    kept += ["places"] if form.places != 1 else []
    writing.lose(lost.LOST_FORM_KEYS, "form", keys=", ".join(kept))


def _name_method(writing: Writing, scores: Scores) -> None:
    form = writing.form
    if form.method.by_section and scores.mode == "QUESTION_ONLY":
        writing.lose(lost.LOST_SECTION_METHOD, "scoring")
    if form.scoring == "scale-position":
        writing.lose(lost.LOST_SCALE_POSITION, "scoring")
    if form.scoring == "lowest-grade":
        writing.lose(lost.LOST_LOWEST_GRADE, "scoring")
    gate = form.critical_gate_percent
    gate = form.method.gate_percent if gate is None else gate
    if gate is not None and any(q.critical for q in form.scored_questions()):
        writing.lose(lost.LOST_GATE, "critical_gate_percent", percent=gate)
    if scores.mode == "POINTS_BASED" and _is_weighted(form):
        writing.lose(lost.LOST_WEIGHTS_OF_POINTS, "sections")
    if scores.scaled:
        most = MOST_POINTS if scores.mode == "POINTS_BASED" else MOST_PER_QUESTION
        parts = ", ".join(scores.scaled)
        writing.lose(lost.SCALED_POINTS, "sections", most=most, parts=parts)
    for code, parts_of in (
        (lost.LOST_POINTS, scores.rounded),
        (lost.LOST_NEGATIVE, scores.negative),
        (lost.LOST_WEIGHT, scores.weights_rounded),
    ):
        for identifier in parts_of:
            writing.lose_of(code, identifier)


def _is_weighted(form: Form) -> bool:
    """Whether weights other than 0 and 1 stand on anything that is scored."""
    scored = list(form.scored_questions())
    weights = {q.weight for q in scored} | {p.weight for q in scored for p in form.part_of(q.id)}
    return bool(weights - {Decimal(0), Decimal(1)})


def _name_limits(writing: Writing) -> None:
    form = writing.form
    counts: Sequence[tuple[str, str, int, int, int]] = [
        ("sections", "sections", len(writing.sections), 1, PARTS_MOST),
        ("sections", "questions", writing.questions, 1, PARTS_MOST),
        *(
            (q.id, "options", len(writing.answers[q.id]), 2, 256)
            for q in form.questions()
            if q.id in writing.answers and writing.has_options(q.id)
        ),
    ]
    for field, what, count, least, most in counts:
        if not least <= count <= most:
            limits = {"what": what, "count": count, "least": least, "most": most}
            writing.lose(lost.OVER_LIMIT, field, **limits)
