"""ROR: research organisations, their kinds and the countries in which they have locations.

An organisation may have locations in several countries, so it has a row for each of them and none
is taken for the first. The code of a location's continent says NA for North America, the code of
its country says NA for Namibia: only the country is read. An organisation has many names; the one
to show is marked. The service lists organisations that are active unless told otherwise; others
are left out and counted. It gives 20 a page and 10,000 at most, in no order that it promises, so
that what the pages hold is compared with what they announce. Without the free number of a client it
answers about seven questions a minute. The same records come as a file with every release, which a
person may have on disk.

Checked at run time, because only described and not seen: that both filters are heeded; that the
announced number stays the same from page to page and is the number collected, each once; that
exactly one name is marked as the one to show.

Knows: the questions and records of ROR. Must not know: tables, cards, folders, the network.
May import: errors, checks, and in this folder local_files, next_steps and service. Standard library
only besides.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import (
    ContentRejected,
    QueryTooLarge,
    SourceChanged,
    SourceUnavailable,
)
from techdiplomacy.sources.local_files import refuse_what_is_no_file, standing_still
from techdiplomacy.sources.next_steps import AGAIN, CHANGED
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Secret, Service, parsed

SERVICE = Service(
    name="ROR",
    variable="ROR_BASE_URL",
    base_url="https://api.ror.org",
    pace=Pace("api.ror.org", 7),
    secret=Secret("ROR_CLIENT_ID", "Client-Id"),
    pace_with_key=Pace("api.ror.org", 1 / 5),
)
COLUMNS = ("ror_id", "country", "name", "types", "locations")
PAGE = 20
MOST_ORGANISATIONS = 10_000
LARGEST = 2_000_000_000  # bytes of a file on disk
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Kind = Literal[
    "archive",
    "company",
    "education",
    "facility",
    "funder",
    "government",
    "healthcare",
    "nonprofit",
    "other",
]


class Selection(Settings):
    """What to ask: organisations of some countries, of some kinds or (with none named) of all."""

    countries: Annotated[list[Country], Field(min_length=1)]
    types: list[Kind] = Field(default_factory=list)

    @model_validator(mode="after")
    def _nothing_twice(self) -> Selection:
        for named in (self.countries, self.types):
            if len(set(named)) < len(named):
                raise ValueError(f"named twice in {list(named)}")
        return self


@dataclass(frozen=True)
class Organisation:
    """What is kept of a record; ``countries`` in alphabetical order."""

    ror_id: str
    name: str
    types: tuple[str, ...]
    countries: tuple[str, ...]
    status: str


def ask_page(country: str, kind: str, page: int) -> Ask:
    """Return the question for one page of a country's organisations, of one kind if named."""
    filters = f"country.country_code:{country}" + (f",types:{kind}" if kind else "")
    return Ask(
        "_".join(["organisations", country, *([kind] if kind else []), f"page{page}.json"]),
        "v2/organizations",
        "json",
        [("filter", filters), ("page", str(page))],
        accept="application/json",
    )


def ask_number() -> Ask:
    """Return the question for the number of all active organisations."""
    return Ask(
        "organisations.json",
        "v2/organizations",
        "json",
        [("page", "1")],
        accept="application/json",
    )


def read_page(path: Path) -> tuple[int, list[dict[str, Any]]]:
    """Return the announced number and the records of a page.

    Raises
    ------
    ContentRejected
        If it is no JSON.
    SourceChanged
        If number or records are missing, or a record lacks a part that is read.
    """
    answer = _read(path)
    number = answer.get("number_of_results") if isinstance(answer, dict) else None
    items = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(items, list):
        keys = sorted(answer) if isinstance(answer, dict) else type(answer).__name__
        raise _changed("'number_of_results' and a list 'items'", str(keys), path)
    for item in items:
        _check_record(item, path)
    return number, items


def shown_page(path: Path) -> tuple[int, list[dict[str, Any]], Path]:
    """Return a page and its file; refuse a list that is longer than the service shows.

    Raises
    ------
    QueryTooLarge
        If the pages end before the list does.
    """
    number, items = read_page(path)
    if number > MOST_ORGANISATIONS:
        raise QueryTooLarge(
            f"ROR has {number:,} organisations for this question and shows {MOST_ORGANISATIONS:,}.",
            where=_at(path),
            next_step="Name types under live.ask on the card: each country and type is asked "
            "singly.",
        )
    return number, items, path


def organisation(item: dict[str, Any], path: Path) -> Organisation:
    """Return what is kept of a record.

    Raises
    ------
    SourceChanged
        If not exactly one of its names is marked as the one to show.
    """
    shown = [name["value"] for name in item["names"] if "ror_display" in name["types"]]
    if len(shown) != 1 or not shown[0]:
        found = f"{len(shown)} of {len(item['names'])} in {item['id']}"
        raise _changed("one name marked 'ror_display' in each record", found, path)
    details = [place.get("geonames_details") or {} for place in item["locations"]]
    codes = {str(place.get("country_code") or "").upper() for place in details}
    return Organisation(
        item["id"],
        " ".join(str(shown[0]).split()),
        tuple(sorted(str(kind).lower() for kind in item["types"])),
        tuple(sorted(codes - {""})),
        str(item["status"]).lower(),
    )


def check_filters(found: Iterable[Organisation], country: str, kind: str, path: Path) -> None:
    """Stop where an organisation is not of the country or of the kind that was asked for.

    Raises
    ------
    SourceChanged
        Naming one of them.
    """
    for one in found:
        if country not in one.countries:
            where = ", ".join(one.countries) or "no country"
            raise _changed(f"organisations in {country}", f"{one.ror_id} in {where}", path)
        if kind and kind not in one.types:
            raise _changed(
                f"organisations of type {kind}", f"{one.ror_id} of {', '.join(one.types)}", path
            )


