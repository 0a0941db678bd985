"""What every page needs: who is there, in which language, and the centre's data."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import NoReturn

import streamlit as st
from sqlalchemy import Engine

from qm.config import Settings
from qm.core import periods, text
from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import BadInput, Problem
from qm.core.text import Language
from qm.locale import translator
from qm.ui.identity import current_user
from qm.ui.interruptions import session_over
from qm.ui.plain import plain
from qm.ui.process import engine, settings


@dataclass(frozen=True)
class Here:
    """The signed-in person's view of the centre during one rerun."""

    engine: Engine
    settings: Settings
    actor: Actor
    name: str
    language: Language

    @property
    def centre(self) -> Centre:
        """The centre's zone, calendar and language."""
        return self.settings.centre

    @property
    def _(self) -> Callable[[str], str]:
        """The function that turns English texts into the person's language."""
        return translator(self.language)

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)

    def digits(self, words: str) -> str:
        """Return `words` with the digits of the person's language."""
        return text.localise_digits(words, self.language)

    def number(self, value: Decimal | float | None, places: int = 1) -> str:
        """Return a number in the person's digits, “–” where there is none."""
        return text.number(value, self.language, places)

    def clock(self, seconds: float | None) -> str:
        """Return seconds as minutes:seconds in the person's digits."""
        return text.clock(seconds, self.language)

    def day(self, moment: datetime) -> str:
        """Return the day of `moment` in the centre's calendar."""
        return periods.day_label(moment, self.centre.calendar, self.centre.zone, self.language)

    def moment(self, moment: datetime) -> str:
        """Return day and time of `moment` in the centre's calendar and zone."""
        return periods.moment_label(moment, self.centre.calendar, self.centre.zone, self.language)

    def month(self, period: str) -> str:
        """Return the name of a period, such as “Aban 1405”."""
        return Period.parse(period).label(self.language)

    def called(self, name: str, name_fa: str | None) -> str:
        """Return a person's or team's name in the language of the page."""
        return text.without_turns((name_fa or name) if self.language == "fa" else name)

    def percent(self, value: float | None, places: int = 1) -> str:
        """Return a percentage with the sign of the language, “–” where there is none."""
        text = self.number(value, places)
        if value is None:
            return text
        return f"{text}٪" if self.language == "fa" else f"{text}\u00a0%"

    def weight(self, percent: Decimal) -> str:
        """Return a form's weight as a percentage, with decimals only where it has any."""
        places = 0 if percent == percent.to_integral_value() else 2
        return self.percent(float(percent), places)

    def listed(self, items: Iterable[str]) -> str:
        """Return items joined by the comma of the language."""
        return ("، " if self.language == "fa" else ", ").join(items)

    def problem(self, problem: Problem) -> str:
        """Return what is wrong and what to do, in the person's language."""
        return " ".join(problem.explained(self._, self.digits))

    def place_of(self, problem: Problem) -> str:
        """Return where the problem is: file or form, line or row, field."""
        row = None if problem.row is None else self._("row {row}").format(row=problem.row)
        parts = [problem.place, self.digits(row) if row else "", problem.field or ""]
        return self.listed(part for part in parts if part)


_OF_THIS_RERUN: ContextVar[Here | None] = ContextVar("here", default=None)
_BY_ITSELF = "here-by-itself"


def here(*, by_itself: bool = False) -> Here:
    """Return the view of the signed-in person, checked in the database once in every rerun.

    A fragment that reruns by a clock says so (`by_itself`): a page that is only left open must
    not keep its session alive. Stops the rerun with a word of explanation where nobody is signed
    in any more.
    """
    checked = _OF_THIS_RERUN.get()
    if checked is not None:
        return checked
    by_itself = st.session_state.pop(_BY_ITSELF, False) or by_itself
    person = current_user(by_itself=by_itself)
    if person is None:
        session_over()
        st.stop()
    return Here(
        engine=engine(),
        settings=settings(),
        actor=person.actor,
        name=text_name(person.name, person.name_fa, person.language),
        language=person.language,
    )


def rerun_by_itself() -> NoReturn:
    """Draw the whole page anew from a fragment that a clock reran: nobody did anything."""
    st.session_state[_BY_ITSELF] = True
    st.rerun()


@contextmanager
def checked_once(page: Here) -> Iterator[None]:
    """Let what runs inside, which is the rest of this rerun, take `page` for `here()`.

    A fragment that reruns later runs outside of it and is checked anew.
    """
    token = _OF_THIS_RERUN.set(page)
    try:
        yield
    finally:
        _OF_THIS_RERUN.reset(token)


def text_name(name: str, name_fa: str | None, language: Language) -> str:
    """Return the name in the language, falling back to the one there is."""
    return (name_fa or name) if language == "fa" else name


def show_problems(page: Here, problems: Sequence[Problem] | BadInput) -> None:
    """Show what is wrong and what to do, one line each; texts are never markup."""
    found = problems.problems if isinstance(problems, BadInput) else problems
    for problem in found:
        with st.container(border=True):
            st.caption(plain(page.place_of(problem)))
            st.text(page.problem(problem))
