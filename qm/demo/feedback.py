"""What the demo's analysts and leads write, composed from `feedback.yaml` and the form's texts."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from qm.core.coaching.notes import Note, Notes
from qm.core.forms.answers import Answers
from qm.core.forms.form import Form, Section
from qm.core.forms.gradables import Option
from qm.core.forms.questions import ChoiceQuestion, Question
from qm.core.text import Language

_ADVICE_MOST = 2
_NOT_APPLICABLE = 0.12
_STRENGTH = 0.5

Texts = Mapping[str, Mapping[Language, tuple[str, ...]]]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    places: Mapping[str, float | None]
    not_applicable: Mapping[str, float]
    comments: Texts
    fatal_comments: Texts
    advice: Mapping[str, Mapping[Language, str]]
    phrases: Texts


@cache
def _file() -> _File:
    path = Path(__file__).with_name("feedback.yaml")
    return _File.model_validate(YAML(typ="safe", pure=True).load(path))


def questions_written_about() -> set[str]:
    """Return the ids of the questions for which the file has texts."""
    file = _file()
    parts = (file.places, file.not_applicable, file.comments, file.fatal_comments, file.advice)
    return {question for part in parts for question in part}


def place_of(form: Form, question: Question) -> float | None:
    """Return how far into the contact, from 0 to 1, a question's evidence is.

    Forms follow the contact, so it is the question's place in the form where the file says
    nothing else. None: the contact itself holds no evidence.
    """
    in_form = (form.number_of(question.id) - 1) / len(list(form.questions()))
    return _file().places.get(question.id, in_form)


def chance_of_not_applicable(question: Question) -> float:
    """Return how often, from 0 to 1, a question does not apply."""
    if not question.allows_not_applicable:
        return 0
    return _file().not_applicable.get(question.id, _NOT_APPLICABLE)


def comment(question: Question, option: Option, language: Language, rng: Random) -> str:
    """Return an analyst's remark on an answer that fell short."""
    texts = _file().fatal_comments if option.fatal else _file().comments
    if question.id in texts:
        return rng.choice(texts[question.id][language])
    return phrase("quoted_comment", language, rng, option=option.label.in_language(language))


def coaching(form: Form, answers: Answers, language: Language, rng: Random) -> str:
    """Return the coaching note of an evaluation: what was strong and what to do next time."""
    short = [
        (question, option)
        for question in form.questions()
        if isinstance(question, ChoiceQuestion)
        and (option := _chosen(question, answers))
        and option.points < question.possible_points
    ]
    strong = [s for s in form.sections if _is_strong(s, [question for question, _ in short])]
    said = [
        phrase("fatal", language, rng, question=question.text.in_language(language))
        for question, option in short
        if option.fatal
    ]
    if strong:
        section = rng.choice(strong).title.in_language(language)
        said.append(phrase("strength", language, rng, section=section))
    if not short:
        return " ".join([*said, phrase("praise", language, rng)])
    # What weighs most is said first; more than two things at once are not learnt.
    short.sort(key=lambda pair: (not pair[1].fatal, -pair[0].weight))
    advice = [_advice(question, language, rng) for question, _ in short[:_ADVICE_MOST]]
    return " ".join([*said, phrase("improve", language, rng), *advice])


def notes(form: Form, answers: Answers, language: Language, rng: Random) -> Notes:
    """Return the notes of an evaluation: a strong section, and the moment of the worst answer."""
    short = [
        (question, option)
        for question in form.questions()
        if isinstance(question, ChoiceQuestion)
        and (option := _chosen(question, answers))
        and option.points < question.possible_points
    ]
    found: list[Note] = []
    strong = [s for s in form.sections if _is_strong(s, [question for question, _ in short])]
    if strong and rng.random() < _STRENGTH:
        section = rng.choice(strong)
        text = phrase("strength", language, rng, section=section.title.in_language(language))
        found.append(Note(number=1, kind="strength", section_id=section.id, text=text))
    if short:
        short.sort(key=lambda pair: (not pair[1].fatal, -pair[0].weight))
        question = short[0][0]
        seen = next(iter(answers[question.id].evidence), None)
        moment = {} if seen is None else seen.model_dump(exclude={"segment"})
        text = _advice(question, language, rng)
        place = {"number": 2, "kind": "opportunity", "question_id": question.id}
        found.append(Note.model_validate({**place, **moment, "text": text}))
    return tuple(found)


def lead_comment(language: Language, rng: Random) -> str:
    """Return what a lead notes after having discussed a coaching note."""
    return phrase("discussed", language, rng)


def _chosen(question: ChoiceQuestion, answers: Answers) -> Option | None:
    answer = answers.get(question.id)
    return question.option(answer.option) if answer and answer.option else None


def _is_strong(section: Section, short: Sequence[Question]) -> bool:
    return not any(item in short for item in section.questions)


def _advice(question: Question, language: Language, rng: Random) -> str:
    if question.id in _file().advice:
        return _file().advice[question.id][language]
    return phrase("quoted_advice", language, rng, question=question.text.in_language(language))


def phrase(name: str, language: Language, rng: Random, **values: str) -> str:
    """Return one of the file's phrases of this name with its places filled."""
    return rng.choice(_file().phrases[name][language]).format(**values)
