"""Evaluation forms as data: what a form may hold, and the rules it must keep."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import LANGUAGES, Wording

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Version = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,5}$"),
    # The file's reader takes every number as the text it is, so `version: 1` needs no quotes.
    WithJsonSchema({"type": ["integer", "string"], "pattern": "^[1-9][0-9]{0,5}$", "minimum": 1}),
]
Channel = Literal["call", "chat", "email"]
CHANNELS: tuple[Channel, ...] = ("call", "chat", "email")
Lens = Literal["customer", "business", "compliance"]
LENSES: tuple[Lens, ...] = ("customer", "business", "compliance")
_UP_TO_1000 = WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000})
Points = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=4), _UP_TO_1000]
Weight = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=4), _UP_TO_1000]
Percent = Annotated[
    Decimal,
    Field(ge=0, le=100, decimal_places=4),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]

DUPLICATE_ID = explain(
    "form.duplicate_id",
    N_("The id “{id}” is taken: {first} has it already."),
    N_("Give every section, every question and every option of a question an id of its own."),
)
ZERO_WEIGHTS = explain(
    "form.zero_weights",
    N_("The weights of the sections sum to nothing."),
    N_("Give at least one section a weight above zero."),
)
ZERO_WEIGHTS_IN_SECTION = explain(
    "form.zero_weights_in_section",
    N_("Section “{id}” has a weight, but the weights of its questions sum to nothing."),
    N_("Give at least one of its questions a weight above zero, or the section the weight 0."),
)
NO_POINTS = explain(
    "form.no_points",
    N_("No option of question “{id}” earns points."),
    N_("Give the best answer points above zero."),
)
FATAL_EARNS_ALL = explain(
    "form.fatal_earns_all",
    N_("The fatal option “{id}” earns as many points as the best answer."),
    N_("Give it fewer points (usually 0), or take `fatal` away."),
)
CONDITION_UNKNOWN = explain(
    "form.condition_unknown",
    N_("The condition of question “{id}” names “{asked}”, and no question has that id."),
    N_("Write the id of a question that stands further up."),
)
CONDITION_LATER = explain(
    "form.condition_later",
    N_("The condition of question “{id}” names “{asked}”, which is not asked before it."),
    N_("Move “{asked}” further up, or name another question."),
)
CONDITION_OPTION = explain(
    "form.condition_option",
    N_("The condition of question “{id}” waits for “{option}”, but “{asked}” has no such option."),
    N_("Write one of its options: {options}."),
)
MISSING_TRANSLATION = explain(
    "form.missing_translation",
    N_("This text has no “{language}”, although the form's title has."),
    N_("Add it; until then readers of that language see the other one."),
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Strict):
    """One possible answer of a question."""

    id: Identifier
    label: Wording
    points: Points
    fatal: bool = Field(
        default=False, strict=True, description="Choosing it decides the outcome: failed."
    )


class Condition(_Strict):
    """Holds when an earlier question was answered with one of the named options."""

    question: Identifier
    answered: tuple[Identifier, ...] = Field(min_length=1)


class Question(_Strict):
    """A question with graded options; yes/no is a question with two."""

    id: Identifier
    text: Wording
    guidance: Wording | None = Field(default=None, description="What earns which answer.")
    weight: Weight = Decimal(1)
    critical: Lens | None = Field(
        default=None, description="Counted in the critical accuracy of this lens."
    )
    not_applicable: bool = Field(
        default=False, strict=True, description="May be answered with N/A."
    )
    when: Condition | None = Field(default=None, description="Shown only when this holds.")
    options: tuple[Option, ...] = Field(min_length=2, max_length=12)

    @property
    def possible_points(self) -> Decimal:
        """The points of the best option."""
        return max(option.points for option in self.options)

    def option(self, option_id: str) -> Option | None:
        """Return the option with this id, or None."""
        return next((option for option in self.options if option.id == option_id), None)


class Section(_Strict):
    """Questions that are weighted together."""

    id: Identifier
    title: Wording
    weight: Weight
    questions: tuple[Question, ...] = Field(min_length=1)


class Form(_Strict):
    """One version of an evaluation form."""

    form: Identifier
    version: Version
    channel: Channel
    title: Wording
    description: Wording | None = None
    pass_percent: Percent = Field(description="A score from here on passes.")
    places: Annotated[int, Field(ge=0, le=4)] = Field(
        default=1, description="Decimals of the score, rounded half up after the last sum."
    )
    not_applicable: Literal["redistribute"] = Field(
        default="redistribute",
        description="N/A questions leave; their weight goes to the others in proportion.",
    )
    fatal: Literal["zero", "keep"] = Field(
        default="keep",
        description="After a fatal answer the outcome is failed and the score zero or kept.",
    )
    sections: tuple[Section, ...] = Field(min_length=1)

    @property
    def key(self) -> str:
        """Id and version in one text, such as `inbound-call@1`."""
        return f"{self.form}@{self.version}"

    def questions(self) -> Iterator[Question]:
        """Yield every question in the order of the form."""
        for section in self.sections:
            yield from section.questions

    def question(self, question_id: str) -> Question | None:
        """Return the question with this id, or None."""
        return next((q for q in self.questions() if q.id == question_id), None)

    def number_of(self, question_id: str) -> int:
        """Return the place of the question in the form, counted from 1."""
        return [question.id for question in self.questions()].index(question_id) + 1

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> "Form":
        # Not a ValueError: pydantic would fold the problems into one text.
        if broken := list(broken_rules(self)):
            raise BadInput(broken)
        return self


def broken_rules(form: Form) -> Iterator[Problem]:
    """Yield every rule across a form's parts that it breaks, with the path of the part.

    A `Form` that was validated breaks none: its validation raises `BadInput` with these.
    Published forms are read with the same rules, so a rule that comes later can only warn.
    """
    yield from _taken_ids(form, "sections", [section.id for section in form.sections])
    if not any(section.weight for section in form.sections):
        yield _broken(form, ZERO_WEIGHTS, "sections")
    places: dict[str, str] = {}
    earlier: dict[str, Question] = {}
    for at_section, section in enumerate(form.sections):
        path = f"sections[{at_section}]"
        if section.weight and not any(question.weight for question in section.questions):
            yield _broken(form, ZERO_WEIGHTS_IN_SECTION, f"{path}.weight", id=section.id)
        for at_question, question in enumerate(section.questions):
            at = f"{path}.questions[{at_question}]"
            if question.id in places:
                first = places[question.id]
                yield _broken(form, DUPLICATE_ID, f"{at}.id", id=question.id, first=first)
            yield from _broken_options(form, question, at)
            yield from _broken_condition(form, question, earlier, at)
            places.setdefault(question.id, at)
            earlier.setdefault(question.id, question)


def _broken_options(form: Form, question: Question, at: str) -> Iterator[Problem]:
    yield from _taken_ids(form, f"{at}.options", [option.id for option in question.options])
    if not question.possible_points:
        yield _broken(form, NO_POINTS, f"{at}.options", id=question.id)
        return
    for place, option in enumerate(question.options):
        if option.fatal and option.points == question.possible_points:
            yield _broken(form, FATAL_EARNS_ALL, f"{at}.options[{place}].fatal", id=option.id)


def _broken_condition(
    form: Form, question: Question, earlier: Mapping[str, Question], at: str
) -> Iterator[Problem]:
    if question.when is None:
        return
    asked_id = question.when.question
    asked = earlier.get(asked_id)
    if asked is None:
        code = CONDITION_LATER if form.question(asked_id) else CONDITION_UNKNOWN
        yield _broken(form, code, f"{at}.when.question", id=question.id, asked=asked_id)
        return
    options = ", ".join(option.id for option in asked.options)
    for place, option_id in enumerate(question.when.answered):
        if asked.option(option_id) is None:
            yield _broken(
                form,
                CONDITION_OPTION,
                f"{at}.when.answered[{place}]",
                id=question.id,
                asked=asked_id,
                option=option_id,
                options=options,
            )


def _taken_ids(form: Form, path: str, ids: list[str]) -> Iterator[Problem]:
    for place, identifier in enumerate(ids):
        first = ids.index(identifier)
        if first < place:
            at = f"{path}[{place}].id"
            yield _broken(form, DUPLICATE_ID, at, id=identifier, first=f"{path}[{first}]")


def _broken(form: Form, code: str, field: str, **values: str) -> Problem:
    return Problem(code, form.key, field=field, values=values)


def missing_translations(form: Form) -> Iterator[Problem]:
    """Yield the texts that lack a language which the form's title has; none of it blocks."""
    languages = [language for language in LANGUAGES if getattr(form.title, language)]
    for path, wording in _wordings(form):
        for language in languages:
            if getattr(wording, language) is None:
                yield _broken(form, MISSING_TRANSLATION, path, language=language)


def _wordings(form: Form) -> Iterator[tuple[str, Wording]]:
    if form.description:
        yield "description", form.description
    for at_section, section in enumerate(form.sections):
        path = f"sections[{at_section}]"
        yield f"{path}.title", section.title
        for at_question, question in enumerate(section.questions):
            at = f"{path}.questions[{at_question}]"
            yield f"{at}.text", question.text
            if question.guidance:
                yield f"{at}.guidance", question.guidance
            for place, option in enumerate(question.options):
                yield f"{at}.options[{place}].label", option.label


def schema_text() -> str:
    """Return the JSON Schema of form files, which editors check and complete with."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Form.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
