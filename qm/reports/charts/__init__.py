"""Charts of the pages and of the reports: values in, Altair specifications out.

Every chart can be read in grey: what matters differs by shape, dash or a number beside it, never
by its colour alone. The time axis runs from left to right in both languages, and so do the two
axes of a scatter plot; where names stand in a column, a Persian chart is the English one's mirror.
"""

from qm.reports.charts.look import AnyChart, Look, on_paper

__all__ = ["AnyChart", "Look", "on_paper"]