def raw_of(found: Iterable[Organisation], selection: Selection, version: str) -> Raw:
    """Return a row for each organisation and each country of its locations.

    An organisation in an asked country and in another has a row for both; countries that were not
    asked for are counted in the facts, because their other organisations are not there.
    """
    every = {one.ror_id: one for one in found}
    active = [one for one in every.values() if one.status == "active"]
    rows = [
        (one.ror_id, country, one.name, ";".join(one.types), str(len(one.countries)))
        for one in active
        for country in one.countries
    ]
    by_country = Counter(row[1] for row in rows)
    others = Counter(one.status for one in every.values() if one.status != "active")
    return Raw(
        COLUMNS,
        sorted(rows),
        version,
        facts={
            "organisations": len(active),
            "left_out_by_status": dict(sorted(others.items())),
            "in_several_countries": sum(len(one.countries) > 1 for one in active),
            "rows_of_countries_not_asked_for": {
                country: count
                for country, count in sorted(by_country.items())
                if country not in selection.countries
            },
            "empty": [country for country in selection.countries if country not in by_country],
        },
    )


def pages(kit: Kit, country: str, kind: str) -> list[Organisation]:
    """Return all organisations of a country, of one kind if named.

    Raises
    ------
    SourceChanged
        If the pages do not hold what they announce, each organisation once.
    """
    found: list[Organisation] = []
    page, announced = 1, None
    while True:
        number, items, path = parsed(kit, ask_page(country, kind, page), shown_page)
        if announced is not None and number != announced:
            raise _unsteady(f"{number} organisations, page 1 announced {announced}", path)
        announced = number
        new = [organisation(item, path) for item in items]
        check_filters(new, country, kind, path)
        found += new
        if page * PAGE >= announced or not items:
            break
        page += 1
    several = len(found) - len({one.ror_id for one in found})
    if len(found) != announced or several:
        raise _unsteady(
            f"{announced} organisations announced, {len(found)} on the pages, {several} of them "
            "again",
            path,
        )
    return found


def _check_record(item: Any, path: Path) -> None:
    """Refuse a record without one of the parts that are read."""
    wanted = {"id": str, "names": list, "types": list, "locations": list, "status": str}
    missing = [
        key
        for key, kind in wanted.items()
        if not isinstance(item, dict) or not isinstance(item.get(key), kind)
    ]
    if missing:
        raise _changed(f"{', '.join(wanted)} in each record", f"no {', '.join(missing)}", path)
    for name in item["names"]:
        if not isinstance(name, dict) or not isinstance(name.get("types"), list):
            raise _changed("'value' and 'types' of each name", str(name)[:80], path)
        if "value" not in name:
            raise _changed("'value' and 'types' of each name", str(name)[:80], path)
    for place in item["locations"]:
        details = place.get("geonames_details") if isinstance(place, dict) else None
        if not isinstance(details, dict) or "country_code" not in details:
            raise _changed("geonames_details.country_code of each location", str(place)[:80], path)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise ContentRejected(
            f"The answer is no JSON: {error}.", where=_at(path), next_step=AGAIN
        ) from error


def _at(path: Path) -> str:
    """Return where an answer came from, for messages; a check sees it under a name of its own."""
    return f"ROR: {path.name.removesuffix('.part')}"


def _changed(expected: str, found: str, path: Path) -> SourceChanged:
    return SourceChanged(f"Expected {expected}, found {found}.", where=_at(path), next_step=CHANGED)


def _unsteady(what: str, path: Path) -> SourceChanged:
    """Return the error for pages that do not fit together; often the list changed meanwhile."""
    return SourceChanged(
        f"The pages do not fit together: {what}.",
        where=_at(path),
        next_step=f"The register may have been renewed in between. {AGAIN}",
    )


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the present organisations of the register.

    Raises
    ------
    SourceChanged
        If records or pages are not as described above.
    QueryTooLarge
        If a country (and type) has more organisations than the service shows.
    """
    version = newest(selection, kit)
    found: list[Organisation] = []
    kinds = [str(kind) for kind in selection.types] or [""]
    for country in selection.countries:
        for kind in kinds:
            found += pages(kit, country, kind)
    return raw_of(found, selection, version)


def read(selection: Selection, path: Path) -> Raw:
    """Return the asked organisations out of the file of a release, unpacked (JSON, version 2).

    Raises
    ------
    SourceUnavailable
        If there is no such file, or it is none of a release.
    ContentRejected, SourceChanged
        If it is no list of records as described above, or changed while it was read.
    """
    refuse_what_is_no_file(path, largest=LARGEST)
    if path.suffix != ".json":
        raise SourceUnavailable(
            f"{path.name} is no JSON file of a ROR release.",
            where=str(path),
            next_step="Unpack the release and name its file that ends in .json.",
        )
    with standing_still(path):
        records = _read(path)
    if not isinstance(records, list):
        raise _changed("a list of records", type(records).__name__, path)
    countries, kinds = set(selection.countries), set(selection.types)
    found = []
    for item in records:
        _check_record(item, path)
        one = organisation(item, path)
        if countries & set(one.countries) and (not kinds or kinds & set(one.types)):
            found.append(one)
    return raw_of(found, selection, path.stem)


def newest(selection: Selection, kit: Kit) -> str:
    """Return how many active organisations the register has; the service names no release."""
    number, _ = parsed(kit, ask_number(), read_page)
    return f"{number} organisations"
