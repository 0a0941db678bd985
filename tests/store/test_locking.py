from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

from qm.store.engine import migrate, open_engine, transaction
from qm.store.locking import locked
from qm.store.tables import Team


def test_of_two_who_decide_at_once_the_second_sees_what_the_first_did(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    with transaction(engine) as session:
        session.add(Team(id="orders", name="undecided"))
    both_are_there = Barrier(2)

    def decide(who: str) -> bool:
        with transaction(engine) as session:
            known = session.get(Team, "orders")  # as it was before the other one
            both_are_there.wait()
            team = locked(session, Team, "orders")
            assert team is not None
            assert team is known
            if team.name != "undecided":
                return False
            sleep(0.1)
            team.name = who
            return True

    with ThreadPoolExecutor() as pool:
        decided = list(pool.map(decide, ["one", "other"]))
    assert sorted(decided) == [False, True]
    with transaction(engine) as session:
        assert session.get_one(Team, "orders").name == ("one" if decided[0] else "other")
        assert locked(session, Team, "nowhere") is None
