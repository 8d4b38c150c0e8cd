"""A small OECD: one flow of patents, three areas, two fields, two years; all values invented."""

from __future__ import annotations

from loopback import Answer, Route

from worlds import World

FLOW = "OECD.STI.PIE:DSD_PATENTS@DF_PATENTS_WIPO(1.0)"
DIMENSIONS = [
    *("PATENT_AUTHORITIES", "FREQ", "MEASURE", "UNIT_MEASURE", "DATE_TYPE", "REF_AREA"),
    *("PARTNER_AREA", "AGENT_ROLE", "COOPERATION_TYPE", "WIPO", "OECD_TECHNOLOGY_PATENT"),
]
HEADER = ["DATAFLOW", *DIMENSIONS, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MULT"]
HEADER += ["DECIMALS"]
ASK = {
    "agency": "OECD.STI.PIE",
    "flow": "DSD_PATENTS@DF_PATENTS_WIPO",
    "version": "1.0",
    "dimensions": DIMENSIONS,
    "key": [
        *(["9P50_3"], ["A"], ["PF"], ["PATN_FM"], ["PRIORITY"], [], ["_Z"], ["INVENTOR"], ["_Z"]),
        *(["WIPO_06", "WIPO_08"], ["_Z"]),
    ],
    "years": [2019, 2020],
    "columns": {
        "REF_AREA": "ref_area",
        "WIPO": "wipo",
        "TIME_PERIOD": "year",
        "OBS_VALUE": "families",
    },
    "aggregates": ["W", "OECD", "EU27_2020"],
    "areas_at_least": 3,
}
# a figure of each kind: whole, shared, by multiplier, small, former state, and none
FIGURES = [
    ("KOR", "WIPO_06", "2019", "1200.5", "A", "0"),
    ("KOR", "WIPO_08", "2020", "3.25", "A", "3"),
    ("NAM", "WIPO_06", "2019", "0.50", "A", "0"),
    ("NAM", "WIPO_08", "2020", "", "M", "0"),
    ("TWN", "WIPO_06", "2020", "7", "A", "0"),
    ("YUG_F", "WIPO_06", "2019", "1E0", "A", ""),
    ("W", "WIPO_06", "2019", "9000", "A", "0"),
    ("EU27_2020", "WIPO_06", "2019", "800", "A", "0"),
]
ROWS = [
    ("KOR", "WIPO_06", "2019", "1200.5"),
    ("KOR", "WIPO_08", "2020", "3250"),
    ("NAM", "WIPO_06", "2019", "0.5"),
    ("TWN", "WIPO_06", "2020", "7"),
    ("YUG_F", "WIPO_06", "2019", "1"),
]
AVAILABILITY = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<message:Structure xmlns:message="urn:message" xmlns:structure="urn:structure" '
    'xmlns:common="urn:common">\n'
    ' <structure:ContentConstraint id="CR_A_DSD_PATENTS@DF_PATENTS_WIPO" agencyID="OECD.STI.PIE" '
    'version="1.0" validFrom="2026-03-05T10:11:12Z" type="Actual">\n'
    '  <common:Annotation id="obs_count"><common:AnnotationTitle>8</common:AnnotationTitle>'
    "</common:Annotation>\n"
    '  <structure:Dataflow><Ref id="DSD_PATENTS@DF_PATENTS_WIPO" version="1.0" '
    'agencyID="OECD.STI.PIE" class="Dataflow" /></structure:Dataflow>\n'
    " </structure:ContentConstraint>\n"
    "</message:Structure>\n"
)
VERSION = "2026-03-05T10:11:12Z, 8 observations"


def answer(figures=FIGURES, *, header=HEADER, flow=FLOW) -> str:
    """Return a bare CSV answer of the flow."""
    lines = [",".join(header)]
    for area, field, year, value, status, power in figures:
        cells = [flow, "9P50_3", "A", "PF", "PATN_FM", "PRIORITY", area, "_Z", "INVENTOR", "_Z"]
        lines.append(",".join([*cells, field, "_Z", year, value, status, power, "1"]))
    return "\n".join(lines) + "\n"


def routes(figures: Answer | None = None) -> list[Route]:
    """Return the service: its availability message, and its figures or what stands for them."""
    return [
        Route(
            r"^/contentconstraint/OECD\.STI\.PIE/CR_A_DSD_PATENTS@DF_PATENTS_WIPO/",
            [Answer(AVAILABILITY.encode(), content_type="application/xml")],
        ),
        Route(
            r"^/data/OECD\.STI\.PIE,DSD_PATENTS@DF_PATENTS_WIPO,1\.0/",
            [figures or Answer.of_csv(answer())],
        ),
    ]


def renamed() -> list[Route]:
    """Return the service with one dimension renamed."""
    header = ["REFERENCE_AREA" if name == "REF_AREA" else name for name in HEADER]
    return routes(Answer.of_csv(answer(header=header)))


def empty() -> list[Route]:
    """Return the service with nothing in the selection."""
    return routes(Answer(b"NoRecordsFound", 404, content_type="text/plain"))


def unknown() -> list[Route]:
    """Return the service with an area that nobody knows."""
    return routes(Answer.of_csv(answer([*FIGURES, ("QQQ", "WIPO_06", "2019", "1", "A", "0")])))


WORLD = World(
    service="oecd",
    source="oecd_patent_fields",
    ask=ASK,
    routes=routes,
    rows=ROWS,
    figures=r"^/data/OECD\.STI\.PIE,",
    renamed=renamed,
    empty=empty,
    unknown=unknown,
)
