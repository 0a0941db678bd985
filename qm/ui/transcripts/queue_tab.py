"""The queue of recordings: what is where right now, and what may be changed about it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from qm.core.problems import BadInput, Problem
from qm.core.queue_time import TimeLeft
from qm.ui import theme, wording
from qm.ui.here import Here, here, rerun_by_itself, show_problems
from qm.ui.names import people
from qm.ui.tables import table
from qm.ui.transcripts.queue_actions import held_picker, pause_button, retry_picker
from qm.workflow.transcription_queue import Queue, list_done, list_queue

ROWS_SHOWN = 100
_REFRESH_S = 4


def show_queue(page: Here) -> None:
    """Show the queue as it moves, what failed with its reason, what waits, and the latest words."""
    _ = page._
    _live()
    queue = _queue(page)
    if not any(queue.counts.values()):
        st.info(_("No drawn call with a recording is there yet: draw a period first."))
        return
    with theme.card("failed"):
        st.subheader(_("Failed recordings"))
        _failed(page, queue)
    with theme.card("waiting"):
        st.subheader(_("Waiting"))
        _waiting(page, queue)
    with theme.card("done"):
        st.subheader(_("Transcribed last"))
        _done(page)


@st.fragment(run_every=_REFRESH_S)
def _live() -> None:
    """Show what moves by itself; where a recording failed or came in, the whole page is new."""
    page = here(by_itself=True)
    _ = page._
    queue = _queue(page)
    settled = {name: queue.counts[name] for name in ("failed", "held", "put_off", "done")}
    if st.session_state.setdefault("queue-settled", settled) != settled:
        st.session_state["queue-settled"] = settled
        rerun_by_itself()
    with theme.card("queue"):
        _counts(page, queue)
        _pace(page, queue)
        pause_button(page, is_paused=queue.paused_at is not None)
        _workers(page, queue)
        _running(page, queue)


def _queue(page: Here) -> Queue:
    return list_queue(page.engine, page.actor, now=page.now(), limit=ROWS_SHOWN)


def _counts(page: Here, queue: Queue) -> None:
    _ = page._
    names = {
        "waiting": _("waiting"),
        "held": _("held"),
        "put_off": _("put off"),
        "running": _("being transcribed"),
        "failed": _("failed"),
        "done": _("transcribed"),
    }
    theme.row(
        *(
            theme.pill(
                f"{names[name]}: {page.number(count, 0)}",
                "bad" if name == "failed" and count else "plain",
            )
            for name, count in queue.counts.items()
        )
    )


def _pace(page: Here, queue: Queue) -> None:
    _ = page._
    if queue.paused_at and queue.paused_by:
        text = _("Paused by {who}, {when}: nothing new is begun.")
        who = people(page, [queue.paused_by])[queue.paused_by]
        said = text.format(who=who, when=page.moment(queue.paused_at))
        theme.row(theme.pill(_("Paused"), "warn"), theme.words(said))
    theme.row(theme.words(_("Time left:"), "mute"), theme.words(_time_left(page, queue.left)))
    if queue.pace is not None:
        text = _("One worker needs {pace} s for a second of sound (last {n} recordings).")
        pace = page.number(queue.pace, 2)
        st.caption(text.format(pace=pace, n=page.number(queue.measured, 0)))


def _time_left(page: Here, left: TimeLeft) -> str:
    _ = page._
    if left.unknown is None:
        return page.clock(left.seconds)
    return {
        "no_worker": _("unknown: no worker is running. Start one: qm worker"),
        "nothing_measured": _("unknown: nothing was transcribed yet"),
        "no_length": _("unknown: the recordings' lengths are not known"),
    }[left.unknown]


def _workers(page: Here, queue: Queue) -> None:
    _ = page._
    text = _("Workers alive: {n}. This page never transcribes; “qm worker” does.")
    st.caption(text.format(n=page.number(len(queue.workers), 0)))


def _running(page: Here, queue: Queue) -> None:
    _ = page._
    if queue.running.empty:
        return
    rows = [
        {
            _("Interaction"): row["interaction_id"],
            _("Recording"): row["recording_file"] or "",
            _("Worker"): f"{row['host']} {row['pid']}" if row["host"] else "–",
            _("Heard"): page.percent(_heard_percent(row), 0),
            _("Length"): page.clock(row["length_s"]),
            _("Time left"): page.clock(row["left_s"]),
            _("Try"): page.number(row["attempts"], 0),
        }
        for row in queue.running.to_dict("records")
    ]
    table(pd.DataFrame(rows), numeric=[_("Heard"), _("Length"), _("Time left"), _("Try")])


def _heard_percent(row: Mapping[Any, Any]) -> float | None:
    if not row["length_s"] or row["heard_s"] is None:
        return None
    return float(min(100 * row["heard_s"] / row["length_s"], 100.0))


def _failed(page: Here, queue: Queue) -> None:
    _ = page._
    if queue.failed.empty:
        st.caption(_("Nothing failed."))
        return
    rows = [
        {
            _("Interaction"): row["interaction_id"],
            _("Recording"): row["recording_file"] or "",
            _("Why"): page.problem(Problem.from_data(row["problem"])) if row["problem"] else "",
            _("Tries"): page.number(row["attempts"], 0),
            _("Changed"): page.moment(row["updated_at"]),
        }
        for row in queue.failed.to_dict("records")
    ]
    table(pd.DataFrame(rows), numeric=[_("Tries")])
    _more(page, len(rows), queue.counts["failed"])
    _told(page, retry_picker(page, list(queue.failed["interaction_id"])))


def _waiting(page: Here, queue: Queue) -> None:
    _ = page._
    if queue.waiting.empty:
        st.caption(_("Nothing waits."))
        return
    rows = [
        {
            _("Interaction"): row["interaction_id"],
            _("Recording"): row["recording_file"] or "",
            _("Length"): page.clock(row["length_s"]),
            _("State"): _wait_of(page, row),
            _("Why"): page.problem(Problem.from_data(row["problem"])) if row["problem"] else "",
        }
        for row in queue.waiting.to_dict("records")
    ]
    table(pd.DataFrame(rows), numeric=[_("Length")])
    _more(page, len(rows), sum(queue.counts[name] for name in ("waiting", "held", "put_off")))
    _told(page, held_picker(page, queue.waiting))


def _wait_of(page: Here, row: Mapping[Any, Any]) -> str:
    _ = page._
    if row["is_held"]:
        return _("held")
    if row["next_try_at"] is not None and row["next_try_at"] > page.now():
        return _("put off until {when}").format(when=page.moment(row["next_try_at"]))
    return _("waiting")


def _done(page: Here) -> None:
    _ = page._
    done = list_done(page.engine, page.actor, limit=ROWS_SHOWN)
    if done.empty:
        st.caption(_("Nothing was transcribed yet."))
        return
    rows = [
        {
            _("Interaction"): row["interaction_id"],
            _("Recording"): row["recording_file"] or "",
            _("Length"): page.clock(row["length_s"]),
            _("Channels"): page.number(row["channels"], 0),
            _("Language"): (
                wording.spoken_language(page.language, row["language"]) if row["language"] else ""
            ),
            _("Model"): wording.speech_model(row["model"]),
            _("Changed"): page.moment(row["updated_at"]),
        }
        for row in done.to_dict("records")
    ]
    table(pd.DataFrame(rows), numeric=[_("Length"), _("Channels")])


def _more(page: Here, shown: int, all_: int) -> None:
    if all_ > shown:
        said = page._("{shown} of {all} recordings").format(shown=shown, all=all_)
        st.caption(page.digits(said))


def _told(page: Here, refusal: BadInput | None) -> None:
    if refusal is not None:  # somebody else was faster
        show_problems(page, refusal)
