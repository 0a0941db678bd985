"""Sampling policy files → policies, or what is wrong with them."""

from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from qm.core.problems import BadInput, Problem
from qm.core.sampling.policy import Policy
from qm.core.sampling.policy_lint import findings
from qm.intake.model_problems import in_document, model_problems
from qm.intake.yaml_files import read_text, read_yaml

POLICY_FILE = "sampling.yaml"


class PolicyReading(NamedTuple):
    """What came of reading a policy: none where there are problems; warnings do not block."""

    policy: Policy | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def read_policy(path: Path) -> Policy:
    """Return the sampling policy in the file; raises `BadInput` with every problem in it."""
    reading = check_policy(path)
    if reading.policy is None:
        raise BadInput(reading.problems)
    return reading.policy


def check_policy(path: Path) -> PolicyReading:
    """Return the sampling policy in the file with every finding; never raises for a bad file."""
    try:
        return read_policy_text(read_text(path), path.name)
    except BadInput as error:
        return PolicyReading(None, error.problems)


def read_policy_text(text: str, place: str) -> PolicyReading:
    """Return the policy that `text` writes, or every problem with its line.

    `place` is the name the problems show. Never raises for a bad text.
    """
    try:
        document = read_yaml(text, place)
    except BadInput as error:
        return PolicyReading(None, error.problems)
    try:
        policy = Policy.model_validate(document.value)
    except ValidationError as error:
        return PolicyReading(None, tuple(model_problems(error, Policy, document, place)))
    except BadInput as error:
        return PolicyReading(None, in_document(error.problems, document, place))
    return PolicyReading(policy, (), in_document(findings(policy), document, place))
