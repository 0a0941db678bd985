"""Whoever signs in: the list of people, teams over time, API tokens, one's own account."""
