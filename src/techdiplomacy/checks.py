"""Checked settings: a mapping becomes a typed object, or an error that names the key.

Knows: how pydantic words its findings, and how a person would rather read them.
Must not know: which settings exist. May import: errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from techdiplomacy.errors import InvalidParams, suggest


class Settings(BaseModel):
    """A block of settings: unknown keys refused, types strict, values frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model", bound=Settings)


def parse_settings(model: type[Model], content: Any, *, where: str) -> Model:
    """Return ``content`` as a checked ``model``.

    Parameters
    ----------
    model : type of Settings
        What is expected.
    content : mapping
        What the file holds.
    where : str
        The file, for the message.

    Raises
    ------
    InvalidParams
        Naming every unknown, missing or mistyped key, with the nearest known one.

    Examples
    --------
    >>> class Window(Settings):
    ...     years: int
    >>> parse_settings(Window, {"years": 5}, where="params.yaml").years
    5
    """
    if not isinstance(content, Mapping):
        raise InvalidParams(
            f"Expected keys and values, found {type(content).__name__}.",
            where=where,
            next_step="Compare with the committed version: git diff " + where.split(":")[0],
        )
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [_problem(model, finding) for finding in error.errors()]
        raise InvalidParams(
            " ".join(problems),
            where=where,
            next_step=f"Correct the key or value in {where.split(':')[0]}.",
        ) from error


def _problem(model: type[Settings], finding: Any) -> str:
    """Return one finding of pydantic as a sentence with the dotted key."""
    location = [str(part) for part in finding["loc"]]
    key = ".".join(location)
    if finding["type"] == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        return f"Unknown key '{key}'.{suggest(location[-1], known)}"
    if finding["type"] == "missing":
        return f"Key '{key}' is missing."
    found = finding.get("input")
    if isinstance(found, Mapping):
        return f"{key + ': ' if key else ''}{finding['msg'].removeprefix('Value error, ')}."
    return f"'{key}': {finding['msg']}, found {found!r} ({type(found).__name__})."


def _known_keys(model: type[Settings], location: list[str]) -> list[str]:
    """Return the keys allowed at a place inside a model."""
    current: Any = model
    for part in location:
        fields = getattr(current, "model_fields", None)
        if fields is not None and part in fields:
            current = fields[part].annotation
        # inside dict[str, X] or list[X] the next model is the last type argument
        nested = [kind for kind in get_args(current) if hasattr(kind, "model_fields")]
        current = nested[-1] if nested else current
    return list(getattr(current, "model_fields", {}))
