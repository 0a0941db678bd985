"""Corrections of a submitted evaluation: which answers change, and which may."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from qm.core.forms.answer_values import value_text
from qm.core.forms.answers import Answer, Answers
from qm.core.forms.form import Form

_NOTHING = Answer()


@dataclass(frozen=True)
class Changed:
    """A question whose answer is another one in the later of two revisions."""

    question_id: str
    before: Answer
    after: Answer


def changed(form: Form, before: Answers, after: Answers) -> tuple[Changed, ...]:
    """Return the questions whose value or tag differs between two revisions, in form order."""
    return tuple(
        Changed(question.id, earlier, later)
        for question in form.everything_asked()
        if differs(
            earlier := before.get(question.id, _NOTHING), later := after.get(question.id, _NOTHING)
        )
    )


def differs(one: Answer, other: Answer) -> bool:
    """Whether two answers say different things; their remarks may differ."""
    same_value = value_text(one) == value_text(other)
    return not same_value or one.outside_control != other.outside_control


def corrected(before: Answers, changes: Mapping[str, Answer], why: str) -> dict[str, Answer]:
    """Return the answers with `changes` in their places, each with `why` as its comment.

    Evidence stays unless the change brings its own; the comment and the root causes were about
    the answer that is gone.
    """
    return {**before, **{id_: _in_place_of(before, id_, new, why) for id_, new in changes.items()}}


def _in_place_of(before: Answers, question_id: str, new: Answer, why: str) -> Answer:
    evidence = new.evidence or before.get(question_id, _NOTHING).evidence
    return new.model_copy(update={"comment": new.comment or why, "evidence": evidence})


def undue(
    changes: Mapping[str, Answer], disputed: Collection[str], before: Answers
) -> tuple[str, ...]:
    """Return the questions that a decision may not touch: answered ones that nobody disputes.

    A question without an answer may be needed because a change makes the form ask it.
    """
    return tuple(
        question_id
        for question_id, answer in changes.items()
        if question_id not in disputed
        and value_text(before.get(question_id, _NOTHING)) is not None
        and differs(answer, before[question_id])
    )
