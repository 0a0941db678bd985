"""Evidence as a link, and the times and parts of written messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from qm.config import Settings
from qm.core.forms.answers import Evidence
from qm.core.text import Language
from qm.core.transcript import Segment
from qm.store.engine import open_engine
from qm.store.tables import Interaction
from qm.ui.evaluation.written_lines import mail_blocks, message_times
from qm.ui.here import Here
from qm.ui.player.evidence import evidence_link
from tests.fixtures.small_centre import FIRST_CALL, MINA

ADDRESS = "/evaluation-list?evaluation=7"


def _here(tmp_path: Path, language: Language = "en") -> Here:
    settings = Settings(forms_folder=tmp_path)
    return Here(open_engine("sqlite://"), settings, MINA, "Mina", language)


def test_a_link_names_its_stretch_and_nothing_in_it_is_markup(tmp_path: Path) -> None:
    quote = 'a <script>"x"</script>\nb \u202eevil [card]'
    item = Evidence(segment=4, start_s=34.0, end_s=52.5, quote=quote)
    link = evidence_link(_here(tmp_path), item, '"><b>', ADDRESS)
    assert 'href="/evaluation-list?evaluation=7&amp;at=34-52.5&amp;line=4"' in link
    assert 'data-start="34" data-end="52.5" data-line="4"' in link
    assert 'data-interaction="&quot;&gt;&lt;b&gt;"' in link
    assert "<script>" not in link
    assert "\u202e" not in link
    assert "“a &lt;script&gt;&quot;x&quot;&lt;/script&gt; – b evil [card]”" in link
    assert 'aria-label="Play 00:34–00:52 “a' in link


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Evidence(segment=4), "line 5"),
        (Evidence(segment=4, quote="word " * 40), "word…”"),
        (Evidence(segment=0, start_s=75.0), "01:15"),
    ],
)
def test_evidence_without_time_or_words_says_where_it_is(
    tmp_path: Path, item: Evidence, said: str
) -> None:
    assert said in evidence_link(_here(tmp_path), item, "c1", ADDRESS)


def test_times_are_the_readers(tmp_path: Path) -> None:
    link = evidence_link(
        _here(tmp_path, "fa"), Evidence(segment=0, start_s=5.0, end_s=9.0), "c1", ADDRESS
    )
    assert '<bdi dir="ltr">۰۰:۰۵–۰۰:۰۹</bdi>' in link


def test_messages_tell_their_time_of_day_and_the_day_where_it_changes(tmp_path: Path) -> None:
    lines = [Segment("customer", at, None, "x") for at in (0.0, 60.0, None, 86_400.0)]
    chat = Interaction(id="c", channel="chat", started_at=FIRST_CALL)
    here = _here(tmp_path)
    times = message_times(here, chat, lines)
    assert times[0] == here.moment(FIRST_CALL)
    assert times[1:3] == ["09:31", ""]
    assert times[3].endswith("09:30")
    assert len(times[3]) > len("09:30")
    call = Interaction(id="c", channel="call", started_at=FIRST_CALL)
    assert message_times(here, call, lines) == [""] * 4


def test_the_subject_of_a_mail_stands_before_its_first_message(tmp_path: Path) -> None:
    mail = Interaction(id="c", channel="email", attributes={"subject": "Refund"})
    line = Segment("customer", 0.0, None, "Please.\n> earlier")
    here = _here(tmp_path)
    assert mail_blocks(here, mail, 0, line) == [
        ("subject", "Refund"),
        ("text", "Please."),
        ("quote", "> earlier"),
    ]
    assert mail_blocks(here, mail, 1, line)[0] == ("text", "Please.")
    chat = Interaction(id="c", channel="chat", attributes={"subject": "Refund"})
    assert mail_blocks(here, chat, 0, line) == []
