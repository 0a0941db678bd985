"""A queue of recordings, worked off by qm's own worker processes, and what that took."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from bench.call_files import TEAM, Call, describe, write_csv
from qm.config import Settings
from qm.core.access import COMMAND_LINE
from qm.jobs import run_transcriptions
from qm.jobs.supervisor import process_count
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import Draw, Pick, Recording, Transcript
from qm.store.transcripts import segments_of
from qm.workflow.interactions import import_interactions


@dataclass(frozen=True)
class Run:
    """What hearing all files once took, and the text of each by file name.

    `pauses` are the seconds between two recordings, as a share of the work.
    """

    wall_s: float
    cpu_s: float
    texts: Mapping[str, str]
    pauses: float = 0.0


def by_workers(model: Path, files: Sequence[Path], beam: int) -> Run:
    """Return what our workers took for a queue of these files.

    The clock runs from the begin of the first recording to the end of the last; the seconds of the
    processors include starting the processes and loading the model, the loop's do not.
    """
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as name:
        folder = Path(name)
        settings = Settings(
            data_folder=folder,
            database_url=f"sqlite:///{folder / 'qm.sqlite'}",
            recordings_folder=files[0].parent,
            centre_zone="UTC",
            speech_model=str(model),
            speech_device="cpu",
            speech_beam_size=beam,
        )
        _fill_queue(settings, files)
        cpu_s = _cpu_of_children_s()
        summary = run_transcriptions(settings)
        cpu_s = _cpu_of_children_s() - cpu_s
        for outcome in (*summary.failed, *summary.put_off):
            print(f"without words: {outcome.interaction_id}: {outcome.problem}")
        return _stored(settings, cpu_s)


def _fill_queue(settings: Settings, files: Sequence[Path]) -> None:
    engine = open_engine(settings.database)
    migrate(engine)
    calls = describe(files)
    now = datetime.now(UTC)
    import_interactions(
        engine,
        COMMAND_LINE,
        write_csv(calls, settings.data_folder / "calls.csv"),
        centre=settings.centre,
        recordings_folder=settings.recordings_folder,
        max_bytes=settings.upload_bytes,
        now=now,
    )
    with transaction(engine) as session:
        nothing = "0" * 64
        draw = Draw(
            period="bench",
            seed="bench",
            policy={},
            policy_sha256=nothing,
            frame_sha256=nothing,
            frame_size=len(calls),
            at=now,
            by="bench",
        )
        session.add(draw)
        session.flush()
        session.add_all(_pick(call, rank, draw.id or 0) for rank, call in enumerate(calls))
        session.add_all(Recording(interaction_id=call.id, updated_at=now) for call in calls)
    engine.dispose()


def _pick(call: Call, rank: int, draw_id: int) -> Pick:
    return Pick(
        draw_id=draw_id,
        interaction_id=call.id,
        agent_id=call.agent,
        team_id=TEAM,
        month="bench",
        stratum=call.agent,
        zone=0,
        zone_size=1,
        number=0.5,
        inclusion_probability=1.0,
        purpose="random",
        rank=rank,
        is_reserve=False,
    )


def _stored(settings: Settings, cpu_s: float) -> Run:
    """Return what the database tells of the run."""
    engine = open_engine(settings.database)
    texts: dict[str, str] = {}
    begins: list[datetime] = []
    ends: list[datetime] = []
    query = select(Recording.interaction_id, Transcript).join(
        Transcript, col(Transcript.id) == col(Recording.transcript_id)
    )
    with transaction(engine) as session:
        for interaction_id, transcript in session.exec(query):
            lines = segments_of(session, interaction_id)
            texts[interaction_id] = " ".join(line.text for line in lines)
            ends.append(transcript.created_at)
            begins.append(ends[-1] - timedelta(seconds=transcript.processing_s or 0.0))
    engine.dispose()
    if not ends:
        raise SystemExit("None of the recordings was transcribed: nothing can be compared.")
    work_s = sum((end - begin).total_seconds() for begin, end in zip(begins, ends, strict=True))
    pauses_s = _pauses_s(sorted(begins), sorted(ends), process_count(settings))
    wall_s = (max(ends) - min(begins)).total_seconds()
    return Run(wall_s, cpu_s, texts, pauses_s / work_s)


def _pauses_s(begins: Sequence[datetime], ends: Sequence[datetime], processes: int) -> float:
    """Return the seconds between a process's end of one recording and its begin of the next.

    With n processes, the recording n places later cannot begin before this one has ended.
    """
    pairs = zip(begins[processes:], ends, strict=False)
    return sum((begin - end).total_seconds() for begin, end in pairs)


def _cpu_of_children_s() -> float:
    used = os.times()
    return used.children_user + used.children_system
