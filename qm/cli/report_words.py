"""What the commands of the report print, as lines and as data."""

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from qm.core.centre import Centre
from qm.core.text import Wording
from qm.locale import translator
from qm.reports.words import word
from qm.store.reports import ClosedReport
from qm.workflow.report_destinations import DeliveryOfReport
from qm.workflow.report_reading import Verification


def as_data(value: Any) -> Any:
    """Return what a command found as values that JSON can hold."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: as_data(getattr(value, name)) for name in names}
    if isinstance(value, Wording):
        return value.model_dump(exclude_none=True)
    if isinstance(value, BaseModel):
        return {name: as_data(each) for name, each in value.model_dump().items()}
    if isinstance(value, dict):
        return {name: as_data(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def line_of(closed: ClosedReport, centre: Centre) -> str:
    """Tell a closed report in a line."""
    changes = f", {closed.changes} changes" if closed.number > 1 else ""
    reason = f": {word(closed.reason, translator('en'))}" if closed.reason else ""
    return (
        f"{closed.period} number {closed.number}, {_at(closed.closed_at, centre)} "
        f"by {closed.closed_by}, data {closed.data_sha256}, report {closed.content_sha256}"
        f"{changes}{reason}"
    )


def lines_of_deliveries(found: Iterable[DeliveryOfReport], centre: Centre) -> Iterator[str]:
    """Tell deliveries, a line each."""
    for each in found:
        sent = each.delivery
        when = f" {_at(sent.done_at, centre)}" if sent.done_at else ""
        tries = f", {sent.tries} tries" if sent.tries > 1 else ""
        error = f": {sent.error}" if sent.error else ""
        formats = ",".join(sent.formats)
        yield (
            f"  {sent.way} {sent.target} ({formats}, {sent.language}): "
            f"{sent.state}{when}{tries}{error}"
        )


def verification_data(found: Verification) -> dict[str, Any]:
    """Return a verification as data, with whether it holds."""
    return {**as_data(found), "holds": found.holds}


def lines_of_verification(found: Verification) -> Iterator[str]:
    """Tell what a frozen report is worth today."""
    yield f"number {found.number}"
    yield f"report {found.content_sha256}: {_whole(found.content_is_whole)}"
    yield f"data {found.data_sha256}: {_whole(found.basis_is_whole)}"
    if found.holds:
        yield "the database gives the same data"
    for change in found.changes:
        yield f"  {_told(change)}"


def _whole(is_whole: bool) -> str:
    return "whole" if is_whole else "NOT what was frozen"


def _told(change: dict[str, Any]) -> str:
    scores = [change["before"], change["after"]]
    moved = "" if scores == [None, None] else f" {_score(scores[0])} → {_score(scores[1])}"
    by = f" by {change['by'].in_language('en')}" if change["by"] else ""
    why = f": {change['reason']}" if change["reason"] else ""
    subject = change["interaction_id"] or ""
    return " ".join(f"{word(change['what'], str)} {subject}{moved}{by}{why}".split())


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _at(moment: datetime, centre: Centre) -> str:
    return f"{moment.astimezone(centre.zone):%Y-%m-%d %H:%M}"
