"""Signals on the means of a team or the centre: an XmR chart, and an EWMA for slow drifts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qm.core.change.control_charts import ControlChart, ewma_chart, xmr_chart
from qm.core.change.cusum import began
from qm.core.change.rules import broken
from qm.core.change.signals import Direction, Signal, Subject, TooFew
from qm.core.estimates import Estimate
from qm.core.estimates.between import pooled_noise
from qm.core.estimates.estimate import NOISE
from qm.core.periods import Period
from qm.core.problems import N_, Sentence

LEAST_POINTS = 8

# Of known limits 370 and 500. These come from the points themselves: of 60,000 series of normal
# noise with 8 to 50 points, the last one lay outside in 1 of 145 (8 points) to 1 of 310 (50).
OUT_OF_LIMITS_MONTHS = 140.0
DRIFT_MONTHS = 370.0

_OUT = N_(
    "The mean is {value:.1f}. Noise alone takes it outside {low:.1f} to {high:.1f} less than once "
    "in {months:.0f} periods."
)
_DRIFT = N_(
    "The moving average is {value:.1f}, on one side for {count} periods. Noise alone takes it "
    "outside {low:.1f} to {high:.1f} less than once in {months:.0f} periods."
)
_TOO_FEW = N_(
    "Too few to tell: {have} periods with a mean on the same form versions, and {needed} are "
    "needed."
)
_NO_SPREAD = N_("Nothing to tell: all means are alike.")


@dataclass(frozen=True)
class PeriodMean:
    """The mean score of a period, with the evaluations behind it."""

    period: Period
    mean: Estimate
    evaluation_ids: Sequence[int] | npt.NDArray[np.int64] = ()


@dataclass(frozen=True)
class Watched:
    """The charts of a series of means of one yardstick, and the signals of its last period.

    Both charts are None, and `too_few` says why, where nothing can be told.
    """

    subject: Subject
    periods: tuple[Period, ...]
    individuals: ControlChart | None
    average: ControlChart | None
    signals: tuple[Signal, ...]
    too_few: TooFew | None


def watched(subject: Subject, run: Sequence[PeriodMean]) -> Watched:
    """Return the charts of means in order of time, all on one yardstick (`runs_of`).

    An XmR chart with rule 1 and an EWMA chart (λ = 0.2). Both allow for means of unlike numbers
    of evaluations: a mean's standard error is that of one score, pooled over the periods, by the
    root of its effective n. So a mean of few has wide limits, and five scores that happen to
    agree do not pass for a precise mean. A signal is told of the last period only; what was
    beyond the limits before stands in the charts.
    """
    points = [each for each in run if each.mean.value is not None]
    periods = tuple(each.period for each in points)
    if len(points) < LEAST_POINTS:
        return _silent(subject, periods, _TOO_FEW)
    values = np.array([each.mean.value for each in points], dtype=float)
    noise = pooled_noise([each.mean for each in points])
    errors = None if noise is None else np.sqrt(noise.variances)
    if errors is None and np.ptp(values) < NOISE:
        return _silent(subject, periods, _NO_SPREAD)
    individuals = xmr_chart(values, errors)
    average = ewma_chart(values, individuals.centre, individuals.sigma)
    signals = [*_out_of_limits(subject, points, individuals)]
    signals = signals or [*_drift(subject, points, average)]
    return Watched(subject, periods, individuals, average, tuple(signals), None)


def _silent(subject: Subject, periods: tuple[Period, ...], template: str) -> Watched:
    values = {"have": len(periods), "needed": LEAST_POINTS}
    too_few = TooFew(subject, len(periods), LEAST_POINTS, Sentence(template, values))
    return Watched(subject, periods, None, None, (), too_few)


def _out_of_limits(
    subject: Subject, points: Sequence[PeriodMean], chart: ControlChart
) -> list[Signal]:
    if not broken(chart.standardised)[-1]:
        return []
    words = Sentence(_OUT, {**_last(chart), "months": OUT_OF_LIMITS_MONTHS})
    return [
        Signal(
            "out_of_limits",
            subject,
            points[-1].period,
            _direction(chart),
            float(chart.points[-1] - chart.centre),
            OUT_OF_LIMITS_MONTHS,
            None,
            _ids(points[-1:]),
            words,
        )
    ]


def _drift(subject: Subject, points: Sequence[PeriodMean], chart: ControlChart) -> list[Signal]:
    """Tell of a drift since the average last crossed the centre line (Nishina 1992)."""
    if len(chart.points) - 1 not in chart.beyond:
        return []
    away = np.sign(chart.points[-1] - chart.centre) * (chart.points - chart.centre)
    since = points[began(away, len(points) - 1) :]
    words = Sentence(_DRIFT, {**_last(chart), "count": len(since), "months": DRIFT_MONTHS})
    return [
        Signal(
            "drift",
            subject,
            since[0].period,
            _direction(chart),
            float(chart.points[-1] - chart.centre),
            DRIFT_MONTHS,
            None,
            _ids(since),
            words,
        )
    ]


def _ids(points: Sequence[PeriodMean]) -> tuple[int, ...]:
    return tuple(int(evaluation) for each in points for evaluation in each.evaluation_ids)


def _direction(chart: ControlChart) -> Direction:
    return "up" if chart.points[-1] > chart.centre else "down"


def _last(chart: ControlChart) -> dict[str, float]:
    value, low, high = chart.points[-1], chart.low[-1], chart.high[-1]
    return {"value": float(value), "low": float(low), "high": float(high)}
