"""The answers of an evaluation, section by section, each with what it rests on."""

from qm.core.forms.answers import Answer
from qm.core.forms.form import questions_in
from qm.core.forms.questions import Question
from qm.core.scoring.scorecards import Entry, State
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import answer_in_words
from qm.ui.here import Here
from qm.ui.player.evidence import evidence_lines
from qm.workflow.evaluations import Reading


def show_facts(page: Here, reading: Reading) -> None:
    """Show what was recorded in the header of the form."""
    states = reading.scorecard.states
    fields = [field for field in reading.form.header if states[field.id] is not State.HIDDEN]
    if not fields:
        return
    with theme.card("facts"):
        theme.row(theme.words(page._("Facts"), "strong"))
        for field in fields:
            answer = reading.answers.get(field.id, Answer())
            said = answer_in_words(page, field, answer, states[field.id])
            text = field.text.in_language(page.language)
            theme.row(theme.words(text, "mute"), theme.words(said))
            _rests_on(page, reading, field, answer)


def show_answers(page: Here, reading: Reading) -> None:
    """Show every question that was asked with its answer, points, comment, causes and evidence."""
    entries = {entry.question_id: entry for entry in reading.scorecard.entries}
    results = {result.section_id: result for result in reading.scorecard.sections}
    for section in reading.form.sections:
        asked = [
            question
            for part in (section, *section.sections)
            for question in questions_in(part)
            if reading.scorecard.states[question.id] is not State.HIDDEN
        ]
        if not asked:
            continue
        result = results[section.id]
        with theme.card(f"answers-{section.id}"):
            theme.row(
                theme.words(section.title.in_language(page.language), "strong"),
                end=_share(page, float(result.contribution), float(result.weight_percent)),
            )
            for question in asked:
                _show_answer(page, reading, question, entries[question.id])


def _share(page: Here, gives: float, weighs: float) -> list[str]:
    if not weighs:
        return []
    return [theme.words(f"{page.number(gives)} / {page.number(weighs)}", "mute")]


def _show_answer(page: Here, reading: Reading, question: Question, entry: Entry) -> None:
    answer = reading.answers.get(question.id, Answer())
    number = page.digits(str(reading.form.number_of(question.id)))
    critical = getattr(question, "critical", None)
    theme.line(
        number,
        question.text.in_language(page.language),
        [
            theme.pill(wording.lens(page._, critical)) if critical else "",
            theme.pill(answer_in_words(page, question, answer, entry.state), _tone(entry)),
        ],
    )
    _rests_on(page, reading, question, answer)


def _tone(entry: Entry) -> theme.Tone:
    """Red for what cost points; the words beside it and the section's points say so, too."""
    if entry.state is not State.ANSWERED or not entry.possible_points:
        return "plain"
    return "bad" if entry.lost else "good"


def _rests_on(page: Here, reading: Reading, question: Question, answer: Answer) -> None:
    if answer.comment:
        theme.quote(wording.masked(page._, answer.comment))
    causes = [
        theme.pill(reason.label.in_language(page.language), "bad")
        for reason in getattr(question, "reasons", ())
        if reason.id in answer.reasons
    ]
    if causes:
        theme.row(*causes)
    evidence_lines(page, answer, reading.context.interaction.id)
