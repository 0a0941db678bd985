"""A form of ours on its way to Amazon Connect: its texts, its ids and what is lost of it."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from qm.core.forms.form import Form
from qm.core.problems import Problem
from qm.core.text import LANGUAGES, Language, Wording
from qm.exchange.connect import lost
from qm.exchange.connect.enablement import write_condition
from qm.exchange.connect.scores import RANGES_MOST, WrittenAnswer

TITLE_MOST, QUESTION_MOST, TEXT_MOST = 128, 350, 1024


_LIMITS: Mapping[str, dict[str, object]] = {lost.LOST_RANGES: {"most": RANGES_MOST}}


class Writing:
    """A form on its way to Amazon Connect: texts in one language, and what was lost."""

    def __init__(self, form: Form, language: Language) -> None:
        self.form = form
        self.language = language
        self.losses: list[Problem] = []
        self.lost_of: dict[str, list[str]] = defaultdict(list)
        self.has_other_language = False
        self.refs = self._section_refs()
        self.answers: dict[str, list[WrittenAnswer]] = {}
        self.sections: list[str] = []
        self.questions = 0

    def lose(self, code: str, field: str, **values: object) -> None:
        """Name what the form as a whole loses."""
        self.losses.append(Problem(code, self.form.key, field=field, values=values))

    def lose_of(self, code: str, identifier: str) -> None:
        """Name what one section or question loses; those with the same loss are told together."""
        if identifier not in self.lost_of[code]:
            self.lost_of[code].append(identifier)

    def text(self, wording: Wording, most: int, identifier: str) -> str:
        """Return the text in the form's language, as long as Connect lets it be."""
        given = [language for language in LANGUAGES if getattr(wording, language)]
        self.has_other_language |= len(given) > 1
        text = wording.in_language(self.language)
        if len(text) > most:
            self.lose_of(lost.LOST_LENGTH, identifier)
        return text[:most]

    def optional(self, key: str, wording: Wording | None, most: int, of: str) -> dict[str, Any]:
        """Return the text under its key, or nothing where there is none."""
        return {} if wording is None else {key: self.text(wording, most, of)}

    def enablement(self, part: Any) -> dict[str, Any]:
        """Return the condition of a section or question, or nothing."""
        if part.when is None:
            return {}
        written = write_condition(self.form, part.when)
        if written is None:
            self.lose_of(lost.LOST_CONDITION_OUT, part.id)
            return {}
        return {"Enablement": written}

    def has_options(self, question_id: str) -> bool:
        """Whether the answers of a question are options, not ranges."""
        return any("RefId" in answer.content for answer in self.answers[question_id])

    def name_losses(self) -> None:
        """Put what single parts lose into the list of losses."""
        for code, identifiers in self.lost_of.items():
            self.lose(code, "sections", parts=", ".join(identifiers), **_LIMITS.get(code, {}))
        if self.has_other_language:
            other = next(each for each in LANGUAGES if each != self.language)
            self.lose(lost.LOST_LANGUAGE, "title", language=other)

    def _section_refs(self) -> dict[str, str]:
        """Return the RefId of every section: in Connect no question may have the same one."""
        taken = {question.id for question in self.form.questions()}
        parts = {part.id for part in self.form.parts()}
        refs = {}
        for part in self.form.parts():
            ref, count = part.id, 1
            while ref in taken or (ref != part.id and ref in parts):
                ref, count = f"{part.id[:32]}-s{count}", count + 1
            if ref != part.id:
                self.lose_of(lost.LOST_ID, part.id)
            taken.add(ref)
            refs[part.id] = ref
        return refs
