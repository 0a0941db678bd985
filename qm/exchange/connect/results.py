"""Exported evaluations of Amazon Connect (S3, schema 3.x) → an unscored form and its answers.

An export tells what every question got in percent, but neither what its other options would have
earned nor what it weighs. No points are invented: the form is unscored, the percentages are named
among the losses. In an export a missing percentage means not applicable, and 0 means 0.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.exchange.connect import findings
from qm.exchange.connect.answers import NO_ANSWER_OPTION, add_note, answer_of, number_of
from qm.exchange.connect.documents import Part
from qm.exchange.connect.forms import build_form
from qm.exchange.connect.parts import Reading, ReadQuestion, ReadSection, filled, our_id, ref_id
from qm.exchange.exchanged import ImportChoices

_TYPES = {
    "SINGLESELECT": "choice",
    "MULTISELECT": "choices",
    "NUMERIC": "number",
    "TEXT": "text",
    "DATETIME": "date",
}
_NUMBER_MOST = Decimal(10**9)


def read_result(document: Part, choices: ImportChoices) -> tuple[Reading, dict[str, Answer] | None]:
    """Return the form and the answers of an exported evaluation."""
    reading = Reading(document.report, "UNSCORED", choices.language)
    version = document.text("schemaVersion", required=True)
    if version and not version.startswith("3."):
        path, shown = document.at("schemaVersion"), version[:60]
        reading.report.problem(findings.UNKNOWN_VALUE, path, value=shown, known="3.1 … 3.5")
    metadata = document.part("metadata")
    title = metadata.text("evaluationDefinitionTitle", required=True) if metadata else None
    if metadata is None:
        reading.report.problem(findings.MISSING, "metadata", key="metadata")
    sections, questions = document.parts("sections"), document.parts("questions")
    known = _read_sections(sections, reading)
    read = [_read_question(part, reading, known) for part in questions]
    build_form(reading, choices, title=title)
    reading.report.lose(findings.LOST_POINTS_OF_OPTIONS, "questions")
    _name_results(metadata, sections, questions, reading)
    answers = None
    if reading.form:
        answers = _answers(reading.form, sections, questions, read)
    for part in (*sections, *questions, metadata, document):
        if part:
            part.leave()
    return reading, answers


def _read_sections(parts: list[Part], reading: Reading) -> dict[str, ReadSection]:
    """Read the flat list of sections into the tree that its parents make."""
    known: dict[str, ReadSection] = {}
    parents: list[tuple[Part, ReadSection, str]] = []
    for part in parts:
        ref, title = ref_id(part, "sectionRefId"), part.text("sectionTitle", required=True)
        parent = part.text("parentSectionRefId")
        if ref is None or title is None:
            continue
        section = ReadSection(ref, part.path, title)
        if ref in known:
            values = {"ref": ref, "first": known[ref].path}
            reading.report.problem(findings.DUPLICATE_REF_ID, part.at("sectionRefId"), **values)
            continue
        known[ref] = section
        if parent is None:
            reading.sections.append(section)
        else:
            parents.append((part, section, our_id(parent)))
    for part, section, parent in parents:
        # A parent that stands below is none of a tree: it would let sections run in a circle.
        above = known.get(parent)
        if above is None or section in _above(above, parents):
            path = part.at("parentSectionRefId")
            reading.report.problem(findings.UNKNOWN_REFERENCE, path, ref=parent[:60])
        else:
            above.sections.append(section)
    if not parts:
        reading.report.problem(findings.MISSING, "sections", key="sections")
    return known


def _above(section: ReadSection, parents: list[tuple[Part, ReadSection, str]]) -> list[ReadSection]:
    """Return a section and those above it, each once even where they run in a circle."""
    parent_of = {inner.ref: parent for _, inner, parent in parents}
    by_ref = {inner.ref: inner for _, inner, _ in parents}
    above = [section]
    while (parent := by_ref.get(parent_of.get(above[-1].ref, ""))) and parent not in above:
        above.append(parent)
    return above


def _read_question(
    part: Part, reading: Reading, sections: Mapping[str, ReadSection]
) -> ReadQuestion | None:
    ref, home = ref_id(part, "questionRefId"), part.text("sectionRefId", required=True)
    text = part.text("questionText", required=True)
    kind = part.one_of("questionType", list(_TYPES))
    section = sections.get(our_id(home)) if home else None
    if home and section is None:
        path = part.at("sectionRefId")
        reading.report.problem(findings.UNKNOWN_REFERENCE, path, ref=home[:60])
    if ref is None or text is None or kind is None or section is None:
        return None
    question = ReadQuestion(ref, part.path, {"id": ref, "type": _TYPES[kind], "required": True})
    question.data["text"] = reading.wording(text)
    answer = part.part("answer")
    values = answer.parts("values") if answer else []
    refs = [value.content.get("valueRefId") for value in values]
    metadata = answer.part("metadata") if answer else None
    if NO_ANSWER_OPTION in refs or (metadata and metadata.flag("notApplicable")):
        question.data["not_applicable"] = True
    if kind in {"SINGLESELECT", "MULTISELECT"}:
        question.data["options"] = _options(values, reading)
        if len(question.data["options"]) < (2 if kind == "SINGLESELECT" else 1):
            reading.report.problem(findings.MISSING, part.at("answer.values"), key="values")
    elif kind == "NUMERIC":
        reading.report.lose(findings.LOST_RANGE, part.path, ref=ref)
        bounds = {"at_least": -_NUMBER_MOST, "at_most": _NUMBER_MOST}
        question.data |= bounds | {"decimals": _decimals(answer)}
    elif kind == "DATETIME":
        reading.report.lose(findings.LOST_TIME_OF_DAY, part.at("questionType"))
    section.questions.append(question)
    return question


def _options(values: list[Part], reading: Reading) -> list[dict[str, Any]]:
    return [
        filled(
            id=ref_id(value, "valueRefId"),
            label=reading.wording(value.text("valueText", required=True)),
        )
        for value in values
        if value.content.get("valueRefId") != NO_ANSWER_OPTION
    ]


def _decimals(answer: Part | None) -> int:
    """Return the decimals of the number that was answered, as many as a question may take."""
    value = answer.content.get("value") if answer else None
    try:
        exponent = number_of(str(value)).as_tuple().exponent
    except ValueError:
        return 0
    return min(max(-int(exponent), 0), 4)


def _answers(
    form: Form, sections: list[Part], questions: list[Part], read: list[ReadQuestion | None]
) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for part, known in zip(questions, read, strict=True):
        given, question = part.part("answer"), form.question(known.ref) if known else None
        if given is None or question is None:
            continue
        answers[question.id] = answer_of(question, _given(given), given)
        if note := given.text("notes"):
            add_note(answers, form, question.id, note, given)
        given.leave()
    for part in sections:
        note, ref = part.text("notes"), part.text("sectionRefId")
        if note and ref:
            at = Part({}, part.at("notes"), part.report)
            at.report.lose(findings.LOST_NOTE, at.path, note=note)
    return answers


def _given(answer: Part) -> list[Any] | None:
    metadata = answer.part("metadata")
    is_left = metadata is not None and metadata.flag("notApplicable")
    if metadata:
        metadata.leave()
    values = [value for value in answer.parts("values") if value.flag("selected")]
    chosen = [value.text("valueRefId") for value in values]
    if is_left or NO_ANSWER_OPTION in chosen:
        return None
    value = answer.content.get("value")
    single = (
        answer.text("value") if isinstance(value, str) else answer.number("value", -(10**9), 10**9)
    )
    return [each for each in (*chosen, single) if each is not None]


def _name_results(
    metadata: Part | None, sections: list[Part], questions: list[Part], reading: Reading
) -> None:
    """Name every percentage of Connect's, and what contradicts an automatic fail."""
    form_percent = _percent(metadata, reading, "evaluationDefinitionTitle")
    section_percents = [_percent(part, reading, "sectionRefId") for part in sections]
    failed = []
    for part in questions:
        _percent(part, reading, "questionRefId")
        own = part.part("score")
        if own and own.flag("automaticFail"):
            failed.append(part)
    # A fail of a section alone leaves the form a score, but the section none.
    if not form_percent or any(percent == 0 for percent in section_percents):
        return
    for part in failed:
        ref = str(part.content.get("questionRefId"))[:60]
        values = {"ref": ref, "percent": str(form_percent)}
        reading.report.lose(findings.CONTRADICTS_ITSELF, part.at("score"), **values)


def _percent(part: Part | None, reading: Reading, name: str) -> Decimal | None:
    own = part.part("score") if part else None
    percent = own.number("percentage", 0, 100) if own else None
    if own:
        own.flag("notApplicable")
        own.leave()
    if part and own and percent is not None:
        ref = str(part.content.get(name))[:60]
        reading.report.lose(findings.LOST_RESULT, own.path, ref=ref, percent=str(percent))
    return percent
