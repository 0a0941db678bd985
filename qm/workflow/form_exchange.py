"""Forms from and for other systems: one table of readers, one of writers."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Language
from qm.exchange.connect.exporting import write_connect
from qm.exchange.connect.reading import read_connect
from qm.exchange.exchanged import ExportedForm, ImportChoices, ImportedForm
from qm.exchange.form_yaml import form_text
from qm.exchange.genesys.reading import read_genesys
from qm.exchange.genesys.writing import write_genesys
from qm.exchange.lists.reading import read_csv
from qm.exchange.rule_forms import read_rules
from qm.exchange.sheets.workbooks import read_sheets, write_sheets
from qm.intake.answer_files import answers_text
from qm.intake.form_files import NO_FORMS
from qm.store.engine import transaction
from qm.store.forms import find_version
from qm.workflow.form_publishing import RESERVED_ID, placed
from qm.workflow.forms import FormFinding, check_text

Source = Literal["genesys", "connect", "xlsx", "csv", "rules"]
Target = Literal["genesys", "connect", "xlsx", "yaml"]

TOO_LARGE = explain(
    "exchange.too_large",
    N_("The file has more than {megabytes} MB."),
    N_("Take a file that holds nothing but the form."),
)
FILE_EXISTS = explain(
    "exchange.file_exists",
    N_("The forms folder has a file of this name."),
    N_("Give the form another id (--id), or say that the file may be replaced (--force)."),
)
SAME_ID = explain(
    "exchange.same_id",
    N_("Two forms of the document would get the id “{id}”."),
    N_("Give one of them another name there."),
)

MOST_BYTES = 5_000_000

_Reader = Callable[[bytes, str, ImportChoices], Sequence[ImportedForm]]
_READERS: Mapping[Source, _Reader] = {
    "genesys": lambda content, place, choices: [read_genesys(content, place, choices)],
    "connect": lambda content, place, choices: [read_connect(content, place, choices)],
    "xlsx": lambda content, place, _choices: [read_sheets(content, place)],
    "csv": lambda content, place, choices: [read_csv(content, place, choices)],
    "rules": read_rules,
}
_WRITERS: Mapping[Target, Callable[[Form, Language], ExportedForm]] = {
    "genesys": write_genesys,
    "connect": write_connect,
    "xlsx": write_sheets,
    "yaml": lambda form, _language: ExportedForm(f"{form.form}.yaml", form_text(form).encode()),
}


def import_forms(
    actor: Actor, source: Source, content: bytes, place: str, choices: ImportChoices
) -> tuple[ImportedForm, ...]:
    """Return the forms in a document of another system; nothing is kept.

    Mostly one; documents of rules hold several. `place` is the name that findings show. Raises
    `BadInput` for more than `MOST_BYTES`; other faults are problems of the imported form.
    """
    actor.require("publish_forms")
    if len(content) > MOST_BYTES:
        values = {"megabytes": MOST_BYTES // 10**6}
        raise BadInput(Problem(TOO_LARGE, place, values=values))
    return tuple(_READERS[source](content, place, choices))


def export_form(actor: Actor, form: Form, target: Target, language: Language) -> ExportedForm:
    """Return the form as a file of another system, with what that file cannot hold.

    `language` is that of the texts where the target knows only one.
    """
    actor.require("see_forms")
    return _WRITERS[target](form, language)


def finding_about(imported: ImportedForm, place: str) -> FormFinding:
    """Return what a check of the imported form finds, with its YAML text."""
    if imported.form is None:
        return FormFinding(Path(place), None, imported.problems)
    return check_text(form_text(imported.form), place)


def published_text(engine: Engine, actor: Actor, form: Form) -> str | None:
    """Return the text that was published as this version, None where it is a draft."""
    actor.require("see_forms")
    with transaction(engine) as session:
        row = find_version(session, form.form, form.version)
        return row.source if row else None


def keep_drafts(
    actor: Actor, imported: Sequence[ImportedForm], folder: Path, *, replace: bool = False
) -> tuple[Path, ...]:
    """Write imported forms into `folder` as YAML, all or none; return the files.

    Answers that came with a form go into `<id>.answers.json` beside it. Raises `BadInput` where a
    file of such a name holds something else, unless told to `replace` it.
    """
    actor.require("publish_forms")
    files: dict[Path, str] = {}
    for each in imported:
        if each.form:
            path = folder / f"{each.form.form}.yaml"
            _refuse_name(path, each.form, files)
            files[path] = form_text(each.form)
            if each.answers is not None:
                files[folder / f"{each.form.form}.answers.json"] = answers_text(each.answers)
    if not replace:
        _refuse_loss(files)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        for path, text in files.items():
            stack.enter_context(placed(path, text))
    return tuple(files)


def _refuse_name(path: Path, form: Form, files: Mapping[Path, str]) -> None:
    if path.name in NO_FORMS:
        values = {"id": form.form, "file": path.name}
        raise BadInput(Problem(RESERVED_ID, form.key, field="form", values=values))
    if path in files:
        raise BadInput(Problem(SAME_ID, form.key, field="form", values={"id": form.form}))


def _refuse_loss(files: Mapping[Path, str]) -> None:
    taken = [
        path for path, text in files.items() if path.exists() and path.read_bytes() != text.encode()
    ]
    if taken:
        raise BadInput([Problem(FILE_EXISTS, path.name) for path in taken])
