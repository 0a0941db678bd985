"""Forms as workbooks: a sheet for each list."""
