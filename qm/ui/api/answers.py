"""What the API answers; the description of the API is made of these models."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from qm.core.problems import Problem
from qm.ui.api.words import Words
from qm.workflow.interactions import ImportReport
from qm.workflow.transcript_intake import Attached, Result


class ProblemAnswer(BaseModel):
    """Something that is wrong: where, why, and what to do."""

    file: str
    row: int | None = Field(description="As a spreadsheet counts, the header is row 1.")
    field: str | None
    code: str = Field(description="Stays the same when the words change.")
    reason: str
    remedy: str

    @classmethod
    def of(cls, problem: Problem, words: Words) -> "ProblemAnswer":
        """Return the problem in these words."""
        reason, remedy = words.explained(problem)
        return cls(
            file=problem.place,
            row=problem.row,
            field=problem.field,
            code=problem.code,
            reason=reason,
            remedy=remedy,
        )


class Refusal(BaseModel):
    """The request was refused; nothing was stored."""

    error: str
    problems: list[ProblemAnswer] = []


class InteractionsAnswer(BaseModel):
    """What became of the rows of a file."""

    file: str
    new: int = Field(description="Rows that were stored.")
    known: int = Field(description="Rows that were stored before; nothing changed.")
    rejected: int = Field(description="Rows that were left out; see problems.")
    problems: list[ProblemAnswer]

    @classmethod
    def of(cls, file: str, report: ImportReport, words: Words) -> "InteractionsAnswer":
        """Return what an import did."""
        return cls(
            file=file,
            new=report.rows_new,
            known=report.rows_known,
            rejected=report.rows_rejected,
            problems=[ProblemAnswer.of(problem, words) for problem in report.problems],
        )


class TranscriptAnswer(BaseModel):
    """What became of a transcript file."""

    file: str
    result: Result
    interaction: str | None
    format: str | None
    language: str | None
    lines: int
    problems: list[ProblemAnswer]


class TranscriptsAnswer(BaseModel):
    """What became of the transcript files of a request."""

    attached: int
    replaced: int
    known: int
    refused: int
    files: list[TranscriptAnswer]

    @classmethod
    def of(cls, outcomes: Sequence[Attached], words: Words) -> "TranscriptsAnswer":
        """Return what became of each file, counted."""
        results = [each.result for each in outcomes]
        return cls(
            attached=results.count("attached"),
            replaced=results.count("replaced"),
            known=results.count("known"),
            refused=results.count("refused"),
            files=[
                TranscriptAnswer(
                    file=each.file_name,
                    result=each.result,
                    interaction=each.interaction_id,
                    format=each.format,
                    language=each.language,
                    lines=each.lines,
                    problems=[ProblemAnswer.of(problem, words) for problem in each.problems],
                )
                for each in outcomes
            ],
        )
