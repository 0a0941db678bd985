"""Report values → XLSX and CSV."""
