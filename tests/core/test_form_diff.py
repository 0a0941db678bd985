"""What differs between two forms, found by id; and whether it can move a score."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from qm.core.forms.answers import Answer
from qm.core.forms.diff import Change, diff
from qm.core.forms.form import Form
from qm.core.problems import BadInput
from qm.core.scoring.score import score
from tests.fixtures.any_form import any_answers, any_form

YES_NO = [
    {"id": "yes", "label": {"en": "Yes", "fa": "بله"}, "points": 2},
    {"id": "no", "label": {"en": "No"}, "points": 0},
]
BASE: dict[str, Any] = {
    "form": "call",
    "version": "1",
    "channel": "call",
    "title": {"en": "Calls"},
    "pass_percent": 75,
    "bands": [
        {"id": "low", "label": {"en": "Low"}, "from_percent": 0},
        {"id": "high", "label": {"en": "High"}, "from_percent": 80},
    ],
    "header": [
        {"id": "kind", "text": {"en": "Kind"}, "options": YES_NO, "required": False},
        {"id": "note", "type": "text", "text": {"en": "Note"}},
    ],
    "sections": [
        {
            "id": "opening",
            "title": {"en": "Opening"},
            "weight": 40,
            "questions": [
                {"id": "greeting", "text": {"en": "Greets?"}, "options": YES_NO},
                {
                    "id": "name",
                    "text": {"en": "Name?"},
                    "options": YES_NO,
                    "when": {"question": "kind", "answered": ["yes"]},
                    "reasons": [{"id": "forgot", "label": {"en": "Forgot"}}],
                },
                {"id": "tell", "type": "information", "text": {"en": "Listen well."}},
            ],
        },
        {
            "id": "body",
            "title": {"en": "Body"},
            "weight": 60,
            "questions": [
                {
                    "id": "wait",
                    "type": "number",
                    "text": {"en": "Seconds?"},
                    "at_least": 0,
                    "at_most": 100,
                    "ranges": [
                        {"at_least": 0, "at_most": 30, "points": 3},
                        {"at_least": 31, "at_most": 100, "points": 1},
                    ],
                },
                {"id": "remark", "type": "text", "text": {"en": "Remark"}},
            ],
            "sections": [
                {
                    "id": "end",
                    "title": {"en": "End"},
                    "questions": [
                        {
                            "id": "tone",
                            "type": "scale",
                            "text": {"en": "Tone?"},
                            "lowest": 1,
                            "highest": 5,
                        }
                    ],
                }
            ],
        },
    ],
}
Change_ = Callable[[dict[str, Any]], None]


def form_of(*changes: Change_) -> Form:
    data = json.loads(json.dumps(BASE))  # nothing is shared in it
    for change in changes:
        change(data)
    return Form.model_validate(data)


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, str | None, str | None, bool]]:
    return [(c.kind, f"{c.part}:{c.path}", c.before, c.after, c.moves_scores) for c in changes]


def by_id(things: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    return {thing["id"]: thing for thing in things}[wanted]


def opening(data: dict[str, Any]) -> dict[str, Any]:
    return by_id(data["sections"], "opening")


def body(data: dict[str, Any]) -> dict[str, Any]:
    return by_id(data["sections"], "body")


def greeting(data: dict[str, Any]) -> dict[str, Any]:
    return by_id([q for section in data["sections"] for q in section["questions"]], "greeting")


def setting(name: str, value: object) -> Change_:
    return lambda data: data.__setitem__(name, value)


def of_greeting(name: str, value: object) -> Change_:
    return lambda data: greeting(data).__setitem__(name, value)


ONE_CHANGE: dict[str, tuple[Change_, list[tuple[str, str, str | None, str | None, bool]]]] = {
    "version": (setting("version", "2"), [("changed", "setting:version", "1", "2", False)]),
    "title": (
        setting("title", {"en": "Calls", "fa": "تماس"}),
        [("changed", "setting:title.fa", None, "تماس", False)],
    ),
    "method": (
        setting("scoring", "points"),
        [("changed", "setting:scoring", "weighted-sections", "points", True)],
    ),
    "pass mark": (
        setting("pass_percent", 80),
        [("changed", "setting:pass_percent", "75", "80", True)],
    ),
    "band's label": (
        lambda data: data["bands"][0].__setitem__("label", {"en": "Poor"}),
        [("changed", "band:low.label.en", "Low", "Poor", False)],
    ),
    "band's limit": (
        lambda data: data["bands"][1].__setitem__("from_percent", 90),
        [("changed", "band:high.from_percent", "80", "90", True)],
    ),
    "bands' order": (
        lambda data: data["bands"].reverse(),
        [("moved", "band:low", "bands 1", "bands 2", False)],
    ),
    "section's weight": (
        lambda data: opening(data).__setitem__("weight", "41.5"),
        [("changed", "section:opening.weight", "40", "41.5", True)],
    ),
    "sections' order": (
        lambda data: data["sections"].reverse(),
        [("moved", "section:opening", "sections 1", "sections 2", False)],
    ),
    "question's text": (
        of_greeting("text", {"en": "Says hello?"}),
        [("changed", "question:greeting.text.en", "Greets?", "Says hello?", False)],
    ),
    "question's condition": (
        of_greeting("when", {"not": {"interaction": "queue", "is": ["vip", "a"]}}),
        [
            (
                "changed",
                "question:greeting.when",
                None,
                "{not: {interaction: queue, is: [vip, a]}}",
                True,
            )
        ],
    ),
    "question moved to another section": (
        lambda data: body(data)["questions"].append(opening(data)["questions"].pop(0)),
        [("moved", "question:greeting", "opening 1", "body 3", True)],
    ),
    "unscored question moved": (
        lambda data: opening(data)["questions"].insert(0, body(data)["questions"].pop()),
        [("moved", "question:remark", "body 2", "opening 1", False)],
    ),
    "order in a section": (
        lambda data: opening(data)["questions"].insert(1, opening(data)["questions"].pop()),
        [("moved", "question:name", "opening 2", "opening 3", False)],
    ),
    "question removed": (
        lambda data: opening(data)["questions"].pop(1),
        [("removed", "question:name", "Name?", None, True)],
    ),
    "question added": (
        lambda data: opening(data)["questions"].append(
            {"id": "new", "text": {"fa": "نو"}, "options": YES_NO}
        ),
        [("added", "question:new", None, "نو", True)],
    ),
    "unscored question removed": (
        lambda data: data["header"].pop(),
        [("removed", "question:note", "Note", None, False)],
    ),
    "option's points": (
        of_greeting("options", [{**YES_NO[0], "points": 3}, YES_NO[1]]),
        [("changed", "option:greeting.yes.points", "2", "3", True)],
    ),
    "option's label": (
        of_greeting("options", [YES_NO[0], {**YES_NO[1], "label": {"en": "Never"}}]),
        [("changed", "option:greeting.no.label.en", "No", "Never", False)],
    ),
    "option made fatal": (
        of_greeting("options", [YES_NO[0], {**YES_NO[1], "fatal": {"scope": "section"}}]),
        [("changed", "option:greeting.no.fatal", "false", "{scope: section}", True)],
    ),
    "option added": (
        of_greeting("options", [*YES_NO, {"id": "half", "label": {"en": "Half"}, "points": 1}]),
        [("added", "option:greeting.half", None, "Half", True)],
    ),
    "options' order": (
        of_greeting("options", YES_NO[::-1]),
        [("moved", "option:greeting.yes", "greeting 1", "greeting 2", False)],
    ),
    "range": (
        lambda data: body(data)["questions"][0]["ranges"][0].__setitem__("points", "4.5"),
        [("changed", "range:wait.0.points", "3", "4.5", True)],
    ),
    "range's limit, which is its name": (
        lambda data: body(data)["questions"][0].__setitem__(
            "ranges",
            [
                {"at_least": 0, "at_most": 29, "points": 3},
                {"at_least": 30, "at_most": 100, "points": 1},
            ],
        ),
        [
            ("changed", "range:wait.0.at_most", "30", "29", True),
            ("removed", "range:wait.31", "31–100", None, True),
            ("added", "range:wait.30", None, "30–100", True),
        ],
    ),
    "reason": (
        lambda data: opening(data)["questions"][1]["reasons"].clear(),
        [("removed", "reason:name.forgot", "Forgot", None, False)],
    ),
    "kind of question": (
        of_greeting("not_applicable", "zero"),
        [("changed", "question:greeting.not_applicable", "false", "zero", True)],
    ),
    "header field that conditions wait for": (
        lambda data: data["header"][0]["options"].append({"id": "x", "label": {"en": "X"}}),
        [("added", "option:kind.x", None, "X", True)],
    ),
    "points in the header": (
        lambda data: data["header"][0]["options"].__setitem__(0, {**YES_NO[0], "points": 1}),
        [("changed", "option:kind.yes.points", "2", "1", False)],
    ),
    "subsection made a section": (
        lambda data: data["sections"].append(body(data)["sections"].pop()),
        [("moved", "section:end", "body 1", "sections 3", True)],
    ),
}


@pytest.mark.parametrize(("change", "expected"), ONE_CHANGE.values(), ids=ONE_CHANGE)
def test_one_change_is_told_as_one(change: Change_, expected: list[Any]) -> None:
    assert told(diff(form_of(), form_of(change))) == expected


def test_the_same_numbers_written_otherwise_are_no_change() -> None:
    assert diff(form_of(), form_of(setting("pass_percent", "75.00"))) == ()


def test_a_removed_section_is_told_with_its_questions_but_not_their_options() -> None:
    changes = diff(form_of(), form_of(lambda data: data["sections"].pop(0)))
    assert [(c.kind, c.path) for c in changes] == [
        ("removed", "opening"),
        ("removed", "greeting"),
        ("removed", "name"),
        ("removed", "tell"),
    ]


def test_changes_come_in_the_order_of_the_form() -> None:
    def change(data: dict[str, Any]) -> None:
        body(data)["weight"] = 50
        opening(data)["questions"].pop(1)
        greeting(data)["weight"] = 2
        data["places"] = 2

    paths = [c.path for c in diff(form_of(), form_of(change))]
    assert paths == ["places", "greeting.weight", "name", "body.weight"]


def test_of_long_texts_the_part_that_differs_is_shown() -> None:
    long = "word " * 200
    old = form_of(of_greeting("guidance", {"en": f"{long}\nold end"}))
    new = form_of(of_greeting("guidance", {"en": f"{long}\nnew end"}))
    (change,) = diff(old, new)
    assert change.before is not None
    assert change.after is not None
    assert change.before.startswith("…")
    assert change.before.endswith("⏎old end")
    assert change.after.endswith("⏎new end")
    assert len(change.before) <= 120


def test_a_type_that_changes_is_told_with_what_went_and_came() -> None:
    def to_scale(data: dict[str, Any]) -> None:
        question = greeting(data)
        question |= {"type": "scale", "lowest": 0, "highest": 3}
        del question["options"]

    changes = diff(form_of(), form_of(to_scale))
    assert told(changes) == [
        ("changed", "question:greeting.type", "choice", "scale", True),
        ("changed", "question:greeting.lowest", None, "0", True),
        ("changed", "question:greeting.highest", None, "3", True),
        ("removed", "option:greeting.yes", "Yes", None, True),
        ("removed", "option:greeting.no", "No", None, True),
    ]


def test_in_a_form_that_is_not_scored_nothing_moves_a_score() -> None:
    unscored = setting("scoring", "unscored")
    for change, _told in ONE_CHANGE.values():
        old, new = form_of(unscored), form_of(change, unscored)
        assert not any(c.moves_scores for c in diff(old, new))


MUTATIONS = [change for change, _told in ONE_CHANGE.values()]
CALM = [change for change, told in ONE_CHANGE.values() if not any(moves for *_, moves in told)]
SOME = st.lists(st.sampled_from(MUTATIONS), max_size=4, unique=True)


def changed(changes: list[Change_]) -> Form | None:
    try:
        return form_of(*changes)
    except (IndexError, KeyError, ValidationError, BadInput):  # two changes that exclude each other
        return None


@settings(max_examples=100, deadline=None)
@given(SOME, SOME)
def test_no_change_is_told_exactly_where_forms_are_equal(
    left: list[Change_], right: list[Change_]
) -> None:
    old, new = changed(left), changed(right)
    if old is None or new is None:
        return
    changes = diff(old, new)
    assert (changes == ()) == (old == new)
    assert diff(old, new) == changes
    assert diff(new, new) == ()
    # Back again, what was added is removed and what moves a score still does.
    back = diff(new, old)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    one_way = {
        (turned[c.kind], c.part, c.path, c.moves_scores) for c in changes if c.kind != "moved"
    }
    assert one_way == {(c.kind, c.part, c.path, c.moves_scores) for c in back if c.kind != "moved"}


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["yes", "no"]).map(lambda o: Answer(option=o)),
        "greeting": st.sampled_from(["yes", "no"]).map(lambda o: Answer(option=o)),
        "name": st.sampled_from(["yes", "no"]).map(lambda o: Answer(option=o)),
        "wait": st.sampled_from([0, 30, 31, 32, 100]).map(lambda n: Answer(number=Decimal(n))),
        "tone": st.integers(1, 5).map(lambda n: Answer(number=Decimal(n))),
    },
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(CALM), min_size=1, max_size=4, unique=True), ANSWERS)
def test_where_no_change_moves_scores_every_score_stays(
    changes: list[Change_], answers: dict[str, Answer]
) -> None:
    old, new = form_of(), changed(changes)
    if new is None:
        return
    assert not any(c.moves_scores for c in diff(old, new))
    assert result(old, answers) == result(new, answers)


def result(form: Form, answers: dict[str, Answer]) -> object:
    card = score(form, answers)
    return card.exact_percent, card.no_score, card.outcome, card.band, card.lenses


def test_the_keys_of_a_change_hold_as_json() -> None:
    (change,) = diff(form_of(), form_of(setting("version", "2")))
    assert json.loads(json.dumps(change.__dict__))["part"] == "setting"


@settings(max_examples=40, deadline=None)
@given(any_form(), any_form(), st.data())
def test_arbitrary_forms(old: Form, new: Form, data: st.DataObject) -> None:
    assert diff(old, old) == ()
    assert (diff(old, new) == ()) == (old == new)
    retitled = old.model_copy(update={"title": new.title, "version": "999999"})
    assert not any(change.moves_scores for change in diff(old, retitled))
    answers = data.draw(any_answers(old))
    assert result(old, answers) == result(retitled, answers)
