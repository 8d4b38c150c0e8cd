"""ROR in small: two countries, one kind, 23 and 2 organisations; all invented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loopback import Answer, Route

from worlds import World

PAGE = 20
FIGURES = r"country\.country_code:"


def record(
    number: int,
    *countries: str,
    types: Sequence[str] = ("education",),
    status: str = "active",
    continent: str = "AS",
) -> dict[str, Any]:
    """Return a record with the parts that are read and some that are not."""
    return {
        "id": f"https://ror.org/0invent{number:02d}",
        "names": [
            {"value": f"ĐH {number}", "types": ["acronym"], "lang": None},
            {"value": f"University {number}", "types": ["label", "ror_display"], "lang": "en"},
        ],
        "types": list(types),
        "status": status,
        "established": 1990,
        "locations": [
            {
                "geonames_id": place,
                "geonames_details": {
                    "continent_code": continent,
                    "country_code": country,
                    "name": f"place {place}",
                },
            }
            for place, country in enumerate(countries)
        ],
    }


def page(number: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number_of_results": number,
        "time_taken": 5,
        "items": items,
        "meta": {"types": [], "countries": []},
    }


VIETNAM = [record(number, "VN") for number in range(22)] + [
    record(22, "VN", "VN", "US", types=("facility", "education"), continent="NA")
]
NAMIBIA = [record(30, "NA", continent="AF"), record(31, "NA", status="inactive", continent="AF")]
ROWS = sorted(
    [
        (f"https://ror.org/0invent{n:02d}", "VN", f"University {n}", "education", "1")
        for n in range(22)
    ]
    + [
        ("https://ror.org/0invent22", country, "University 22", "education;facility", "2")
        for country in ("US", "VN")
    ]
    + [("https://ror.org/0invent30", "NA", "University 30", "education", "1")]
)


def paged(country: str, records: list[dict[str, Any]]) -> list[Route]:
    return [
        Route(
            rf"country\.country_code:{country},types:education&page={number}$",
            [Answer.of_json(page(len(records), records[start : start + PAGE]))],
        )
        for number, start in enumerate(range(0, len(records) or 1, PAGE), start=1)
    ]


def all_of(vietnam: list[dict[str, Any]], namibia: list[dict[str, Any]]) -> list[Route]:
    total = Route(r"/v2/organizations\?page=1$", [Answer.of_json(page(120_000, VIETNAM[:PAGE]))])
    return [total, *paged("VN", vietnam), *paged("NA", namibia)]


def routes() -> list[Route]:
    return all_of(VIETNAM, NAMIBIA)


def renamed() -> list[Route]:
    others = [dict(item) for item in NAMIBIA]
    for item in others:
        item["places"] = item.pop("locations")
    return all_of(VIETNAM, others)


def empty() -> list[Route]:
    return all_of([], [])


def unknown() -> list[Route]:
    return all_of([*VIETNAM[:-1], record(22, "VN", "QQ")], NAMIBIA)


WORLD = World(
    service="ror",
    source="ror_organisations",
    ask={"countries": ["VN", "NA"], "types": ["education"]},
    routes=routes,
    rows=ROWS,
    figures=FIGURES,
    renamed=renamed,
    empty=empty,
    unknown=unknown,
    paged=True,
)
