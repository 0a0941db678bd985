"""Phrase rules as data: who must say what, where in the conversation, and what nobody may say."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from qm.core.forms.identifiers import FormId, Identifier, Strict, Version
from qm.core.phrases.tokens import pattern_of
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import LANGUAGES, Language, Wording

Channel = Literal["call", "chat", "email"]
Must = Literal["be_said", "not_be_said"]
Party = Literal["agent", "customer", "anyone"]
Phrase = Annotated[str, Field(max_length=200)]
AnswerText = Annotated[str, Field(min_length=1, max_length=100)]
Count = Annotated[int, Field(ge=1, le=36_000)]

DUPLICATE_ID = explain(
    "phrases.duplicate_id",
    N_("The id “{id}” is taken: {first} has it already."),
    N_("Give each of the two an id of its own."),
)
NO_PHRASES = explain(
    "phrases.none",
    N_("The rule “{id}” has no phrases."),
    N_("Write at least one under `phrases`, below “en:” or “fa:”."),
)
BAD_PHRASE = explain(
    "phrases.bad_phrase",
    N_("The phrase “{value}” cannot be searched for."),
    N_(
        "Write words of letters and digits, at least two altogether; a * may end a word that has "
        "two letters or more before it, such as cancel*."
    ),
)
PLACES = explain(
    "phrases.places",
    N_("“within” has to name one stretch; here are {count}."),
    N_("Write one of: first_s, last_s, first_lines, last_lines."),
)


SUGGESTS_NOTHING = explain(
    "phrases.suggests_nothing",
    N_("The suggestion of “{id}” for question “{question}” names no answer."),
    N_("Write “found”, “missing”, or both."),
)
SUGGESTED_TWICE = explain(
    "phrases.suggested_twice",
    N_("Question “{question}” of the form “{form}” has a suggestion already: of “{first}”."),
    N_("Let one rule suggest its answer."),
)


class Phrases(Strict):
    """Phrases by language; one of them is enough."""

    en: tuple[Phrase, ...] = Field(default=(), max_length=100)
    fa: tuple[Phrase, ...] = Field(default=(), max_length=100)

    def of(self, language: Language) -> tuple[str, ...]:
        """Return the phrases of a language."""
        return self.fa if language == "fa" else self.en


class Within(Strict):
    """A stretch of the conversation: so many seconds, or so many lines of that speaker."""

    first_s: Count | None = Field(default=None, description="Seconds from the first word on.")
    last_s: Count | None = Field(default=None, description="Seconds up to the last word.")
    first_lines: Count | None = Field(default=None, description="The speaker's first lines.")
    last_lines: Count | None = Field(default=None, description="The speaker's last lines.")


class Suggests(Strict):
    """The answer of a form's question that a rule suggests; a person confirms it or does not."""

    form: FormId = Field(description="Id of the form, whatever its version.")
    question: Identifier
    found: AnswerText | None = Field(
        default=None, description="The answer where it is said: an option's id, a number, n/a."
    )
    missing: AnswerText | None = Field(
        default=None,
        description="The answer where it is not said. Not suggested where many words are wrong.",
    )


class Rule(Strict):
    """One thing that must, or must not, be said."""

    rule: Identifier = Field(description="A short id of the rule.")
    name: Wording = Field(description="What people read.")
    speaker: Party = Field(description="Who has to say it, or must not.")
    must: Must = "be_said"
    channels: tuple[Channel, ...] = Field(
        default=(), max_length=3, description="Where it applies; everywhere where none is named."
    )
    within: Within | None = Field(default=None, description="Where in the conversation.")
    phrases: Phrases = Field(
        description="Whole words; small and capital letters, forms of Persian letters, half-spaces "
        "and punctuation make no difference. A * at a word's end stands for any ending."
    )
    not_after: Phrases = Field(
        default=Phrases(),
        description="Where one of these stands at most two words before it, it does not count: "
        "“we cannot guarantee”.",
    )
    suggests: tuple[Suggests, ...] = Field(
        default=(), max_length=20, description="Answers to suggest to whoever evaluates."
    )


class PhraseRules(Strict):
    """What is looked for in the words of interactions."""

    phrases: FormId = Field(description="Id of the set of rules.")
    version: Version
    rules: tuple[Rule, ...] = Field(max_length=100)

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> "PhraseRules":
        # Not a ValueError: pydantic would fold the problems into one text.
        if broken := list(_broken(self)):
            raise BadInput(broken)
        return self

    @property
    def key(self) -> str:
        """The set's id and version, such as service@2."""
        return f"{self.phrases}@{self.version}"


def phrase_schema_text() -> str:
    """Return the JSON Schema of files of phrase rules, which editors check and complete with."""
    schema = PhraseRules.model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _broken(rules: PhraseRules) -> Iterator[Problem]:
    first: dict[str, str] = {}
    suggested: dict[tuple[str, str], str] = {}
    for place, rule in enumerate(rules.rules):
        path = f"rules[{place}]"
        if rule.rule in first:
            values = {"id": rule.rule, "first": first[rule.rule]}
            yield Problem(DUPLICATE_ID, rules.key, field=f"{path}.rule", values=values)
        first.setdefault(rule.rule, path)
        if not any(rule.phrases.of(language) for language in LANGUAGES):
            values = {"id": rule.rule}
            yield Problem(NO_PHRASES, rules.key, field=f"{path}.phrases", values=values)
        if rule.within is not None and (count := len(rule.within.model_fields_set)) != 1:
            field = f"{path}.within"
            yield Problem(PLACES, rules.key, field=field, values={"count": count})
        for key, phrases in (("phrases", rule.phrases), ("not_after", rule.not_after)):
            yield from _bad_phrases(rules.key, f"{path}.{key}", phrases)
        yield from _bad_suggestions(rules.key, path, rule, suggested)


def _bad_suggestions(
    place: str, path: str, rule: Rule, suggested: dict[tuple[str, str], str]
) -> Iterator[Problem]:
    for number, wish in enumerate(rule.suggests):
        field, values = f"{path}.suggests[{number}]", {"id": rule.rule, "question": wish.question}
        if wish.found is None and wish.missing is None:
            yield Problem(SUGGESTS_NOTHING, place, field=field, values=values)
        place_asked = (wish.form, wish.question)
        if place_asked in suggested:
            values |= {"form": wish.form, "first": suggested[place_asked]}
            yield Problem(SUGGESTED_TWICE, place, field=field, values=values)
        suggested.setdefault(place_asked, rule.rule)


def _bad_phrases(place: str, path: str, phrases: Phrases) -> Iterator[Problem]:
    for language in LANGUAGES:
        for number, phrase in enumerate(phrases.of(language)):
            stray = re.search(r"(?<!\w\w)\*|\*(?=\S)", phrase)
            if stray or sum(c.isalnum() for c in phrase) < 2 or not pattern_of(phrase):
                field = f"{path}.{language}[{number}]"
                yield Problem(BAD_PHRASE, place, field=field, values={"value": phrase})
