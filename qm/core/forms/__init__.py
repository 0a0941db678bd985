"""Evaluation forms: what they hold, the rules they keep, what a linter says, how two differ."""
