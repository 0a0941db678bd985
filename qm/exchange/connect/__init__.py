"""Amazon Connect evaluation forms and evaluations, read and written."""
