"""The API's routes: files come in, what became of them goes out as JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from qm.core.known_recording_names import name_patterns
from qm.core.problems import N_, BadInput, Sentence
from qm.intake.transcripts.reader import BYTES_MOST
from qm.intake.transcripts.speakers import AgentIs
from qm.ui import process
from qm.ui.api.access import refuse, with_token
from qm.ui.api.answers import InteractionsAnswer, ProblemAnswer, Refusal, TranscriptsAnswer
from qm.ui.api.description import description
from qm.ui.api.uploads import TooLarge, files_in, form_of, text_in
from qm.ui.api.words import Words, words_for
from qm.ui.sign_in.gate import API_DESCRIPTION, API_INTERACTIONS, API_TRANSCRIPTS
from qm.workflow.api_tokens import Caller
from qm.workflow.interactions import import_interactions
from qm.workflow.transcript_intake import AttachOptions, GivenFile, attach_transcripts

FILES_MOST = 100
# An import of interactions holds the only writer of SQLite: the others would only wait there.
_importing = CapacityLimiter(1)
_attaching = CapacityLimiter(2)
_CHANNELS = {None: None, "left": 0, "right": 1, "0": 0, "1": 1}
_BLOCK_BYTES = 1 << 20
_ONE_FILE = N_("Send one file as the form's field “file”.")
_FILES = N_("Send the files as fields “file”; exactly one where “interaction” is said.")
_CHANNEL = N_("agent_channel is left or right.")
_TOO_LARGE = N_("More than {megabytes} MB were sent.")
_UNREADABLE = N_("The form cannot be read: {why}")


def api_routes() -> Sequence[BaseRoute]:
    """Return the routes below /api."""
    return [
        Route(API_DESCRIPTION, describe, methods=["GET"]),
        Route(API_INTERACTIONS, take_interactions, methods=["POST"]),
        Route(API_TRANSCRIPTS, take_transcripts, methods=["POST"]),
    ]


async def describe(_request: Request) -> Response:
    """Send the description of the API (OpenAPI 3.1)."""
    return JSONResponse(description())


@with_token("interactions")
async def take_interactions(request: Request, caller: Caller) -> Response:
    """Import the interactions of one file."""
    settings = process.settings()
    try:
        async with form_of(request, max_bytes=settings.upload_bytes, max_files=1) as form:
            files = files_in(form)
            if not files:
                return refuse(request, 422, _ONE_FILE)
            with TemporaryDirectory(prefix="qm-import-") as folder:
                path = Path(folder) / "upload"  # the name that it was given names no path here
                with path.open("wb") as stored:
                    while block := await files[0].read(_BLOCK_BYTES):
                        stored.write(block)
                name = files[0].filename or ""
                return await to_thread.run_sync(
                    _import, caller, path, name, words_for(request), limiter=_importing
                )
    except TooLarge:
        return refuse(request, 413, _TOO_LARGE, megabytes=settings.upload_megabytes)
    except HTTPException as error:  # no form, or a damaged one
        return refuse(request, 422, _UNREADABLE, why=error.detail)


def _import(caller: Caller, path: Path, name: str, words: Words) -> Response:
    settings = process.settings()
    try:
        report = import_interactions(
            process.engine(),
            caller.actor,
            path,
            centre=settings.centre,
            recordings_folder=settings.recordings_folder,
            now=datetime.now(UTC),
            max_bytes=settings.upload_bytes,
            file_name=name,
        )
    except BadInput as refusal:
        return _refused(refusal, words)
    return _answer(InteractionsAnswer.of(name, report, words), words)


@with_token("transcripts")
async def take_transcripts(request: Request, caller: Caller) -> Response:
    """Attach the transcripts of one or several files to their interactions."""
    settings = process.settings()
    try:
        async with form_of(request, max_bytes=settings.upload_bytes, max_files=FILES_MOST) as form:
            files = files_in(form)
            interaction = text_in(form, "interaction")
            if not files or (interaction and len(files) > 1):
                return refuse(request, 422, _FILES)
            options = _options(form)
            if options is None:
                return refuse(request, 422, _CHANNEL)
            given = [
                GivenFile(each.filename or "", await each.read(), interaction) for each in files
            ]
            return await to_thread.run_sync(
                _attach, caller, given, options, words_for(request), limiter=_attaching
            )
    except TooLarge:
        return refuse(request, 413, _TOO_LARGE, megabytes=settings.upload_megabytes)
    except HTTPException as error:
        return refuse(request, 422, _UNREADABLE, why=error.detail)


def _options(form: FormData) -> AttachOptions | None:
    channel = text_in(form, "agent_channel")
    if channel not in _CHANNELS:
        return None
    return AttachOptions(
        agent=AgentIs(_CHANNELS[channel], text_in(form, "agent_label")),
        patterns=name_patterns(process.settings().recording_names, "qm.toml"),
        replace_corrected=text_in(form, "replace_corrected") in {"true", "yes", "1"},
        max_bytes=BYTES_MOST,
    )


def _attach(
    caller: Caller, given: list[GivenFile], options: AttachOptions, words: Words
) -> Response:
    outcomes = attach_transcripts(
        process.engine(), caller.actor, given, options, now=datetime.now(UTC)
    )
    is_refused = all(each.result == "refused" for each in outcomes)
    return _answer(TranscriptsAnswer.of(outcomes, words), words, 422 if is_refused else 200)


def _answer(answer: BaseModel, words: Words, status: int = 200) -> Response:
    headers = {"Content-Language": words.language}
    return JSONResponse(answer.model_dump(mode="json"), status, headers)


def _refused(refusal: BadInput, words: Words) -> Response:
    problems = [ProblemAnswer.of(problem, words) for problem in refusal.problems]
    error = words.said(Sentence(N_("Nothing was imported.")))
    return _answer(Refusal(error=error, problems=problems), words, 422)
