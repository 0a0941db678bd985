"""The parts of the page Agent card."""
