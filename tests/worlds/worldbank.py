"""The World Bank in small: two indicators of two years, in pages of four rows; invented values."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from loopback import Answer, Route

from worlds import World

PER_PAGE = 4
YEARS = (2019, 2020)
COUNTRIES = Path(__file__).parents[2] / "data" / "reference" / "countries.csv"
AGGREGATES = [("WLD", "1W"), ("AFE", "ZH"), ("HIC", "XD"), *((f"X{n:02}", "") for n in range(20))]
# iso3, iso2, then the values of 2019 and 2020; the high-income group comes without its iso3
PEOPLE = [
    ("VNM", "VN", 96000000, 97000000.5),
    ("NAM", "NA", 2500000, 2550000),
    ("XKX", "XK", 1780000, None),
    ("WLD", "1W", 7700000000, 7800000000),
    ("", "XD", 1200000000, 1210000000),
]
EFFORT = [("VNM", "VN", 0.42, 0.43), ("NAM", "NA", None, 0.3)]
ROWS = sorted(
    [
        ("VNM", "SP.POP.TOTL", "2019", "96000000", ""),
        ("VNM", "SP.POP.TOTL", "2020", "97000000.5", ""),
        ("NAM", "SP.POP.TOTL", "2019", "2500000", ""),
        ("NAM", "SP.POP.TOTL", "2020", "2550000", ""),
        ("XKX", "SP.POP.TOTL", "2019", "1780000", ""),
        ("VNM", "GB.XPD.RSDV.GD.ZS", "2019", "0.42", "E"),
        ("VNM", "GB.XPD.RSDV.GD.ZS", "2020", "0.43", "E"),
        ("NAM", "GB.XPD.RSDV.GD.ZS", "2020", "0.3", "E"),
    ]
)


def areas() -> list[dict[str, Any]]:
    """Return a list of areas: the countries of the project, and aggregates."""
    with COUNTRIES.open(encoding="utf-8", newline="") as stream:
        known = [(row["iso3"], row["iso2"], "SSF") for row in csv.DictReader(stream)]
    listed = [*known, *((iso3, iso2, "NA") for iso3, iso2 in AGGREGATES)]
    return [
        {"id": iso3, "iso2Code": iso2, "name": iso3, "region": {"id": region, "value": "x"}}
        for iso3, iso2, region in listed
    ]


def record(iso3: str, iso2: str, indicator: str, year: int, value: Any, status: str = "") -> dict:
    return {
        "indicator": {"id": indicator, "value": "in words"},
        "country": {"id": iso2, "value": "in words"},
        "countryiso3code": iso3,
        "date": str(year),
        "value": value,
        "unit": "",
        "obs_status": status,
        "decimal": 0,
    }


def records(indicator: str, figures: list[tuple], status: str = "") -> list[dict[str, Any]]:
    return [
        record(iso3, iso2, indicator, year, value, status)
        for iso3, iso2, *values in figures
        for year, value in zip(YEARS, values, strict=True)
    ]


def answer(rows: list[dict] | None, page: int = 1, per_page: Any = PER_PAGE, **page_object: Any):
    """Return one page of an answer as the service builds it."""
    listed = rows or []
    size = int(per_page)
    stated = {
        "page": page,
        "pages": -(-len(listed) // size),
        "per_page": per_page,
        "total": len(listed),
        "sourceid": "2",
        "lastupdated": "2026-07-13",
    }
    part = listed[(page - 1) * size : page * size] if rows is not None else None
    return [stated | page_object, part]


def paged(indicator: str, rows: list[dict[str, Any]]) -> list[Route]:
    """Return a route for each page of an indicator."""
    pages = range(1, max(-(-len(rows) // PER_PAGE), 1) + 1)
    return [
        Route(
            rf"^/country/all/indicator/{indicator}\?.*&page={page}$",
            [Answer.of_json(answer(rows, page))],
        )
        for page in pages
    ]


def routes(people: list[tuple] | None = None) -> list[Route]:
    listed = areas()
    return [
        Route(r"^/country\?", [Answer.of_json(answer(listed, 1, "400"))]),
        *paged("SP.POP.TOTL", records("SP.POP.TOTL", people or PEOPLE)),
        *paged("GB.XPD.RSDV.GD.ZS", records("GB.XPD.RSDV.GD.ZS", EFFORT, "E")),
    ]


def renamed() -> list[Route]:
    rows = records("SP.POP.TOTL", PEOPLE)
    for row in rows:
        row["iso3code"] = row.pop("countryiso3code")
    return [*paged("SP.POP.TOTL", rows), *routes()]


def empty() -> list[Route]:
    nothing = answer(None, 1, 50, lastupdated=None, sourceid=None)
    return [Route(r"^/country/all/indicator/", [Answer.of_json(nothing)]), *routes()]


def unknown() -> list[Route]:
    return routes([("QQQ", "QQ", 1, 2), *PEOPLE[1:]])


WORLD = World(
    service="worldbank",
    source="worldbank_indicators",
    ask={
        "indicators": ["SP.POP.TOTL", "GB.XPD.RSDV.GD.ZS"],
        "years": list(YEARS),
    },
    routes=routes,
    rows=ROWS,
    figures=r"^/country/all/indicator/",
    renamed=renamed,
    empty=empty,
    unknown=unknown,
    paged=True,
)
