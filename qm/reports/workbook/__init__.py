"""The monthly report as an Excel workbook, with native charts, sums and page set-up."""

from qm.reports.workbook.writing import write_workbook

__all__ = ["write_workbook"]
