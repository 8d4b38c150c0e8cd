"""The UNESCO Institute for Statistics in small: two indicators of two years; invented values."""

from __future__ import annotations

from typing import Any

from loopback import Answer, Route

from worlds import World

VERSION = "20260507-91260335"
INDICATORS = ("EXPGDP.TOT", "RESDEN.INHAB.TFTE")
YEARS = (2019, 2020)
REGION = "ECA: COMESA (UNSDCode:98113)"


def record(indicator: str, unit: str, year: int, value: Any, magnitude=None, qualifier=None):
    return {
        "indicatorId": indicator,
        "geoUnit": unit,
        "year": year,
        "value": value,
        "magnitude": magnitude,
        "qualifier": qualifier,
    }


RECORDS = [
    record("EXPGDP.TOT", "VNM", 2019, 0.52505),
    record("EXPGDP.TOT", "VNM", 2020, 0.5, None, "NAT_EST"),
    record("EXPGDP.TOT", "NAM", 2020, 0.3),
    record("EXPGDP.TOT", "ANT", 2019, 0, "NIL", "UIS_EST"),
    record("EXPGDP.TOT", "KOR", 2019, None),
    record("EXPGDP.TOT", "CHE", 2019, 0, "NA"),
    record("EXPGDP.TOT", REGION, 2019, 0.4),
    record("RESDEN.INHAB.TFTE", "KOR", 2019, 8407.0),
]
ROWS = [
    ("ANT", "EXPGDP.TOT", "2019", "0", "NIL;UIS_EST"),
    ("KOR", "RESDEN.INHAB.TFTE", "2019", "8407", ""),
    ("NAM", "EXPGDP.TOT", "2020", "0.3", ""),
    ("VNM", "EXPGDP.TOT", "2019", "0.52505", ""),
    ("VNM", "EXPGDP.TOT", "2020", "0.5", "NAT_EST"),
]
VERSIONS = [
    {
        "version": version,
        "publicationDate": f"{day}T16:58:36.233Z",
        "description": "string",
        "themeDataStatus": [
            {"theme": "SCIENCE_TECHNOLOGY_INNOVATION", "lastUpdate": updated, "description": "x"}
        ],
    }
    for version, day, updated in (
        (VERSION, "2026-05-08", "02/09/2026"),
        ("20250917-73f4b95c", "2025-09-18", "2025-02-23"),
    )
]
UNIT_CODES = ("ANT", "CHE", "KOR", "NAM", "VNM")
UNITS = [
    *({"id": unit, "name": unit, "type": "NATIONAL"} for unit in UNIT_CODES),
    {"id": REGION, "name": "COMESA", "type": "REGIONAL", "regionGroup": "ECA"},
]
DEFINED = [
    {"indicatorCode": code, "name": code, "lastDataUpdate": "02/09/2026"}
    for code in (*INDICATORS, "RESDEN.INHAB.THC", "200101")
]


def values(records: list[dict[str, Any]], hints: list[dict[str, str]] | None = None):
    """Return an answer with figures as the service builds it."""
    return {"hints": hints or [], "records": records, "indicatorMetadata": []}


def routes(records: list[dict[str, Any]] | None = None) -> list[Route]:
    given = RECORDS if records is None else records
    return [
        Route(r"^/versions$", [Answer.of_json(VERSIONS)]),
        Route(r"^/versions/default$", [Answer.of_json(VERSIONS[0])]),
        Route(r"^/definitions/indicators\?", [Answer.of_json(DEFINED)]),
        Route(r"^/definitions/geounits\?", [Answer.of_json(UNITS)]),
        Route(r"^/data/indicators\?", [Answer.of_json(values(given))]),
    ]


def renamed() -> list[Route]:
    return routes(
        [
            {"unit" if name == "geoUnit" else name: cell for name, cell in each.items()}
            for each in RECORDS
        ]
    )


def empty() -> list[Route]:
    return routes([])


def unknown() -> list[Route]:
    return routes([record("EXPGDP.TOT", "QQQ", 2019, 1.5), *RECORDS])


WORLD = World(
    service="uis",
    source="uis_indicators",
    ask={"indicators": list(INDICATORS), "years": list(YEARS), "version": VERSION},
    routes=routes,
    rows=ROWS,
    figures=r"^/data/indicators\?",
    renamed=renamed,
    empty=empty,
    unknown=unknown,
)
