"""The ledger: what every answer and every rule gives to the score, in lines that sum to it."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import pandas as pd
import streamlit as st

from qm.core.forms.answers import Answer, Answers
from qm.core.forms.form import Form, Section, Subsection, questions_in
from qm.core.forms.questions import Question
from qm.core.scoring.judging import round_half_up
from qm.core.scoring.scorecards import Adjustment, Entry, Scorecard, SectionResult, State
from qm.ui import wording
from qm.ui.evaluation.answer_words import answer_in_words
from qm.ui.here import Here
from qm.ui.tables import table

PLACES = 2


def ledger(page: Here, form: Form, card: Scorecard, answers: Answers) -> None:
    """Show every line under its section with what it weighs, gives and lost; they sum to the score.

    Without a score the answers are shown, and why there is none.
    """
    _ = page._
    lines = list(_Lines(page, form, card, answers))
    columns = [_("Question"), _("Answer"), _("Weight"), _("Gives"), _("Lost")]
    frame = pd.DataFrame([cells for cells, _is_head in lines], columns=columns)
    heads = [place for place, (_cells, is_head) in enumerate(lines) if is_head]
    table(frame, numeric=columns[2:], strong=heads)
    if card.exact_percent is None:
        st.caption(wording.no_score(_, card.no_score or "nothing_answered"))
        return
    st.caption(
        _("Sum {exact}, rounded half up once: {score}").format(
            exact=page.number(float(card.exact_percent), 4),
            score=page.number(card.percent, form.places),
        )
    )
    if _looks_off(card):
        st.caption(_("The lines are shown with two decimals; the sum is of the exact ones."))
    if card.process.percent != card.percent:
        text = _("With what was outside the agent's control, the process stands at {score}.")
        st.caption(text.format(score=page.number(card.process.percent, form.places)))


_Line = tuple[list[str], bool]


class _Lines:
    """The lines of one scorecard, in the order of the form."""

    def __init__(self, page: Here, form: Form, card: Scorecard, answers: Answers) -> None:
        self.page, self.form, self.card, self.answers = page, form, card, answers
        self.entries = {entry.question_id: entry for entry in card.entries}
        self.results = {result.section_id: result for result in card.sections}

    def __iter__(self) -> Iterator[_Line]:
        whole = [each for each in self.card.adjustments if each.section_id is None]
        yield from self._rules(each for each in whole if each.reason == "start_points")
        for section in self.form.sections:
            yield from self._part(section, section.sections)
        yield from self._rules(each for each in whole if each.reason != "start_points")
        if self.card.exact_percent is not None:
            total = self.page._("Score")
            yield self._line(total, "", Fraction(100), self.card.exact_percent, None), True

    def _part(
        self, part: Section | Subsection, inner: Sequence[Subsection] = ()
    ) -> Iterator[_Line]:
        own = [
            question
            for question in questions_in(part)
            if self.card.states[question.id] is not State.HIDDEN
        ]
        below = [line for subsection in inner for line in self._part(subsection)]
        if not own and not below:
            return
        yield self._head(part, self.results[part.id]), True
        for question in own:
            yield self._entry(question, self.entries[question.id]), False
        yield from below
        failed = (each for each in self.card.adjustments if each.section_id == part.id)
        yield from self._rules(failed)

    def _head(self, part: Section | Subsection, result: SectionResult) -> list[str]:
        title = part.title.in_language(self.page.language)
        if not result.weight_percent and not result.contribution:
            return [title, "", "", "", ""]
        lost = result.weight_percent - result.contribution
        return self._line(title, "", result.weight_percent, result.contribution, lost)

    def _entry(self, question: Question, entry: Entry) -> list[str]:
        page = self.page
        answer = self.answers.get(question.id, Answer())
        number = page.digits(str(self.form.number_of(question.id)))
        name = f"{number} {question.text.in_language(page.language)}"
        said = answer_in_words(page, question, answer, entry.state)
        if entry.possible_points is None:
            return [name, said, "", "", ""]
        return self._line(name, said, entry.weight_percent, entry.contribution, entry.lost)

    def _rules(self, adjustments: Iterable[Adjustment]) -> Iterator[_Line]:
        for each in adjustments:
            name = wording.adjustment(self.page._, each.reason)
            yield self._line(name, "", each.weight_percent, each.contribution, None), False

    def _line(
        self, name: str, said: str, weight: Fraction, gives: Fraction, lost: Fraction | None
    ) -> list[str]:
        numbers = (weight, gives, lost)
        shown = [
            "" if number is None else self.page.number(round_half_up(number, PLACES), PLACES)
            for number in numbers
        ]
        return [name, said, *shown]


def _looks_off(card: Scorecard) -> bool:
    """Whether the shown decimals of the lines do not add up to those of the sum."""
    shown = sum(round_half_up(line.contribution, PLACES) for line in card.ledger)
    return shown != round_half_up(card.exact_percent or Fraction(0), PLACES)
