"""ILOSTAT in small: two indicators, three areas, two years; all figures are invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loopback import Answer, Route

from techdiplomacy.errors import SourceChanged
from worlds import World

OCCUPATIONS, INDUSTRIES = "EMP_TEMP_SEX_OC2_NB_A", "EMP_TEMP_SEX_ECO_NB_A"
COLUMNS = ("ref_area", "source", "indicator", "sex", "classif1", "time", "obs_value", "obs_status")
NOTES = ("note_classif", "note_indicator", "note_source")
ASK = {
    "first_year": 2020,
    "series": [
        {
            "indicator": OCCUPATIONS,
            "areas": ["DEU", "NAM"],
            "codes": ["OC2_ISCO08_21", "OC2_ISCO08_25"],
        },
        {"indicator": INDUSTRIES, "areas": ["TWN"], "codes": ["ECO_ISIC4_J"]},
    ],
    "labels": {
        "OC2_ISCO08_21": "Engineers",
        "OC2_ISCO08_25": "ICT professionals",
        "ECO_ISIC4_J": "Information",
    },
}
OCCUPATION_ROWS = [
    ("DEU", "BA:1", OCCUPATIONS, "SEX_T", "OC2_ISCO08_25", "2020", "1e+05", ""),
    ("DEU", "BA:1", OCCUPATIONS, "SEX_T", "OC2_ISCO08_25", "2021", "12.300", "B"),
    ("DEU", "BA:1", OCCUPATIONS, "SEX_T", "OC2_ISCO88_21", "2020", "55.5", ""),
    ("DEU", "BA:1", OCCUPATIONS, "SEX_M", "OC2_ISCO08_25", "2020", "9", ""),
    ("NAM", "BX:7", OCCUPATIONS, "SEX_T", "OC2_ISCO08_21", "2021", "0.45", "U"),
]
INDUSTRY_ROWS = [("TWN", "BA:9", INDUSTRIES, "SEX_T", "ECO_ISIC4_J", "2021", "260", "")]
ROWS = [
    ("DEU", "OC2_ISCO08_25", "ICT professionals", "2020", "100000"),
    ("DEU", "OC2_ISCO08_25", "ICT professionals", "2021", "12.3"),
    ("NAM", "OC2_ISCO08_21", "Engineers", "2021", "0.45"),
    ("TWN", "ECO_ISIC4_J", "Information", "2021", "260"),
]


def table(rows: Iterable[Sequence[str]], columns: Sequence[str] = (*COLUMNS, *NOTES)) -> str:
    """Return rows as the service writes them: text in quotes, numbers without."""
    lines = [",".join(f'"{name}"' for name in columns)]
    for row in rows:
        cells = [*row, *[""] * (len(columns) - len(row))]
        at = columns.index("obs_value") if "obs_value" in columns else 6
        written = [
            cell if place == at or not cell else f'"{cell}"' for place, cell in enumerate(cells)
        ]
        lines.append(",".join(written))
    return "\ufeff" + "\n".join(lines) + "\n"


def contents(updated: str = "03/04/2026 18:05:06") -> str:
    """Return the table of contents, with an indicator that nobody asks for."""
    lines = ["id,indicator.label,last.update,n.records"]
    lines += [f'"{name}","words, words","{updated}",900' for name in (OCCUPATIONS, INDUSTRIES)]
    return "\n".join([*lines, '"EAP_DWAP_SEX_AGE_RT_A","rates","28/02/2026 01:00:00",5', ""])


def routes(occupations: str | None = None, industries: str | None = None) -> list[Route]:
    """Return the good answers, or others in place of them."""
    return [
        Route(r"^/metadata/toc/indicator/\?", [Answer.of_csv(contents(), chunked=True)]),
        Route(
            rf"^/data/indicator/\?id={OCCUPATIONS}&",
            [Answer.of_csv(occupations or table(OCCUPATION_ROWS), chunked=True)],
        ),
        Route(
            rf"^/data/indicator/\?id={INDUSTRIES}&",
            [Answer.of_csv(industries or table(INDUSTRY_ROWS, COLUMNS), chunked=True)],
        ),
    ]


def renamed() -> list[Route]:
    names = ["value" if name == "obs_value" else name for name in COLUMNS]
    return routes(table(OCCUPATION_ROWS, names))


def empty() -> list[Route]:
    return routes(table([]), table([]))


def unknown() -> list[Route]:
    return routes(table([("QQQ", *OCCUPATION_ROWS[0][1:]), *OCCUPATION_ROWS[1:]]))


WORLD = World(
    service="ilostat",
    source="ilostat_employment",
    ask=ASK,
    routes=routes,
    rows=ROWS,
    figures=r"^/data/indicator/",
    renamed=renamed,
    empty=empty,
    empty_gives=SourceChanged,
    unknown=unknown,
)
