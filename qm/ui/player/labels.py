"""The player's own words."""

from collections.abc import Callable


def player_labels(_: Callable[[str], str]) -> dict[str, str]:
    """Return the player's own words in the language of the translation function `_`."""
    return {
        "agent": _("Agent"),
        "customer": _("Customer"),
        "unknown": _("Speaker unknown"),
        "system": _("System"),
        "back": _("Back 5 seconds"),
        "forward": _("Forward 5 seconds"),
        "play": _("Play"),
        "pause": _("Pause"),
        "speed": _("Playback speed"),
        "follow": _("Follow"),
        "position": _("Position in the recording"),
        "transcript": _("Transcript"),
        "empty": _("There is no transcript yet."),
        "find": _("Search in the transcript"),
        "hit_of": _("{place} of {count}"),
        "no_hit": _("nothing found"),
        "next_hit": _("Next place"),
        "previous_hit": _("Previous place"),
        "cutting": _("Mark a stretch as evidence"),
        "mark_in": _("From here"),
        "mark_out": _("To here"),
        "unmark": _("Remove the marks"),
        "hear": _("Play {stretch}"),
        "pin": _("Pin"),
        "headers": _("Sender, recipients, date"),
        "quote": _("Quoted text"),
        "cite": _("Cite as evidence"),
        "correct": _("Correct"),
        "correct_line": _("Correct this line"),
        "text": _("What is said"),
        "speaker": _("Who says it"),
        "save": _("Save"),
        "not_said": _("Not said"),
        "cancel": _("Cancel"),
        "removed": _("nothing is said here"),
        "corrected": _("corrected by a person"),
        "unsure": _("the machine was unsure here: listen"),
        "go": _("Go to {time}"),
        "signed_out": _("The recording cannot be played: you are signed out. Sign in again."),
        "forbidden": _("The recording cannot be played: you have no access to it."),
        "missing": _("The recording cannot be played: the file was not found."),
        "unsilenced": _(
            "The recording cannot be played yet: its transcript must tell first where personal "
            "data is said."
        ),
        "unreadable": _("The recording cannot be played: the browser cannot read this file."),
        "unreachable": _("The recording cannot be played: the server did not answer. Try again."),
    }
