"""Source cards: provenance, licence and citation of each source, and how its columns read.

Knows: what a card must say. Must not know: how figures are fetched or cleaned.
May import: errors, paths, files, checks, texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from techdiplomacy.checks import Settings, parse_settings
from techdiplomacy.errors import InvalidParams, LicenceForbids, TechDiplomacyError, suggest
from techdiplomacy.files import read_yaml
from techdiplomacy.paths import card_file
from techdiplomacy.texts import Sayable, Text, day, period, phrase, say, verbatim

Term = Literal["allowed", "share_alike", "forbidden"]
# the service that reads databases which nobody may pass on; it has no address
ONLY_FILES = "patent_files"
# how figures came here: from the project, from the publisher, from a file of the researcher
Mode = Literal["embedded", "downloaded", "file"]
Cell = str | int | float


class Licence(Settings):
    """Terms of a source."""

    name: str
    url: str
    share: Term
    commercial: Term
    adapt: Term


class Coverage(Settings):
    """Which years and economies a source covers, and what its year means.

    ``year_kind`` says by which event a patent is dated: years counted by priority or filing fill
    up for long afterwards, so such a source also says to which year it is complete.
    """

    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    year_means: str
    year_kind: Literal["grant", "publication", "priority", "filing", "calendar", "event"]
    complete_to: int | None = None
    economies: int
    missing: list[str]

    @model_validator(mode="after")
    def _truncation_is_stated(self) -> Coverage:
        if self.year_kind in ("priority", "filing") and self.complete_to is None:
            raise ValueError(
                f"years by {self.year_kind} fill up later: say complete_to, the last full year"
            )
        return self


class Figures(Settings):
    """The embedded figures: written by the extraction script, checked by the fetch stage."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: int
    rows: int


class ColumnReading(Settings):
    """How one raw column becomes a declared column."""

    to: str
    read_as: Literal["country", "text", "integer", "number"] = Field(alias="as")
    times: float = 1.0
    label: str = ""


class LevelShift(Settings):
    """A break in level that the publisher or the project has marked; never differenced across.

    ``found_here`` says that the extract's file does not mark it: the project found it.
    """

    country: str
    year: int
    reason: str
    where: dict[str, Cell] = Field(default_factory=dict)
    found_here: bool = False


class Correction(Settings):
    """A known error of the publisher, with a guard that fails once it has been fixed."""

    where: dict[str, Cell]
    action: Literal["drop"]
    reason: str
    status: Literal["reported", "unreported", "documented by the publisher"]
    expect_rows: int


class Live(Settings):
    """Which service gives present figures of a source, and what it is asked.

    ``ask`` is checked by the service's connector. ``gone`` lists countries, in the codes of the
    source, that the publisher has stopped giving: without it, a country that vanishes stops a
    fetch. ``expected`` lists countries, in the codes of the project, without which the first fetch
    of a source that is not embedded stops. The other entries stand for those of the card where
    figures come from the service; without ``level_shifts`` those of the card hold for them too.
    """

    service: str
    ask: dict[str, Any]
    gone: list[str] = Field(default_factory=list)
    expected: list[str] = Field(default_factory=list)
    producer: str = ""
    citation: str = ""
    attribution: str = ""
    caveats: list[str] = Field(default_factory=list)
    level_shifts: list[LevelShift] | None = None


class Card(Settings):
    """What a source card says."""

    id: str
    title: str
    producer: str
    table: str
    kind: Literal["extract", "compiled", "modelled", "synthetic"]
    unit: str
    coverage: Coverage
    url_main: str
    url_download: str | None
    date_published: str
    date_accessed: str
    licence: Licence
    citation: str
    attribution: str
    how_obtained: str
    trimmed: list[str]
    caveats: list[str]
    figures: Figures
    columns: dict[str, ColumnReading]
    live: Live | None = None
    mode: Mode = "embedded"
    sum_when_repeated: bool = False
    level_shifts: list[LevelShift] = Field(default_factory=list)
    corrections: list[Correction] = Field(default_factory=list)

    @property
    def only_from_file(self) -> bool:
        """Whether figures can only come from a file of the researcher."""
        return not self.embedded and (self.live is None or self.live.service == ONLY_FILES)

    @property
    def embedded(self) -> bool:
        """Whether the project holds figures of the source, and not only its columns."""
        return self.figures.rows > 0


