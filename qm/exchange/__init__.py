"""Forms from and for other systems: vendors' documents, spreadsheets, YAML text.

Every reader returns what was read together with what could not be carried over; every writer
returns the file together with what the target cannot hold. Nothing is dropped unsaid.
"""
