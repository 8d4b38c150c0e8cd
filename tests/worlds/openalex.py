"""OpenAlex in small: three countries, two years, invented numbers."""

from __future__ import annotations

from typing import Any

from loopback import Answer, Route

from worlds import World

# works by year, country and country of an author; the country itself is its largest group
WORKS: dict[str, dict[str, dict[str, int]]] = {
    "NA": {"2019": {"NA": 40, "KR": 2, "ZA": 30}, "2020": {"NA": 50, "VN": 1, "ZA": 35}},
    "VN": {"2019": {"VN": 90, "KR": 12, "US": 20}, "2020": {"VN": 95, "KR": 15, "NA": 1}},
    "KR": {"2019": {"KR": 500, "VN": 12, "NA": 2, "US": 300}, "2020": {"KR": 520, "VN": 16}},
}
ROWS = [
    ("KR", "NA", "2019", "2"),
    ("KR", "US", "2019", "300"),
    ("KR", "VN", "2019", "12"),
    ("KR", "VN", "2020", "16"),  # the list of Viet Nam says 15
    ("NA", "VN", "2020", "1"),
    ("NA", "ZA", "2019", "30"),
    ("NA", "ZA", "2020", "35"),
    ("US", "VN", "2019", "20"),
]
FIGURES = r"authorships\.countries:[A-Z]{2}&"


def meta(count: int, **more: Any) -> dict[str, Any]:
    return {"count": count, "db_response_time_ms": 30, "page": 1, "per_page": 200, **more}


def group(key: str, count: int, **more: Any) -> dict[str, Any]:
    return {"key": key, "key_display_name": f"name of {key}", "count": count, **more}


def countries(groups: dict[str, int]) -> list[dict[str, Any]]:
    """Return groups of countries with one at zero behind them, as the service pads its lists."""
    listed = [group(f"https://openalex.org/countries/{key}", n) for key, n in groups.items()]
    return [*listed, group("NR", 0)]


def grouped(count: int, groups: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "meta": meta(count, groups_count=len(groups), **more),
        "results": [],
        "group_by": groups,
    }


def nested(years: dict[str, dict[str, int]], country: str) -> dict[str, Any]:
    listed = [
        group(year, groups[country], groups=countries(groups)) for year, groups in years.items()
    ]
    return grouped(sum(item["count"] for item in listed), listed)


def one(pattern: str, value: Any) -> Route:
    return Route(pattern, [Answer.of_json(value)])


def around() -> list[Route]:
    """Return the answers that carry no figures of the table."""
    unknown = [*countries({"US": 300, "KR": 200}), group("unknown", 250)]
    return [
        one(r"group_by=authorships\.countries:include_unknown", grouped(1000, unknown)),
        one(r"filter=publication_year:2020&group_by=publication_year&", grouped(777, [])),
    ]


def routes() -> list[Route]:
    return [
        *around(),
        *(
            one(rf"authorships\.countries:{country}&", nested(years, country))
            for country, years in WORKS.items()
        ),
    ]


def renamed() -> list[Route]:
    answer = nested(WORKS["VN"], "VN")
    for year in answer["group_by"]:
        for within in year["groups"]:
            within["works_count"] = within.pop("count")
    return [one(r"authorships\.countries:VN&", answer), *routes()]


def empty() -> list[Route]:
    return [*around(), one(FIGURES, grouped(0, [group("2019", 0)]))]


def unknown() -> list[Route]:
    years = {year: {**groups, "QQ": 3} for year, groups in WORKS["VN"].items()}
    return [one(r"authorships\.countries:VN&", nested(years, "VN")), *routes()]


WORLD = World(
    service="openalex",
    source="openalex_coauthorship",
    ask={"measure": "pairs", "countries": ["NA", "VN", "KR"], "years": [2019, 2020]},
    routes=routes,
    rows=ROWS,
    figures=FIGURES,
    renamed=renamed,
    empty=empty,
    unknown=unknown,
)
