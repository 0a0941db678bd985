"""Genesys Cloud evaluation forms, read and written."""
