"""The parts of the page Interactions."""
