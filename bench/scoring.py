"""Scoring, one by one and in bulk: `make bench-scoring`.

The form has 20 questions in five sections, with N/A, a condition, critical questions and fatal
answers, scored by weighted sections. The reference is named twice: the published figure of an
open peer's scoring core (AIQA, `scoringService.js` under Node.js, floats, fewer rules: 17,969
evaluations/s on a machine of this class), and, in the same run, the plainest float program that
knows just this one form's rules.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from bench.figures import Figure, exit_code
from qm.core.forms.answer_values import answer_of_text
from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.scoring.bulk import score_table
from qm.core.scoring.score import score

PEER_PER_S = 17_969
BULK_PER_S = 100_000
ONE_BY_ONE = 20_000
_COMPARED = 2_000
_ROUNDS = 5

Given = Mapping[str, str]


def form_of_20() -> Form:
    """Return the form that is measured."""
    sections = []
    for at in range(5):
        questions = [_question(4 * at + n) for n in range(4)]
        sections.append(
            {"id": f"s{at}", "title": {"en": "S"}, "weight": 10 + 5 * at, "questions": questions}
        )
    content = {
        "form": "bench",
        "version": "1",
        "channel": "call",
        "title": {"en": "Bench"},
        "pass_percent": 75,
        "sections": sections,
    }
    return Form.model_validate(content)


def _question(number: int) -> dict[str, object]:
    levels = [("full", 2), ("part", 1), ("none", 0)]
    options: list[dict[str, object]] = [
        {"id": name, "label": {"en": name}, "points": points} for name, points in levels
    ]
    question: dict[str, object] = {
        "id": f"q{number}",
        "text": {"en": "?"},
        "weight": 1 + number % 3,
        "options": options,
    }
    if number % 5 == 1:
        question["not_applicable"] = True
    if number % 7 == 2:
        question["critical"] = "compliance"
        options[-1]["fatal"] = True
    if number == 19:
        question["when"] = {"question": "q3", "answered": ["full", "part"]}
    return question


def evaluations(form: Form, count: int) -> pd.DataFrame:
    """Return answers as they lie in the store: a row per evaluation, a column per question."""
    rng = np.random.default_rng(1405)
    columns = {}
    for question in form.questions():
        names = [*("full", "part", "none"), *(["n/a"] if question.allows_not_applicable else [])]
        shares = np.array([70, 18, 12, *([15] if len(names) == 4 else [])], dtype=float)
        columns[question.id] = rng.choice(
            np.array(names, dtype=object), count, p=shares / shares.sum()
        )
    return pd.DataFrame(columns)


def read(form: Form, row: Given) -> dict[str, Answer]:
    """Return one row as the answers that the page and the store hand to scoring."""
    asked = {question.id: question for question in form.questions()}
    return {name: answer_of_text(asked[name], text) for name, text in row.items()}


def plain_float(form: Form) -> Callable[[Given], float]:
    """Return the reference: this form's weighted sum in floats, and nothing else."""
    points = {"full": 1.0, "part": 0.5, "none": 0.0}
    sections = [
        (float(section.weight), [(q.id, float(q.weight)) for q in section.questions])  # type: ignore[union-attr]
        for section in form.sections
    ]

    def percent(given: Given) -> float:
        total = weights = 0.0
        for section_weight, questions in sections:
            earned = possible = 0.0
            for name, weight in questions:
                answer = given[name]
                if answer == "n/a" or (name == "q19" and given["q3"] == "none"):
                    continue
                earned += weight * points[answer]
                possible += weight
            if possible:
                total += section_weight * earned / possible
                weights += section_weight
        return 100 * total / weights

    return percent


def fastest(work: Callable[[], object], count: int) -> float:
    """Return evaluations per second in the fastest of some rounds."""
    times = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return count / min(times)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the figures, and return 0 where every goal is reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--evaluations", type=int, default=500_000)
    count = parser.parse_args(arguments).evaluations
    form = form_of_20()
    table = evaluations(form, count)
    rows: list[Given] = table.head(ONE_BY_ONE).to_dict("records")  # type: ignore[assignment]
    answers = [read(form, row) for row in rows]
    one = fastest(lambda: [score(form, given) for given in answers], len(answers))
    floats = plain_float(form)
    reference = fastest(lambda: [floats(row) for row in rows], len(rows))
    bulk = fastest(lambda: score_table(form, table), count)
    scored = score_table(form, table)
    same = sum(
        float(card.percent or 0) == scored["percent"].iloc[place]
        and card.outcome == scored["outcome"].iloc[place]
        for place, card in enumerate(score(form, given) for given in answers[:_COMPARED])
    )
    near = sum(
        abs(floats(row) - scored["percent"].iloc[place]) <= 0.05 + 1e-9
        for place, row in enumerate(rows[:_COMPARED])
    )
    compared = min(_COMPARED, len(rows))
    print(f"{count} evaluations of {len(table.columns)} questions; fastest of {_ROUNDS} rounds")
    print(f"plain floats, this form's rule only: {reference:.0f} evaluations/s")
    print(f"ours with ledger / plain floats: {one / reference:.2f}")
    print(f"ours in bulk / plain floats: {bulk / reference:.2f}")
    figures = [
        Figure("one_by_one", one, "evaluations/s", f">={PEER_PER_S}", one >= PEER_PER_S),
        Figure("bulk", bulk, "evaluations/s", f">={BULK_PER_S}", bulk >= BULK_PER_S),
        Figure("bulk_same_as_one_by_one", same, "evaluations", str(compared), same == compared),
        Figure(
            "within_rounding_of_plain_floats", near, "evaluations", str(compared), near == compared
        ),
    ]
    print(*figures, sep="\n")
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main())
