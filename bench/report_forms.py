"""Three forms of 20 questions, and sheets that were filled in and scored on them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from bench.scoring import evaluations, form_of_20, read
from qm.core.access import COMMAND_LINE
from qm.core.forms.form import Form
from qm.core.scoring.score import score
from qm.exchange.form_yaml import form_text
from qm.store.tables import AnswerRow
from qm.workflow.evaluation_rows import answer_rows, scored
from qm.workflow.forms import publish_form

CHANNELS = {"call": 0.7, "chat": 0.2, "email": 0.1}
"""The channels of the centre, each with its part of the interactions; a form each."""
CHANGED = "call"
"""The form that has a second version; the others have one."""

_CRITICAL = {2: "compliance", 5: "customer", 9: "compliance", 12: "business", 16: "compliance"}
_BEFORE = datetime(2024, 1, 1, tzinfo=UTC)


class Sheets(NamedTuple):
    """Answers as analysts might give them, scored, the lowest score first.

    `scores` has a row per sheet, with the columns of an evaluation that come from its answers;
    `answers` those of the sheets, so many rows each, with the place of the sheet as `sheet`.
    """

    scores: pd.DataFrame
    answers: pd.DataFrame


def form_of(channel: str, version: str) -> Form:
    """Return the form of a channel; version 2 asks its first question in other words."""
    content = form_of_20().model_dump(mode="json", by_alias=True, exclude_unset=True)
    content |= {"form": channel, "channel": channel, "version": version, "outside_control": True}
    content["title"] = {"en": f"Form for {channel}", "fa": f"فرم {channel}"}
    for number, question in enumerate(
        question for section in content["sections"] for question in section["questions"]
    ):
        words = "Did" if number or version == "1" else "How well did"
        question["text"] = {
            "en": f"{words} the agent do what rule {number} of this channel asks for?",
            "fa": f"آیا کارشناس قاعدهٔ {number} این کانال را رعایت کرد؟",
        }
        if number in _CRITICAL:
            question["critical"] = _CRITICAL[number]
    return Form.model_validate(content)


def publish_forms(engine: Engine, folder: Path) -> dict[tuple[str, str], str]:
    """Publish the forms, and return the hash of each version."""
    hashes = {}
    for channel in CHANNELS:
        for version in ("1", "2") if channel == CHANGED else ("1",):
            path = folder / f"{channel}-{version}.yaml"
            path.write_text(form_text(form_of(channel, version)), encoding="utf-8")
            row = publish_form(engine, COMMAND_LINE, path, lock_path=folder / "LOCK", now=_BEFORE)
            hashes[channel, version] = row.sha256
    return hashes


def sheets_of(channel: str, count: int) -> Sheets:
    """Return so many scored sheets of a channel's form, the same at every call."""
    form = form_of(channel, "1")
    rng = np.random.default_rng(len(channel))
    given: list[dict[str, str]] = evaluations(form, count).to_dict("records")  # type: ignore[assignment]
    outside = rng.integers(0, 100, count) < 3
    scores, rows = [], []
    for sheet, (texts, is_outside) in enumerate(zip(given, outside, strict=True)):
        answers = read(form, texts)
        if is_outside:
            answers["q4"] = answers["q4"].model_copy(update={"outside_control": True})
        card = score(form, answers)
        scores.append(scored(form, card))
        rows += [_columns(row, sheet) for row in answer_rows(form, answers, card)]
    order = pd.DataFrame(scores).sort_values("percent", kind="stable", na_position="first")
    places = pd.Series(range(count), index=order.index)
    answers_of = pd.DataFrame(rows)
    answers_of["sheet"] = answers_of["sheet"].map(places)
    return Sheets(order.reset_index(drop=True), answers_of.sort_values("sheet", kind="stable"))


def _columns(row: AnswerRow, sheet: int) -> dict[str, Any]:
    columns = row.model_dump(exclude={"evaluation_id", "evidence", "reasons"})
    return {**columns, "evidence": "[]", "reasons": "[]", "sheet": sheet}
