"""Sections and questions of ours as Amazon Connect writes them."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qm.core.forms.form import Section, Subsection, questions_in
from qm.core.forms.gradables import Fatal, Option, Range
from qm.core.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    InformationBlock,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
    ScoredQuestion,
    TextQuestion,
)
from qm.exchange.connect import lost
from qm.exchange.connect.parts import filled
from qm.exchange.connect.scores import (
    RANGES_MOST,
    Scores,
    WrittenAnswer,
    has_share,
    scale_id,
    scale_numbers,
    whole_ranges,
)
from qm.exchange.connect.writing import QUESTION_MOST, TEXT_MOST, TITLE_MOST, Writing

Written = dict[str, Any]
_TYPES: dict[type[Question], str] = {
    ChoiceQuestion: "SINGLESELECT",
    MultipleChoiceQuestion: "MULTISELECT",
    NumberQuestion: "NUMERIC",
    ScaleQuestion: "SINGLESELECT",
    TextQuestion: "TEXT",
    DateQuestion: "DATETIME",
}
_PROPERTIES = {"SINGLESELECT": "SingleSelect", "MULTISELECT": "MultiSelect", "NUMERIC": "Numeric"}


def read_answers_of(writing: Writing) -> None:
    """Collect the options and ranges of every question that can be written with a score."""
    for question in writing.form.questions():
        if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
            found = [_option(writing, question, option) for option in question.options]
        elif isinstance(question, ScaleQuestion):
            found = list(_steps(writing, question))
        elif isinstance(question, NumberQuestion) and question.ranges:
            found = _ranges(writing, question)
        else:
            continue
        if found:
            writing.answers[question.id] = found


def write_section(writing: Writing, part: Section | Subsection, scores: Scores) -> Written | None:
    """Return a section with everything in it; None where nothing in it can be written."""
    place = len(writing.sections)
    writing.sections.append(part.id)
    items: list[Written] = []
    for item in part.questions:
        if isinstance(item, InformationBlock):
            writing.lose_of(lost.LOST_INFORMATION, item.id)
        else:
            items.append({"Question": _question(writing, item, scores)})
    inside = part.sections if isinstance(part, Section) else ()
    written = [write_section(writing, inner, scores) for inner in inside]
    items += [{"Section": section} for section in written if section is not None]
    if not items:
        writing.lose_of(lost.LOST_EMPTY, part.id)
        del writing.sections[place]
        return None
    if part.not_applicable:
        writing.lose_of(lost.LOST_SECTION_NA, part.id)
    weight = scores.weights.get(part.id) if scores.mode == "SECTION_ONLY" else None
    return {
        "Title": writing.text(part.title, TITLE_MOST, part.id),
        "RefId": writing.refs[part.id],
        **writing.optional("Instructions", part.guidance, TEXT_MOST, part.id),
        "Items": items,
        **filled(Weight=plain_number(weight) if weight else None),
        **_exclusion(writing, part, scores),
        **writing.enablement(part),
    }


def _exclusion(writing: Writing, part: Section | Subsection, scores: Scores) -> Written:
    """Return that a section of no weight is excluded, where something in it would count."""
    if part.weight or scores.mode == "UNSCORED":
        return {}
    inside = [writing.form.question(name) for name in writing.form.scored_inside(part)]
    counts = any(
        isinstance(question, ScoredQuestion)
        and question.weight
        and (question.possible_points > 0 or scores.mode == "POINTS_BASED")
        for question in inside
    )
    return {"IsExcludedFromScoring": True} if counts else {}


def plain_number(value: Decimal) -> int | float:
    """Return a number as JSON writes it; the decimals of a weight survive that exactly."""
    return int(value) if value == int(value) else float(value)


def _question(writing: Writing, question: Question, scores: Scores) -> Written:
    writing.questions += 1
    _name_losses(writing, question)
    kind = _TYPES[type(question)]
    return {
        "Title": writing.text(question.text, QUESTION_MOST, question.id),
        **writing.optional("Instructions", question.guidance, TEXT_MOST, question.id),
        "RefId": question.id,
        "NotApplicableEnabled": _may_be_left_out(writing, question),
        "QuestionType": kind,
        **_properties(writing, question, kind, scores),
        **_scoring(writing, question, scores),
        **writing.enablement(question),
    }


def _properties(writing: Writing, question: Question, kind: str, scores: Scores) -> Written:
    if kind not in _PROPERTIES:
        return {}
    answers = writing.answers.get(question.id, [])
    points = scores.points.get(question.id, [0] * len(answers))
    options = [
        _written_answer(writing, question, answer, earned, scores)
        for answer, earned in zip(answers, points, strict=True)
    ]
    bounds: Written = {}
    if isinstance(question, NumberQuestion):
        least, most = math.ceil(question.at_least), math.floor(question.at_most)
        bounds = {"MinValue": min(least, most), "MaxValue": max(least, most)}
    own = {**bounds, **({"Options": options} if options else {})}
    return {"QuestionTypeProperties": {_PROPERTIES[kind]: own}}


def _written_answer(
    writing: Writing, question: Question, answer: WrittenAnswer, points: int, scores: Scores
) -> Written:
    written = dict(answer.content)
    if scores.mode == "POINTS_BASED":
        bonus = {"IsBonus": True} if answer.bonus else {}
        written["PointsConfiguration"] = {"PointValue": points, **bonus}
    else:
        written["Score"] = points
        if answer.bonus:
            writing.lose_of(lost.LOST_BONUS, question.id)
    if answer.fatality:
        written |= _automatic_fail(writing, question, answer.fatality)
    return written


def _automatic_fail(writing: Writing, question: Question, fatality: Fatal) -> Written:
    if (fatality.effect or writing.form.fatal) == "keep":
        writing.lose_of(lost.LOST_FATAL_KEEP, question.id)
    if fatality.scope == "form":
        return {"AutomaticFail": True}
    section = fatality.section or writing.form.part_of(question.id)[-1].id
    if not _holds_something(writing, section):
        writing.lose_of(lost.LOST_FATAL, question.id)
        return {}
    target = {"TargetSection": writing.refs[section]}
    return {"AutomaticFail": True, "AutomaticFailConfiguration": target}


def _holds_something(writing: Writing, section_id: str) -> bool:
    part = next(part for part in writing.form.parts() if part.id == section_id)
    inner = part.sections if isinstance(part, Section) else ()
    return any(True for each in (part, *inner) for _ in questions_in(each))


def _scoring(writing: Writing, question: Question, scores: Scores) -> Written:
    if not isinstance(question, ScoredQuestion) or scores.mode == "UNSCORED":
        return {}
    if question.id not in writing.answers:
        return {}
    by_points = scores.mode == "POINTS_BASED"
    counts = bool(question.weight) if by_points else _has_share(writing, question)
    if not counts:
        return {"ScoringConfiguration": {"IsExcludedFromScoring": True}}
    written: Written = {}
    if by_points:
        least, most = scores.limits.get(question.id, (None, None))
        bonus = True if question.bonus else None
        points = filled(MaxPointValue=most, MinPointValue=least, IsBonus=bonus)
        written = {"ScoringConfiguration": {"PointsConfiguration": points}} if points else {}
    elif isinstance(question, MultipleChoiceQuestion) and question.least is not None:
        writing.lose_of(lost.LOST_LEAST, question.id)
    weight = scores.weights.get(question.id) if scores.mode == "QUESTION_ONLY" else None
    return {**written, **filled(Weight=None if weight is None else plain_number(weight))}


def _has_share(writing: Writing, question: ScoredQuestion) -> bool:
    """Whether a question counts; one in a section of no weight leaves that to the section."""
    parts = writing.form.part_of(question.id)
    if any(not part.weight for part in parts):
        return bool(question.weight)
    return has_share(writing.form, question)


def _may_be_left_out(writing: Writing, question: Question) -> bool:
    parts = writing.form.part_of(question.id)
    policy = question.not_applicable
    policy = policy if isinstance(policy, str) else writing.form.not_applicable
    allowed = question.allows_not_applicable or any(part.not_applicable for part in parts)
    if allowed and question.is_scored and policy != "redistribute":
        writing.lose_of(lost.LOST_NA_POLICY, question.id)
    if not question.required and not allowed:
        writing.lose_of(lost.LOST_OPTIONAL, question.id)
    return allowed or not question.required


def _name_losses(writing: Writing, question: Question) -> None:
    if question.requires:
        writing.lose_of(lost.LOST_REQUIREMENTS, question.id)
    if getattr(question, "default", None) is not None:
        writing.lose_of(lost.LOST_DEFAULTS, question.id)
    if not isinstance(question, ScoredQuestion):
        return
    if isinstance(question, NumberQuestion):
        if question.unit is not None:
            writing.lose_of(lost.LOST_UNIT, question.id)
        if question.decimals or question.at_least % 1 or question.at_most % 1:
            writing.lose_of(lost.LOST_DECIMALS, question.id)
    if any(answer.requires for answer in writing.answers.get(question.id, ())):
        writing.lose_of(lost.LOST_REQUIREMENTS, question.id)
    if question.critical:
        writing.lose_of(lost.LOST_CRITICAL, question.id)
    if question.reasons:
        writing.lose_of(lost.LOST_REASONS, question.id)


def _option(writing: Writing, question: Question, option: Option) -> WrittenAnswer:
    if option.guidance is not None:
        writing.lose_of(lost.LOST_OPTION_GUIDANCE, question.id)
    content = {"RefId": option.id, "Text": writing.text(option.label, TITLE_MOST, question.id)}
    return _answer(content, option)


def _answer(content: Written, part: Option | Range) -> WrittenAnswer:
    points = Fraction(part.points)
    return WrittenAnswer(content, points, part.bonus, part.fatality, bool(part.requires))


def _steps(writing: Writing, question: ScaleQuestion) -> Sequence[WrittenAnswer]:
    writing.lose_of(lost.LOST_SCALE, question.id)
    ends = {question.lowest: question.lowest_label, question.highest: question.highest_label}
    steps = []
    for number in scale_numbers(question):
        label = ends.get(number)
        name = f" – {writing.text(label, TITLE_MOST - 10, question.id)}" if label else ""
        content = {"RefId": scale_id(number), "Text": f"{number}{name}"}
        steps.append(WrittenAnswer(content, Fraction(number)))
    return steps


def _ranges(writing: Writing, question: NumberQuestion) -> list[WrittenAnswer]:
    bounds = whole_ranges(question)
    if len(bounds) < len(question.ranges) or len(bounds) > RANGES_MOST:
        writing.lose_of(lost.LOST_RANGES, question.id)
        return []
    return [
        _answer({"MinValue": least, "MaxValue": most}, question.ranges[place])
        for least, most, place in bounds
    ]
