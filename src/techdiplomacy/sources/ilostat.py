"""ILOSTAT of the International Labour Organization: employment by occupation and industry.

Its quirks, and what they force here (those of its tables are in `ilostat_answers`):

- An answer is made for its question, without length or validators. Only the table of contents
  knows the state of the figures, so it is asked for first, each time.
- What the service does not understand it leaves out of account: an unknown code empties an answer,
  an ignored one widens it, always with status 200. So each row is held against the question, and
  an indicator without a single figure is an error.
- When busy it says ``Server Error`` with status 200, which the kit takes for a passing trouble, or
  403, after which the kit waits a minute, once. To a client unlike a browser it always says 403.
- Modelled estimates are indicators of their own (``EMP_2...``) and refused.
- Named groups (World, G7) are in the list of areas as X and two digits. The ILO's own list has no
  other code with digits, so an area is three letters; what was not asked for is never taken.

Unverified, so checked at run time: names of columns; day first, with a time, in ``last.update``;
the form of ``indicator`` (with or without ``_A``); 0 and 1 in ``best_source``; one row for each
area, classification, year and survey; years as asked, and none after the last update.

Knows: addresses, indicators and areas of ILOSTAT. Must not know: the project's files and figures.
May import: errors, checks, sources. Standard library and pydantic only besides.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings
from techdiplomacy.errors import SourceChanged
from techdiplomacy.sources.ilostat_answers import (
    LOOK,
    Entry,
    Figure,
    choose,
    parse_contents,
    parse_figures,
    state,
)
from techdiplomacy.sources.local_files import (
    pieces,
    refuse_what_is_no_file,
    refuse_what_is_no_table,
    standing_still,
)
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service, before, parsed

SERVICE = Service(
    name="ILOSTAT",
    variable="ILOSTAT_BASE_URL",
    base_url="https://rplumber.ilo.org",
    pace=Pace("rplumber.ilo.org", 2.0),
    read_timeout=600.0,
    user_agent="Mozilla/5.0 (compatible; techdiplomacy/{version})",
    forbidden_wait=60.0,
)
COLUMNS = ("iso3", "classification", "label", "year", "employment_thousand")
LARGEST = 500_000_000  # bytes of a file on disk, unpacked


class Series(Settings):
    """Classifications of one indicator, asked for some areas."""

    indicator: Annotated[str, Field(pattern=r"^[A-Z0-9_]+_A$")]
    areas: Annotated[list[Annotated[str, Field(pattern=r"^[A-Z]{3}$")]], Field(min_length=1)]
    codes: Annotated[list[str], Field(min_length=1)]


class Selection(Settings):
    """What is asked: series from a first year on, and the words for their classifications."""

    first_year: int
    series: Annotated[list[Series], Field(min_length=1)]
    labels: dict[str, str]

    @model_validator(mode="after")
    def _is_whole(self) -> Selection:
        codes = {code for series in self.series for code in series.codes}
        if codes != set(self.labels):
            odd = ", ".join(sorted(codes ^ set(self.labels)))
            raise ValueError(f"codes and labels differ in: {odd}")
        for series in self.series:
            if re.match(r"[A-Z]+_2", series.indicator):
                raise ValueError(f"{series.indicator} holds estimates of a model of the ILO")
        repeated = [key for key, count in Counter(self.wanted()).items() if count > 1]
        if repeated:
            raise ValueError(f"asked for twice: {' '.join(repeated[0])}")
        return self

    def wanted(self) -> list[tuple[str, str, str]]:
        """Return indicator, area and classification of all that is asked."""
        return [
            (series.indicator, area, code)
            for series in self.series
            for area in series.areas
            for code in series.codes
        ]

    def indicators(self) -> dict[str, list[str]]:
        """Return the areas asked of each indicator, sorted."""
        areas: dict[str, set[str]] = defaultdict(set)
        for indicator, area, _ in self.wanted():
            areas[indicator].add(area)
        return {indicator: sorted(areas[indicator]) for indicator in sorted(areas)}


def ask_contents() -> Ask:
    """Return the question for the table of contents."""
    query = (("lang", "en"), ("format", ".csv"))
    return Ask("table_of_contents.csv", "metadata/toc/indicator/", "csv", query)


def ask_figures(selection: Selection, indicator: str) -> Ask:
    """Return the question for one indicator, for all areas at once."""
    areas = "+".join(selection.indicators()[indicator])
    # ILOSTAT writes a plus between codes; as a value of the query it would be sent as %2B
    path = f"data/indicator/?id={indicator}&ref_area={areas}&timefrom={selection.first_year}"
    return Ask(f"{indicator}.csv", path, "csv", (("type", "code"), ("format", ".csv")))


def check_answer(
    figures: Sequence[Figure], selection: Selection, indicator: str, entry: Entry, where: str
) -> None:
    """Refuse an answer that is not the answer to its question.

    Raises
    ------
    SourceChanged
        If it is empty, or holds an indicator, area or year that was not asked for.
    """
    areas = selection.indicators()[indicator]
    last = entry.updated.year
    years = f"years {selection.first_year} to {last}, in which it last changed"
    for figure in figures:
        for what, came, right in (
            (f"only {indicator}", figure.indicator, figure.indicator == indicator),
            (f"only the areas {', '.join(areas)}", figure.area, figure.area in areas),
            (years, figure.year, selection.first_year <= figure.year <= last),
        ):
            if not right:
                raise SourceChanged(
                    f"Outside the question: {came}. Expected {what}.", where=where, next_step=LOOK
                )
    if not any(figure.value for figure in figures):
        raise SourceChanged(
            f"{indicator} came without a single figure for {', '.join(areas)}; ILOSTAT answers so "
            "to codes that it does not know.",
            where=where,
            next_step=LOOK,
        )


def figures_of(
    figures: Sequence[Figure], selection: Selection, entries: Mapping[str, Entry], where: str
) -> Raw:
    """Return what was asked for out of all figures, and what is to be known of it.

    Raises
    ------
    SourceChanged
        As `choose`.
    """
    wanted = set(selection.wanted())
    asked = [
        figure
        for figure in figures
        if (figure.indicator, figure.area, figure.code) in wanted
        and figure.year >= selection.first_year
    ]
    taken, without_best = choose((figure for figure in asked if figure.value), where)
    surveys: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(dict)
    for figure in taken:
        surveys[figure.area, figure.code].setdefault(figure.source, []).append(figure.year)
    return Raw(
        columns=COLUMNS,
        rows=[
            (one.area, one.code, selection.labels[one.code], str(one.year), one.value)
            for one in taken
        ],
        version=state(entries),
        facts={
            "empty": sorted(
                f"{area} {code}" for _, area, code in wanted if (area, code) not in surveys
            ),
            "breaks": [figure.named() for figure in taken if "B" in figure.status],
            "unreliable": [figure.named() for figure in taken if "U" in figure.status],
            "status": dict(sorted(Counter(one.status for one in taken if one.status).items())),
            "without_figure": sum(not figure.value for figure in asked),
            "without_best_source": without_best,
            "chosen_by": "best_source"
            if any(figure.best is not None for figure in asked)
            else "the survey with most years of an area and classification; of equals the first",
            "surveys": {
                f"{area} {code}": {
                    source: f"{len(years)} years, {years[0]}-{years[-1]}"
                    for source, years in found.items()
                }
                for (area, code), found in surveys.items()
            },
            "records": {name: entry.records for name, entry in entries.items()},
        },
    )


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the present figures of ILOSTAT.

    Raises
    ------
    SourceChanged
        If an answer is not what the question and the connector expect.
    TechDiplomacyError
        As the kit.
    """
    entries = _contents(selection, kit)
    wanted = selection.indicators()
    last = before(kit, ask_contents(), lambda path: parse_contents(path.read_bytes(), wanted))
    figures = [
        figure
        for indicator, entry in entries.items()
        for figure in _figures(
            selection, kit, indicator, entry, unchanged=(last or {}).get(indicator) == entry
        )
    ]
    return figures_of(figures, selection, entries, SERVICE.name)


