"""The tab Open work: a manager hands an assignment over; analysts have no such tab."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from qm.store.engine import transaction
from qm.store.tables import Assignment
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from tests.fixtures.screens import screens, words
from tests.fixtures.small_centre import CENTRE, MANAGER, NOW, PERIOD, POLICY, build


def press(page: AppTest, key: str) -> None:
    next(each for each in page.button if each.key == key).click().run()
    assert not page.exception


def test_a_manager_hands_over_what_is_open(tmp_path: Path) -> None:
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    with screens(centre) as pages:
        page = pages.open("manager", "sampling_draws", show="work")
        assert not page.exception
        said = words(page)
        assert "Mina" in said
        assert "not begun" in said
        with transaction(centre.engine) as session:
            first = session.exec(
                select(Assignment).order_by(col(Assignment.due_at), col(Assignment.id))
            ).first()
        assert first is not None
        press(page, f"over-now-{first.id}")
        assert "has not been said" in words(page)
        why = next(each for each in page.text_input if each.key == f"over-why-{first.id}")
        why.input("Away <b>").run()
        press(page, f"over-now-{first.id}")
        other = "Kaveh" if first.evaluator == "mina" else "Mina"
        assert f"was given to {other}" in words(page)
        page = pages.open("mina", "sampling_draws", show="work")
        assert not page.exception
        assert "not begun" not in words(page)
