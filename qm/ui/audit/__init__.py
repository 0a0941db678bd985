"""The parts of the page Audit log."""
