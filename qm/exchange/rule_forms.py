"""Documents of rules for AI evaluators → forms.

Such a document is JSON: `{"forms": [{"id", "name", "rules": [rule, …]}, …]}`, or one such form, or
a list of them. A rule has a `type` (Must Do, Must Not Do …), a `name`, a `definition`,
`evaluationCriteria`, `examples` and a `scoringStandard` with the points for `passed`, `failed` and
mostly `partial`. Their score is earned points by possible points, so the form is one by points:
a section for each type, a question for each rule.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Language
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.new_ids import new_id
from qm.exchange.sheets.cells import CONTROL
from qm.exchange.sheets.validation import validated
from qm.intake.files import shown
from qm.intake.model_codes import TOO_MANY
from qm.intake.yaml_files import YamlPath, decode

NOT_JSON = explain(
    "rules.not_json",
    N_("This is not a JSON document that can be read ({cause})."),
    N_("Export it again, or look at the brackets, quotes and commas there."),
)
NO_FORMS = explain(
    "rules.no_forms",
    N_("The document has no list of rules."),
    N_("A form of such a document has a list “rules”; several stand in a list “forms”."),
)
WRONG_KIND = explain(
    "rules.wrong_kind",
    N_("“{key}” is missing, or is not what is expected there."),
    N_("Write it as {expected}."),
)
KEY_NOT_READ = explain(
    "rules.key_not_read",
    N_("“{key}” is not known here and was not read."),
    N_("If it matters, carry it over into the form by hand."),
)
NOT_ONE = explain(
    "rules.not_one",
    N_("The document has {count} forms; one was asked for."),
    N_("Say which by its id: {known}."),
)

_FORM_KEYS = {"id", "name", "industry", "rules", "max_score", "scales", "description"}
_RULE_KEYS = {"type", "name", "definition", "evaluationCriteria", "scoringStandard", "examples"}
_FORMS_MOST = 100
_RULES_MOST = 1_000
_GRADES = ("passed", "partial", "failed")
_LABELS: dict[Language, tuple[str, str, str]] = {
    "en": ("Passed", "Partly", "Failed"),
    "fa": ("برآورده", "تا حدی", "برآورده نشد"),
}
_EXAMPLES: dict[Language, str] = {"en": "Examples:", "fa": "نمونه‌ها:"}
_OTHER_RULES: dict[Language, str] = {"en": "Rules", "fa": "قاعده‌ها"}
_Data = dict[str, Any]


def read_rules(content: bytes, place: str, choices: ImportChoices) -> tuple[ImportedForm, ...]:
    """Return the forms of a document of rules; with `choices.form_id` the one of this id.

    Never raises for bad content: what cannot be read is one `ImportedForm` with problems. A form
    keeps its id; the only form of a document takes `choices.form_id` as its own.
    """
    try:
        forms = _forms(_document(content, place), place)
    except BadInput as bad:
        return (ImportedForm(None, bad.problems),)
    wanted = choices.form_id
    if wanted is not None and len(forms) > 1:
        ids = [str(form.get("id", "")) for _, form in forms]
        forms = [(path, form) for path, form in forms if form.get("id") == wanted]
        if len(forms) != 1:
            values = {"count": len(ids), "known": shown(", ".join(ids))}
            return (ImportedForm(None, (Problem(NOT_ONE, place, values=values),)),)
    taken: set[str] = set()
    return tuple(_Reading(path, form, place, choices, taken).read() for path, form in forms)


def _document(content: bytes, place: str) -> Any:
    text = decode(content, place)
    try:
        document = json.loads(text, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as error:
        cause = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise BadInput(Problem(NOT_JSON, place, row, values={"cause": cause})) from error
    return document


def _forms(document: Any, place: str) -> list[tuple[str, _Data]]:
    """Return each form of the document with its path."""
    if isinstance(document, Mapping) and "rules" in document:
        return [("", dict(document))]
    path = ""
    if isinstance(document, Mapping):
        document, path = document.get("forms"), "forms"
    found = [
        (f"{path}[{n}]", form)
        for n, form in enumerate(document if isinstance(document, list) else ())
        if isinstance(form, dict)
    ]
    if not found:
        raise BadInput(Problem(NO_FORMS, place))
    if len(found) > _FORMS_MOST:
        raise BadInput(Problem(TOO_MANY, place, None, path, {"limit": _FORMS_MOST}))
    return found


class _Reading:
    """One form of the document."""

    def __init__(
        self, path: str, form: _Data, place: str, choices: ImportChoices, taken: set[str]
    ) -> None:
        self.path, self.form, self.place, self.choices = path, form, place, choices
        self.taken = taken
        self.problems: list[Problem] = []
        self.losses: list[Problem] = []
        self.paths: dict[YamlPath, str] = {}

    def read(self) -> ImportedForm:
        name = self._text(self.form, "name", self.path) or "?"
        given = self.choices.form_id or self.form.get("id")
        form_id = self._clean(given) if isinstance(given, str) else new_id(name, self.taken, "form")
        self.taken.add(form_id)
        self._tell_unread(self.form, _FORM_KEYS, self.path)
        data = {
            "form": form_id,
            "version": self.choices.version,
            "channel": self.choices.channel,
            "title": self._said(name),
            "scoring": "points",
            "sections": [*self._sections()],
        }
        if description := self._optional_text(self.form, "description", self.path):
            data["description"] = self._said(description)
        found, wrong = validated(data, self.place)
        told = [problem.field or "" for problem in self.problems]
        for path, problem in wrong:
            field = self._field(path)
            if not any(at.startswith(field) for at in told):  # else only a consequence
                self.problems.append(Problem(problem.code, self.place, None, field, problem.values))
        if self.problems:
            return ImportedForm(None, tuple(self.problems), tuple(self.losses))
        return ImportedForm(found, (), tuple(self.losses))

    def _sections(self) -> Iterator[_Data]:
        """Yield a section for each type of rule, in the order in which the types come."""
        by_type: dict[str, list[tuple[str, _Data]]] = {}
        for path, rule in self._rules():
            kind = self._optional_text(rule, "type", path)
            by_type.setdefault(kind or _OTHER_RULES[self.choices.language], []).append((path, rule))
        section_ids: set[str] = set()
        question_ids: set[str] = set()
        for place, (kind, rules) in enumerate(by_type.items()):
            section_id = new_id(kind, section_ids, f"s{place + 1}")
            section_ids.add(section_id)
            questions: list[_Data] = []
            for path, rule in rules:
                self.paths["sections", place, "questions", len(questions)] = path
                questions.append(self._question(path, rule, question_ids))
            yield {"id": section_id, "title": self._said(kind), "questions": questions}

    def _rules(self) -> Iterator[tuple[str, _Data]]:
        rules = self.form.get("rules")
        if not isinstance(rules, list) or not rules:
            self._wrong("rules", self.path, "[{…}, {…}]")
            return
        if len(rules) > _RULES_MOST:
            at = _step(self.path, "rules")
            self.problems.append(Problem(TOO_MANY, self.place, None, at, {"limit": _RULES_MOST}))
        for place, rule in enumerate(rules[:_RULES_MOST]):
            path = _step(self.path, f"rules[{place}]")
            if isinstance(rule, dict):
                yield path, rule
            else:
                self._wrong(f"rules[{place}]", self.path, "{…}")

    def _question(self, path: str, rule: _Data, taken: set[str]) -> _Data:
        name = self._text(rule, "name", path) or "?"
        definition = self._optional_text(rule, "definition", path)
        question_id = new_id(name, taken, f"q{len(taken) + 1}")
        taken.add(question_id)
        self._tell_unread(rule, _RULE_KEYS, path)
        data: _Data = {
            "id": question_id,
            "text": self._said(f"{name}: {definition}" if definition else name),
            "options": self._options(rule, path),
        }
        if guidance := self._guidance(rule, path):
            data["guidance"] = self._said(guidance)
        return data

    def _options(self, rule: _Data, path: str) -> list[_Data]:
        standard, at = rule.get("scoringStandard"), _step(path, "scoringStandard")
        if not isinstance(standard, dict):
            self._wrong("scoringStandard", path, '{"passed": 10, "failed": 0}')
            return []
        self._tell_unread(standard, {*_GRADES}, at)
        options = []
        for grade, label in zip(_GRADES, _LABELS[self.choices.language], strict=True):
            points = standard.get(grade)
            if points is None and grade == "partial":
                continue
            if isinstance(points, bool) or not isinstance(points, int | Decimal):
                self._wrong(grade, at, "10")
                points = int(grade == "passed")
            options.append({"id": grade, "label": self._said(label), "points": points})
        return options

    def _guidance(self, rule: _Data, path: str) -> str:
        criteria = self._optional_text(rule, "evaluationCriteria", path)
        examples = rule.get("examples", [])
        if not isinstance(examples, list) or not all(isinstance(e, str) for e in examples):
            self._wrong("examples", path, '["…", "…"]')
            examples = []
        lines = [criteria] if criteria else []
        if said := [self._clean(example) for example in examples if example.strip()]:
            lines += [_EXAMPLES[self.choices.language], *(f"– {example}" for example in said)]
        return "\n".join(lines)

    def _said(self, text: str) -> _Data:
        return {self.choices.language: text}

    def _text(self, part: _Data, key: str, path: str) -> str | None:
        if key not in part or part[key] is None or not str(part[key]).strip():
            self._wrong(key, path, '"…"')
            return None
        return self._optional_text(part, key, path)

    def _optional_text(self, part: _Data, key: str, path: str) -> str | None:
        value = part.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(key, path, '"…"')
            return None
        return self._clean(value) or None

    def _clean(self, text: str) -> str:
        return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()

    def _wrong(self, key: str, path: str, expected: str) -> None:
        values = {"key": shown(key), "expected": expected}
        self.problems.append(Problem(WRONG_KIND, self.place, None, _step(path, key), values))

    def _tell_unread(self, part: _Data, known: set[str], path: str) -> None:
        for key in part.keys() - known:
            values = {"key": shown(key)}
            field = _step(path, shown(key))
            self.losses.append(Problem(KEY_NOT_READ, self.place, None, field, values))

    def _field(self, path: YamlPath) -> str:
        """Return the place in the document of what stands at `path` in the form."""
        near = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in self.paths), ())
        if not near:
            return (
                _step(self.path, {"form": "id", "title": "name"}.get(str(path[0]), "rules"))
                if path
                else self.path
            )
        rest = [step for step in path[len(near) :] if isinstance(step, str)]
        names = {"text": "name", "options": "scoringStandard", "guidance": "evaluationCriteria"}
        return _step(self.paths[near], names.get(rest[0], rest[0]) if rest else "")


def _step(path: str, key: str) -> str:
    return ".".join(filter(None, (path, key)))
