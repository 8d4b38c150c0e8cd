"""Briefs on the site: one page a partner country and language, and the table that leads to them.

Knows: where executed briefs and their index lie, which of their cells a page shows, how a cell of
the index is written. Must not know: any analysis, how a template looks. May import: everything
below report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from techdiplomacy import brief_page, paths, tables
from techdiplomacy.brief_tables import INDEX as INDEX_TABLE
from techdiplomacy.countries import load_countries
from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.notebook_pages import NotebookPage, arrange, page_of
from techdiplomacy.page_columns import PageCells, flatten, side_by_side
from techdiplomacy.params import Params, ReviewSettings
from techdiplomacy.search_index import BriefEntry
from techdiplomacy.texts import Sayable, Text, commas, period, say
from techdiplomacy.trust import UsedSource

INDEX = paths.BRIEFS  # the page that lists them
PARTNER = "partner"
_UNSIGNED = ReviewSettings(by="", on="", fingerprint="")


@dataclass(frozen=True)
class Brief:
    """The brief of one partner country; ``page`` holds the preparation as well."""

    partner: str
    title: Text
    page: NotebookPage

    @property
    def shown(self) -> NotebookPage:
        """Return the page without its preparation, which stands in the notebook."""
        parts = arrange(self.page.cells)
        cells = [self.page.cells[0], *parts["findings"], *parts["body"]]
        return replace(self.page, cells=cells)

    @property
    def name(self) -> str:
        """Return the name of its page."""
        return self.page.name

    @property
    def found(self) -> BriefEntry:
        """Return what of it the search page finds."""
        page = self.page
        return BriefEntry(page.name, self.title, page.question, page.findings, page.sources)


@dataclass(frozen=True)
class IndexCell:
    """A cell of the index: what is read, the number that it is sorted by, and the page it opens."""

    said: Sayable
    value: str = ""
    page: str = ""


@dataclass(frozen=True)
class Index:
    """The table of all briefs: headings, whether a column holds numbers, rows, and what is shown.

    ``shown`` holds the same figures as the table, for the file beside it; ``works`` names the years
    of the joint works.
    """

    columns: Sequence[tuple[Sayable, bool]]
    rows: Sequence[Sequence[IndexCell]]
    shown: pd.DataFrame
    works: Sayable


def page_name(partner: str) -> str:
    """Return the name of the page of a brief.

    Examples
    --------
    >>> page_name("JPN")
    'brief_jpn'
    """
    return f"brief_{partner.lower()}"


def read_briefs(params: Params) -> list[Brief]:
    """Return the executed briefs of all partners; none, if no brief has been made yet.

    Raises
    ------
    TechDiplomacyError
        If some have been made, and that of a partner is missing.
    InvalidPage
        If one does not keep to the rules of a page.
    """
    if not paths.briefs_folder().is_dir():
        return []
    partners = params.others
    missing = [one for one in partners if not paths.executed_brief_file(one).is_file()]
    if missing:
        raise TechDiplomacyError(
            f"The briefs of {', '.join(missing)} have not been made.",
            where="reports/briefs",
            next_step="Make all of them: dvc repro partner_briefs",
        )
    names = load_countries()
    return [
        Brief(
            code,
            say("Partner brief: {country}", country=names.text(code)),
            page_of(paths.executed_brief_file(code), page_name(code), paths.BRIEF),
        )
        for code in partners
    ]


def review_of(params: Params, page: str) -> ReviewSettings:
    """Return who checked a brief; briefs that nobody has signed need no entry."""
    return params.review.get(page, _UNSIGNED)


@dataclass(frozen=True)
class Credits:
    """Sources whose figures came here in one way on one day: by licence, then by credit."""

    mode: Text
    obtained: str
    by_licence: dict[str, dict[str, UsedSource]]


def credits_of(sources: Sequence[UsedSource]) -> list[Credits]:
    """Return the credits that the cards of sources ask for, each said once."""
    groups: dict[tuple[str, str], Credits] = {}
    for one in sources:
        group = groups.setdefault(
            (one.mode.template, one.obtained), Credits(one.mode, one.obtained, {})
        )
        licence, credit = one.card.licence.name, one.card.attribution.removeprefix("Source: ")
        for said in (f", {licence}", f" ({licence})"):
            credit = credit.removesuffix(said)
        group.by_licence.setdefault(licence, {}).setdefault(credit, one)
    return list(groups.values())


def index_of(briefs: Sequence[Brief], params: Params) -> Index:
    """Return the table of all briefs, made of the result table ``brief_index``.

    Parameters
    ----------
    briefs : sequence of Brief
        Each has a row; they were published together.
    params : Params
        Settings that stand in headings.
    """
    names = load_countries()
    columns = brief_page.index_columns(params)
    if briefs:
        rows_of = tables.read_table(INDEX_TABLE).set_index(PARTNER)
        table = rows_of.loc[[brief.partner for brief in briefs]].reset_index()
    else:
        table = pd.DataFrame(columns=[PARTNER, *(column.of for column in flatten(columns))])
    cells = side_by_side(columns)
    rows = [
        [
            IndexCell(names.text(brief.partner), page=brief.name),
            *(IndexCell(cell.read(row), _sorted_by(cell, row)) for cell in cells),
        ]
        for brief, row in zip(briefs, table.to_dict("records"), strict=True)
    ]
    headings = [(cell.heading, cell.column.numeric) for cell in cells]
    shown = table[[PARTNER, *(column.of for column in flatten(columns))]]
    windows = table["window"].dropna().unique() if briefs else ()
    works = commas(period(str(one)) for one in windows)
    return Index([(say("Partner"), False), *headings], rows, shown, works)


def _sorted_by(cell: PageCells, row: Mapping[Any, Any]) -> str:
    """Return the number that a cell is sorted by; empty, where it has none."""
    value = row[cell.column.of]
    return f"{value:.12g}" if cell.column.numeric and pd.notna(value) else ""
