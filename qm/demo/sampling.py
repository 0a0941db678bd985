"""The demo's sampling: seeds committed to, months drawn and verified, assigned, replaced."""

from datetime import timedelta

from qm.core.problems import BadInput
from qm.demo.cast import PERIODS, USERS
from qm.demo.evaluating import replace_one
from qm.demo.story import ACTORS, MANAGER, Progress, Story, counted
from qm.workflow.assigning import assign_picks
from qm.workflow.draw_checks import verify_draw
from qm.workflow.draw_seeds import commit_seed, list_seeds, reveal_seed
from qm.workflow.draws import draw_period, list_draws
from qm.workflow.replacement_rates import list_replacements


def commit_seeds(story: Story, progress: Progress) -> str | None:
    """Commit to the seed of every month the day before it begins."""
    known = {commitment.period for commitment in list_seeds(story.engine, MANAGER)}
    missing = [period for period in story.periods if str(period) not in known]
    for period in counted(missing, progress):
        commit_seed(
            story.engine,
            MANAGER,
            period,
            story.policy,
            centre=story.settings.centre,
            now=story.start_of(period) - timedelta(days=1),
            seed=f"sepidar-{period}",  # known to everybody, so that every demo is the same
        )
    return f"{len(missing)} months, each before it began" if missing else None


def draw(story: Story, progress: Progress) -> str | None:
    """Draw every month as soon as it has ended, reveal its seed and verify the draw."""
    drawn = set(list_draws(story.engine, MANAGER)["period"])
    missing = [period for period in story.periods if str(period) not in drawn]
    picks = 0
    for period in counted(missing, progress):
        now = story.end_of(period)
        summary = draw_period(
            story.engine, MANAGER, period, story.policy, centre=story.settings.centre, now=now
        )
        picks += int((~summary.picks["is_reserve"]).sum())
        reveal_seed(story.engine, MANAGER, period, now=now)
        found = verify_draw(story.engine, MANAGER, summary.draw.id or 0)
        if not found.is_right:
            raise RuntimeError(f"draw {summary.draw.id} cannot be repeated: {found}")
    return f"{picks} picks in {len(missing)} months, verified" if missing else None


def assign(story: Story, progress: Progress) -> str | None:
    """Give the picks of every month to the analysts."""
    draws = list_draws(story.engine, MANAGER)
    waiting = set(draws["period"][draws["assigned"] < draws["picks"]])
    given = 0
    for period in counted([each for each in story.periods if str(each) in waiting], progress):
        summary = assign_picks(
            story.engine,
            MANAGER,
            period,
            centre=story.settings.centre,
            now=story.end_of(period),
        )
        if summary.problems:
            raise BadInput(summary.problems)
        given += sum(summary.by_analyst.values())
    return f"{given} assignments" if given else None


def replace(story: Story, progress: Progress) -> str | None:
    """Exchange a call of each analyst that cannot be evaluated, as far as allowed.

    In each of the three last months.
    """
    done = 0
    for period in counted(PERIODS, progress):
        replaced = set(list_replacements(story.engine, MANAGER, period)["by"])
        for user in USERS:
            if user.role == "analyst" and user.username not in replaced:
                done += replace_one(
                    story.engine,
                    ACTORS[user.username],
                    period,
                    centre=story.settings.centre,
                    latest=story.now,
                )
    return f"{done} picks exchanged for reserves" if done else None
