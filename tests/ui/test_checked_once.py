"""Who is there is read from the database once in every rerun, and anew in the next one."""

from pathlib import Path

import pytest
from sqlmodel import col, update

from qm.core.access import Actor
from qm.store.engine import transaction
from qm.store.tables import User
from qm.ui import identity
from qm.ui.sign_in.sessions import person_of
from tests.fixtures.screens import screens, words
from tests.fixtures.small_centre import build


def test_a_rerun_asks_once_and_believes_nothing_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    found: list[tuple[User, Actor] | None] = []

    def counted(token: str, *, is_doing_something: bool) -> tuple[User, Actor] | None:
        found.append(person_of(token, is_doing_something=is_doing_something))
        return found[-1]

    with screens(centre) as pages:
        page = pages.open("mina", "my_queue")
        monkeypatch.setattr(identity, "person_of", counted)
        page.run()
        assert [each and each[1].username for each in found] == ["mina"]
        with transaction(centre.engine) as session:
            session.exec(update(User).where(col(User.username) == "mina").values(is_active=False))
        page.run()
        assert found[1:] == [None]
        assert "You are signed out" in words(page)
    centre.engine.dispose()
