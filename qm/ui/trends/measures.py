"""What can be measured of a group of evaluations, and which of them each figure rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qm.core.estimates import Estimate
from qm.core.forms.questions import LENSES, Lens
from qm.core.quality.figures import Figures
from qm.ui import wording
from qm.ui.here import Here


@dataclass(frozen=True)
class Measure:
    """A figure by its name; `limits` are those of the evaluations behind it (`Behind`)."""

    code: str
    title: str
    of: Callable[[Figures], Estimate]
    limits: Mapping[str, Any]

    def said(self, page: Here, value: float | None) -> str:
        """Return a value of this measure: scores are points, all else is a share in percent."""
        return page.number(value) if self.code == "score" else page.percent(value)


def measures(page: Here) -> dict[str, Measure]:
    """Return the measures by their codes, the score first."""
    _ = page._
    found = [
        Measure("score", _("Quality score"), lambda figures: figures.score, {"measured": "score"}),
        Measure("passed", _("Pass rate"), lambda figures: figures.passed, {"measured": "outcome"}),
        *(_accuracy(page, lens) for lens in LENSES),
        Measure("fatal_rate", _("Fatal rate"), lambda figures: figures.fatal_rate, {}),
        Measure(
            "defects",
            _("Defects per opportunity"),
            lambda figures: figures.defects,
            {"result": "applied"},
        ),
    ]
    return {measure.code: measure for measure in found}


def _accuracy(page: Here, lens: Lens) -> Measure:
    title = page._("Accuracy: {lens}").format(lens=wording.lens(page._, lens))
    return Measure(lens, title, lambda figures: figures.critical[lens], {"lens": lens})
