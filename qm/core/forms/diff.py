"""What is different between two forms: by id, not by position."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qm.core.forms.form import Form
from qm.core.forms.pieces import PartKind, Piece, PieceKey, field_text, pieces_of

_SHOWN_CHARACTERS = 120
_OF_POINTS = frozenset({"points", "fatal", "bonus", "weight", "critical"})
_MOVES_SCORES: dict[PartKind, frozenset[str]] = {
    "setting": frozenset(
        "scoring start_points lowest_percent highest_percent pass_percent places not_applicable "
        "fatal critical_gate_percent outside_control".split()
    ),
    "band": frozenset({"from_percent"}),
    "section": frozenset({"weight", "when", "not_applicable"}),
    "question": frozenset(
        "type weight when not_applicable required critical bonus least most lowest highest "
        "at_least at_most decimals".split()
    ),
    "option": frozenset({"points", "fatal", "bonus"}),
    "range": frozenset({"at_least", "at_most", "points", "fatal", "bonus"}),
    "reason": frozenset(),
}


@dataclass(frozen=True)
class Change:
    """One difference between two forms.

    `ids` lead to the part: nothing for a setting of the form, a section's or question's id (both
    are unique in a form), for an option, range or reason the question's and its own. A range's id
    is the number it begins with. `key` is what was changed in it, as a form file writes it
    (`weight`, `text.fa`); None where the part as a whole was added, removed or moved.

    `before` and `after` are short texts: the values, or where a moved part stands (its section
    and its place from 1). Where not `moves_scores`, every evaluation has the same score, outcome,
    band and lens results under both forms, and may hold the same answers; where it is true, they
    may differ.
    """

    kind: Literal["added", "removed", "changed", "moved"]
    part: PartKind
    ids: tuple[str, ...]
    key: str | None
    before: str | None
    after: str | None
    moves_scores: bool

    @property
    def path(self) -> str:
        """The ids and the key in one text, such as `greeting.yes.points`."""
        return ".".join([*self.ids, *([self.key] if self.key else [])])


def diff(old: Form, new: Form) -> tuple[Change, ...]:
    """Return every change that makes `new` of `old`, in the order of the form.

    Empty where the forms are equal, and only there. Of a question that was added or removed, the
    options are not told one by one.
    """
    before, after = pieces_of(old), pieces_of(new)
    is_scored = old.scoring != "unscored" or new.scoring != "unscored"
    moved = _moved(before, after)
    changes: list[Change] = []
    for key in _merged(list(before), list(after)):
        if key in before and key in after:
            if key in moved:
                changes.append(_move(key, before[key], after[key], is_scored))
            changes += _field_changes(key, before[key], after[key], is_scored)
        elif not _goes_with_its_question(key, before, after):
            changes.append(_whole(key, before.get(key), after.get(key), is_scored))
    return tuple(changes)


def _whole(key: PieceKey, old: Piece | None, new: Piece | None, is_scored: bool) -> Change:
    piece = old or new
    assert piece is not None  # noqa: S101 (a key comes from one of the two forms)
    counts = is_scored and (piece.is_scored or piece.decides) and key[0] != "reason"
    told = _shortened(_name_of(piece))
    if old is None:
        return Change("added", *key, None, None, told, counts)
    return Change("removed", *key, None, told, None, counts)


def _move(key: PieceKey, old: Piece, new: Piece, is_scored: bool) -> Change:
    counts = old.home != new.home or old.order_counts or new.order_counts
    matters = old.is_scored or new.is_scored or old.decides or new.decides
    places = [f"{piece.home.lstrip('@')} {piece.place + 1}" for piece in (old, new)]
    return Change("moved", *key, None, places[0], places[1], is_scored and matters and counts)


def _field_changes(key: PieceKey, old: Piece, new: Piece, is_scored: bool) -> Iterator[Change]:
    for name in dict.fromkeys([*old.fields, *new.fields]):
        was, now = old.fields.get(name), new.fields.get(name)
        if was == now:
            continue
        decides = (old.decides or new.decides) and name not in _OF_POINTS
        counts = is_scored and (old.is_scored or new.is_scored or decides)
        texts = _shortened_pair(field_text(was), field_text(now))
        yield Change("changed", *key, name, *texts, counts and name in _MOVES_SCORES[key[0]])


def _goes_with_its_question(
    key: PieceKey, before: dict[PieceKey, Piece], after: dict[PieceKey, Piece]
) -> bool:
    question: PieceKey = ("question", key[1][:1])
    return len(key[1]) > 1 and not (question in before and question in after)


def _name_of(piece: Piece) -> str:
    for name in ("title", "text", "label"):
        for language in ("en", "fa"):
            if text := piece.fields.get(f"{name}.{language}"):
                return str(text)
    return f"{field_text(piece.fields['at_least'])}–{field_text(piece.fields['at_most'])}"


def _merged(old: Sequence[PieceKey], new: Sequence[PieceKey]) -> Iterator[PieceKey]:
    """Yield all keys in the order of the new form, removed ones behind their old neighbours."""
    known, last = set(new), new[0]
    followers: defaultdict[PieceKey, list[PieceKey]] = defaultdict(list)
    for key in old:
        if key in known:
            last = key
        else:
            followers[last].append(key)
    for key in new:
        yield key
        yield from followers[key]


def _moved(before: dict[PieceKey, Piece], after: dict[PieceKey, Piece]) -> set[PieceKey]:
    """Return what stands elsewhere: in another section, or, of those that stayed, out of order.

    Of the parts of one list the fewest count as moved, so that the others keep their order.
    """
    moved: set[PieceKey] = set()
    stayed: defaultdict[tuple[str, PartKind], list[PieceKey]] = defaultdict(list)
    for key, piece in before.items():
        if key not in after:
            continue
        if after[key].home == piece.home:
            stayed[piece.home, key[0]].append(key)
        else:
            moved.add(key)
    for keys in stayed.values():
        places = [after[key].place for key in keys]
        moved |= {keys[index] for index in set(range(len(keys))) - _longest_rise(places)}
    return moved


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Return the indices of a longest rising subsequence of different numbers."""
    ends: list[int] = []  # the index with which a rise of each length ends lowest
    previous: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number, key=numbers.__getitem__)
        previous.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [index]
    rise: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        rise.add(at)
        at = previous[at]
    return rise


def _shortened_pair(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Return two texts, long ones cut to where they begin to differ."""
    if before is None or after is None:
        return before and _shortened(before), after and _shortened(after)
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(before), len(after)))
    start = max(0, same - _SHOWN_CHARACTERS // 2)
    return _shortened(before, start), _shortened(after, start)


def _shortened(text: str, start: int = 0) -> str:
    if len(text) > _SHOWN_CHARACTERS and start:
        text = "…" + text[start:]
    if len(text) > _SHOWN_CHARACTERS:
        text = text[: _SHOWN_CHARACTERS - 1] + "…"
    return text.replace("\n", "⏎")
