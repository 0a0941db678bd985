"""Where the words come from and how far they can be trusted, in one line."""

import qm.workflow.transcription_workers  # noqa: F401 (the words of problems that workers stored)
from qm.core.problems import Problem
from qm.core.speech_quality import expected_word_error, is_weak
from qm.store.evaluations import Context
from qm.store.tables import Transcript
from qm.ui import wording
from qm.ui.here import Here


def transcript_note(
    page: Here, context: Context, transcript: Transcript | None, corrected: int
) -> str:
    """Return what stands beside the facts; `corrected` lines differ from the machine's."""
    _ = page._
    if context.interaction.channel != "call":
        return ""
    if transcript is None:
        return _state(page, context)
    said = [wording.transcript_origin(_, transcript)]
    if transcript.origin == "corrected" and not corrected:
        said = [_("Back to the machine's version")]
    code = transcript.language or context.interaction.language
    if code:
        said.append(wording.spoken_language(page.language, code))
    if transcript.model and code:
        said += _weakness(page, transcript.model, code)
    if corrected:
        said.append(page.digits(_("corrected lines: {count}").format(count=corrected)))
    return " · ".join(said)


def _state(page: Here, context: Context) -> str:
    recording = context.recording
    state = wording.recording_state(page._, recording.state if recording else None)
    if recording is None or recording.problem is None:
        return state
    return f"{state}: {page.problem(Problem.from_data(recording.problem))}"


def _weakness(page: Here, model: str, code: str) -> list[str]:
    """Say how many words of ten are wrong, where the model is known to be weak."""
    error = expected_word_error(model, code)
    if error is None or not is_weak(model, code):
        return []
    wrong = min(round(10 * error), 10)
    said = page._("about {wrong} of 10 words are wrong: listen along")
    return [page.digits(said.format(wrong=wrong))]
