"""The sheet `form` of a workbook: the settings of a form, one on each row."""

import difflib
from collections.abc import Mapping
from typing import Any, NamedTuple

from qm.core.forms.form import CHANNELS
from qm.core.forms.methods import METHODS
from qm.core.problems import N_, explain
from qm.exchange.sheets.books import Table
from qm.exchange.sheets.cells import BadCell, read_cell
from qm.exchange.sheets.layout import FORM, POLICIES, YES_NO, Kind
from qm.exchange.sheets.reading import Reading, Record, records_of

UNKNOWN_SETTING = explain(
    "sheets.unknown_setting",
    N_("The setting “{setting}” is not known."),
    N_("Write one of: {known}."),
)
SETTING_TWICE = explain(
    "sheets.setting_twice",
    N_("The setting “{setting}” is there twice."),
    N_("Take one of the two rows away."),
)


class Setting(NamedTuple):
    """A row of the sheet `form`; its texts stand in the columns en and fa."""

    name: str
    kind: Kind
    meaning: str
    choices: tuple[str, ...] = ()


SETTINGS = (
    Setting("form", "word", N_("The id of the form, the same in every version.")),
    Setting("version", "word", N_("A whole number; a published version never changes.")),
    Setting("channel", "word", N_("What is evaluated."), CHANNELS),
    Setting("title", "text", N_("The form's name.")),
    Setting("description", "text", N_("What the form is for.")),
    Setting("effective_from", "day", N_("The first day it is for, like 2026-03-21.")),
    Setting("effective_to", "day", N_("The last day it is for.")),
    Setting("scoring", "word", N_("How answers become the score."), tuple(METHODS)),
    Setting("start_points", "number", N_("Points an evaluation begins with.")),
    Setting("lowest_percent", "number", N_("No score is below this.")),
    Setting("highest_percent", "number", N_("No score is above this.")),
    Setting("pass_percent", "number", N_("A score from here on passes.")),
    Setting("places", "number", N_("Decimals of the score.")),
    Setting("not_applicable", "word", N_("What becomes of the weight of N/A."), POLICIES),
    Setting("fatal", "word", N_("What a fatal answer makes of the score."), ("keep", "zero")),
    Setting(
        "critical_gate_percent",
        "number",
        N_("A critical question below this share of its points makes the score zero."),
    ),
    Setting(
        "outside_control",
        "flag",
        N_("Findings may be tagged as outside the agent's control."),
        YES_NO,
    ),
)
# Where the parts of a setting's value stand: a text in two languages, anything else by itself.
VALUE_OF_SETTING = (
    FORM.column("value")._replace(path=()),
    FORM.column("en"),
    FORM.column("fa"),
)


def settings_of(table: Table | None, reading: Reading) -> dict[str, Record]:
    """Return the rows of the sheet `form` by their setting; each has its value as data."""
    settings = {setting.name: setting for setting in SETTINGS}
    found: dict[str, Record] = {}
    for record in records_of(FORM, table, (), reading):
        name = str(record.data.get("setting", "")).casefold()
        setting = settings.get(name)
        if setting is None:
            if name:
                known = ", ".join(difflib.get_close_matches(name, settings, n=1) or settings)
                values = {"setting": name[:60], "known": known}
                reading.wrong(UNKNOWN_SETTING, FORM.name, record.row, "setting", **values)
            continue
        if name in found:
            reading.wrong(SETTING_TWICE, FORM.name, record.row, "setting", setting=name)
            continue
        found[name] = record
        record.columns = VALUE_OF_SETTING
        try:
            held = _setting_value(setting, record.data)
        except BadCell as bad:
            reading.wrong(bad.code, FORM.name, record.row, "value", **bad.values)
            held = None
        record.data = {} if held is None else {name: held}
    return found


def _setting_value(setting: Setting, data: Mapping[str, Any]) -> Any:
    value = read_cell(setting.kind, setting.choices, data.get("value"))
    if setting.kind != "text":
        return value
    texts = {key: data[key] for key in ("en", "fa") if key in data}
    return texts or ({"en": value} if value else None)
