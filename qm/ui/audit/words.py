"""The words for what the log tells: every action that qm records, and what is broken in it."""

from collections.abc import Mapping

from qm.core.audit_verifying import Damage
from qm.core.problems import N_
from qm.store.audit import UNREADABLE
from qm.ui.here import Here
from qm.ui.wording import Translate

ACTIONS: Mapping[str, str] = {
    "acknowledge_coaching": N_("Coaching note acknowledged"),
    "add_coaching": N_("Coaching note written"),
    "add_to_talk": N_("Topics added to a coaching talk"),
    "agent_moved": N_("Agent moved to another team"),
    "analyst_profile_set": N_("What an analyst may be given changed"),
    "answer_talk": N_("Coaching talk answered"),
    "approve_coaching": N_("Coaching note approved"),
    "assign": N_("Evaluations assigned"),
    "assignment_moved": N_("Assignment moved to somebody else"),
    "cancel_talk": N_("Coaching talk cancelled"),
    "close_commitment": N_("Commitment closed"),
    "coaching_proposal": N_("Proposal of coaching decided"),
    "coaching_proposed": N_("Coaching proposed by a trigger"),
    "close_report": N_("Month closed and its report frozen"),
    "commit_seed": N_("Seed of a draw committed"),
    "discuss_coaching": N_("Coaching note discussed"),
    "dispute_decided": N_("Dispute decided"),
    "dispute_passed_on": N_("Dispute passed on"),
    "draw": N_("Sample drawn"),
    "evaluate": N_("Evaluation submitted"),
    "evaluation_acknowledged": N_("Evaluation acknowledged"),
    "evaluation_closed": N_("Evaluation closed"),
    "evaluation_corrected": N_("Evaluation corrected"),
    "evaluation_disputed": N_("Evaluation disputed"),
    "evaluation_published": N_("Evaluation published"),
    "evaluation_returned": N_("Evaluation returned to its evaluator"),
    "export_draw": N_("Draw exported"),
    "hold_talk": N_("Coaching talk held"),
    "import_interactions": N_("Interactions imported"),
    "leave_added": N_("Leave entered"),
    "leave_removed": N_("Leave removed"),
    "openid_bound": N_("Account bound to the company's sign-in"),
    "openid_refused": N_("Sign-in through the company refused"),
    "own_evaluation_begun": N_("Own evaluation begun"),
    "password_changed": N_("Own password changed"),
    "password_chosen": N_("Password chosen by invitation"),
    "password_reset": N_("New password offered"),
    "password_set": N_("Password set"),
    "plan_talk": N_("Coaching talk planned"),
    "privacy_set": N_("Masking rules changed"),
    "publish_form": N_("Form published"),
    "recording_opened": N_("Recording opened"),
    "recordings_found": N_("Recordings found"),
    "replace": N_("Unsuitable interaction replaced"),
    "replace_coaching": N_("Coaching note replaced"),
    "report": N_("Report exported"),
    "report_delivered": N_("Report delivered"),
    "report_sent_again": N_("Report sent again"),
    "report_undelivered": N_("Report could not be delivered"),
    "retire_form": N_("Form retired"),
    "return_coaching": N_("Coaching note returned to its author"),
    "reveal_seed": N_("Seed of a draw revealed"),
    "revise_report": N_("Closed report revised"),
    "rules_set": N_("Rules of the centre changed"),
    "sessions_ended": N_("Sessions ended everywhere"),
    "sign_in_refused": N_("Sign-in refused"),
    "signed_in": N_("Signed in"),
    "signed_out": N_("Signed out"),
    "token_created": N_("Token for imports created"),
    "token_revoked": N_("Token for imports revoked"),
    "transcribed": N_("Recording transcribed"),
    "transcript_attached": N_("Transcript attached"),
    "transcript_corrected": N_("Transcript corrected"),
    "transcript_unmasked": N_("Transcript read with its personal data"),
    "transcription_held": N_("Recording held back from transcription"),
    "transcription_paused": N_("Transcription paused"),
    "transcription_released": N_("Recording released for transcription"),
    "transcription_resumed": N_("Transcription resumed"),
    "transcription_retried": N_("Transcription tried again"),
    UNREADABLE: N_("Event that cannot be read"),
    "user_added": N_("User added"),
    "user_changed": N_("User changed"),
    "user_deactivated": N_("User switched off"),
    "user_invited": N_("User invited"),
    "user_reactivated": N_("User switched on again"),
}
"""The words for every action that the code records; a test reads the code for them."""

_DAMAGES: Mapping[str, str] = {
    "changed": N_(
        "Event {first} does not follow from the one before it: it was changed, or that one was."
    ),
    "removed": N_("Events {first} to {last} are missing."),
    "removed one": N_("Event {first} is missing."),
    "inserted": N_("Events {first} to {last} were not written by qm."),
    "inserted one": N_("Event {first} was not written by qm."),
    "reordered": N_("Events {first} and {last} do not stand where they were written."),
}


def action(_: Translate, code: str) -> str:
    """Name an action; one of another release by its code."""
    return _(ACTIONS[code]) if code in ACTIONS else code


def damage(page: Here, found: Damage) -> str:
    """Say where and how the chain is broken."""
    one = f"{found.kind} one"
    kind = one if found.first == found.last and one in _DAMAGES else found.kind
    told = page._(_DAMAGES[kind]).format(first=found.first, last=found.last)
    return page.digits(told)
