"""Files of rules that the centre sets → rules, or what is wrong with them."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from qm.core.problems import BadInput
from qm.intake.model_problems import in_document, model_problems
from qm.intake.yaml_files import read_text, read_yaml

Rules = TypeVar("Rules", bound=BaseModel)


def read_rules(path: Path, model: type[Rules]) -> Rules:
    """Return the rules in a YAML file; what it leaves out is as by default.

    Raises `BadInput` with every problem and its line.
    """
    return read_rules_text(read_text(path), path.name, model)


def read_rules_text(text: str, place: str, model: type[Rules]) -> Rules:
    """Return the rules that `text` writes; `place` is the name that problems show."""
    document = read_yaml(text, place)
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise BadInput(model_problems(error, model, document, place)) from error
    except BadInput as error:
        raise BadInput(in_document(error.problems, document, place)) from error
