"""Forms of qm as evaluation forms of Genesys Cloud."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qm.core.forms.conditions import All, Condition
from qm.core.forms.form import Form, Section, Subsection
from qm.core.forms.questions import ChoiceQuestion, InformationBlock, Item, MultipleChoiceQuestion
from qm.core.text import Language
from qm.exchange.exchanged import ExportedForm
from qm.exchange.genesys import limits
from qm.exchange.genesys.answers import answers_of
from qm.exchange.genesys.conditions import Positions, write_condition
from qm.exchange.genesys.form_losses import ExportReport, form_losses
from qm.exchange.genesys.items import ItemWriter
from qm.exchange.genesys.questions import SELECTED, UNSELECTED

_MOST_NAME = 250
_MOST_QUESTIONS = 200


def write_genesys(form: Form, language: Language) -> ExportedForm:
    """Return the form as JSON for Genesys Cloud, with texts in `language`.

    Whatever Genesys cannot hold is a loss whose field is the path in our form. Scores stay the
    same for every way of scoring by points and for weighted questions; of the others the losses
    tell when they differ. Positions in conditions are worked out anew.
    """
    report = ExportReport(form, language)
    document = _Writer(form, report).document()
    form_losses(form, report)
    content = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return ExportedForm(
        f"{form.form}-{form.version}.genesys.json", content.encode(), report.losses()
    )


@dataclass(frozen=True)
class _Line:
    """What becomes one question of a group: an item, or a subsection of selectable options.

    `conditions` are its own and those of the subsection it stood in.
    """

    item: Item | Subsection
    path: str
    conditions: tuple[Condition, ...] = ()
    may_be_left_out: bool = False


class _Writer:
    def __init__(self, form: Form, report: ExportReport) -> None:
        self.form = form
        self.report = report
        self.items = ItemWriter(form, report)
        self.positions = Positions()
        # Unscored here, it would be scored there: groups that weigh nothing keep it from that.
        self._is_silenced = form.scoring == "unscored" and any(
            section.weight and self.items.values.can_earn(question_id)
            for section in form.sections
            for question_id in form.scored_inside(section)
        )

    def document(self) -> dict[str, Any]:
        sections = [
            (section, f"sections[{place}]", list(self._lines(section, f"sections[{place}]")))
            for place, section in enumerate(self.form.sections)
        ]
        for group, (_, _, lines) in enumerate(sections):
            for place, line in enumerate(lines):
                self._note_positions(line, f"/form/questionGroup/{group}/question/{place}")
        count = sum(len(lines) for _, _, lines in sections)
        if count > _MOST_QUESTIONS:
            self.report.lost(limits.LOST_COUNT, "sections", most=_MOST_QUESTIONS, count=count)
        return {
            "name": self.report.text(self.form.title, "title", _MOST_NAME),
            "published": False,
            "questionGroups": [self._group(*section) for section in sections],
        }

    def _lines(self, section: Section, path: str) -> Iterator[_Line]:
        """Yield the questions of a group, those of subsections behind the section's own."""
        for place, item in enumerate(section.questions):
            yield _Line(item, f"{path}.questions[{place}]", _own(item))
        for place, part in enumerate(section.sections):
            inner = f"{path}.sections[{place}]"
            if is_selectable(part):
                yield _Line(part, inner, _own(part))
            else:
                yield from self._flattened(part, inner)

    def _flattened(self, part: Subsection, path: str) -> Iterator[_Line]:
        self.report.lost(limits.LOST_SUBSECTION, path, id=part.id)
        if part.guidance:
            self.report.lost(limits.LOST_GUIDANCE, f"{path}.guidance")
        if part.not_applicable:
            self.report.lost(limits.LOST_NOT_APPLICABLE_PART, f"{path}.not_applicable")
        for place, item in enumerate(part.questions):
            yield _Line(
                item,
                f"{path}.questions[{place}]",
                (*_own(part), *_own(item)),
                may_be_left_out=part.not_applicable,
            )

    def _note_positions(self, line: _Line, path: str) -> None:
        if isinstance(line.item, Subsection):
            for place, item in enumerate(line.item.questions):
                self.positions.answers[item.id, SELECTED] = f"{path}/answer/{place}"
            return
        if isinstance(line.item, MultipleChoiceQuestion):
            for place, option in enumerate(line.item.options):
                self.positions.answers[line.item.id, option.id] = f"{path}/answer/{place}"
            return
        for place, answer in enumerate(answers_of(line.item, self.report.text)):
            key = (line.item.id, answer.id)
            self.positions.answers[key] = f"{path}/answer/{place}"
            if answer.span:
                self.positions.spans[key] = answer.span

    def _group(self, section: Section, path: str, lines: list[_Line]) -> dict[str, Any]:
        if section.guidance:
            self.report.lost(limits.LOST_GUIDANCE, f"{path}.guidance")
        self.items.begin_group()
        questions = [self._question(line) for line in lines]
        return {
            "id": section.id,
            "name": self.report.text(section.title, f"{path}.title", _MOST_NAME),
            "type": "questionGroup",
            **self.items.end_group(),
            "naEnabled": section.not_applicable,
            "weight": 0 if self._is_silenced else _number(section.weight),
            "manualWeight": True,
            "questions": questions,
            **self._when(_own(section), path),
        }

    def _question(self, line: _Line) -> dict[str, Any]:
        if isinstance(line.item, Subsection):
            content = self.items.select_of(line.item, line.path)
            options = content["multipleSelectOptionQuestions"]
            for place, (item, written) in enumerate(zip(line.item.questions, options, strict=True)):
                written.update(self._when(_own(item), f"{line.path}.questions[{place}]"))
        else:
            content = self.items.question(line.item, line.path)
        if line.may_be_left_out and not isinstance(line.item, InformationBlock):
            content["naEnabled"] = True
        content.update(self._when(line.conditions, line.path))
        return content

    def _when(self, conditions: tuple[Condition, ...], path: str) -> dict[str, Any]:
        if not conditions:
            return {}
        whole = conditions[0] if len(conditions) == 1 else All(all=conditions)
        written = write_condition(whole, self.positions)
        if written is None:
            self.report.lost(limits.LOST_CONDITION, f"{path}.when")
            return {}
        return {"visibilityCondition": written}


def is_selectable(part: Subsection) -> bool:
    """Whether a subsection is a multi-select question: each question is selected or unselected."""
    return bool(part.questions) and all(
        isinstance(item, ChoiceQuestion)
        and {option.id for option in item.options} == {SELECTED, UNSELECTED}
        for item in part.questions
    )


def _own(thing: Item | Subsection) -> tuple[Condition, ...]:
    return () if thing.when is None else (thing.when,)


def _number(weight: Decimal) -> int | float:
    return int(weight) if weight == int(weight) else float(weight)
