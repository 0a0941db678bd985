"""Questions of qm as questions of Genesys Cloud."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qm.core.forms.form import Form, Subsection
from qm.core.forms.gradables import Option, Range
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    InformationBlock,
    Item,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
    TextQuestion,
)
from qm.exchange.genesys import limits
from qm.exchange.genesys.answers import WrittenAnswer, answers_of, is_promoter_score
from qm.exchange.genesys.defaults import Start, write_defaults
from qm.exchange.genesys.form_losses import ExportReport
from qm.exchange.genesys.questions import SELECTED, SELECTED_LABELS, UNSELECTED
from qm.exchange.genesys.values import Values

_MOST_TEXT = 500
_ZERO = Decimal(0)
_BUILT_IN = {SELECTED: "Selected", UNSELECTED: "Unselected"}
Data = dict[str, Any]


class ItemWriter:
    """Writes the questions of one form, group by group; what is lost goes to the report."""

    def __init__(self, form: Form, report: ExportReport) -> None:
        self.form = form
        self.report = report
        self.values = Values(form)
        self._starts: list[Start] = []
        self._taken = {question.id for question in form.everything_asked()}
        self._note_values()

    def begin_group(self) -> None:
        """Begin a group: default answers are written for a group as a whole where they can be."""
        self._starts = []

    def end_group(self) -> Data:
        """Return the default answers of the group; those that it cannot say go to its questions."""
        return write_defaults(self._starts)

    def question(self, item: Item, path: str) -> Data:
        """Return a question, or a text block."""
        if isinstance(item, InformationBlock):
            return self._begun(item, path, "readOnlyTextBlockQuestion")
        self._note_unkept(item, path)
        if isinstance(item, MultipleChoiceQuestion):
            return self._choices(item, path)
        answers = answers_of(item, self.report.text)
        if answers:
            return self._multiple_choice(item, path, answers)
        return self._unscored(item, path)

    def select_of(self, part: Subsection, path: str) -> Data:
        """Return a subsection of selectable options as a multi-select question."""
        text = self.report.text(part.title, f"{path}.title", _MOST_TEXT)
        content = _fields(part.id, text, "multipleSelectQuestion")
        content["naEnabled"] = part.not_applicable
        if part.guidance:
            content["helpText"] = self.report.text(part.guidance, f"{path}.guidance")
        content["multipleSelectOptionQuestions"] = [
            self._selectable(item, f"{path}.questions[{place}]")
            for place, item in enumerate(part.questions)
            if isinstance(item, ChoiceQuestion)
        ]
        return content

    def _note_values(self) -> None:
        if not self.values.follows_method:
            self.report.lost(limits.LOST_METHOD, "scoring", method=self.form.scoring)
        if self.values.is_rounded:
            self.report.lost(limits.LOST_PRECISION, "sections")

    def _begun(self, item: Item, path: str, kind: str) -> Data:
        text = self.report.text(item.text, f"{path}.text", _MOST_TEXT)
        content = _fields(item.id, text, kind)
        if isinstance(item, InformationBlock):
            return content
        content["naEnabled"] = item.allows_not_applicable
        content["commentsRequired"] = "comment" in item.requires
        if item.guidance:
            content["helpText"] = self.report.text(item.guidance, f"{path}.guidance")
        return content

    def _multiple_choice(self, item: Question, path: str, answers: list[WrittenAnswer]) -> Data:
        content = self._begun(item, path, "multipleChoiceQuestion")
        values = [self.values.value(item.id, answer.points) for answer in answers]
        content["isCritical"] = getattr(item, "critical", None) is not None
        content["isKill"] = self._kill(path, [answer.part for answer in answers], values)
        content["answerOptions"] = [
            {"id": answer.id, "text": answer.text, "value": value}
            for answer, value in zip(answers, values, strict=True)
        ]
        self._note_answers(item, path, answers, values)
        default = self._default(item, path, answers)
        self._starts.append(Start(content, default, tuple(answer.id for answer in answers)))
        return content

    def _selectable(self, item: ChoiceQuestion, path: str) -> Data:
        self._note_unkept(item, path)
        content = self._multiple_choice(item, path, answers_of(item, self.report.text))
        for place, option in enumerate(item.options):
            built_in = content["answerOptions"][place]
            if built_in["text"] not in SELECTED_LABELS[option.id].values():
                self.report.lost(limits.LOST_LABEL, f"{path}.options[{place}].label")
            content["answerOptions"][place] = _built_in(option.id, built_in["value"])
        return content

    def _choices(self, item: MultipleChoiceQuestion, path: str) -> Data:
        self.report.lost(limits.LOST_CHOICES, path)
        if item.least is not None or item.most is not None:
            self.report.lost(limits.LOST_LIMIT, path)
        begun = self._begun(item, path, "multipleSelectQuestion")
        default = item.default
        if default is not None and NOT_APPLICABLE in default:
            self.report.lost(limits.LOST_DEFAULT_ANSWER, f"{path}.default")
            default = None
        begun["multipleSelectOptionQuestions"] = [
            self._option_question(item, option, default, f"{path}.options[{place}]")
            for place, option in enumerate(item.options)
        ]
        return begun

    def _option_question(
        self,
        item: MultipleChoiceQuestion,
        option: Option,
        default: tuple[str, ...] | None,
        path: str,
    ) -> Data:
        # Where the worst answer counts as nothing, not to select a deduction earns it.
        worst = min(option.points, _ZERO) if self.values.from_worst else _ZERO
        chosen = self.values.value(item.id, option.points - worst)
        other = self.values.value(item.id, -worst)
        text = self.report.text(option.label, f"{path}.label", _MOST_TEXT)
        content = _fields(self._free(f"{item.id}.{option.id}"), text, "multipleChoiceQuestion")
        content["isKill"] = self._kill(path, [option, None], [chosen, other])
        content["isCritical"] = item.critical is not None
        if option.guidance:
            content["helpText"] = self.report.text(option.guidance, f"{path}.guidance")
        content["answerOptions"] = [_built_in(SELECTED, chosen), _built_in(UNSELECTED, other)]
        self._note_option(option, path, guidance=False)
        if chosen - other != option.points:
            self.report.lost(limits.LOST_VALUES, path)
        start = None
        if default is not None:
            start = SELECTED if option.id in default else UNSELECTED
        self._starts.append(Start(content, start, (SELECTED, UNSELECTED)))
        return content

    def _unscored(self, item: Question, path: str) -> Data:
        if is_promoter_score(item):
            kind = "npsQuestion"
        else:
            kind = "freeTextQuestion"
            if not isinstance(item, TextQuestion):
                is_day = isinstance(item, DateQuestion)
                self.report.lost(limits.LOST_DATE if is_day else limits.LOST_NUMBER, path)
        if getattr(item, "default", None) is not None:
            self.report.lost(limits.LOST_DEFAULT_ANSWER, f"{path}.default")
        return self._begun(item, path, kind)

    def _kill(
        self, path: str, parts: Sequence[Option | Range | None], values: Sequence[int]
    ) -> bool:
        """Return whether a question is fatal as Genesys means it: every answer below the best."""
        fatalities = [part.fatality if part else None for part in parts]
        fatal = [fatality for fatality in fatalities if fatality]
        if not fatal:
            return False
        if any(fatality.scope == "section" for fatality in fatal):
            self.report.lost(limits.LOST_FATAL_SCOPE, path)
            return False
        if [f is not None for f in fatalities] != [value < max(values) for value in values]:
            self.report.lost(limits.LOST_FATAL, path)
            return False
        if any((fatality.effect or self.form.fatal) == "zero" for fatality in fatal):
            self.report.lost(limits.LOST_FATAL_ZERO, path)
        return True

    def _note_unkept(self, item: Question, path: str) -> None:
        if any(requirement != "comment" for requirement in item.requires):
            self.report.lost(limits.LOST_REQUIREMENT, f"{path}.requires")
        if item.required is isinstance(item, TextQuestion | DateQuestion):
            self.report.lost(limits.LOST_OPTIONAL, f"{path}.required")
        if getattr(item, "bonus", False):
            self.report.lost(limits.LOST_BONUS, f"{path}.bonus")
        if getattr(item, "reasons", ()):
            self.report.lost(limits.LOST_REASONS, f"{path}.reasons")

    def _note_answers(
        self, item: Question, path: str, answers: list[WrittenAnswer], values: list[int]
    ) -> None:
        if isinstance(item, ScaleQuestion | NumberQuestion):
            self.report.lost(limits.LOST_SCALE, path, count=len(answers))
        if not any(values) and any(answer.points for answer in answers):
            self.report.lost(limits.LOST_WEIGHTLESS, path)
        elif values != [answer.points for answer in answers]:
            self.report.lost(limits.LOST_VALUES, path)
        place = "options" if isinstance(item, ChoiceQuestion) else "ranges"
        for count, answer in enumerate(answers):
            if answer.part is not None:
                self._note_option(answer.part, f"{path}.{place}[{count}]", guidance=True)

    def _note_option(self, part: Option | Range, path: str, *, guidance: bool) -> None:
        if part.requires:
            self.report.lost(limits.LOST_REQUIREMENT, f"{path}.requires")
        if part.bonus:
            self.report.lost(limits.LOST_BONUS, f"{path}.bonus")
        if isinstance(part, Option):
            self.report.text(part.label, f"{path}.label")
            if guidance and part.guidance:
                self.report.lost(limits.LOST_GUIDANCE, f"{path}.guidance")

    def _default(self, item: Question, path: str, answers: list[WrittenAnswer]) -> str | None:
        """Return the default as the id of a written answer, or `n/a`."""
        default = getattr(item, "default", None)
        found = default
        if default == NOT_APPLICABLE:
            found = default if item.allows_not_applicable else None
        elif default is not None and not isinstance(item, ChoiceQuestion):
            spans = ((answer.id, answer.span) for answer in answers if answer.span)
            found = next((name for name, (low, high) in spans if low <= default <= high), None)
        if default is not None and found is None:
            self.report.lost(limits.LOST_DEFAULT_ANSWER, f"{path}.default")
        return found

    def _free(self, wanted: str) -> str:
        made, count = wanted[:40], 1
        while made in self._taken:
            count += 1
            made = f"{wanted[:34]}.{count}"
        self._taken.add(made)
        return made


def _built_in(option_id: str, value: int) -> Data:
    return {"builtInType": _BUILT_IN[option_id], "value": value}


def _fields(question_id: str, text: str, kind: str) -> Data:
    flags = ("naEnabled", "commentsRequired", "isKill", "isCritical")
    return {"id": question_id, "text": text, "type": kind, **dict.fromkeys(flags, False)}
