"""The form's side of the page: one question under the other, as the analyst answers them."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import streamlit as st

from qm.core.forms.completeness import Missing, lacks
from qm.core.forms.form import Form, Section, Subsection, questions_in
from qm.core.forms.questions import InformationBlock, Question
from qm.core.scoring.judging import round_half_up
from qm.core.scoring.scorecards import Scorecard, SectionResult, State
from qm.core.scoring.visibility import is_asked
from qm.core.scoring.weights import applied_rates
from qm.ui import theme
from qm.ui.cut_off import entered
from qm.ui.evaluation.answering import Rehearsal, is_left_out, show_in
from qm.ui.evaluation.question_box import question_box
from qm.ui.evaluation.remarks import Standing
from qm.ui.here import Here

_Part = Section | Subsection


def form_pane(page: Here, form: Form, card: Scorecard, on: Rehearsal) -> None:
    """Show what is asked, section by section; every change is saved at once.

    `card` is the scorecard of the answers so far.
    """
    _Pane(page, form, card, on).show()


class _Pane:
    """The form with its answers during one rerun."""

    def __init__(self, page: Here, form: Form, card: Scorecard, on: Rehearsal) -> None:
        self.page, self.form, self.card, self.on = page, form, card, on
        self.lines = {entry.question_id: entry for entry in card.entries}
        self.results = {result.section_id: result for result in card.sections}
        self.weights = _weights(form, card)
        self.missing: dict[str, list[Missing]] = {}
        for lack in lacks(form, on.answers, card):
            self.missing.setdefault(lack.question_id, []).append(lack.missing)

    def show(self) -> None:
        short = [line.question_id for line in self.card.entries if line.is_short]
        theme.mark_lost(sorted(self.on.widget("answer", name) for name in short))
        fields = [field for field in self.form.header if self._is_asked(field)]
        if fields:
            with st.container(border=True, key=self.on.widget("facts", "header")):
                theme.row(theme.words(self.page._("Facts"), "strong"))
                for field in fields:
                    self._question(field)
        for section in self.form.sections:
            self._section(section)

    def _section(self, section: Section) -> None:
        inner = [part for part in section.sections if any(self._shown(part, section))]
        if not (inner or any(self._shown(section))):
            return
        with st.container(key=self.on.widget("section", section.id)):
            self._head(section, everything_in(section))
            if self._is_left_out(section):
                self._rest(everything_in(section))
                return
            self._items(section)
            for part in inner:
                with st.container(key=self.on.widget("part", part.id)):
                    self._head(part, everything_in(part))
                    if self._is_left_out(part):
                        self._rest(everything_in(part))
                    else:
                        self._items(part, section)

    def _head(self, part: _Part, questions: list[Question]) -> None:
        """Show a section's weight and, once something in it counts, what was earned so far."""
        page, key = self.page, self.on.widget("left-out", part.id)
        title = theme.words(part.title.in_language(page.language), "strong")
        weight = self.weights.get(part.id)
        pills = [theme.pill(_percent(page, weight))] if weight else []
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            theme.row(title, *pills, end=_so_far(page, self.results[part.id]))
            if part.not_applicable:
                show_in(key, is_left_out(questions, self.card))
                st.toggle(
                    page._("Does not apply"),
                    key=key,
                    help=page._("Leaves out the section as a whole: N/A for all its questions."),
                    on_change=_left_out_changed,
                    args=(page, self.on, questions, key),
                )
        if part.guidance and not self._is_left_out(part):
            theme.row(theme.words(part.guidance.in_language(page.language), "mute"))

    def _items(self, part: _Part, *around: _Part) -> None:
        for item in self._shown(part, *around):
            if isinstance(item, InformationBlock):
                with st.container(key=self.on.widget("information", item.id)):
                    st.text(item.text.in_language(self.page.language))
            else:
                self._question(item)

    def _rest(self, questions: list[Question]) -> None:
        """Of a section that is left out, show the questions that still need something."""
        for question in questions:
            if question.id in self.missing:
                self._question(question)

    def _question(self, question: Question) -> None:
        missing = tuple(self.missing.get(question.id, ()))
        state = self.card.states[question.id]
        standing = Standing(self.lines.get(question.id), state, missing)
        question_box(self.page, self.form, question, self.on, standing)

    def _shown(self, part: _Part, *around: _Part) -> Iterator[Question | InformationBlock]:
        """Yield what is asked and told in a part that stands in the parts `around` it."""
        for item in part.questions:
            if not isinstance(item, InformationBlock):
                if self._is_asked(item):
                    yield item
                continue
            whens = (*(place.when for place in (*around, part)), item.when)
            conditions = tuple(when for when in whens if when is not None)
            if is_asked(conditions, self.on.answers, self.card.states, self.on.facts):
                yield item

    def _is_asked(self, question: Question) -> bool:
        return self.card.states[question.id] is not State.HIDDEN

    def _is_left_out(self, part: _Part) -> bool:
        return part.not_applicable and is_left_out(everything_in(part), self.card)


def everything_in(part: _Part) -> list[Question]:
    """Return the questions of a section with those of its subsections."""
    inner = part.sections if isinstance(part, Section) else ()
    return [question for place in (part, *inner) for question in questions_in(place)]


def _weights(form: Form, card: Scorecard) -> Mapping[str, Fraction]:
    """Return what every section will weigh once all that is asked is answered.

    Empty where weights say nothing: in a form without scores or in which the worst grade decides.
    """
    if form.scoring == "unscored" or form.method.combine == "lowest":
        return {}
    leaves = {State.HIDDEN, State.NOT_APPLICABLE}
    states = {
        name: state if state in leaves else State.ANSWERED for name, state in card.states.items()
    }
    rates = applied_rates(form, states).of
    return {
        part.id: sum(
            (rates[name].weight_percent for name in form.scored_inside(part) if name in rates),
            Fraction(0),
        )
        for part in form.parts()
    }


def _percent(page: Here, weight: Fraction) -> str:
    return page.percent(float(round_half_up(weight, 1)), 0 if weight.denominator == 1 else 1)


def _so_far(page: Here, result: SectionResult) -> list[str]:
    if not result.weight_percent:
        return []
    earned, weight = float(result.contribution), float(result.weight_percent)
    return [theme.words(f"{page.number(earned)} / {page.number(weight)}", "mute")]


def _left_out_changed(page: Here, on: Rehearsal, questions: list[Question], key: str) -> None:
    on.leave_out(page, questions, is_left=entered(key))
