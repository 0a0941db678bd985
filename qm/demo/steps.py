"""The steps of the demo's path; each reuses what is there already and goes on from there."""

from sqlmodel import col, select

from qm.core.access import COMMAND_LINE
from qm.core.forms.form import CHANNELS
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.demo.cast import PASSWORD, PERIODS, USERS, period_of
from qm.demo.coaching import coach
from qm.demo.evaluating import evaluate, work_to_do
from qm.demo.interactions import (
    ID_PREFIX,
    write_files,
)
from qm.demo.lives import live
from qm.demo.sampling import assign, commit_seeds, draw, replace
from qm.demo.story import ACTORS, MANAGER, Progress, Step, Story, counted
from qm.jobs import run_transcriptions
from qm.store.engine import transaction
from qm.store.interactions import known_rows
from qm.store.tables import Interaction
from qm.workflow.forms import check_forms, list_forms, publish_form
from qm.workflow.interactions import import_interactions
from qm.workflow.people import add_user, list_users
from qm.workflow.privacy import add_names, privacy_rules
from qm.workflow.report_files import write_report
from qm.workflow.transcription import pending_recordings

_REMEDY = N_("Give the demo a folder of its own (QM_DATA_FOLDER=demo qm demo), or run: qm serve")
FOREIGN_INTERACTIONS = explain(
    "demo.foreign_interactions",
    N_("This database holds interactions that are not the demo's; the demo was not played."),
    _REMEDY,
)
FOREIGN_USERS = explain(
    "demo.foreign_users",
    N_("This database has users, but no interactions of the demo; the demo was not played."),
    _REMEDY,
)

_SHARE_LEFT = {PERIODS[-1]: 0.4}
_MASKED_NAMES = ("Peter Lane", "Ms Lindqvist", "خانم کاظمی", "آقای بهرامی")
_REPORTED = ("1405-07", "1405-08")


def refuse_foreign(story: Story) -> None:
    """Raise `BadInput` where the database is somebody's real one, or might become it.

    The demo's passwords are known to everybody: with other people's users there must be
    interactions of the demo that show what the database is for.
    """
    with transaction(story.engine) as session:
        ids = select(Interaction.id)
        is_ours = col(Interaction.id).startswith(ID_PREFIX, autoescape=True)
        foreign = session.exec(ids.where(~is_ours).limit(1)).first()
        ours = session.exec(ids.where(is_ours).limit(1)).first()
    if foreign is not None:
        raise BadInput(Problem(FOREIGN_INTERACTIONS, "qm demo"))
    if ours is None and list_users(story.engine, COMMAND_LINE):
        raise BadInput(Problem(FOREIGN_USERS, "qm demo"))


def import_files(story: Story, progress: Progress) -> str | None:
    """Write the months' files and import those that are not imported completely."""
    new = files = 0
    for month, interactions in story.months.items():
        with transaction(story.engine) as session:
            known = known_rows(session, (each.id for each in interactions))
        if len(known) == len(interactions):
            continue
        for path in write_files(month, interactions, story.settings.data_folder / "demo"):
            report = import_interactions(
                story.engine,
                MANAGER,
                path,
                centre=story.settings.centre,
                recordings_folder=story.settings.recordings_folder,
                max_bytes=story.settings.upload_bytes,
                now=story.end_of(period_of(month)),
            )
            if report.problems:
                raise BadInput(report.problems)
            new, files = new + report.rows_new, files + 1
            progress(files, 2 * len(story.periods))
    return f"{new} interactions from {files} files" if files else None


def add_users(story: Story, progress: Progress) -> str | None:
    """Add the people who sign in."""
    known = {user.username for user in list_users(story.engine, COMMAND_LINE)}
    missing = [user for user in USERS if user.username not in known]
    for user in counted(missing, progress):
        add_user(
            story.engine,
            COMMAND_LINE,
            username=user.username,
            name=user.name,
            name_fa=user.name_fa,
            role=user.role,
            password=PASSWORD,
            team_id=user.team_id,
            agent_id=user.agent_id,
            language=user.language,
            now=story.start_of(story.periods[0]),
        )
    return f"{len(missing)} users" if missing else None


def publish_forms(story: Story, progress: Progress) -> str | None:
    """Publish the forms of the forms folder, unless every channel has a published one."""
    listed = list_forms(story.engine, MANAGER, centre=story.settings.centre, now=story.now)
    if set(listed["channel"]) >= set(CHANNELS):
        return None
    folder = story.settings.forms_folder
    findings = check_forms(folder, folder / "LOCK")
    if problems := [problem for finding in findings for problem in finding.problems]:
        raise BadInput(problems)
    now = story.start_of(story.periods[0])
    for finding in counted(findings, progress):
        publish_form(story.engine, MANAGER, finding.path, lock_path=folder / "LOCK", now=now)
    return f"{len(findings)} forms published"


def mask_names(story: Story, progress: Progress) -> str | None:
    """Put some customers onto the list of names that are masked."""
    if privacy_rules(story.engine, MANAGER).names:
        return None
    now = story.start_of(story.periods[0])
    rules = add_names(story.engine, MANAGER, _MASKED_NAMES, now=now, on_progress=progress)
    return f"{len(rules.names)} names masked"


def transcribe(story: Story, progress: Progress) -> str | None:
    """Transcribe the drawn recordings with the real model; equal ones are transcribed once."""
    if not pending_recordings(story.engine, MANAGER, now=story.now):
        return None
    summary = run_transcriptions(
        story.settings, on_progress=lambda done, total, _label: progress(done, total)
    )
    failures = "".join(f"\n  {each.interaction_id}: {each.problem}" for each in summary.failed)
    return (
        f"{summary.done} recordings, {summary.reused} calls with a known one, "
        f"{len(summary.failed)} failed{failures}"
    )


def evaluate_queues(story: Story, progress: Progress) -> str | None:
    """Evaluate the earlier months completely and the last one in part."""
    left = {str(period): _SHARE_LEFT.get(str(period), 0.0) for period in story.periods}
    work = [
        (ACTORS[user.username], row)
        for user in USERS
        if user.role == "analyst"
        for row in work_to_do(story.engine, ACTORS[user.username], left, now=story.now)
    ]
    care = {each.id: each.care for of in story.months.values() for each in of} if work else {}
    for analyst, row in counted(work, progress):
        evaluate(
            story.engine,
            analyst,
            row["assignment_id"],
            care_of=care.__getitem__,
            latest=story.now,
            writes_notes=row["period"] in PERIODS,
        )
    return f"{len(work)} evaluations" if work else None


def report(story: Story, progress: Progress) -> str | None:
    """Write the monthly reports that are not in the reports folder."""
    folder = story.settings.data_folder / "reports"
    made = {month: len(list(folder.glob(f"quality-{month}-*"))) for month in _REPORTED}
    missing = [month for month in _REPORTED if made[month] < 2]  # a workbook and its CSV files
    for month in counted(missing, progress):
        write_report(
            story.engine,
            MANAGER,
            Period.parse(month),
            language=story.settings.centre.language,
            centre=story.settings.centre,
            folder=folder,
            now=story.now,
        )
    return f"{len(missing)} months, in {folder}" if missing else None


STEPS: dict[str, Step] = {
    "seeds": commit_seeds,
    "names": mask_names,  # before there is a word to mask: later all would be masked anew
    "import": import_files,
    "users": add_users,
    "forms": publish_forms,
    "draw": draw,
    "assign": assign,
    "replace": replace,
    "transcribe": transcribe,
    "evaluate": evaluate_queues,
    "life": live,
    "coach": coach,
    "report": report,
}
