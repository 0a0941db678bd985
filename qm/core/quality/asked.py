"""A form → its questions as figures name them."""

from qm.core.forms.form import Form
from qm.core.quality.facts import AskedQuestion


def questions_of_form(form: Form) -> tuple[AskedQuestion, ...]:
    """Return the questions of a form version in the order of its packed results.

    Without the fields of the header, which have no result. In an unscored form none is critical.
    """
    scored = {question.id: question for question in form.scored_questions()}
    found = []
    for question in sorted(form.questions(), key=lambda each: each.id):
        section, earns = form.part_of(question.id)[-1], scored.get(question.id)
        found.append(
            AskedQuestion(
                form_id=form.form,
                form_version=form.version,
                question_id=question.id,
                number=form.number_of(question.id),
                section_id=section.id,
                section=section.title,
                text=question.text,
                critical=earns.critical if earns else None,
                is_scored=earns is not None,
            )
        )
    return tuple(found)
