"""Genesys → qm → Genesys: what differs is named; qm → Genesys → qm: scores stay the same."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.forms.questions import MultipleChoiceQuestion, ScaleQuestion
from qm.core.scoring.score import score
from qm.core.text import Language
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.genesys.reading import read_genesys
from qm.exchange.genesys.writing import write_genesys
from tests.exchange.genesys_documents import (
    GOLDEN,
    Data,
    any_document,
    document,
    golden,
    group,
    read,
    select,
    selectable,
    yes_no,
)
from tests.fixtures.any_form import any_answers, any_form

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}
# What Genesys documents for a field that is not there.
ABSENT = {
    "naEnabled": False,
    "commentsRequired": False,
    "isKill": False,
    "isCritical": False,
    "published": False,
    "defaultAnswersToHighest": False,
    "defaultAnswersToNA": False,
    "manualWeight": True,
    "type": "questionGroup",
}
PREDICATE = re.compile(r"(/form/questionGroup/\d+|\.\.)/question/(\d+)/answer/(\d+)")
DEFAULT_PATH = re.compile(r"\.defaultAnswer|OptionQuestions\[\d+\]\.answerOptions\[\d+\]\.id$")
# Told for the form as a whole: none of them changes a document that came from Genesys.
ALWAYS_TOLD = {
    "genesys.lost_identity",
    "genesys.lost_key",
    "genesys.lost_lens_name",
    "genesys.lost_values",
    "genesys.lost_unscored",
}


# --- the comparison: a document as path → leaf, questions in the places of the original


class Flat:
    """A document as one mapping from path to leaf; conditions name texts, not positions."""

    def __init__(self, content: Data, original: Data) -> None:
        self.content, self.leaves = content, {}
        for g, one_group in enumerate(content["questionGroups"]):
            known = [q["text"] for q in original["questionGroups"][g]["questions"]]
            texts = [q["text"] for q in one_group["questions"]]
            self.leaves[f"questionGroups[{g}].questions"] = texts
            for question in one_group["questions"]:
                place = f"questionGroups[{g}].questions[{known.index(question['text'])}]"
                self.add(place, question, g)
            self.add(f"questionGroups[{g}]", {**one_group, "questions": None}, g)
        self.add("", {**content, "questionGroups": None}, 0)

    def add(self, path: str, thing: Any, g: int) -> None:
        if isinstance(thing, dict):
            for name, value in thing.items():
                self.add(f"{path}.{name}".lstrip("."), value, g)
        elif isinstance(thing, list):
            for place, value in enumerate(thing):
                self.add(f"{path}[{place}]", value, g)
        elif not self.is_absent(path.rpartition(".")[2], thing):
            number = isinstance(thing, int | float) and not isinstance(thing, bool)
            leaf = Decimal(str(thing)) if number else self.resolved(thing, g)
            self.leaves[path] = leaf

    def is_absent(self, name: str, leaf: Any) -> bool:
        return leaf is None or leaf == "" or (name in ABSENT and ABSENT[name] == leaf)

    def resolved(self, leaf: Any, g: int) -> Any:
        match = PREDICATE.fullmatch(leaf) if isinstance(leaf, str) else None
        if not match:
            return leaf
        where = g if match[1] == ".." else int(match[1].rpartition("/")[2])
        text = self.content["questionGroups"][where]["questions"][int(match[2])]["text"]
        return "relative" if match[1] == ".." else "whole", text, match[3]


def differing(before: Data, after: Data) -> set[str]:
    one, other = Flat(before, before).leaves, Flat(after, before).leaves
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}


def is_named(path: str, imported: ImportedForm) -> bool:
    pattern = re.sub(r"\[\d+\]", "[*]", path)
    for loss in imported.losses:
        field = loss.field or ""
        if field in {path, pattern}:
            return True
        if loss.code == "genesys.lost_order" or field.endswith("]"):
            continue  # these name a place, not all that is in it
        if path.startswith((f"{field}.", f"{field}[")):
            return True
        # The ways of saying defaults replace each other within a group; a built-in answer
        # gets an id where one is needed to name it.
        spelled = loss.code in {"genesys.lost_default_spelling", "genesys.lost_both_defaults"}
        is_default = DEFAULT_PATH.search(path) is not None
        if spelled and is_default and field.partition("].")[0] == path.partition("].")[0]:
            return True
    return False


def check_round_trip(content: Data) -> set[str]:
    imported = read(content)
    assert imported.form is not None, "\n".join(map(str, imported.problems))
    exported = write_genesys(imported.form, "en")
    changed = differing(content, json.loads(exported.content))
    unnamed = {path for path in changed if not is_named(path, imported)}
    assert not unnamed, f"{unnamed}\nof {changed}\n" + "\n".join(map(str, imported.losses))
    assert {loss.code for loss in exported.losses} <= ALWAYS_TOLD
    return changed


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_documents_come_back_but_for_what_is_named(name: str) -> None:
    changed = check_round_trip(json.loads(golden(name)))
    assert bool(changed) == (name == "genesys_example_evaluation_form")


@given(any_document())
@settings(max_examples=100, **QUIET)
def test_any_document_comes_back_but_for_what_is_named(content: Data) -> None:
    check_round_trip(content)


def test_a_plain_document_comes_back_whole() -> None:
    predicates = ["/form/questionGroup/0/question/0/answer/1"]
    shown = {"combiningOperation": "AND", "predicates": predicates}
    answers = [{"id": "y", "text": "Yes", "value": 1}, {"id": "n", "text": "No", "value": 0}]
    option = selectable("o", id="s.o", isKill=True, naEnabled=True, visibilityCondition=shown)
    content = document(
        group(
            "G",
            {**yes_no("a", id="a", isKill=True, commentsRequired=True), "answerOptions": answers},
            {"text": "t", "id": "t", "type": "freeTextQuestion", "helpText": "h"},
            {"text": "n", "id": "n", "type": "npsQuestion", "naEnabled": True},
            {"text": "i", "id": "i", "type": "readOnlyTextBlockQuestion"},
            select("s", option, id="s", helpText="h", naEnabled=True, visibilityCondition=shown),
            id="g",
            type="questionGroup",
            weight=2.5,
            defaultAnswersToHighest=True,
            naEnabled=True,
        )
    )
    assert check_round_trip(content) == set()
    assert not read(content).losses


def test_the_comparison_sees_what_an_export_leaves_out() -> None:
    before = document(group("G", yes_no("a", isKill=True, helpText="h"), weight=2))
    after = document(group("G", yes_no("a"), weight=3))
    place = "questionGroups[0]"
    assert differing(before, after) == {
        f"{place}.weight",
        f"{place}.questions[0].isKill",
        f"{place}.questions[0].helpText",
    }


# --- forms of ours


@given(any_form(), st.sampled_from(["en", "fa"]))
@settings(max_examples=100, **QUIET)
def test_any_form_can_be_written_and_read_again(form: Form, language: Language) -> None:
    exported = write_genesys(form, language)
    again = read_genesys(exported.content, exported.file_name, ImportChoices(language=language))
    assert again.form is not None, "\n".join(map(str, again.problems))
    assert len(again.form.sections) == len(form.sections)
    for loss in exported.losses:
        assert str(loss).startswith(form.key)
        assert loss.field


# Scores must be the same unless the report says otherwise, in one of these words.
CHANGES_SCORES = {"genesys.lost_start_points", "genesys.lost_limit", "genesys.lost_method"}
# Then values are rounded: to 32 bits, or to seven digits when they are read.
ROUNDS_SCORES = {"genesys.lost_precision", "genesys.lost_large_values"}
exact_form = any_form(
    scorings=("points", "weighted-questions", "weighted-sections", "scale-position"),
    types=("choice", "choices", "scale", "text"),
    header=False,
    conditions=False,
    bonus=False,
    not_applicable=False,
    limits=False,
    plain_texts=True,
)


def as_reread(form: Form, answers: dict[str, Answer]) -> dict[str, Answer]:
    """The same answers on the form that comes back: steps and selections are choices there."""
    found: dict[str, Answer] = {}
    for question in form.questions():
        answer = answers[question.id]
        if isinstance(question, ScaleQuestion):
            assert answer.number is not None
            number = int(answer.number)
            found[question.id] = Answer(option=f"minus{-number}" if number < 0 else str(number))
        elif isinstance(question, MultipleChoiceQuestion):
            for option in question.options:
                chosen = "selected" if option.id in (answer.options or ()) else "unselected"
                found[f"{question.id}.{option.id}"] = Answer(option=chosen)
        else:
            found[question.id] = answer
    return found


@given(st.data())
@settings(max_examples=100, **QUIET)
def test_scores_survive_an_export(data: st.DataObject) -> None:
    form = data.draw(exact_form)
    drawn = data.draw(any_answers(form, complete=True))
    answers = {
        name: answer.model_copy(update={"outside_control": False}) for name, answer in drawn.items()
    }
    exported = write_genesys(form, "en")
    reread = read_genesys(exported.content, "again.json", ImportChoices())
    again, told = reread.form, {loss.code for loss in exported.losses + reread.losses}
    assert again is not None
    # Promoter scores stay scales, which answers here are not.
    if CHANGES_SCORES & told or b"npsQuestion" in exported.content:
        return
    before, after = total(score(form, answers)), total(score(again, as_reread(form, answers)))
    if again.scoring == "unscored":
        assert not before
    elif ROUNDS_SCORES & told:
        assert before is not None
        assert after is not None
        assert abs(before - after) < Fraction(1, 1000)
    else:
        assert before == after


def total(card: Any) -> Fraction | None:
    """What the answers add up to, before any form's own limits."""
    if card.no_score:
        return None
    return sum((entry.contribution for entry in card.entries), Fraction(0))
