"""The only way to a recording: checked, logged, and in ranges so that a player can seek.

Where personal data is silent, a copy is sent; nobody without the right gets the file itself."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from qm.core.problems import BadInput, NotAllowed
from qm.speech.media_types import browser_type
from qm.speech.playback_copies import MEDIA_TYPE, copy_for_playing, peaks_for_drawing
from qm.ui import process
from qm.workflow.playback import NOT_SILENCED, playback

RECORDINGS = "/recordings"


def recording_url(interaction_id: str) -> str:
    """Return the address under which the player finds the recording of an interaction."""
    return f"{RECORDINGS}/{quote(interaction_id, safe='')}"


async def send_recording(request: Request) -> Response:
    """Send the recording, or the part of it that was asked for, to whoever may hear it.

    With `?peaks` it is how loud the recording is along its time, as JSON.
    """
    try:
        path, media_type = await to_thread.run_sync(_find, request)
    except NotAllowed:
        return PlainTextResponse("You have no access to this recording.", 403)
    except BadInput as refusal:
        problem = refusal.problems[0]
        return PlainTextResponse(problem.reason, 409 if problem.code == NOT_SILENCED else 404)
    except OSError:
        return PlainTextResponse("The recording's file cannot be read.", 404)
    return FileResponse(
        path,
        media_type=media_type,
        filename=path.name,
        content_disposition_type="inline",
        headers={"Cache-Control": "private, no-store"},
    )


def _find(request: Request) -> tuple[Path, str]:
    settings = process.settings()
    played = playback(
        process.engine(),
        request.state.actor,
        request.path_params["interaction_id"],
        settings.recordings_folder,
        now=datetime.now(UTC),
    )
    if "peaks" in request.query_params:
        folder = settings.playback_folder
        return peaks_for_drawing(folder, played.path, played.silences), "application/json"
    media_type = browser_type(played.path)
    if played.silences or media_type is None:
        folder = settings.playback_folder
        return copy_for_playing(folder, played.path, played.silences), MEDIA_TYPE
    return played.path, media_type
