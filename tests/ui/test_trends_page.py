"""Trends: form versions are named where one changed, and only there."""

from pathlib import Path

from sqlmodel import col, update

from qm.store.engine import transaction
from qm.store.tables import Evaluation
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.screens import screens, words


def test_form_versions_are_named_where_they_changed(tmp_path: Path) -> None:
    centre = build_recorded(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    with screens(centre) as pages:
        assert "call@1" not in words(pages.open("manager", "quality_trends"))
        with transaction(centre.engine) as session:
            later = update(Evaluation).where(col(Evaluation.interaction_id) == "neda-2")
            session.exec(later.values(form_version="2"))
        assert "call@1, call@2" in words(pages.open("manager", "quality_trends"))
    centre.engine.dispose()
