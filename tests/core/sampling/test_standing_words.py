"""Why an interaction stands where it stands, in words for people."""

from qm.core.sampling.explaining import explain
from qm.core.sampling.standing_words import sentences
from tests.core.sampling import small_populations as small

PERSIAN = {"call": "تماس", "chat": "گفت‌وگو", "e-mail": "ایمیل"}


def said(mails: int, chats: int = 0) -> str:
    rows = small.calls(40, channel="call")
    for row in rows[:mails]:
        row["channel"] = "email"
    for row in rows[mails : mails + chats]:
        row["channel"] = "chat"
    given = small.given(rows, percent=10, spread={"over": ["channel"]})
    standing = explain(given, "sara.nouri-0004")
    told = sentences(standing, given.policy, "fa", str)
    return "\n".join(each.said(lambda text: PERSIAN.get(text, text)) for each in told)


def test_a_stratum_of_one_channel_is_called_so() -> None:
    assert "Of these, 20 were alike (“ایمیل”); 2 of them were picked." in said(20)


def test_joined_strata_are_told_by_the_first_and_the_last() -> None:
    assert "“گفت‌وگو to ایمیل”" in said(7, chats=4)


def test_a_stratum_that_holds_everything_is_not_told() -> None:
    assert "alike" not in said(40)
