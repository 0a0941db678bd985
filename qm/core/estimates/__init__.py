"""Averages and shares with their n and margin; one that cannot be formed says why."""

from qm.core.estimates.design import Zone, design_effect, zone_codes
from qm.core.estimates.estimate import CONFIDENCE, NOTHING, Estimate
from qm.core.estimates.means import total, weighted_mean, weighted_means
from qm.core.estimates.shares import proportion, proportions
from qm.core.estimates.weights import stands_for

__all__ = [
    "CONFIDENCE",
    "NOTHING",
    "Estimate",
    "Zone",
    "design_effect",
    "proportion",
    "proportions",
    "stands_for",
    "total",
    "weighted_mean",
    "weighted_means",
    "zone_codes",
]
