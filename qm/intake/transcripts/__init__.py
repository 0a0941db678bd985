"""Transcripts made elsewhere: one module per format, and the reader that tells them apart."""
