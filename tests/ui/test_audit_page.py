"""The page Audit log: every action in words, readable details, links, and the log verified."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from qm.core.problems import N_
from qm.store.audit import record
from qm.store.engine import transaction
from qm.ui.audit.details import parts
from qm.ui.audit.links import _PAGES
from qm.ui.audit.words import ACTIONS
from qm.ui.menu import BY_ADDRESS
from tests.fixtures.recorded_actions import recorded_actions
from tests.fixtures.screens import Screens, screens, words
from tests.fixtures.small_centre import NOW, build

TOLD: list[tuple[str, str, dict[str, Any]]] = [
    ("report", "1405-08", {}),
    ("close_commitment", "12", {"state": "kept", "talk": 3}),
    ("user_changed", "mina", {"role": ["analyst", "qa_lead"], "email": [None, "m@example.com"]}),
    ("rules_set", "life", {"changes": {"approvers": [["lead"], ["lead", "manager"]]}}),
    ("leave_added", "mina", {"first": "2026-11-05", "last": "2026-11-06"}),
    ("agent_moved", "sara", {"team": ["orders", "support"], "from": "2026-11-05T00:00:00+03:30"}),
    ("own_evaluation_begun", "call-3", {"evaluation": 7, "kind": "peer", "by": "mina"}),
    ("privacy_set", "privacy", {"kinds": ["iban", "name"], "phone_region": "IR", "names": 4}),
    ("transcribed", "call-3", {"result": "failed", "problem": {"code": "of.another", "place": ""}}),
    ("assign", "1405-08", {"mina": 12}),
]

TURNED = "c\u202e<script>**x**"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    folder = tmp_path_factory.mktemp("audit")
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder, calls_per_agent=1)
    with transaction(centre.engine) as session:
        for number in range(60):
            at = NOW - timedelta(days=60 - number)
            record(session, actor="kaveh", action="evaluate", subject=f"call-{number}", at=at)
        told = {"evaluation": 7, "before": 62.5, "after": 80}
        record(
            session, actor="lead", action="dispute_decided", subject="call-3", at=NOW, detail=told
        )
        record(session, actor="anonymous", action="sign_in_refused", subject=TURNED, at=NOW)
        for action, subject, told in TOLD:
            record(session, actor="qa", action=action, subject=subject, at=NOW, detail=told)
        record(session, actor="reza", action="of_another_release", subject="x", at=NOW)
    with screens(centre) as pages:
        yield pages


def listed(page: AppTest) -> list[str]:
    """Return the lines of the list."""
    assert not page.exception
    return [box.label for box in page.expander if box.label != "Is the log whole?"]


def test_every_action_that_the_code_records_has_words() -> None:
    recorded = recorded_actions()
    assert {"evaluate", "signed_in", "publish_form", "approve_coaching"} <= recorded.keys()
    missing = {code: place for code, place in recorded.items() if code not in ACTIONS}
    assert not missing, "name them in qm/ui/audit/words.py"
    assert _PAGES.keys() <= ACTIONS.keys()
    assert {address for address, _name in _PAGES.values()} <= BY_ADDRESS.keys()
    assert N_("Signed in") == ACTIONS["signed_in"]


def test_the_newest_events_come_first_a_page_at_a_time(pages: Screens) -> None:
    page = pages.open("manager", "audit_log")
    lines = listed(page)
    assert len(lines) == 25
    assert "Signed in" in lines[0]
    assert "of_another_release" in lines[1].replace("\\", "")
    assert "events, the newest first" in words(page)


def test_untrusted_words_command_nothing(pages: Screens) -> None:
    page = pages.open("manager", "audit_log", action="sign_in_refused")
    (line,) = listed(page)
    assert "\u202e" not in line
    assert r"\<script\>\*\*x\*\*" in line
    assert "Nobody signed in" in line


def test_the_limits_stand_in_the_address_and_may_be_changed(pages: Screens) -> None:
    page = pages.open("admin", "audit_log", person="kaveh", about="call-4")
    assert [line.rpartition(" ")[2] for line in listed(page)] == [
        rf"call\-{number}" for number in (*range(49, 39, -1), 4)
    ]
    page = pages.open("admin", "audit_log", person="kaveh", period="1405-07")
    assert 0 < len(listed(page)) <= 25
    assert all("Mehr 1405" in line for line in listed(page))
    page = page.selectbox("action-en").select("publish_form").run()
    assert "Nothing of this kind is in the log." in words(page)


def test_before_and_after_stand_side_by_side_and_the_evaluation_is_a_click_away(
    pages: Screens,
) -> None:
    page = pages.open("manager", "audit_log", action="dispute_decided")
    assert len(listed(page)) == 1
    said = " ".join(words(page).split())
    assert "Before After Score 62.5 80" in said
    (link,) = [each.proto for each in page.get("page_link") if "Evaluations" in each.proto.label]
    assert link.query_string == "evaluation=7"
    persian = pages.open("manager", "audit_log", "fa", action="dispute_decided")
    assert not persian.exception
    assert "۶۲" in words(persian)


@pytest.mark.parametrize(
    ("action", "line", "said"),
    [
        ("report", "آبان ۱۴۰۵", ()),
        ("close_commitment", "۱۲", ("انجام‌شده", "۳")),
        ("user_changed", "Mina", ("نقش تحلیلگر کیفیت سرپرست کیفیت", "– m@example.com")),
        ("rules_set", "چرخهٔ ارزیابی", ("سرپرست تیم سرپرست تیم، مدیر",)),
        ("leave_added", "Mina", ("۱۴ آبان ۱۴۰۵", "۱۵ آبان ۱۴۰۵")),
        ("agent_moved", "Sara", ("۱۴ آبان ۱۴۰۵", "Orders")),
        ("own_evaluation_begun", "call", ("ارزیابی همکار", "Mina")),
        ("privacy_set", "پوشاندن", ("شماره‌های شبا و IBAN، نام‌های فهرست", "ایران", "۴")),
        ("transcribed", "call", ("ناموفق", "of.another")),
        ("assign", "آبان ۱۴۰۵", ("۱۲",)),
    ],
)
def test_persian_pages_tell_codes_ids_and_months_in_their_words(
    pages: Screens, action: str, line: str, said: tuple[str, ...]
) -> None:
    page = pages.open("manager", "audit_log", "fa", action=action)
    told = " ".join(words(page).split())
    assert not page.exception
    assert line in [each.label for each in page.expander][1]
    for each in said:
        assert each in told


def test_one_event_has_an_address_of_its_own(pages: Screens) -> None:
    (line,) = listed(pages.open("manager", "audit_log", event=12))
    assert "evaluate" not in line
    assert "Evaluation submitted" in line
    for nonsense in ("9" * 30, "x", "-1"):
        assert not pages.open("manager", "audit_log", event=nonsense).exception


def test_details_of_any_shape_are_told_in_single_values() -> None:
    assert list(parts({"a": {"b": [1, {"c": None}], "d": []}, "e": [1, 2]})) == [
        (("a", "b", "1"), 1),
        (("a", "b", "2", "c"), None),
        (("a", "d"), []),
        (("e",), [1, 2]),
    ]
    assert list(parts({})) == []


@pytest.mark.parametrize("username", ["mina", "lead", "sara"])
def test_nobody_else_reads_it(pages: Screens, username: str) -> None:
    page = pages.open_alone(username, "audit_log")
    assert "call-1" not in words(page)
    assert not page.expander


def verified(page: AppTest, head: str = "") -> AppTest:
    """Press the button."""
    page.text_input[0].set_value(head)
    (button,) = [each for each in page.button if each.label == "Verify the log"]
    return button.click().run()


def test_the_log_is_verified_on_the_page(pages: Screens, tmp_path: Path) -> None:
    page = verified(pages.open("admin", "audit_log"))
    assert "The log is whole" in words(page)
    (head,) = [each.value for each in page.code]
    assert "The log is whole" in words(verified(pages.open("admin", "audit_log"), head))
    wrong = words(verified(pages.open("admin", "audit_log"), "f" * 64))
    assert "The log has no event with this head" in wrong
    assert "no head of the audit log" in words(verified(pages.open("admin", "audit_log"), "abc"))
    engine = pages.centre.engine
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(text("UPDATE audit_event SET actor = 'mina' WHERE id = 9"))
    page = verified(pages.open("admin", "audit_log"))
    assert "Event 9 does not follow from the one before it" in words(page)
    assert "The log is whole" not in words(page)