def read(selection: Selection, path: Path) -> Raw:
    """Return the figures in files of ILOSTAT that lie on disk.

    Parameters
    ----------
    selection : Selection
        What is taken from them; they may hold more areas, years and classifications.
    path : Path
        A CSV, packed or not, or a folder of them.

    Raises
    ------
    SourceChanged
        If a file is no table of ILOSTAT, or an indicator is in none of them.
    TechDiplomacyError
        If there is no such file, or it cannot be read.
    """
    ids = "+".join(selection.indicators())
    figures: list[Figure] = []
    refuse_what_is_no_file(path, largest=LARGEST, folder=True)
    with standing_still(path):
        for piece in pieces(path, largest=LARGEST):
            refuse_what_is_no_table(piece)
            with piece.open() as stream:
                figures += parse_figures(stream.read(), piece.where)
    missing = set(selection.indicators()) - {figure.indicator for figure in figures}
    if missing:
        raise SourceChanged(
            f"Indicators without a row: {', '.join(sorted(missing))}.",
            where=str(path),
            next_step=f"Save {SERVICE.base_url}/data/indicator/?id={ids}&type=code&format=.csv in "
            "a browser (or one file for each id, in one folder) and name it in params.yaml.",
        )
    return figures_of(figures, selection, {}, str(path))


def newest(selection: Selection, kit: Kit) -> str:
    """Return when each indicator last changed, from the table of contents.

    Raises
    ------
    SourceChanged
        If an indicator is no longer listed.
    TechDiplomacyError
        As the kit.
    """
    return state(_contents(selection, kit))


def _contents(selection: Selection, kit: Kit) -> dict[str, Entry]:
    wanted = selection.indicators()
    return parsed(kit, ask_contents(), lambda path: parse_contents(path.read_bytes(), wanted))


def _figures(
    selection: Selection, kit: Kit, indicator: str, entry: Entry, *, unchanged: bool
) -> list[Figure]:
    """Ask for one indicator, and hold the answer against the question."""
    where = f"ILOSTAT, {indicator}"

    def parse(path: Path) -> list[Figure]:
        figures = parse_figures(path.read_bytes(), where)
        check_answer(figures, selection, indicator, entry, where)
        return figures

    kit.say(f"{indicator}: state of {entry.updated:%Y-%m-%d}")
    return parsed(kit, ask_figures(selection, indicator), parse, unchanged=unchanged)
