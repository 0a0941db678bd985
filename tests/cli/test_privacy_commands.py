"""`qm privacy` as its user meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qm.core.transcript import Segment
from qm.store.engine import transaction
from qm.store.tables import Recording, Transcript
from qm.store.transcripts import add_transcript
from tests.fixtures.recorded_centre import write_wav
from tests.fixtures.small_centre import NOW, build

if TYPE_CHECKING:
    from tests.fixtures.command import Command

SAID = {
    "sara-0": Segment("customer", 0.5, 1.0, "4111 1111 1111 1111"),
    "sara-1": Segment("customer", None, None, "4111 1111 1111 1111"),
    "sara-2": Segment("customer", 0.5, 1.0, "nothing of interest"),
}


@pytest.fixture
def centre(qm: Command) -> Command:
    """A small centre with three calls that have words; one of them has no times."""
    folder = qm.folder / "var"
    engine = build(f"sqlite:///{folder / 'qm.sqlite'}", folder, calls_per_agent=3).engine
    with transaction(engine) as session:
        for interaction_id, segment in SAID.items():
            write_wav(qm.recordings / f"{interaction_id}.mp3")
            made = add_transcript(session, Transcript(origin="file", created_at=NOW), [segment])
            session.add(
                Recording(
                    interaction_id=interaction_id, state="done", transcript_id=made, updated_at=NOW
                )
            )
    return qm


def test_rules_are_set_and_shown(centre: Command) -> None:
    assert centre("privacy", "set", "--leave", "name", "--silence", "--region", "de").code == 0
    shown = centre("privacy", "show")
    assert "name\tshown" in shown.out
    assert "card\tmasked" in shown.out
    assert "played audio\tsilenced" in shown.out
    assert "telephone region\tDE" in shown.out
    refused = centre("privacy", "set", "--region", "XX")
    assert (refused.code, "privacy.region_unknown" in refused.err) == (1, True)


def test_names_come_from_a_file(centre: Command) -> None:
    file = centre.folder / "names.txt"
    file.write_text("# staff\nمریم احمدی\n\nPeter Lane\n", "utf-8-sig")
    assert "2 names" in centre("privacy", "names", "import", str(file)).out
    assert "3 names" in centre("privacy", "names", "add", "Jo Stone").out
    assert "2 names" in centre("privacy", "names", "remove", "مريم احمدي").out
    assert "Peter Lane" not in centre("privacy", "show").out
    assert "Peter Lane" in centre("privacy", "show", "--names").out
    file.write_text("Peter Lane\nx\n", "utf-8")
    refused = centre("privacy", "names", "import", str(file))
    assert refused.code == 1
    assert "names.txt, row 2" in refused.err
    file.write_bytes("پیتر".encode("utf-16"))
    assert "privacy.not_utf8" in centre("privacy", "names", "import", str(file)).err


def test_silent_copies_are_made_ahead_and_outdated_ones_go(centre: Command) -> None:
    copies = centre.folder / "var" / "playback"
    ready = centre("privacy", "prepare-audio")
    assert (ready.code, ready.out) == (0, "0 copies are ready, 0 cannot be made\n")
    centre("privacy", "set", "--silence")
    ready = centre("privacy", "prepare-audio")
    assert ready.out == "1 copies are ready, 1 cannot be made\n"
    assert "sara-1" in ready.err
    assert len(list(copies.glob("*.flac"))) == 1
    centre("privacy", "set", "--no-silence")
    centre("privacy", "prepare-audio")
    assert list(copies.iterdir()) == []
