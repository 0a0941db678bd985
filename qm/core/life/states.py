"""The states of a submitted evaluation, and the steps from one to another."""

from typing import Literal, get_args

State = Literal["submitted", "returned", "published", "acknowledged", "disputed", "closed"]
STATES: tuple[State, ...] = get_args(State)

Step = Literal[
    "submit",
    "return",
    "resubmit",
    "publish",
    "acknowledge",
    "dispute",
    "pass_on",
    "uphold",
    "change",
    "correct",
    "close",
]
STEPS: tuple[Step, ...] = get_args(Step)

PUBLISHED: frozenset[State] = frozenset({"published", "acknowledged", "disputed", "closed"})
"""The states in which the agent sees the evaluation."""

TRANSITIONS: dict[Step, tuple[frozenset[State | None], frozenset[State]]] = {
    "submit": (frozenset({None}), frozenset({"submitted", "closed"})),
    "return": (frozenset({"submitted"}), frozenset({"returned"})),
    "resubmit": (frozenset({"returned"}), frozenset({"submitted"})),
    "publish": (frozenset({"submitted", "returned"}), frozenset({"published"})),
    "acknowledge": (frozenset({"published"}), frozenset({"acknowledged", "closed"})),
    "dispute": (frozenset({"published", "acknowledged"}), frozenset({"disputed"})),
    "pass_on": (frozenset({"disputed"}), frozenset({"disputed"})),
    "uphold": (frozenset({"disputed"}), frozenset({"published", "closed"})),
    "change": (frozenset({"disputed"}), frozenset({"published", "closed"})),
    "correct": (frozenset({"published", "acknowledged", "closed"}), frozenset({"published"})),
    "close": (frozenset({"published", "acknowledged"}), frozenset({"closed"})),
}
"""From which states a step is taken (None: before the life begins), and to which it may lead.

`submit` leads to closed for an agent's own evaluation, which nobody publishes. A dispute that is
decided leads back to published while another round is left; a correction always does, so that the
agent learns of it. What was returned can be published as it is: its evaluator may have left.
"""


def leads(step: Step, from_state: State | None, to_state: State) -> bool:
    """Whether `step` leads from one state to the other."""
    sources, targets = TRANSITIONS[step]
    return from_state in sources and to_state in targets
