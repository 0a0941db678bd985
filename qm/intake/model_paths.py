"""pydantic's error locations → paths in the file, and the models that read its parts.

A location names more than the file does: which branch of a union was tried (`type:choice`,
`when:all`, `bool`). Walking it along the models' annotations tells such steps from keys, whatever
the keys are called.
"""

import typing
from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union

from pydantic import BaseModel, Tag

Location = Sequence[str | int]
Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Where a location leads in the file.

    `model` reads what stands there, or is None where that is a plain value. `union` is the path
    of the last plain union on the way, each of whose branches tells its own errors (`fatal` is a
    flag or a mapping), and `choices` are the words that it takes.
    """

    path: Path
    model: type[BaseModel] | None
    union: Path | None = None
    choices: tuple[str, ...] = ()


def place_of(model: type[BaseModel], location: Location) -> Place:
    """Return where `location`, of an error in content that `model` reads, leads in the file."""
    annotation: Any = model
    path: Path = ()
    union: Path | None = None
    choices: tuple[str, ...] = ()
    for step in location:
        annotation = _bare(annotation)
        if tagged := _tagged(annotation):
            annotation = tagged.get(str(step))
        elif _is_union(annotation):
            union, choices = path, tuple(_words(annotation))
            annotation = _branch(annotation, str(step))
        else:
            path = (*path, step)
            annotation = _inside(annotation, step)
    annotation = _bare(annotation)
    return Place(path, annotation if _is_model(annotation) else None, union, choices)


def keys_of(model: type[BaseModel]) -> list[str]:
    """Return the keys that a mapping read by `model` may have, as a file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def tags_at(model: type[BaseModel], location: Location) -> list[str]:
    """Return the tags among which the content at `location`, a tagged union, has to choose."""
    annotation: Any = model
    for step in location:
        annotation = _bare(annotation)
        tagged = _tagged(annotation)
        annotation = tagged.get(str(step)) if tagged else _inside(annotation, step)
    return list(_tagged(_bare(annotation)))


def _inside(annotation: Any, step: str | int) -> Any:
    """Return the annotation of an entry of a list, or of the key of a mapping."""
    if isinstance(step, int):
        return next(iter(typing.get_args(annotation)), None)
    if not _is_model(annotation):
        return None
    for name, field in annotation.model_fields.items():
        if step in {name, field.alias}:
            return field.annotation
    return None


def _bare(annotation: Any) -> Any:
    """Return what an annotation is without metadata and without being optional."""
    while True:
        if typing.get_origin(annotation) is Annotated:
            annotation = typing.get_args(annotation)[0]
        elif _is_union(annotation):
            parts = _parts(annotation)
            if len(parts) > 1:
                return annotation
            annotation = parts[0]
        else:
            return annotation


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in {Union, UnionType}


def _parts(union: Any) -> list[Any]:
    return [part for part in typing.get_args(union) if part is not type(None)]


def _tagged(annotation: Any) -> dict[str, Any]:
    """Return the branches of a tagged union by their tags; empty for everything else."""
    if not _is_union(annotation):
        return {}
    return {
        metadata.tag: part
        for part in _parts(annotation)
        for metadata in getattr(part, "__metadata__", ())
        if isinstance(metadata, Tag)
    }


def _branch(union: Any, name: str) -> Any:
    """Return the branch that pydantic calls so, where it is a model; other values are plain."""
    named = (part for part in map(_bare, _parts(union)) if _is_model(part))
    return next((part for part in named if part.__name__ == name), None)


def _words(union: Any) -> Iterator[str]:
    for part in map(_bare, _parts(union)):
        if part is bool:
            yield from ("true", "false")
        elif typing.get_origin(part) is Literal:
            yield from map(str, typing.get_args(part))


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
