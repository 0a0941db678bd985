"""Message catalogues (fa, en)."""
