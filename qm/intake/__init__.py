"""Outside files → values, with a report of every bad row."""
