"""What is to be known about a transcript: what is said of what should be, and what is left out."""

from qm.core.phrases.judging import Finding
from qm.store.tables import Interaction
from qm.ui.evaluation.phrases import judged, phrase_rules
from qm.ui.here import Here
from qm.ui.player import Remark, Remarks
from qm.workflow.transcripts import Words


def transcript_remarks(page: Here, interaction: Interaction, words: Words) -> list[Remarks]:
    """Return the remarks on a transcript, a heading each; none where there are no words."""
    if words.transcript is None or not words.segments:
        return []
    return [*_phrases(page, interaction, words), *_left_out(page, words)]


def _phrases(page: Here, interaction: Interaction, words: Words) -> list[Remarks]:
    _ = page._
    reading = phrase_rules(page)
    if reading is None:
        return []
    if reading.rules is None:
        why = [Remark(f"{page.place_of(p)}: {page.problem(p)}") for p in reading.problems[:3]]
        return [Remarks(_("The phrase rules cannot be read"), why)]
    findings = judged(reading.rules, interaction, words)
    if not findings:
        return []
    missed = sum(finding.is_kept is False for finding in findings)
    kept = sum(finding.is_kept is True for finding in findings)
    title = _("Phrases: {kept} as they should be, {missed} not").format(kept=kept, missed=missed)
    if open_ := len(findings) - kept - missed:
        title = _("{phrases}, {count} cannot be told").format(phrases=title, count=open_)
    return [Remarks(page.digits(title), [_phrase(page, finding) for finding in findings])]


def _phrase(page: Here, finding: Finding) -> Remark:
    name = finding.rule.name.in_language(page.language)
    places = finding.said or finding.elsewhere
    said = _state(page, finding)
    return Remark(
        text=page._("{name}: {said}").format(name=name, said=said),
        sign={True: "✓", False: "✕", None: "?"}[finding.is_kept],
        tone="good" if finding.is_kept else "plain" if finding.is_kept is None else "bad",
        start_s=places[0].start_s if places else None,
        line=places[0].line if places else None,
    )


def _state(page: Here, finding: Finding) -> str:
    _ = page._
    if finding.state == "said":
        return _("said")
    if finding.state == "not_said":
        return _("said in another place only") if finding.elsewhere else _("not found")
    if finding.why == "weak_words":
        return _("not found, but many words here are wrong")
    if finding.why == "speakers":
        return _("said, but nobody knows by whom")
    return _("said, but nobody knows when")


def _left_out(page: Here, words: Words) -> list[Remarks]:
    _ = page._
    left_out = words.transcript.left_out if words.transcript else []
    if not left_out:
        return []
    reasons = {
        "repeated": _("the machine repeated itself"),
        "over_silence": _("nobody speaks there"),
        "unlikely": _("the machine itself hardly believed it"),
    }
    remarks = [
        Remark(reasons.get(each["reason"], each["reason"]), start_s=each["start_s"])
        for each in left_out
    ]
    title = _("Left out of what the machine wrote: {count}").format(count=len(left_out))
    return [Remarks(page.digits(title), remarks)]
