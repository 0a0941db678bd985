"""Answers → scorecards, one by one and in bulk. The only place that scores."""
