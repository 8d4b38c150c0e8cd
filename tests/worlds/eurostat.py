"""Eurostat in small: two tables, three countries, two years; all figures are invented."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from loopback import Answer, Route

from techdiplomacy.errors import SourceChanged
from worlds import World

ASK = {
    "first_year": 2022,
    "countries": ["DE", "EL", "XK"],
    "statistics": {
        "ict_specialists": {
            "table": "isoc_sks_itspt",
            "where": {"freq": "A", "unit": "THS_PER"},
            "times": 1000,
        },
        "ict_graduates": {
            "table": "educ_uoe_grad02",
            "where": {"freq": "A", "isced11": "ED5-8", "iscedf13": "F06", "sex": "T", "unit": "NR"},
        },
    },
}
SPECIALISTS = {
    ("DE", "2022"): (1950.5, ""),
    ("DE", "2023"): (2012, "b"),
    ("EL", "2023"): (120.25, "e"),
    ("EU27_2020", "2023"): (9803, ""),
    ("XK", "2022"): (None, "c"),
}
GRADUATES = {("DE", "2022"): (32000, ""), ("XK", "2022"): (410, "u"), ("EL", "2022"): (2900, "")}
ROWS = [
    ("DE", "ict_graduates", "2022", "32000"),
    ("DE", "ict_specialists", "2022", "1950500"),
    ("DE", "ict_specialists", "2023", "2012000"),
    ("EL", "ict_graduates", "2022", "2900"),
    ("EL", "ict_specialists", "2023", "120250"),
    ("XK", "ict_graduates", "2022", "410"),
]
CONTENTS = (
    '"title"\t"code"\t"type"\t"last update of data"\t"last table structure change"\t"data start"\t'
    '"data end"\t"values"\n'
    '"Database by themes"\t"data"\t"folder"\t" "\t" "\t" "\t" "\t\n'
    '"    Employed ICT specialists"\t"isoc_sks_itspt"\t"dataset"\t"03.04.2026"\t"03.04.2026"\t'
    '"2004"\t"2025"\t3000\n'
    '"    Graduates by level"\t"educ_uoe_grad02"\t"dataset"\t"11.09.2026"\t"01.02.2026"\t'
    '"2013"\t"2024"\t900000\n'
)


def answer(
    where: Mapping[str, str],
    cells: Mapping[tuple[str, str], tuple[float | None, str]],
    *,
    order: Sequence[str] = (),
    as_list: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Return cells as JSON-stat: only figures that are there, keyed by their place."""
    codes: dict[str, list[str]] = {name: [code] for name, code in where.items()}
    codes["geo"] = sorted({geo for geo, _ in cells})
    codes["time"] = sorted({period for _, period in cells})
    names = list(order) or list(codes)
    sizes = [len(codes[name]) for name in names]
    values: dict[str, float] = {}
    flags: dict[str, str] = {}
    for (geo, period), (value, flag) in cells.items():
        at = {**dict.fromkeys(where, 0), "geo": codes["geo"].index(geo)}
        at["time"] = codes["time"].index(period)
        place = 0
        for name, size in zip(names, sizes, strict=True):
            place = place * size + at[name]
        if value is not None:
            values[str(place)] = value
        if flag:
            flags[str(place)] = flag
    listed = [values.get(str(place)) for place in range(math.prod(sizes))]
    return {
        "version": "2.0",
        "class": "dataset",
        "source": "ESTAT",
        "updated": "2026-04-03T11:00:00+0200",
        "value": listed if as_list else values,
        "status": flags,
        "id": names,
        "size": sizes,
        "dimension": {
            name: {
                "label": name,
                "category": {
                    "index": {code: place for place, code in enumerate(codes[name])},
                    "label": {code: f"{code}, in words" for code in codes[name]},
                },
            }
            for name in names
        },
    } | more


def specialists(cells: Mapping[tuple[str, str], tuple[float | None, str]] = SPECIALISTS) -> Any:
    return answer(ASK["statistics"]["ict_specialists"]["where"], cells)


def graduates() -> Any:
    return answer(ASK["statistics"]["ict_graduates"]["where"], GRADUATES)


def routes(first: Any = None, second: Any = None) -> list[Route]:
    """Return the good answers, or others in place of them."""
    toc = Answer(CONTENTS.encode(), content_type="text/plain")
    return [
        Route(r"^/catalogue/toc/txt\?lang=en", [toc]),
        Route(r"^/statistics/1.0/data/isoc_sks_itspt\?", [Answer.of_json(first or specialists())]),
        Route(r"^/statistics/1.0/data/educ_uoe_grad02\?", [Answer.of_json(second or graduates())]),
    ]


def renamed() -> list[Route]:
    return routes(answer({"freq": "A", "unit_2": "THS_PER"}, SPECIALISTS))


def empty() -> list[Route]:
    return routes(specialists() | {"value": {}, "status": {}}, graduates() | {"value": {}})


def unknown() -> list[Route]:
    return routes(specialists({**SPECIALISTS, ("QQ", "2022"): (5, "")}))


WORLD = World(
    service="eurostat",
    source="eurostat_ict",
    ask=ASK,
    routes=routes,
    rows=ROWS,
    figures=r"^/statistics/1.0/data/",
    renamed=renamed,
    empty=empty,
    empty_gives=SourceChanged,
    unknown=unknown,
)
