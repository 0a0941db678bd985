"""Who is in the demo centre, the online shop Sepidar («سپیدار»): teams, agents and users."""

from dataclasses import dataclass

from qm.core.access import Role
from qm.core.periods import Period
from qm.core.text import Language

PASSWORD = "sepidar-1405"  # noqa: S105 (printed for everybody: it opens invented data only)
PERIODS = ("1405-06", "1405-07", "1405-08")
EARLIEST_MONTH = -5
"""The first of the small months before the three, which are counted from 0."""


def period_of(month: int) -> Period:
    """Return a demo month, counted from 0; those before are negative."""
    return Period.parse(PERIODS[0]).shift(month)


@dataclass(frozen=True)
class DemoTeam:
    """A team and the language that its customers speak; `queues` are those of its calls."""

    id: str
    name: str
    name_fa: str
    language: Language
    queues: tuple[str, ...]


@dataclass(frozen=True)
class DemoAgent:
    """An agent with a hidden quality: the chance, from 0 to 1, that a question goes well.

    `drift` is added from month to month of the three; `fatal` names the question on which the
    agent's spoken call deserves a fatal answer.
    """

    id: str
    name: str
    name_fa: str
    team: str
    quality: float
    drift: float = 0.0
    fatal: str | None = None

    def quality_in(self, month: int) -> float:
        """Return the hidden quality in a month, counted from 0; the same in all before."""
        return self.quality + self.drift * max(month, 0)


@dataclass(frozen=True)
class DemoUser:
    """Somebody who signs in."""

    username: str
    name: str
    name_fa: str
    role: Role
    language: Language
    team_id: str | None = None
    agent_id: str | None = None


TEAMS = (
    DemoTeam("orders", "Orders", "سفارش‌ها", "fa", ("order-status", "payment", "order-change")),
    DemoTeam("support", "Support", "پشتیبانی", "fa", ("returns", "warranty", "product-help")),
    DemoTeam("international", "International", "بین‌الملل", "en", ("intl-orders", "intl-returns")),
)

# Leila gets better from month to month and Hamid worse; the others stay as they are.
AGENTS = (
    DemoAgent("sara.nouri", "Sara Nouri", "سارا نوری", "orders", 0.93),
    DemoAgent("reza.karimi", "Reza Karimi", "رضا کریمی", "orders", 0.84),
    DemoAgent(
        "maryam.ahmadi", "Maryam Ahmadi", "مریم احمدی", "orders", 0.79, fatal="identity-check"
    ),
    DemoAgent(
        "hamid.rostami", "Hamid Rostami", "حمید رستمی", "orders", 0.90, -0.16, fatal="card-data"
    ),
    DemoAgent("neda.sharifi", "Neda Sharifi", "ندا شریفی", "support", 0.92),
    DemoAgent("ali.moradi", "Ali Moradi", "علی مرادی", "support", 0.62),
    DemoAgent("leila.jafari", "Leila Jafari", "لیلا جعفری", "support", 0.58, 0.16),
    DemoAgent("omid.sadeghi", "Omid Sadeghi", "امید صادقی", "support", 0.77),
    DemoAgent("emma.clark", "Emma Clark", "اما کلارک", "international", 0.94),
    DemoAgent("daniel.reed", "Daniel Reed", "دنیل رید", "international", 0.85, 0, "card-data"),
    DemoAgent("olivia.hart", "Olivia Hart", "اولیویا هارت", "international", 0.72),
    DemoAgent("adam.blake", "Adam Blake", "آدام بلیک", "international", 0.78),
)

USERS = (
    DemoUser("analyst", "Mina Azadi", "مینا آزادی", "analyst", "fa"),
    DemoUser("analyst2", "Kaveh Rad", "کاوه راد", "analyst", "fa"),
    DemoUser("analyst3", "Helen Marsh", "هلن مارش", "analyst", "en"),
    DemoUser("lead", "Parisa Kamali", "پریسا کمالی", "lead", "fa", team_id="orders"),
    DemoUser("lead2", "Behzad Amini", "بهزاد امینی", "lead", "fa", team_id="support"),
    DemoUser("lead3", "Grace Turner", "گریس ترنر", "lead", "en", team_id="international"),
    DemoUser("qa", "Shirin Vaziri", "شیرین وزیری", "qa_lead", "fa"),
    DemoUser("manager", "Nasrin Fallah", "نسرین فلاح", "manager", "fa"),
    DemoUser("admin", "Arash Daneshvar", "آرش دانشور", "admin", "fa"),
    DemoUser("agent", "Sara Nouri", "سارا نوری", "agent", "fa", agent_id="sara.nouri"),
    DemoUser("agent2", "Emma Clark", "اما کلارک", "agent", "en", agent_id="emma.clark"),
)

AGENT_BY_ID = {agent.id: agent for agent in AGENTS}
TEAM_BY_ID = {team.id: team for team in TEAMS}
