"""What is still open, in one line: “3 open: questions 4, 7 · comment missing at 9”."""

from collections.abc import Collection, Sequence

from qm.core.forms.completeness import Lack
from qm.core.forms.form import Form
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import called_together
from qm.ui.here import Here


def open_points(
    page: Here, form: Form, missing: Sequence[Lack], misfits: Collection[str] = ()
) -> None:
    """Say what an evaluation still lacks, and which entries (`misfits`) are no answers."""
    _ = page._
    by_kind: dict[str, list[str]] = {}
    for lack in missing:
        by_kind.setdefault(lack.missing, []).append(lack.question_id)
    said = []
    for kind, questions in by_kind.items():
        names = called_together(page, form, questions)
        if kind == "answer":
            text = _("{count} open: questions {questions}")
            said.append(text.format(count=page.number(len(questions), 0), questions=names))
        else:
            told = _("{missing} at {questions}")
            said.append(told.format(missing=wording.missing(_, kind), questions=names))
    if misfits:
        names = called_together(page, form, misfits)
        said.append(_("no answer yet, see the note: {questions}").format(questions=names))
    # Also an empty one: what comes below stays where it is.
    theme.row(*(theme.words(f"✱ {text}", "mute") for text in said))
