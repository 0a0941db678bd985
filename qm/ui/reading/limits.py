"""The limits of the list behind a number, in words, each with a way to drop it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st
from babel.dates import get_day_names

from qm.core.periods import Period
from qm.core.quality.behind import Behind
from qm.core.text import Wording
from qm.ui import wording
from qm.ui.here import Here
from qm.ui.names import people
from qm.ui.plain import plain
from qm.workflow.directory import directory
from qm.workflow.evaluations_behind import EvaluationsBehind

_WITHOUT = {
    "form_id": ("form_id", "form_version", "question_id"),
    "question_id": ("question_id", "result"),
}
"""Limits that mean nothing without another go with it."""


def show_limits(page: Here, behind: Behind, found: EvaluationsBehind) -> None:
    """Name the months and each limit; a click on a limit lists the evaluations without it."""
    _ = page._
    named = limits_in_words(page, behind, found)
    with st.container(horizontal=True, vertical_alignment="center", key="limits"):
        st.markdown(plain(months_in_words(page, behind)))
        for name, words in named.items():
            st.button(
                plain(words) + " ✕",
                key=f"limit-{name}",
                help=_("Show the list without this limit"),
                on_click=st.query_params.from_dict,
                args=(without(behind, name).address(),),
            )
        if st.button(_("All evaluations"), type="tertiary", key="limit-all"):
            st.query_params.clear()
            st.rerun()


def without(behind: Behind, name: str) -> Behind:
    """Return the list without one limit, and without what means nothing when it is gone."""
    gone: dict[str, Any] = dict.fromkeys(_WITHOUT.get(name, (name,)))
    return replace(behind, **gone)


def months_in_words(page: Here, behind: Behind) -> str:
    """Name the months: one, some, or from the first to the last of many."""
    months = sorted(map(Period.parse, behind.periods))
    if len(months) <= 3:
        return page.listed(month.label(page.language) for month in months)
    first, last = (month.label(page.language) for month in (months[0], months[-1]))
    if months == [months[0].shift(n) for n in range(len(months))]:
        return page._("{first} to {last}").format(first=first, last=last)
    text = page._("{count} months from {first} to {last}")
    return page.digits(text.format(count=len(months), first=first, last=last))


def limits_in_words(page: Here, behind: Behind, found: EvaluationsBehind) -> dict[str, str]:
    """Return what each limit says, by its name; the version of a form stands with the form."""
    _ = page._
    asked = found.question.in_language(page.language) if found.question else behind.question_id
    words: dict[str, Callable[[], str]] = {
        "team_id": lambda: _("Team {name}").format(name=_called(page, behind)),
        "agent_id": lambda: _("Agent: {name}").format(name=_called(page, behind, is_agent=True)),
        "channel": lambda: _("Channel: {name}").format(name=_channel(page, behind.channel or "")),
        "queue": lambda: _queue(page, behind.queue or ""),
        "form_id": lambda: _form(page, behind, found.form),
        "evaluator": lambda: _("Evaluator: {name}").format(name=_evaluator(page, behind)),
        "question_id": lambda: _("Question: {text}").format(text=asked),
        "result": lambda: _result(page, behind),
        "outcome": lambda: wording.outcome(_, behind.outcome),
        "lens": lambda: _("Questions: {lens}").format(lens=wording.lens(_, behind.lens or "")),
        "measured": lambda: (
            _("with a score") if behind.measured == "score" else _("with an outcome")
        ),
        "weekday": lambda: _weekday(page, behind.weekday or 0),
        "hour": lambda: page.digits(f"{behind.hour:02}:00–{behind.hour:02}:59"),
    }
    return {name: words[name]() for name in behind.limits if name in words}


def _called(page: Here, behind: Behind, *, is_agent: bool = False) -> str:
    known = directory(page.engine, page.actor)
    wanted = behind.agent_id if is_agent else behind.team_id
    for each in known.agents if is_agent else known.teams:
        if each.id == wanted:
            return page.called(each.name, each.name_fa)
    return str(wanted)


def _channel(page: Here, code: str) -> str:
    known = ("call", "chat", "email")
    return wording.channel(page._, code) if code in known else code


def _queue(page: Here, queue: str) -> str:
    return page._("Queue: {name}").format(name=queue) if queue else page._("No queue")


def _form(page: Here, behind: Behind, title: Wording | None) -> str:
    _, form = page._, title.in_language(page.language) if title else behind.form_id
    if behind.form_version is None:
        return _("Form {form}").format(form=form)
    text = _("Form {form}, version {version}")
    return text.format(form=form, version=page.digits(behind.form_version))


def _evaluator(page: Here, behind: Behind) -> str:
    return people(page, [behind.evaluator or ""]).get(behind.evaluator or "", "")


def _result(page: Here, behind: Behind) -> str:
    _ = page._
    return {
        "short": _("short of full points"),
        "fatal": _("with a fatal error"),
        "full": _("with full points"),
        "not_applicable": _("not applicable"),
        "applied": _("where it earned points"),
        "answered": _("answered"),
        "decided": _("asked"),
    }[behind.result or "applied"]


def _weekday(page: Here, day: int) -> str:
    return str(get_day_names("wide", locale=page.language)[day])
