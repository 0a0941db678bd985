"""Where a script cannot go on: calm words in both languages, and the trace only in the log."""

from __future__ import annotations

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

import streamlit_app
from qm.core.problems import NotAllowed
from qm.ui import interruptions
from qm.ui.interruptions import script_error
from tests.fixtures.screens import markup


def failing(secret: str) -> None:
    """A page that fails, as `st.App` would call it."""
    from qm.ui.interruptions import script_error  # noqa: PLC0415 (AppTest runs the source alone)

    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        script_error(error)


def refused(secret: str) -> None:
    """A page that is not the person's."""
    from qm.core.problems import NotAllowed  # noqa: PLC0415
    from qm.ui.interruptions import script_error  # noqa: PLC0415

    script_error(NotAllowed(secret))


def test_an_error_shows_a_number_that_stands_in_the_log_beside_the_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    page = AppTest.from_function(failing, args=("/etc/secret of <b>mina</b>",)).run()
    (shown,) = markup(page)
    assert not page.exception
    assert "secret" not in shown
    assert "Traceback" not in shown
    numbers = re.findall(r"\b[0-9a-f]{8}\b", shown)
    assert len(numbers) == 2  # once in each language
    (logged,) = [entry for entry in caplog.records if entry.name == interruptions.__name__]
    assert numbers == [logged.args[0]] * 2
    assert "secret" in str(logged.exc_info)
    assert all(text in shown for text in ('lang="fa" dir="rtl"', 'lang="en" dir="ltr"'))


def test_to_have_no_right_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    page = AppTest.from_function(refused, args=("call 12 is not yours",)).run()
    (shown,) = markup(page)
    assert "This is not open to you" in shown
    assert "call 12" not in shown
    assert [entry for entry in caplog.records if entry.levelno >= logging.ERROR] == []


def test_the_app_calls_it_and_shows_nothing_else() -> None:
    assert streamlit_app.app._on_script_error is script_error
    assert script_error(NotAllowed("x")) is True
