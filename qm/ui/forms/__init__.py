"""The parts of the page Forms: the list, an upload, and what is shown of one form."""
