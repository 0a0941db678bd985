"""The only way to a recording: checked, logged, and in ranges so that a player can seek."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from qm.core.problems import BadInput, NotAllowed
from qm.ui import process
from qm.workflow.recordings import recording_path

RECORDINGS = "/recordings"
_BYTES_TO_TELL = 12


def recording_url(interaction_id: str) -> str:
    """Return the address under which the player finds the recording of an interaction."""
    return f"{RECORDINGS}/{quote(interaction_id, safe='')}"


async def send_recording(request: Request) -> Response:
    """Send the recording, or the part of it that was asked for, to whoever may hear it."""
    try:
        path, media_type = await to_thread.run_sync(_find, request)
    except NotAllowed:
        return PlainTextResponse("You have no access to this recording.", 403)
    except BadInput as refusal:
        return PlainTextResponse(refusal.problems[0].reason, 404)
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
    path = recording_path(
        process.engine(),
        request.state.actor,
        request.path_params["interaction_id"],
        process.settings().recordings_folder,
        now=datetime.now(UTC),
    )
    return path, audio_type(path)


def audio_type(path: Path) -> str:
    """Return the media type that the file's first bytes tell; a name is only a name.

    What is no known audio is `application/octet-stream`, which no browser runs or shows.
    """
    with path.open("rb") as file:
        start = file.read(_BYTES_TO_TELL)
    if start.startswith(b"RIFF") and start[8:12] == b"WAVE":
        return "audio/wav"
    if start[4:8] == b"ftyp":
        return "audio/mp4"
    if start.startswith(b"ID3") or (start[:1] == b"\xff" and start[1:2] in _MPEG_FRAMES):
        return "audio/mpeg"
    by_magic = {b"OggS": "audio/ogg", b"fLaC": "audio/flac"}
    return by_magic.get(start[:4], "application/octet-stream")


# Second byte of an MPEG-1 or MPEG-2 layer III frame, without and with a checksum.
_MPEG_FRAMES = {b"\xfb", b"\xfa", b"\xf3", b"\xf2"}
