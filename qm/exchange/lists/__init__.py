"""Forms from flat lists (CSV)."""
