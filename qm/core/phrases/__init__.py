"""Phrase rules: what must be said in an interaction, and what must not."""
