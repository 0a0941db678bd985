"""Many evaluations at once get exactly the scores that they get one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms.answer_values import value_text
from qm.core.forms.answers import Answer
from qm.core.forms.conditions import Facts
from qm.core.forms.form import Form
from qm.core.forms.questions import DateQuestion, TextQuestion
from qm.core.scoring.bulk import RESULT_COLUMNS, score_table
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Scorecard
from tests.fixtures.any_form import any_answers, any_facts, any_form


def row_of(card: Scorecard) -> tuple[object, ...]:
    """The row that the table has for a scorecard."""

    def percent(value: Any) -> float | None:
        return None if value is None else float(value)

    return (
        percent(card.percent),
        percent(card.calculated_percent),
        card.no_score,
        card.outcome,
        card.band,
        bool(card.fatal_questions),
        percent(card.process.percent),
        card.process.outcome,
        len(card.unanswered),
    )


def table_of(
    form: Form, evaluations: list[dict[str, Answer]], facts: list[Facts] | None = None
) -> pd.DataFrame:
    values = [{name: value_text(answer) for name, answer in one.items()} for one in evaluations]
    tagged = [{name: answer.outside_control for name, answer in one.items()} for one in evaluations]
    index = [f"e{place}" for place in range(len(evaluations))]
    return score_table(
        form,
        pd.DataFrame(values, index=index, dtype=object),
        tagged=pd.DataFrame(tagged, index=index, dtype=object),
        facts=None if facts is None else pd.DataFrame(facts, index=index, dtype=object),
    )


def rows_of(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in table.to_numpy()]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_table_has_the_scores_of_one_by_one(data: st.DataObject) -> None:
    form = data.draw(any_form())
    evaluations = data.draw(st.lists(any_answers(form), min_size=1, max_size=8))
    facts = [data.draw(any_facts(form)) for _ in evaluations]
    table = table_of(form, evaluations, facts)
    assert list(table.columns) == RESULT_COLUMNS
    expected = [
        row_of(score(form, one, about)) for one, about in zip(evaluations, facts, strict=True)
    ]
    assert rows_of(table) == expected


def small_form(**more: Any) -> Form:
    options = [{"id": name, "label": {"en": name}, "points": p} for name, p in (("y", 1), ("n", 0))]
    questions = [
        {"id": f"q{n}", "text": {"en": "?"}, "not_applicable": True, "options": options}
        for n in range(40)
    ]
    content = {"form": "f", "version": "1", "channel": "call", "title": {"en": "F"}}
    section = {"id": "s", "title": {"en": "S"}, "questions": questions}
    return Form.model_validate({**content, "sections": [section], **more})


def test_more_questions_than_a_code_of_all_their_states_has_room_for() -> None:
    form = small_form(pass_percent=50, not_applicable="split-equally")
    rng = np.random.default_rng(7)
    given = rng.choice(["y", "n", "n/a"], size=(60, 40))
    evaluations = [
        {
            f"q{n}": Answer(not_applicable=True) if cell == "n/a" else Answer(option=str(cell))
            for n, cell in enumerate(row)
        }
        for row in given
    ]
    assert rows_of(table_of(form, evaluations)) == [row_of(score(form, e)) for e in evaluations]


def test_weights_whose_common_denominator_leaves_64_bits_stay_exact() -> None:
    primes = [997, 991, 983, 977, 971, 967, 953, 947, 941, 937, 929, 919, 911, 907, 887]
    content = small_form().model_dump(by_alias=True)
    content["sections"] = [
        {
            "id": f"s{place}",
            "title": {"en": "S"},
            "weight": prime,
            "questions": [
                dict(question, weight=primes[-1 - place] if n else 1)
                for n, question in enumerate(content["sections"][0]["questions"][2 * place :][:2])
            ],
        }
        for place, prime in enumerate(primes)
    ]
    form = Form.model_validate(content)
    rng = np.random.default_rng(3)
    evaluations = [
        {f"q{n}": Answer(option=str(rng.choice(["y", "n"]))) for n in range(30)} for _ in range(50)
    ]
    assert rows_of(table_of(form, evaluations)) == [row_of(score(form, e)) for e in evaluations]


def test_no_evaluations_give_an_empty_table() -> None:
    table = score_table(small_form(), pd.DataFrame(columns=["q0"]))
    assert table.empty
    assert list(table.columns) == RESULT_COLUMNS


def test_a_text_that_is_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="no option “maybe”"):
        score_table(small_form(), pd.DataFrame({"q0": ["y", "maybe"]}))


def test_texts_and_days_are_told_apart_from_nothing() -> None:
    content = small_form().model_dump(by_alias=True)
    asked = {"text": {"en": "?"}, "required": True}
    content["header"] = [
        {"id": "remark", "type": "text", **asked},
        {"id": "day", "type": "date", **asked},
    ]
    form = Form.model_validate(content)
    kinds = [type(field) for field in form.header]
    assert kinds == [TextQuestion, DateQuestion]
    values = pd.DataFrame(
        {"remark": ["so", None], "day": ["2026-11-21", None], "q0": ["y", "y"]}, dtype=object
    )
    assert list(score_table(form, values)["unanswered"]) == [39, 41]
