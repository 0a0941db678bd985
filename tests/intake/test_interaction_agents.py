from __future__ import annotations

import pytest

from tests.intake.reading import Reader, row


def test_all_agents_are_read_in_order(reader: Reader) -> None:
    (found,) = reader.rows(row(agents=" reza.karimi : 300 ; sara.nouri:12.5;")).rows
    assert found.agents == (("reza.karimi", 300.0), ("sara.nouri", 12.5))
    (persian,) = reader.rows(row(agent="علي", agents="علی:۱۲؛ ext:7:۳۰")).rows
    assert persian.agents == (("علی", 12.0), ("ext:7", 30.0))


def test_an_empty_cell_names_nobody(reader: Reader) -> None:
    assert reader.rows(row(agents=" ")).rows[0].agents is None


@pytest.mark.parametrize(
    ("agents", "code", "value"),
    [
        ("sara.nouri", "import.agents_unreadable", "sara.nouri"),
        ("sara.nouri:1;;reza.karimi:2", "import.agents_unreadable", ""),
        ("sara.nouri:1;:2", "import.agents_unreadable", ":2"),
        ("sara.nouri:long", "import.not_a_number", "long"),
        ("sara.nouri:-1", "import.negative", "-1"),
        ("sara.nouri:86401", "import.too_many_seconds", "86401"),
        ("sara.nouri:1; sara.nouri:2", "import.agent_twice", "sara.nouri"),
        ("reza.karimi:1", "import.agent_not_among", "sara.nouri"),
    ],
)
def test_agents_that_cannot_be_taken(reader: Reader, agents: str, code: str, value: str) -> None:
    problem = reader.rejected(agents=agents)
    assert (problem.code, problem.field, problem.values["value"]) == (code, "agents", value)


def test_a_row_has_at_most_fifty_agents(reader: Reader) -> None:
    others = [f"a{number}:1" for number in range(50)]
    assert reader.rejected(agents="; ".join(["sara.nouri:1", *others])).values["count"] == 51
    assert reader.rows(row(agents="; ".join(["sara.nouri:1", *others[1:]]))).rows


def test_a_contact_may_be_internal(reader: Reader) -> None:
    assert reader.rows(row(direction="Internal")).rows[0].direction == "internal"


def test_the_hash_of_a_row_without_agents_is_that_of_earlier_releases(reader: Reader) -> None:
    cells = row(talk_s="184.5", queue="sales", note="x")
    (plain,) = reader.rows(cells).rows
    assert plain.row_sha256 == "bfd0f16369e9eda4144153ebb611d53b531ce73a582db415ea68311f8c358c38"
    (empty,) = reader.rows({**cells, "agents": ""}).rows
    assert empty.row_sha256 == plain.row_sha256
    (named,) = reader.rows({**cells, "agents": "sara.nouri:184"}).rows
    (longer,) = reader.rows({**cells, "agents": "sara.nouri:185"}).rows
    assert len({plain.row_sha256, named.row_sha256, longer.row_sha256}) == 3
