"""What ends a command that cannot be done: words, and exit code 1."""

import sys

from sqlalchemy.exc import DatabaseError, OperationalError

from qm.cli.terminal import print_problems
from qm.core.problems import BadInput, NotAllowed


def end_in_words(error: Exception) -> None:
    """End the process with what is wrong and what to do; returns where it is a bug of ours."""
    if isinstance(error, BadInput):
        print_problems(error.problems)
        sys.exit(1)
    if isinstance(error, NotAllowed):
        sys.exit(str(error))
    if isinstance(error, DatabaseError) and type(error) in {DatabaseError, OperationalError}:
        reason = str(error.orig).partition("\n")[0]
        sys.exit(f"The database cannot be used: {reason}. Check database_url and data_folder.")
    # Without a file it is a bug rather than the machine's state.
    if isinstance(error, OSError) and error.filename is not None:
        sys.exit(f"{error.filename}: {error.strerror}. Check the folder and the right to write.")
