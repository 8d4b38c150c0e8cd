"""The SDMX service of the OECD: any one of its flows of figures, asked by the flow's key.

Quirks that force this code. A key has one position for each dimension, in an order of the flow's
own, and an empty position means all; a flow without its version means the newest, whose columns
may be others. The hourly limit counts questions for figures only, so what is available (date and
number of observations) is asked first, at a pace of its own. An empty selection is answered with
404 and a word ('NoRecordsFound', 'NoResultsFound'), a flow that does not exist with 404 and a
sentence, too much with 413. Addresses have a longest length.

Checked at run time, for nobody has seen the service do it: the header is the dimensions of the key,
the period, the value and known attributes; the flow is in the version of the card, in the
availability message and in every row; no row lies outside the codes and years that were asked for;
an answer of 404 names an empty selection in the words known; a value is empty only with a letter
that says so; a multiplier is a power of ten; a dimension that no column shows has one code in all
rows; no figure is given twice; there are at least as many areas as the card says. How many pairs
stand in both directions, and in how many the two differ, is counted.

Knows: how the service is asked, and its availability message. Must not know: any single flow or
table, which are on the cards. May import: errors, local_files, next_steps, service, oecd_answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from techdiplomacy.errors import (
    ContentRejected,
    NotFound,
    QueryTooLarge,
    SourceChanged,
)
from techdiplomacy.sources.local_files import (
    Piece,
    refuse_what_is_no_file,
    refuse_what_is_no_table,
    standing_still,
)
from techdiplomacy.sources.next_steps import AGAIN, CHANGED
from techdiplomacy.sources.oecd_answers import (
    Part,
    Selection,
    assemble,
    read_answer,
)
from techdiplomacy.sources.service import Ask, Kit, Pace, Raw, Service, before, parsed

__all__ = ["SERVICE", "Selection", "fetch", "newest", "read"]

SERVICE = Service(
    name="OECD",
    variable="OECD_BASE_URL",
    base_url="https://sdmx.oecd.org/public/rest",
    pace=Pace("oecd-data", 61.0, 40),
)
AVAILABILITY_PACE = Pace("oecd-availability", 2.0)
LONGEST_ADDRESS = 1500
LARGEST_MESSAGE = 20_000_000
LARGEST_FILE = 2_000_000_000  # bytes of a file on disk

_NOTHING_FOUND = re.compile(r"\bno\s*(results?|records?|observations?|data(?!flow))", re.IGNORECASE)


def availability_ask(selection: Selection) -> Ask:
    """Return the question when a flow was last filled, which no limit counts."""
    return Ask(
        name=f"{selection.flow.split('@')[1]}.availability.xml",
        path=f"contentconstraint/{selection.agency}/CR_A_{selection.flow}/",
        kind="xml",
        pace=AVAILABILITY_PACE,
    )


def data_ask(selection: Selection, years: Sequence[int]) -> tuple[Ask, list[str]]:
    """Return the question for figures and the dimensions that it leaves open.

    Of an address that would be too long the longest lists of codes are left out one after the
    other; `read_answer` then chooses.
    """
    asked = selection.asked()
    left_open = [name for name in selection.filter_here if name in asked]
    ask = _data_ask(selection, years, left_open)
    while len(_address(ask)) > LONGEST_ADDRESS:
        lists = {name: len("+".join(asked[name])) for name in asked if name not in left_open}
        if not lists:
            break
        left_open.append(max(lists, key=lambda name: lists[name]))
        ask = _data_ask(selection, years, left_open)
    return ask, left_open


def _data_ask(selection: Selection, years: Sequence[int], left_open: Sequence[str]) -> Ask:
    """Return the question for figures with some positions of the key left empty."""
    key = ".".join(
        "" if name in left_open else "+".join(codes)
        for name, codes in zip(selection.dimensions, selection.key, strict=True)
    )
    flow = selection.flow.split("@")[1]
    return Ask(
        name=f"{flow}_{years[0]}-{years[1]}.csv",
        path=f"data/{selection.agency},{selection.flow},{selection.version}/{key}",
        kind="csv",
        query=(
            ("startPeriod", str(years[0])),
            ("endPeriod", str(years[1])),
            ("dimensionAtObservation", "AllDimensions"),
            ("format", "csvfile"),
        ),
    )


def _address(ask: Ask) -> str:
    """Return the address as it would be sent to the publisher."""
    query = "&".join(f"{name}={value}" for name, value in ask.query)
    return f"{SERVICE.base_url}/{ask.path}?{query}"


def halves(years: Sequence[int]) -> list[list[int]]:
    """Return a span of years in two halves, the first the longer one.

    Examples
    --------
    >>> halves([2010, 2014])
    [[2010, 2012], [2013, 2014]]
    """
    middle = (years[0] + years[1]) // 2
    return [[years[0], middle], [middle + 1, years[1]]]


def read_availability(selection: Selection, path: Path) -> str:
    """Return when the flow was last filled and how many observations it has, as one text.

    Raises
    ------
    ContentRejected
        If the message is no XML, or none that is safe to read.
    SourceChanged
        If it is about another flow or version, or has no date.
    """
    where = f"OECD, availability of {selection.flow}: {path.name}"
    content = path.read_bytes() if path.stat().st_size <= LARGEST_MESSAGE else b""
    if not content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ContentRejected(
            "The availability message is too large, or declares things of its own.",
            where=where,
            next_step=AGAIN,
        )
    try:
        message = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ContentRejected(
            f"The availability message is no XML: {error}.", where=where, next_step=AGAIN
        ) from error
    found = []
    for constraint in _elements(message, "ContentConstraint"):
        for flow in _elements(constraint, "Ref"):
            named = f"{flow.get('agencyID')}:{flow.get('id')}({flow.get('version')})"
            found.append(named)
            since = constraint.get("validFrom")
            if named == selection.named() and since:
                return f"{since}, {_observations(constraint)} observations"
    raise SourceChanged(
        f"The availability message was to give a date for {selection.named()}; it "
        + (f"is about {', '.join(sorted(set(found)))}." if found else "names no flow."),
        where=where,
        next_step=CHANGED,
    )


def _observations(constraint: ElementTree.Element) -> str:
    """Return the number of observations as an availability message gives it."""
    for annotation in _elements(constraint, "Annotation"):
        if annotation.get("id") == "obs_count":
            for title in _elements(annotation, "AnnotationTitle"):
                return (title.text or "").strip() or "no number of"
    return "no number of"


def _elements(parent: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Yield the elements of a name in whatever namespace."""
    return (element for element in parent.iter() if element.tag.rpartition("}")[2] == name)


