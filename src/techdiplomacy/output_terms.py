"""Which terms each output is under: figure, table, page and result tables of a notebook.

Knows: which sources an element names, which tables the code of a notebook reads and what they are
made of, and which figures the owner's register of graduates takes the place of. Must not know: how
terms meet, how a page looks. May import: everything below report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from techdiplomacy.cards import load_card
from techdiplomacy.declarations import TABLES
from techdiplomacy.features import FED_BY
from techdiplomacy.licences import Input, Verdict, card_input, named_terms, verdict
from techdiplomacy.notebook_pages import NotebookPage
from techdiplomacy.notebook_tables import tables_read
from techdiplomacy.params import Params
from techdiplomacy.paths import feature_file
from techdiplomacy.source_states import card_in_use
from techdiplomacy.tables import read_table
from techdiplomacy.texts import LANGUAGES, phrase

GRADUATES = "known_graduates"
# rows of the register stand in for rows of these tables, so what names a source of them may hold it
REPLACED_BY_REGISTER = ("degrees", "ict_specialists")


class OutputTerms:
    """The terms of every output of some pages.

    Parameters
    ----------
    params : Params
        Section ``sources``.
    pages : sequence of NotebookPage
        All pages; what one reads of the results of another is under the terms of that one.
    """

    def __init__(self, params: Params, pages: Sequence[NotebookPage]) -> None:
        self._pages = {page.name: page for page in pages}
        self._givers: dict[str, list[str]] = {}
        for source in params.sources:
            self._givers.setdefault(load_card(source).table, []).append(source)
        self._register = register_inputs()
        self._read: dict[str, set[str]] = {}

    def element(self, page: NotebookPage, element: Mapping[str, Any]) -> Verdict:
        """Return what may be done with a figure or table of a page."""
        return verdict([*_of_sources(element.get("sources", ())), *self.register_of(page, element)])

    def register_of(self, page: NotebookPage, element: Mapping[str, Any]) -> list[Input]:
        """Return the terms of the register of graduates, if an element may hold rows of it."""
        if not self._register or GRADUATES not in self.features_of(page):
            return []
        tables = {load_card(source).table for source in element.get("sources", ())}
        return self._register if tables & set(REPLACED_BY_REGISTER) else []

    def page(self, page: NotebookPage) -> Verdict:
        """Return what may be done with a page: with all that it shows, and all that it read."""
        return verdict([*_of_sources(page.sources), *self.results(page).inputs])

    def results(self, page: NotebookPage) -> Verdict:
        """Return what may be done with the result tables of a page's notebook.

        Any of them may hold something of whatever the notebook has read.
        """
        features = self.features_of(page)
        tables = {table for feature in features for table in FED_BY.get(feature, ())}
        sources = [source for table in sorted(tables) for source in self._givers.get(table, ())]
        register = self._register if GRADUATES in features else []
        return verdict([*_of_sources([*page.sources, *sources]), *register])

    def features_of(self, page: NotebookPage) -> set[str]:
        """Return the feature tables that a notebook reads, itself or in results of another."""
        return self._features(page.name, set())

    def _features(self, name: str, seen: set[str]) -> set[str]:
        if name in seen or name not in self._pages:
            return set()
        seen.add(name)
        if name not in self._read:
            self._read[name] = tables_read(self._pages[name].cells, name)
        read = self._read[name]
        found = {table for table in read if TABLES[table].step == "features"}
        for table in sorted(read - found):
            found |= self._features(TABLES[table].notebook, seen)
        return found


def with_register_terms(terms: OutputTerms, page: NotebookPage, note: Any) -> NotebookPage:
    """Return a page whose elements say so where the owner's register restricts them.

    Parameters
    ----------
    terms : OutputTerms
        Of all pages.
    page : NotebookPage
        Its elements say already what their sources restrict.
    note : callable
        ``pages.terms_note``.
    """
    for element in page.elements:
        added = terms.register_of(page, element)
        if not added or verdict(added).terms.free:
            continue
        of_sources = verdict(_of_sources(element["sources"]))
        whole = terms.element(page, element)
        for language in LANGUAGES:
            markup = element["markup"][language].replace(note(of_sources, language), "")
            before, caption, after = markup.rpartition(' <a class="csv"')
            if caption:
                said = note(whole, language)
                element["markup"][language] = f"{before}{said}{caption}{after}"
    return page


def register_inputs() -> list[Input]:
    """Return the terms of the owner's register of graduates, one for each licence named in it."""
    if not feature_file(GRADUATES).is_file():
        return []
    named = read_table(GRADUATES)["licence"].unique()
    name = phrase("the register of graduates")
    return [
        Input("registers/graduates", name, str(licence), named_terms(str(licence)))
        for licence in sorted(named)
    ]


def _of_sources(sources: Iterable[str]) -> list[Input]:
    return [card_input(card_in_use(source)) for source in dict.fromkeys(sources)]
