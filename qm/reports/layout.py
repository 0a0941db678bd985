"""The sheets of the monthly report, in their order."""

from qm.reports.sheets import basis, people, quality
from qm.reports.sheets.columns import Column, Kind, Sheet

__all__ = ["SHEETS", "Column", "Kind", "Sheet"]

SHEETS = (
    quality.OVERVIEW,
    quality.SHARES,
    quality.MONTHS,
    quality.SIGNALS,
    quality.PARETO,
    people.AGENTS,
    people.FUNNEL,
    quality.QUESTIONS,
    quality.HOURS,
    people.EVALUATORS,
    people.DISPUTES,
    people.DISPUTED,
    people.COACHED,
    people.EFFECT,
    people.COACHING,
    basis.PLAN,
    basis.COVERAGE,
    basis.REPLACEMENTS,
    basis.EXCLUSIONS,
    basis.DRAWS,
    basis.FORMS,
    basis.CHANGES,
    basis.EVALUATIONS,
)
