"""The texts of the questions that coaching is about."""

from collections.abc import Iterable

from sqlmodel import Session

from qm.core.coaching.history import QuestionKey
from qm.core.text import Wording
from qm.store.coaching_talks import newest_versions
from qm.workflow.published_forms import load_form


def question_texts(
    session: Session, questions: Iterable[QuestionKey]
) -> dict[QuestionKey, Wording]:
    """Return each question's text in the newest version of its form that was used.

    A question that this version does not have any more is named by its id.
    """
    wanted = list(questions)
    versions = newest_versions(session, {form_id for form_id, _question in wanted})
    known = {
        (form_id, question.id): question.text
        for form_id, version in versions.items()
        for question in load_form(session, form_id, version).everything_asked()
    }
    return {key: known.get(key, Wording(en=key[1])) for key in wanted}
