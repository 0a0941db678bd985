"""Data that was put together from rows → a form, or what is wrong at which path of it."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from qm.core.forms.form import Form
from qm.core.problems import BadInput, Problem
from qm.intake.model_problems import model_problems
from qm.intake.yaml_files import Document, YamlPath

_STEP = re.compile(r"([a-z_]+)|\[([0-9]+)\]")


def validated(
    data: Mapping[str, Any], place: str
) -> tuple[Form | None, list[tuple[YamlPath, Problem]]]:
    """Return the form that `data` is, or every problem with the path of what it is about."""
    try:
        return Form.model_validate(data), []
    except ValidationError as error:
        paths = _Paths()
        problems = model_problems(error, Form, paths, place)
        # The rows of these problems are places in the list of paths that were asked for.
        return None, [(paths.asked[problem.row or 0], problem) for problem in problems]
    except BadInput as bad:
        return None, [(path_of(problem.field or ""), problem) for problem in bad.problems]


def path_of(written: str) -> YamlPath:
    """Return the path that messages write as `sections[0].questions[1]`."""
    return tuple(name or int(place) for name, place in _STEP.findall(written))


class _Paths(Document):
    """A document that notes the path of each part whose line is asked for."""

    asked: list[YamlPath]

    def __init__(self) -> None:
        super().__init__({}, {})
        object.__setattr__(self, "asked", [()])

    def line_of(self, path: YamlPath) -> int:
        """Return the place of the path in the list of those asked for."""
        self.asked.append(path)
        return len(self.asked) - 1
