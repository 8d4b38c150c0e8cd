"""Answers of OpenAlex: what they have to look like, and the counts in them.

Groups are not totals: a work of three countries stands in three groups, so groups are never added
up. The list of groups is padded with known countries at zero, and a country comes as an address,
as a bare code or in small letters; zeros are dropped and the forms brought together. After five
seconds the service stops counting and sends what it has with status 200, perhaps without saying
so: an answer that took nearly as long is refused.

Knows: the shape of answers. Must not know: what is asked, in which order, or the network.
May import: errors, next_steps. Standard library only besides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from techdiplomacy.errors import ContentRejected, QueryTooLarge, SourceChanged
from techdiplomacy.sources.next_steps import AGAIN, CHANGED

LONGEST_LIST = 200
# the service stops counting after five seconds; a little less leaves no doubt
SLOWEST_MILLISECONDS = 4500
UNKNOWN = "UNKNOWN"
Groups = dict[str, int]


def key_of(written: Any) -> str:
    """Return a key of a group in one form.

    Examples
    --------
    >>> [key_of(key) for key in ("https://openalex.org/countries/na", "KR", -111, "unknown", 2024)]
    ['NA', 'KR', 'UNKNOWN', 'UNKNOWN', '2024']
    """
    key = str(written).rstrip("/").rsplit("/", 1)[-1].upper()
    return UNKNOWN if key in (UNKNOWN, "-111", "NONE", "") else key


def read_answer(path: Path) -> dict[str, Any]:
    """Return an answer as an object.

    Raises
    ------
    ContentRejected
        If it is not one.
    """
    try:
        answer = json.loads(path.read_bytes())
    except ValueError as error:
        raise ContentRejected(
            f"The answer is no JSON: {error}.", where=described(path), next_step=AGAIN
        ) from error
    if not isinstance(answer, dict):
        raise changed("an object", type(answer).__name__, path)
    return answer


def read_groups(path: Path) -> dict[str, Any]:
    """Return an answer in groups, for which all works were counted.

    Raises
    ------
    QueryTooLarge
        If the service stopped before it had counted all, or may have.
    SourceChanged
        If a part of the answer that the figures hang on is missing.
    """
    answer = read_answer(path)
    meta = answer.get("meta")
    if not isinstance(meta, dict) or not isinstance(answer.get("group_by"), list):
        raise changed("'meta' and a list 'group_by'", f"the keys {sorted(answer)}", path)
    took = meta.get("db_response_time_ms")
    if not isinstance(took, int | float) or not _is_count(meta.get("count")):
        raise changed("meta.count and meta.db_response_time_ms", f"meta with {sorted(meta)}", path)
    if meta.get("timed_out") is True or took >= SLOWEST_MILLISECONDS:
        raise QueryTooLarge(
            f"OpenAlex stopped before all works were counted (after {took} ms).",
            where=described(path),
            next_step="Ask for fewer years or a narrower field at once: live.ask on the card.",
        )
    for item in answer["group_by"]:
        _check_item(item, path)
    return answer


def groups_of(items: Iterable[dict[str, Any]]) -> Groups:
    """Return the groups that are not padding, by key; of a key given twice the larger count."""
    groups: Groups = {}
    for item in items:
        if item["count"]:
            key = key_of(item["key"])
            groups[key] = max(item["count"], groups.get(key, 0))
    return groups


def years_of(answer: dict[str, Any]) -> dict[str, Groups] | None:
    """Return the groups of each year, or nothing if the answer has no groups within its groups."""
    years = [item for item in answer["group_by"] if item["count"]]
    if any(not isinstance(item.get("groups"), list) for item in years):
        return None
    if not years and answer["meta"]["count"]:
        return None
    return {key_of(item["key"]): groups_of(item["groups"]) for item in years}


def check_country(groups: Groups, country: str, path: Path) -> None:
    """Stop where the works are not those of the country that was asked for.

    Raises
    ------
    SourceChanged
        If it is not in the list, or another has more of its works than itself.
    """
    own = groups.get(country, 0)
    larger = sorted(key for key, count in groups.items() if count > own)
    if groups and larger:
        raise changed(
            f"{country} as the largest group of its own works",
            f"{own} of {country} and more of {', '.join(larger[:5])}",
            path,
        )


def check_years(found: Iterable[str], years: tuple[int, int], path: Path) -> None:
    """Stop where a year was not asked for: the filter was not heeded.

    Raises
    ------
    SourceChanged
        Naming the years.
    """
    asked = {str(year) for year in range(years[0], years[1] + 1)}
    if wrong := sorted(set(found) - asked):
        raise changed(f"years {years[0]} to {years[1]}", f"also {', '.join(wrong)}", path)


def read_listing(path: Path) -> dict[str, Any]:
    """Return a page of countries; refuse one of another shape."""
    answer = read_answer(path)
    if not isinstance(answer.get("results"), list) or not isinstance(answer.get("meta"), dict):
        raise changed("'meta' and a list 'results'", f"the keys {sorted(answer)}", path)
    for item in answer["results"]:
        if not isinstance(item, dict) or "id" not in item:
            raise changed("an 'id' of every country", str(item)[:80], path)
        code = item.get("country_code")
        if code is not None and key_of(code) != key_of(item["id"]):
            raise changed("one code of a country", f"{item['id']} and {code}", path)
    return answer


def read_name(path: Path, value: str) -> dict[str, Any]:
    """Return the description of a field; refuse that of another, or one without a name."""
    answer = read_answer(path)
    name = answer.get("display_name")
    if key_of(answer.get("id")) != value or not isinstance(name, str) or not name:
        found = f"id {answer.get('id')!r} and display_name {name!r}"
        raise changed(f"the name of the field {value}", found, path)
    return answer


def unordered(
    directed: dict[tuple[str, str, str], int], focal: Iterable[str]
) -> tuple[dict[tuple[str, str, str], int], dict[str, int]]:
    """Return each pair once, with the larger count of its two directions.

    Parameters
    ----------
    directed : dict
        Count by country in view, partner and year.
    focal : iterable of str
        The countries in view: a pair of two of these should stand there twice, and alike.

    Returns
    -------
    dict, dict
        Count by pair (in the order of the alphabet) and year; how many cells differ between the
        directions, and how many have one direction only.

    Examples
    --------
    >>> unordered({("VN", "KR", "2020"): 5, ("KR", "VN", "2020"): 6}, ["KR", "VN"])
    ({('KR', 'VN', '2020'): 6}, {'cells_that_differ': 1, 'cells_of_one_direction': 0})
    """
    pairs: dict[tuple[str, str, str], int] = {}
    asked, differ, alone = set(focal), 0, 0
    for (country, partner, year), count in directed.items():
        other = directed.get((partner, country, year))
        key = (min(country, partner), max(country, partner), year)
        if other is None:
            alone += {country, partner} <= asked
        elif country < partner:
            differ += other != count
        pairs[key] = max(count, pairs.get(key, 0))
    return pairs, {"cells_that_differ": differ, "cells_of_one_direction": alone}


def _check_item(item: Any, path: Path) -> None:
    """Refuse a group without key or count, and groups within it likewise."""
    if not isinstance(item, dict) or "key" not in item or not _is_count(item.get("count")):
        raise changed("'key' and a whole number 'count' of every group", str(item)[:80], path)
    within = item.get("groups", [])
    for inner in within if isinstance(within, list) else []:
        _check_item(inner, path)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def described(path: Path) -> str:
    """Return where an answer came from, for messages."""
    return f"OpenAlex: {path.name.removesuffix('.part')}"


def changed(expected: str, found: str, path: Path) -> SourceChanged:
    """Return the error for an answer that is not as described."""
    return SourceChanged(
        f"Expected {expected}, found {found}.", where=described(path), next_step=CHANGED
    )
