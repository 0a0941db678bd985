"""Repeatable measurements; each prints its figures beside a goal."""
