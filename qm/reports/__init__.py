"""Report values → XLSX, PDF, CSV and HTML."""
