"""Genesys Cloud documents for tests: small ones, arbitrary ones, and the shared golden ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from qm.core.forms.form import Form
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.genesys.reading import read_genesys

Data = dict[str, Any]
REPOSITORY = Path(__file__).parents[2]
GOLDEN = ("genesys_example_evaluation_form", "genesys_test_basic1", "genesys_test_basic2")


def golden(name: str) -> bytes:
    """A shared document that is not ours to ship; without it the test is skipped by name."""
    path = REPOSITORY / "../shared/golden/forms" / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{name}.json is not beside this repository (../shared/golden/forms)")
    return path.read_bytes()


def read(document: Any, **choices: Any) -> ImportedForm:
    """Read a document that is given as data."""
    return read_genesys(json.dumps(document).encode(), "form.json", ImportChoices(**choices))


def form_of(document: Any, **choices: Any) -> Form:
    """The form of a document that has one."""
    imported = read(document, **choices)
    assert imported.form is not None, "\n".join(map(str, imported.problems))
    return imported.form


def yes_no(text: str, *, best: int = 1, **more: Any) -> Data:
    """A question with the answers yes and no."""
    answers = [{"text": "Yes", "value": best}, {"text": "No", "value": 0}]
    return {"text": text, "type": "multipleChoiceQuestion", "answerOptions": answers, **more}


def selectable(text: str, *, selected: int = 1, unselected: int = 0, **more: Any) -> Data:
    """An option of a multi-select question."""
    answers = [
        {"builtInType": "Selected", "value": selected},
        {"builtInType": "Unselected", "value": unselected},
    ]
    return {"text": text, "type": "multipleChoiceQuestion", "answerOptions": answers, **more}


def select(text: str, *options: Data, **more: Any) -> Data:
    """A multi-select question."""
    return {
        "text": text,
        "type": "multipleSelectQuestion",
        "multipleSelectOptionQuestions": list(options),
        **more,
    }


def group(name: str, *questions: Data, weight: float = 1, **more: Any) -> Data:
    """A question group."""
    return {"name": name, "weight": weight, "questions": list(questions), **more}


def document(*groups: Data, **more: Any) -> Data:
    """An evaluation form."""
    return {"name": "A form", "questionGroups": list(groups), **more}


# --- arbitrary documents: every text is unique, so that a question can be found by it

_flags = st.sampled_from([False, False, True])
_rarely = st.integers(0, 4).map(lambda n: n == 4)


@st.composite
def any_document(draw: st.DrawFn, *, lossy: bool = True) -> Data:
    """An arbitrary form that Genesys Cloud could give; `lossy` adds what qm does not keep."""
    shown: list[tuple[int, int, int]] = []  # answers that stand further up
    groups = [draw(_group(place, shown, lossy)) for place in range(draw(st.integers(1, 3)))]
    content = document(*groups)
    if lossy and draw(st.booleans()):
        content |= draw(
            st.sampled_from(
                [
                    {"published": True, "modifiedDate": "2026-01-01T00:00:00Z"},
                    {"weightMode": "SCALED", "dialect": "en-US"},
                    {"contextId": "ctx-form", "id": "V-1", "surprise": {"deep": [1, None]}},
                    {"evaluationSettings": {"disputesEnabled": True}, "surprise": False},
                ]
            )
        )
    return content


@st.composite
def _group(draw: st.DrawFn, place: int, shown: list[Any], lossy: bool) -> Data:
    weight = draw(st.sampled_from([1, 0, 0.5, 1.5, 20, 40, 100]))
    content = group(f"Group {place}", weight=weight, naEnabled=draw(_flags))
    content |= _condition(draw, place, shown)
    content |= draw(
        st.sampled_from(
            [
                {},
                {"defaultAnswersToHighest": True},
                {"defaultAnswersToNA": True},
                {"defaultAnswersToHighest": True, "defaultAnswersToNA": True} if lossy else {},
                {"defaultAnswersTo": {"lowestScore": True}} if lossy else {},
                {"defaultAnswersTo": {"userDefined": True}} if lossy else {},
            ]
        )
    )
    if lossy and draw(_rarely):
        content |= draw(
            st.sampled_from(
                [{"manualWeight": False}, {"weight": 123456.7}, {"weight": None}, {"odd": "x"}]
            )
        )
    content |= _ids(draw, f"group-{place}")
    content["questions"] = [
        draw(_question(place, inner, shown, lossy)) for inner in range(draw(st.integers(1, 3)))
    ]
    return content


@st.composite
def _question(draw: st.DrawFn, place: int, inner: int, shown: list[Any], lossy: bool) -> Data:
    text = f"Question {place}.{inner}"
    kinds = ["choice", "choice", "select", "freeTextQuestion", "npsQuestion"]
    kind = draw(st.sampled_from([*kinds, "readOnlyTextBlockQuestion"]))
    more = _condition(draw, place, shown) | _ids(draw, f"q-{place}-{inner}")
    if kind == "choice":
        content = draw(_choice(text, more, lossy))
        shown += [(place, inner, answer) for answer in range(len(content["answerOptions"]))]
        return content
    if kind == "select":
        content = select(text, naEnabled=draw(_flags), **more)
        if lossy and draw(_rarely):
            content["isKill"] = True
        options = content["multipleSelectOptionQuestions"]
        for option in range(draw(st.integers(1, 3))):
            options.append(draw(_selectable(f"{text}.{option}", place, option, shown)))
            shown.append((place, inner, option))
        return content
    content = {"text": text, "type": kind, **more}
    if kind != "readOnlyTextBlockQuestion":
        content["helpText"] = draw(st.sampled_from(["", "Help"]))
        content["commentsRequired"] = draw(_flags)
    if lossy and draw(_rarely):
        content["isCritical"] = True
    return content


@st.composite
def _choice(draw: st.DrawFn, text: str, more: Data, lossy: bool) -> Data:
    most = draw(st.sampled_from([1, 10, 10, 5000]))
    values = draw(st.lists(st.integers(0, most), min_size=2, max_size=4))
    answers: list[Data] = [
        {"text": f"Answer {k}", "value": value} | _ids(draw, f"a{k}", fitting=True)
        for k, value in enumerate(values)
    ]
    if lossy and draw(_rarely):
        answers[0]["assistanceConditions"] = [{"operator": "EXISTS", "topicIds": ["t"]}]
    content = {"text": text, "type": "multipleChoiceQuestion", "answerOptions": answers, **more}
    content |= {name: draw(_flags) for name in ("naEnabled", "isKill", "isCritical")}
    content |= draw(st.sampled_from([{}, {"helpText": "Help", "commentsRequired": True}]))
    if lossy and draw(_rarely):
        known = answers[0].get("contextId", answers[0].get("id", "nobody"))
        content["defaultAnswer"] = draw(st.sampled_from([{"id": known}, {"notApplicable": True}]))
    return content


@st.composite
def _selectable(draw: st.DrawFn, text: str, place: int, option: int, shown: list[Any]) -> Data:
    content = selectable(
        text, selected=draw(st.integers(0, 5)), unselected=draw(st.sampled_from([0, 0, 3]))
    )
    content |= {name: draw(_flags) for name in ("naEnabled", "isKill", "isCritical")}
    return content | _condition(draw, place, shown) | _ids(draw, f"m-{place}-{option}")


def _ids(draw: st.DrawFn, name: str, *, fitting: bool = False) -> Data:
    odd = [] if fitting else [{"id": "two words"}, {"id": "taken"}, {"id": "x" * 41}]
    both = {"id": f"v.{name}", "contextId": f"c.{name}"}
    return draw(st.sampled_from([{"id": name}, {"id": name}, {}, both, *odd]))


def _condition(draw: st.DrawFn, place: int, shown: list[tuple[int, int, int]]) -> Data:
    if not shown or not draw(_rarely):
        return {}
    predicates = []
    for where in draw(st.lists(st.sampled_from(shown), min_size=1, max_size=2, unique=True)):
        relative = where[0] == place and draw(st.booleans())
        start = ".." if relative else f"/form/questionGroup/{where[0]}"
        predicates.append(f"{start}/question/{where[1]}/answer/{where[2]}")
    operation = draw(st.sampled_from(["AND", "OR"]))
    return {"visibilityCondition": {"combiningOperation": operation, "predicates": predicates}}
