"""Evaluation forms of Genesys Cloud as forms of qm."""

import dataclasses
import re
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.genesys import losses
from qm.exchange.genesys.conditions import Target, read_condition
from qm.exchange.genesys.defaults import Defaults
from qm.exchange.genesys.document import Node, Report, parse
from qm.exchange.genesys.questions import (
    SELECTED,
    Data,
    DefaultOf,
    Ids,
    QuestionReader,
    required_text,
)

BAD_WEIGHT = explain(
    "genesys.bad_weight",
    N_("The weight of a group is a number from 0 up."),
    N_("Correct the weight in Genesys Cloud and export the form again."),
)
NOT_A_FORM = explain(
    "genesys.not_a_form",
    N_("This cannot be part of a form here: {detail}."),
    N_("Change it in Genesys Cloud, or in the file, and import it again."),
)
_FORM_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_MOST_WEIGHT = Decimal(1000)


def read_genesys(content: bytes, place: str, choices: ImportChoices) -> ImportedForm:
    """Return the evaluation form in a JSON document of Genesys Cloud. Never raises.

    The form scores by points, as Genesys documents it: Σ group weight · value / Σ group weight ·
    highest value, over what is neither N/A nor hidden. A question with isKill becomes one in
    which every answer below the best is fatal; the form keeps its score then (`fatal: keep`),
    because Genesys stores the calculated score and, beside it, the flag that a fatal question
    failed. A multi-select question becomes a subsection whose questions are answered with
    `selected` or `unselected`. `place` names the document in problems and losses, whose fields
    are paths in it.
    """
    report = Report(place)
    document = parse(content, report)
    if document is None:
        return ImportedForm(None, tuple(report.problems))
    reader = _Reader(report, choices)
    data = reader.form(document)
    form = None
    if not report.problems:
        form = reader.validated(data)
    return ImportedForm(form, tuple(report.problems), report.losses())


