"""Picks and analysts → who evaluates what: fair loads, few repeated meetings, reproducible.

The aims, each only as far as those before it allow: nothing forbidden; everything assigned;
loads as equal as they can be; no analyst has an agent twice; who met least meets. `plan.assign`
is the way in.
"""
