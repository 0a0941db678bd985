"""A search as each database's full-text index takes it; nothing of it is text as it was typed.

The words of a query are keys: letters and digits only, so none of them can mean anything to the
languages of the two indexes.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, literal_column, or_

from qm.core.search import Phrase, Query
from qm.store.tables import metadata

_LINE = metadata.tables["search_line"]


def fts5(query: Query) -> str:
    """Return a query of SQLite's full-text index; words are quoted, nothing else is typed text."""
    text = " AND ".join(f"({_fts5_either(phrases)})" for phrases in query.all_of)
    return f"({text}) NOT ({_fts5_either(query.none_of)})" if query.none_of else text


def _fts5_either(phrases: Sequence[Phrase]) -> str:
    return " OR ".join(
        f'"{" ".join(phrase.words)}"' + ("*" if phrase.is_open else "") for phrase in phrases
    )


def in_postgres(query: Query) -> ColumnElement[bool]:
    """Return the condition on PostgreSQL: the index finds the words, the key shows the order."""
    excluded = [phrase for phrase in query.none_of if len(phrase.words) == 1]
    asked = " & ".join(f"({_tsquery_either(phrases)})" for phrases in query.all_of)
    if excluded:
        asked = f"({asked}) & !({_tsquery_either(excluded)})"
    words = func.to_tsvector(literal_column("'simple'"), _LINE.c.key)
    conditions: list[ColumnElement[bool]] = [
        words.op("@@")(func.to_tsquery(literal_column("'simple'"), asked))
    ]
    conditions += [
        or_(*map(_stands_in_key, phrases))
        for phrases in query.all_of
        if any(len(phrase.words) > 1 for phrase in phrases)
    ]
    conditions += [~_stands_in_key(phrase) for phrase in query.none_of if len(phrase.words) > 1]
    return and_(*conditions)


def _tsquery_either(phrases: Sequence[Phrase]) -> str:
    return " | ".join(
        "("
        + " & ".join(f"'{word}'" for word in phrase.words)
        + (":*" if phrase.is_open else "")
        + ")"
        for phrase in phrases
    )


def _stands_in_key(phrase: Phrase) -> ColumnElement[bool]:
    words = " " + " ".join(phrase.words) + ("" if phrase.is_open else " ")
    return func.strpos(" " + _LINE.c.key + " ", words) > 0
