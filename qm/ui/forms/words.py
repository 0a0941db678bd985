"""The words for the codes of forms, their changes and their files."""

from collections.abc import Callable

from qm.core.forms.diff import Change
from qm.workflow.form_exchange import Source, Target

Translate = Callable[[str], str]


def state(_: Translate, code: str) -> str:
    """Name the state of a form version, or of a file that is none yet."""
    return {
        "draft": _("draft"),
        "errors": _("has errors"),
        "scheduled": _("scheduled"),
        "in_force": _("in force"),
        "superseded": _("superseded"),
        "ended": _("ended"),
        "retired": _("retired"),
    }[code]


def change(_: Translate, code: str) -> str:
    """Name what happened to a part of a form."""
    return {
        "added": _("added"),
        "removed": _("removed"),
        "changed": _("changed"),
        "moved": _("moved"),
    }[code]


def part(_: Translate, one: Change) -> str:
    """Name the part of a form that was changed, with its ids."""
    kind = {
        "setting": _("Setting"),
        "band": _("Band"),
        "section": _("Section"),
        "question": _("Question"),
        "option": _("Option"),
        "range": _("Range"),
        "reason": _("Reason"),
    }[one.part]
    return f"{kind} {one.path}"


def source(_: Translate, code: Source | None) -> str:
    """Name what an uploaded file is."""
    return {
        None: _("Form file (YAML or XLSX)"),
        "genesys": "Genesys Cloud (JSON)",
        "connect": "Amazon Connect (JSON)",
        "xlsx": _("Form file (YAML or XLSX)"),
        "csv": _("Table of questions (CSV)"),
        "rules": _("Rules (JSON)"),
    }[code]


def target(_: Translate, code: Target) -> str:
    """Name a file that a form can be downloaded as."""
    return {
        "yaml": "YAML",
        "xlsx": "XLSX",
        "genesys": "Genesys Cloud",
        "connect": "Amazon Connect",
    }[code]
