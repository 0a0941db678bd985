"""Problems that say the same are told once, with every place where they are said."""

from __future__ import annotations

from qm.core.problems import N_, Problem, explain, merged

HEAVY = explain("test.heavy", N_("It weighs {kg}."), N_("Carry it in two."))


def heavy(kg: int, field: str | None, place: str = "a.yaml") -> Problem:
    return Problem(HEAVY, place, row=3, field=field, values={"kg": kg})


def test_what_says_the_same_is_told_once() -> None:
    problems = [heavy(1, "x"), heavy(2, "x"), heavy(1, "y"), heavy(1, "x"), heavy(1, "z", "b.yaml")]
    told = merged(problems)
    assert [(p.place, p.field, p.values["kg"], p.row) for p in told] == [
        ("a.yaml", "x, y", 1, None),
        ("a.yaml", "x", 2, 3),
        ("b.yaml", "z", 1, 3),
    ]


def test_of_many_places_the_first_are_named_and_the_others_counted() -> None:
    (told,) = merged([heavy(1, f"f{n}") for n in range(9)], most=3)
    assert told.field == "f0, f1, f2 (+6)"


def test_a_problem_without_a_field_stays_as_it_is() -> None:
    assert merged([heavy(1, None), heavy(1, None)]) == [heavy(1, None)]
