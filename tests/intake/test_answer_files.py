"""Answer files: what is read of them, and every wrong one told with its place."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer, Evidence
from qm.core.forms.form import Form
from qm.core.problems import BadInput
from qm.core.scoring.score import score
from qm.intake.answer_files import answers_text, read_answers

OPTIONS = [
    {"id": "yes", "label": {"en": "Yes"}, "points": 1},
    {"id": "no", "label": {"en": "No"}, "points": 0},
]
FORM = Form.model_validate(
    {
        "form": "call",
        "version": "1",
        "channel": "call",
        "title": {"en": "Calls"},
        "header": [{"id": "day", "type": "date", "text": {"en": "Day"}}],
        "sections": [
            {
                "id": "body",
                "title": {"en": "Body"},
                "questions": [
                    {
                        "id": "polite",
                        "text": {"en": "Polite?"},
                        "options": OPTIONS,
                        "not_applicable": True,
                    },
                    {"id": "did", "type": "choices", "text": {"en": "Did"}, "options": OPTIONS},
                    {
                        "id": "tone",
                        "type": "scale",
                        "text": {"en": "Tone"},
                        "lowest": 1,
                        "highest": 5,
                        "when": {"interaction": "talk_s", "at_least": 60},
                    },
                    {"id": "note", "type": "text", "text": {"en": "Note"}},
                ],
            }
        ],
    }
)


def write(folder: Path, content: object) -> Path:
    path = folder / "answers.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_object_of_questions_holds_answers(tmp_path: Path) -> None:
    data = {
        "polite": "n/a",
        "did": ["yes", "no"],
        "tone": 4,
        "note": "سلام",
        "day": "2026-11-05",
    }
    read = read_answers(write(tmp_path, data), FORM)
    assert read.facts == {}
    assert read.answers["polite"] == Answer(not_applicable=True)
    assert read.answers["did"] == Answer(options=("yes", "no"))
    assert read.answers["tone"] == Answer(number=Decimal(4))
    assert read.answers["note"] == Answer(text="سلام")
    assert str(read.answers["day"].date) == "2026-11-05"


def test_facts_stand_beside_the_answers_and_decide_conditions(tmp_path: Path) -> None:
    data = {"answers": {"polite": "yes", "tone": 1}, "facts": {"talk_s": 59.5, "queue": "vip"}}
    read = read_answers(write(tmp_path, data), FORM)
    assert read.facts == {"talk_s": Decimal("59.5"), "queue": "vip"}
    assert score(FORM, read.answers, read.facts).percent == 100
    data["facts"] = {"talk_s": 60}
    read = read_answers(write(tmp_path, data), FORM)
    assert score(FORM, read.answers, read.facts).percent == Decimal("60.0")  # 1/1 and 1/5


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    answers = {
        "polite": Answer(
            option="no",
            comment="“Well” said\nnobody.",
            evidence=(Evidence(segment=3, start_s=1.5, end_s=2.0, quote="no"),),
            outside_control=True,
        ),
        "did": Answer(options=()),
        "tone": Answer(number=Decimal(2)),
        "note": Answer(comment="only a remark"),
    }
    path = write(tmp_path, answers_text(answers, {"queue": "vip"}))
    read = read_answers(path, FORM)
    assert read.answers == answers
    assert read.facts == {"queue": "vip"}


WRONG = {
    "unknown question": ({"polit": "yes"}, ["polit: call@1 cannot", "no question “polit”"]),
    "unknown option": ({"polite": "maybe"}, ["polite:", "no option “maybe”"]),
    "true is no option": ({"polite": True}, ["polite:", "no option “True”"]),
    "a list for a choice": ({"polite": ["yes"]}, ["polite:", "one option"]),
    "N/A not offered": ({"did": "n/a"}, ["did:", "cannot be answered with N/A"]),
    "no whole number": ({"tone": 4.5}, ["tone:", "whole number from 1 to 5"]),
    "no number": ({"tone": "high"}, ["tone:", "answered with a number"]),
    "an endless number": ({"tone": "1E999999"}, ["tone:"]),
    "no day": ({"day": "tomorrow"}, ["day:", "a day"]),
    "unknown field": ({"polite": {"value": "yes", "commnt": "x"}}, ["polite:", "commnt"]),
    "two at once": ({"polite": {"option": "yes", "not_applicable": True}}, ["one value or N/A"]),
    "a fact that is a list": ({"answers": {}, "facts": {"queue": ["a"]}}, ["“queue” is no text"]),
    "facts that are none": ({"answers": {}, "facts": 3}, ["holds no answers"]),
    "a list": ([], ["holds no answers"]),
    "no JSON": ('{"polite": yes}', ["row 1", "This is no JSON"]),
    "the place of the fault": ('{\n"polite": "yes",\n}', ["row 3"]),
    "twice": ('{"polite": "yes", "polite": "no"}', ["“polite” stands there twice"]),
    "no finite number": ('{"tone": NaN}', ["NaN is no number"]),
    "too deep": ("[" * 100_000, ["This is no JSON"]),
    "digits without end": ('{"tone": ' + "9" * 9000 + "}", ["This is no JSON"]),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_told_with_its_place(
    tmp_path: Path, content: object, said: list[str]
) -> None:
    with pytest.raises(BadInput) as refusal:
        read_answers(write(tmp_path, content), FORM)
    told = str(refusal.value)
    assert told.startswith("answers.json")
    assert [part for part in said if part not in told] == []
    assert len(told) < 500


def test_every_wrong_answer_is_told_at_once(tmp_path: Path) -> None:
    data = {"polite": "maybe", "tone": 9, "note": "fine"}
    with pytest.raises(BadInput) as refusal:
        read_answers(write(tmp_path, data), FORM)
    assert [problem.field for problem in refusal.value.problems] == ["polite", "tone"]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.json"):
        read_answers(tmp_path / "nowhere.json", FORM)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60) | st.binary(max_size=60))
def test_no_content_brings_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    with suppress(BadInput):
        read_answers(path, FORM)
