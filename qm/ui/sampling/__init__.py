"""The parts of the page Sampling, and what other pages show of a draw."""
