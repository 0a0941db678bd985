"""The rules of the monthly report, as data: when a month closes, what is shown, who gets it."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qm.core.mailing import require_address
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Language

KIND = "report"
"""The kind under which the store keeps these rules."""

Format = Literal["xlsx", "pdf", "csv", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)

FOLDER_UNSAFE = explain(
    "report.folder_unsafe",
    N_("“{value}” is no folder below that of the reports."),
    N_("Write names of letters, digits, “.”, “_”, “-”, parted by “/”, such as managers/monthly."),
)
GIVEN_TWICE = explain(
    "report.given_twice",
    N_("“{value}” stands there twice."),
    N_("List each one once."),
)

# A name begins with a letter or digit: no “..”, no hidden file, no option of a command.
_FOLDER = re.compile(r"[^\W_][\w.-]{0,99}(/[^\W_][\w.-]{0,99}){0,9}")


def require_folder(name: str) -> str:
    """Return the name of a folder below that of the reports; raises `BadInput` for others."""
    if not _FOLDER.fullmatch(name):
        raise BadInput(Problem(FOLDER_UNSAFE, KIND, field="folders", values={"value": name}))
    return name


def _once(items: tuple[str, ...]) -> tuple[str, ...]:
    for place, item in enumerate(items):
        if item in items[:place]:
            raise BadInput(Problem(GIVEN_TWICE, KIND, values={"value": item}))
    return items


class ReportRules(BaseModel):
    """What the centre set; the defaults hold before anybody set anything.

    A month is closed by itself `closes_after_days` after its end, and by hand where that is None.
    The report then goes, in each of `languages` and `formats`, to `folders` (below the reports'
    folder) and to the e-mail addresses of `recipients`; so does every revision. What rests on
    fewer than `smallest_group` evaluations is not shown, nor what would tell it; 0 and 1 show
    all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    closes_after_days: Annotated[int, Field(ge=0, le=365)] | None = None
    formats: Annotated[
        tuple[Format, ...], Field(min_length=1, max_length=4), AfterValidator(_once)
    ] = ("xlsx", "csv")
    languages: Annotated[
        tuple[Language, ...], Field(min_length=1, max_length=2), AfterValidator(_once)
    ] = ("fa",)
    folders: Annotated[
        tuple[Annotated[str, AfterValidator(require_folder)], ...],
        Field(max_length=20),
        AfterValidator(_once),
    ] = ()
    recipients: Annotated[
        tuple[Annotated[str, AfterValidator(require_address)], ...],
        Field(max_length=100),
        AfterValidator(_once),
    ] = ()
    smallest_group: Annotated[int, Field(ge=0, le=100)] = 0
