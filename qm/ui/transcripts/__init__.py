"""The tabs of the page Transcripts."""
