"""The parts of the page Evaluations."""
