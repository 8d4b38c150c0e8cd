"""World Population Prospects in small: seven areas, two years; all numbers invented."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from loopback import Answer, Route

from techdiplomacy.errors import SourceChanged
from techdiplomacy.sources.wpp_rows import HEADER
from worlds import World

FILE = "WPP2024_PopulationByAge5GroupSex_Medium.csv.gz"
PAST = "WPP2024_PopulationBySingleAgeSex_Medium_1950-2023.csv.gz"
FUTURE = "WPP2024_PopulationBySingleAgeSex_Medium_2024-2100.csv.gz"
UPDATE = "WPP2024_CSV_files_update.zip"
FIGURES = r"/CSV_FILES/WPP2024_PopulationByAge5GroupSex"
YEARS = (2020, 2025, 2030)
# number, ISO3, ISO2, name, thousand persons in the youngest group
AREAS = (
    ("156", "CHN", "CN", "China", 900),
    ("158", "TWN", "TW", "China, Taiwan Province of China", 30),
    ("344", "HKG", "HK", "China, Hong Kong SAR", 20),
    ("446", "MAC", "MO", "China, Macao SAR", 10),
    ("516", "NAM", "NA", "Namibia", 12),
    ("704", "VNM", "VN", "Viet Nam", 100),
    ("768", "TGO", "TG", "Togo", 8),
)
STRANGER = ("999", "QQQ", "QQ", "Nowhere", 1)
ASK = {
    "grid": "five_year",
    "years": [2020, 2030, 10],
    "files": [{"name": FILE}],
    "update": {"name": UPDATE},
    "areas_at_least": 7,
}


def people(base: int, year: int, age: int) -> Decimal:
    """Return thousands of persons: half a thousand more than a whole number."""
    return Decimal(base + age + (year - 2020) // 10) + Decimal("0.5")


def record(place: tuple[str, str, str, str], year: int, age: int, width: int) -> dict[str, str]:
    """Return a row of a country but for its persons."""
    number, iso3, iso2, name = place
    return {
        "SortOrder": "7",
        "LocID": number,
        "ISO3_code": iso3,
        "ISO2_code": iso2,
        "LocTypeID": "4",
        "LocTypeName": "Country/Area",
        "Location": name,
        "Variant": "Medium",
        "Time": str(year),
        "MidPeriod": f"{year}.5",
        "AgeGrp": "100+" if age == 100 else str(age),
        "AgeGrpStart": str(age),
        "AgeGrpSpan": "-1" if age == 100 else str(width),
    }


def records(
    areas: Iterable[tuple[str, str, str, str, int]] = AREAS,
    *,
    years: Sequence[int] = YEARS,
    width: int = 5,
) -> list[dict[str, str]]:
    """Return the rows of countries, the world, a region with empty cells and another variant."""
    areas = list(areas)
    rows = []
    for year in years:
        for age in range(0, 101, width):
            for *place, base in areas:
                persons = {"PopTotal": f"{people(base, year, age)}"}
                rows.append(record(tuple(place), year, age, width) | persons)
            world = record(("900", "", "", "World"), year, age, width)
            total = sum((people(area[-1], year, age) for area in areas), Decimal(0))
            rows.append(world | {"LocTypeName": "World", "PopTotal": f"{total:.3f}"})
        region = {"LocID": "5500", "Location": "Somewhere", "Variant": "Medium", "PopTotal": "9"}
        rows.append(region | {"Time": str(year), "AgeGrpStart": "0", "AgeGrpSpan": str(width)})
        high = record(("516", "NAM", "NA", "Namibia"), year, 0, width)
        rows.append(high | {"Variant": "High", "PopTotal": "99999"})
    return rows


def text(rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> bytes:
    """Return rows as the publisher writes them, with a byte-order mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[row.get(name, "") for name in HEADER] for row in rows])
    return ("\ufeff" + stream.getvalue()).encode()


def packed(rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> bytes:
    return gzip.compress(text(rows, header), mtime=0)


def archive(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def corrections(base: int = 9, *, years: Sequence[int] = YEARS) -> bytes:
    """Return the archive in which Togo has more persons; another file stands beside."""
    togo = [row for row in records([(*AREAS[-1][:4], base)], years=years) if row["LocID"] == "768"]
    return archive(
        {
            "update/" + FILE.removesuffix(".gz"): text(togo),
            "update/WPP2024_Demographic_Indicators_Medium.csv": b"not read",
        }
    )


def routes(rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> list[Route]:
    answer = Answer(packed(rows, header), etag='"a1"', content_type="application/gzip")
    return [
        Route(rf"^/CSV_FILES/{FILE}$", [answer]),
        Route(rf"^/{UPDATE}$", [Answer(corrections(), content_type="application/zip")]),
    ]


def expected() -> list[tuple[str, ...]]:
    """Return the rows that must come out: whole persons, Togo corrected."""
    bases = {area[1]: area[-1] for area in AREAS} | {"TGO": 9}
    return sorted(
        (code, str(year), str(age), str((base + age + (year - 2020) // 10) * 1000 + 500))
        for code, base in bases.items()
        for year in (2020, 2030)
        for age in range(0, 101, 5)
    )


def renamed() -> list[Route]:
    return routes(records(), [{"PopTotal": "PopBoth"}.get(name, name) for name in HEADER])


WORLD = World(
    service="wpp",
    source="un_population_2024_ages",
    ask=dict[str, Any](ASK),
    routes=lambda: routes(records()),
    rows=expected(),
    figures=FIGURES,
    renamed=renamed,
    empty=lambda: routes([]),
    unknown=lambda: routes(records([*AREAS, STRANGER])),
    empty_gives=SourceChanged,
    paged=False,
    a_file=True,
)