def load_card(source: str) -> Card:
    """Return the checked card of a source.

    Raises
    ------
    TechDiplomacyError
        If there is no such card.
    InvalidParams
        If the card misses a statement, has an unknown one, or names another source.
    """
    path = card_file(source)
    where = f"data/snapshots/{path.name}"
    if not path.is_file():
        listed = sorted(card.stem for card in path.parent.glob("*.yaml"))
        raise TechDiplomacyError(
            f"There is no card of a source '{source}'.{suggest(source, listed)}",
            where=where,
            next_step=f"Name one that is listed: {', '.join(listed) or 'there is none yet'}; or "
            "write its card.",
        )
    state = path.stat()
    card = _read_card(path, state.st_mtime_ns, state.st_size)
    if card.id != source:
        raise InvalidParams(
            f"The card says id: {card.id}, its file is named {path.name}.",
            where=where,
            next_step="Give the card the name of its file.",
        )
    return card


@lru_cache(maxsize=256)
def _read_card(path: Path, changed: int, size: int) -> Card:
    """Return the card in a file; it is read again when the file has changed."""
    return parse_settings(Card, read_yaml(path), where=f"data/snapshots/{path.name}")


def check_may_be_embedded(card: Card) -> None:
    """Raise unless figures of a source may be passed on with the project.

    Raises
    ------
    LicenceForbids
        If its terms do not allow sharing and adaptation without conditions.
    """
    if card.licence.share != "allowed" or card.licence.adapt != "allowed":
        raise LicenceForbids(
            f"Figures of '{card.id}' stay on this machine: {card.licence.name}, sharing "
            f"{card.licence.share}, adaptation {card.licence.adapt}.",
            where=f"data/snapshots/{card.id}.yaml: licence",
            next_step="Use them with from: live; what is embedded must be free to pass on.",
        )


def offered_cards(listed: Iterable[str]) -> list[Card]:
    """Return the cards of sources that are neither embedded nor listed, in order of their ids."""
    folder = card_file("any").parent
    cards = [load_card(path.stem) for path in sorted(folder.glob("*.yaml"))]
    return [card for card in cards if not card.embedded and card.id not in set(listed)]


def short_name(card: Card) -> str:
    """Return who stands behind a source in a word or two: its attribution up to the first detail.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> short_name(SimpleNamespace(attribution="Source: OpenAlex (CC0), country counts"))
    'OpenAlex'
    """
    # some publishers ask for words before their name
    words = card.attribution.removeprefix("Source: ").rpartition("data: ")[2]
    return re.split(r"\s*[,;(]", words)[0].strip()


@dataclass(frozen=True)
class Obtained:
    """How figures in use came here: of which day, which years and countries, on which terms.

    ``years`` is empty where figures have none; ``terms`` is 'own' for a file whose terms are its
    owner's, and not those of the card.
    """

    mode: Mode
    day: str
    years: Sequence[int] = ()
    economies: int = 0
    terms: Literal["card", "own"] = "card"


# nobody but the owner of a file knows what may be done with it
OWN_TERMS = Licence(
    name="terms of the owner's file",
    url="",
    share="forbidden",
    commercial="forbidden",
    adapt="allowed",
)


def as_obtained(card: Card, figures: Obtained) -> Card:
    """Return a card with the words, day, coverage and terms of the figures that are in use.

    Parameters
    ----------
    card : Card
        As it stands in its file.
    figures : Obtained
        How the figures in use came here.
    """
    if figures.mode == "embedded":
        return card
    live = card.live
    changed: dict[str, object] = {"mode": figures.mode, "date_accessed": figures.day}
    if figures.mode == "downloaded" and live is not None:
        words = ("producer", "citation", "attribution", "caveats")
        changed |= {name: getattr(live, name) for name in words if getattr(live, name)}
    if figures.terms == "own":
        changed |= {"licence": OWN_TERMS, "attribution": f"Source: file in place of: {card.title}"}
    covered: dict[str, object] = {"years": list(figures.years)} if figures.years else {}
    if figures.economies:
        covered["economies"] = figures.economies
    changed["coverage"] = card.coverage.model_copy(update=covered)
    return card.model_copy(update=changed)


def source_line(card: Card) -> Text:
    """Return the source and licence line for a figure drawn from a source.

    Figures that are not embedded say how they came here, and of which day they are.
    """
    values: dict[str, Sayable] = {
        "attribution": verbatim(card.attribution.removeprefix("Source: ")),
        "years": period(f"{card.coverage.years[0]}-{card.coverage.years[1]}"),
        "year_means": phrase(card.coverage.year_means),
        "accessed": _obtained(card),
    }
    if card.licence.name in card.attribution:
        return say("{attribution} (data {years}, {year_means}; {accessed})", **values)
    return say(
        "{attribution} ({licence}; data {years}, {year_means}; {accessed})",
        licence=verbatim(card.licence.name),
        **values,
    )


def _obtained(card: Card) -> Text:
    """Return when the figures of a source came here, and from where."""
    on = day(card.date_accessed)
    if card.mode == "downloaded":
        return say("downloaded {day}", day=on)
    if card.mode == "file":
        return say("from a file of the researcher, data of {day}", day=on)
    return say("accessed {day}", day=on)