class _Reader:
    def __init__(self, report: Report, choices: ImportChoices) -> None:
        self.report = report
        self.choices = choices
        self.questions = QuestionReader(choices.language, choices.lens)
        self.part_ids = Ids()
        self.targets: dict[tuple[int, int, int], Target] = {}
        self.conditions: list[tuple[Data, Node, int]] = []
        self.paths: dict[str, str] = {}

    def form(self, node: Node) -> Data:
        name = required_text(node, "name")
        content: Data = {
            "form": self._form_id(node, name),
            "version": self.choices.version,
            "channel": self.choices.channel,
            "title": self.questions.wording(name),
            "scoring": "points",
            "fatal": "keep",
        }
        groups = node.nodes("questionGroups")
        content["sections"] = [self._section(group, place) for place, group in enumerate(groups)]
        _fit_weights(groups, content["sections"])
        self.questions.fit_points()
        if not _can_earn(content["sections"]):
            self.report.lost(losses.LOST_SCORE, node.at("questionGroups"))
            content["scoring"] = "unscored"
        for target, condition, place in self.conditions:
            if found := read_condition(condition, place, self.targets):
                target["when"] = found
        for group in groups:
            group.leave({})
        node.leave(losses.KNOWN_ON_FORM)
        self.paths |= {"title": node.at("name"), "sections": node.at("questionGroups")}
        return content

    def _form_id(self, node: Node, name: str) -> str:
        given = {key: node.text(key) for key in ("contextId", "id")}
        fitting = (value for value in given.values() if value and _FORM_ID.fullmatch(value))
        words = "-".join(re.findall("[a-z0-9]+", name.casefold()))[:40].strip("-")
        form_id = self.choices.form_id or next(fitting, None) or words or "genesys-form"
        for key, value in given.items():
            if value:
                self.report.lost(losses.LOST_FORM_ID, node.at(key), name=key, form=form_id)
        return form_id

    def _section(self, node: Node, place: int) -> Data:
        self.paths[f"sections[{place}]"] = node.path
        kind = node.text("type")
        if kind not in {None, "questionGroup"}:
            self.report.lost(losses.LOST_GROUP_TYPE, node.at("type"), type=str(kind)[:80])
        if node.get("manualWeight") is False:
            self.report.lost(losses.LOST_MANUAL_WEIGHT, node.at("manualWeight"))
        content: Data = {
            "id": self.part_ids.of(node, f"g{place}"),
            "title": self.questions.wording(required_text(node, "name")),
            "not_applicable": node.flag("naEnabled"),
            "questions": [],
            "sections": [],
        }
        self._note_condition(content, node, place, f"sections[{place}]")
        default_of = Defaults(node)
        for inner, question in enumerate(node.nodes("questions")):
            self._place_question(content, question, (place, inner), default_of)
        default_of.leave()
        if content["sections"] and not _selects_come_last(node):
            self.report.lost(losses.LOST_ORDER, node.at("questions"))
        return content

    def _place_question(
        self, section: Data, node: Node, position: tuple[int, int], default_of: DefaultOf
    ) -> None:
        group, place = position
        fallback = f"g{group}.q{place}"
        if node.text("type") == "multipleSelectQuestion":
            path = f"sections[{group}].sections[{len(section['sections'])}]"
            section["sections"].append(self._select(node, fallback, path, position, default_of))
            return
        path = f"sections[{group}].questions[{len(section['questions'])}]"
        self.paths[path] = node.path
        content = self.questions.question(node, fallback, default_of)
        if content is None:
            return
        section["questions"].append(content)
        self._note_condition(content, node, group, path)
        for answer, option in enumerate(content.get("options", ())):
            self.targets[group, place, answer] = Target(content["id"], option["id"])

    def _select(
        self, node: Node, fallback: str, path: str, position: tuple[int, int], default_of: DefaultOf
    ) -> Data:
        """Return a multi-select question as a subsection: a question for every option."""
        self.paths[path] = node.path
        content: Data = {
            "id": self.part_ids.of(node, fallback),
            "title": self.questions.wording(required_text(node, "text")),
            "not_applicable": node.flag("naEnabled"),
            "questions": [],
        }
        if guidance := node.text("helpText"):
            content["guidance"] = self.questions.wording(guidance)
        self._note_condition(content, node, position[0], path)
        for place, option in enumerate(node.nodes("multipleSelectOptionQuestions")):
            inner = f"{path}.questions[{place}]"
            self.paths[inner] = option.path
            question = self.questions.selectable(option, f"{fallback}.m{place}", default_of)
            if question is None:
                continue
            content["questions"].append(question)
            self._note_condition(question, option, position[0], inner)
            self.targets[*position, place] = Target(question["id"], SELECTED, on_select=True)
        node.leave(losses.KNOWN_ON_SELECT)
        return content

    def _note_condition(self, content: Data, node: Node, group: int, path: str) -> None:
        """Keep a condition until all questions are read: it may name later ones."""
        condition = node.node("visibilityCondition")
        if condition:
            self.paths[f"{path}.when"] = condition.path
            self.conditions.append((content, condition, group))

    def validated(self, content: Data) -> Form | None:
        try:
            return Form.model_validate(content)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_input=False):
                self._not_a_form(_path(found["loc"]), found["msg"])
        except BadInput as error:
            for problem in error.problems:
                self.report.problems.append(self._in_document(problem))
        return None

    def _not_a_form(self, path: str, detail: str) -> None:
        problem = Problem(NOT_A_FORM, self.report.place, field=path, values={"detail": detail})
        self.report.problems.append(self._in_document(problem))

    def _in_document(self, problem: Problem) -> Problem:
        path = problem.field or ""
        prefixes = (path[:end] for end in range(len(path), 0, -1))
        known = next((self.paths[prefix] for prefix in prefixes if prefix in self.paths), path)
        return dataclasses.replace(problem, place=self.report.place, field=known)


def _fit_weights(groups: list[Node], sections: list[Data]) -> None:
    """Give the sections the weights of the groups, in a range and with decimals that weights have.

    Weights are relative: dividing all of them alike changes no score.
    """
    weights = [_weight(group) for group in groups]
    divisor = next((10**k for k in range(13) if max(weights, default=0) <= 1000 * 10**k), 10**13)
    for group, section, weight in zip(groups, sections, weights, strict=True):
        fitted = round(weight / divisor, 4)
        section["weight"] = min(fitted, _MOST_WEIGHT)
        if fitted != weight:
            group.report.lost(losses.LOST_WEIGHT, group.at("weight"), weight=f"{fitted:f}")


def _weight(group: Node) -> Decimal:
    problems = len(group.report.problems)
    weight = group.number("weight")
    if weight is None:
        if len(group.report.problems) == problems:
            group.report.lost(losses.LOST_NO_WEIGHT, group.at("weight"))
        return Decimal(1)
    if not 0 <= weight <= 10**16:
        group.report.wrong(BAD_WEIGHT, group.at("weight"))
        return Decimal(1)
    return weight


def _can_earn(sections: list[Data]) -> bool:
    return any(
        option["points"] > 0
        for section in sections
        if section["weight"]
        for part in (section, *section["sections"])
        for question in part["questions"]
        for option in question.get("options", ())
    )


def _selects_come_last(group: Node) -> bool:
    kinds = [content.get("type") for content in group.get("questions") if isinstance(content, dict)]
    are_selects = [kind == "multipleSelectQuestion" for kind in kinds]
    return are_selects == sorted(are_selects)


def _path(loc: tuple[Any, ...]) -> str:
    """Return pydantic's place of an error as a path; the tags of unions are no part of it."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif ":" not in part:
            path += f".{part}" if path else part
    return path