def newest(selection: Selection, kit: Kit) -> str:
    """Return when the OECD last filled the flow, and the number of its observations.

    Raises
    ------
    SourceChanged
        If there is no such flow any more, or in another version only.
    """
    ask = availability_ask(selection)
    try:
        return parsed(kit, ask, lambda path: read_availability(selection, path))
    except NotFound as error:
        raise NotFound(
            f"The OECD knows no flow {selection.flow} of {selection.agency} (any more).",
            where=f"OECD, {ask.path}",
            next_step=CHANGED,
            body=error.body,
        ) from error


def fetch(selection: Selection, kit: Kit) -> Raw:
    """Return the present figures of a flow, asked in one question, or in two where it is too much.

    Raises
    ------
    SourceChanged
        If the answer is not of the form that the card and this connector expect.
    QueryTooLarge
        If half of the years is too much as well.
    """
    version = newest(selection, kit)
    last = before(kit, availability_ask(selection), partial(read_availability, selection))
    unchanged = last == version
    if unchanged:
        kit.say(f"{selection.flow} has not changed since the last download, which is used again")
    facts: dict[str, Any] = {}
    _, left_open = data_ask(selection, selection.years)
    if left_open:
        facts["chosen_here"] = left_open
    try:
        parts = [_ask(selection, selection.years, kit, unchanged)]
    except QueryTooLarge as error:
        if selection.years[0] == selection.years[1]:
            raise _too_large(selection, error) from error
        spans = halves(selection.years)
        kit.say(f"too much in one answer, asking for {selection.flow} in two halves")
        try:
            parts = [_ask(selection, span, kit, unchanged) for span in spans]
        except QueryTooLarge as again:
            raise _too_large(selection, again) from again
        facts["asked_in_parts"] = [f"{first}-{last}" for first, last in spans]
    return assemble(selection, parts, version=version, **facts)


def read(selection: Selection, path: Path) -> Raw:
    """Return the figures in a CSV file of the OECD Data Explorer that holds them among others.

    Raises
    ------
    SourceUnavailable
        If there is no such file, or it is a folder.
    SourceChanged
        If its columns are not those of the flow.
    ContentRejected
        If it is no table, changed while it was read, or holds no row that the card asks for.
    """
    refuse_what_is_no_file(path, largest=LARGEST_FILE)
    anything = (*selection.dimensions, "TIME_PERIOD")
    with standing_still(path):
        refuse_what_is_no_table(Piece(path.name, path))
        part = read_answer(selection, path, selection.years, left_open=anything)
    if not part.rows:
        raise ContentRejected(
            f"The file holds no figure of {selection.flow} with the codes and years of the card.",
            where=str(path),
            next_step="Download it again with this selection: "
            + "; ".join(f"{name} {', '.join(codes)}" for name, codes in selection.asked().items())
            + ".",
        )
    return assemble(selection, [part], version="")


def _ask(selection: Selection, years: Sequence[int], kit: Kit, unchanged: bool) -> Part:
    """Return what one question brings; an empty selection brings nothing."""
    ask, left_open = data_ask(selection, years)

    def parse(path: Path) -> Part:
        return read_answer(selection, path, years, left_open=left_open)

    try:
        return parsed(kit, ask, parse, unchanged=unchanged)
    except NotFound as error:
        # the flow is there, its availability has been answered: either nothing is in the
        # selection, or the question is wrong in a way that nobody has seen
        if _NOTHING_FOUND.search(error.body):
            return Part()
        raise SourceChanged(
            "An empty selection was to be answered with 'NoRecordsFound' or 'NoResultsFound'; "
            f"the answer to the question for figures was 404 and '{error.body[:200].strip()}'.",
            where=f"OECD, {ask.path}",
            next_step=CHANGED,
        ) from error


def _too_large(selection: Selection, error: QueryTooLarge) -> QueryTooLarge:
    """Return the error for a question that stays too large."""
    return QueryTooLarge(
        f"The OECD calls the question for {selection.flow} too large, even narrowed.",
        where=error.where,
        next_step="Shorten live.ask.years or the lists in live.ask.key on the card. " + AGAIN,
    )
