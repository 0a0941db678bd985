"""Recordings → transcripts."""
