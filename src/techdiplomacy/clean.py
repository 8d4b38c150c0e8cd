"""Raw figures in the source's own codes become declared tables in ISO3 and plain units.

Knows: how a card's column readings are applied. Must not know: any single source or table.
May import: errors, paths, files, declarations, tables, cards, countries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from techdiplomacy.cards import Card, Correction, LevelShift
from techdiplomacy.columns import Table
from techdiplomacy.countries import Countries
from techdiplomacy.declarations import declared
from techdiplomacy.errors import InvalidTable, SourceChanged, suggest
from techdiplomacy.tables import read_csv

_RAW_TYPES = {"country": "str", "text": "str", "integer": "Int64", "number": "float64"}


@dataclass(frozen=True)
class Cleaned:
    """A clean table and what was done on the way to it."""

    frame: pd.DataFrame
    note: dict[str, object]


def read_raw(path: Path, card: Card) -> pd.DataFrame:
    """Return the raw figures of a source with the types that its card gives.

    Raises
    ------
    SourceChanged
        If the columns are not the ones on the card.
    InvalidTable
        If a cell is not of its column's type; rows and values are named.
    """
    where = f"data/raw/{path.name}"
    header = read_csv(path, nrows=1, dtype="str")
    found, wanted = list(header.columns), list(card.columns)
    if sorted(found) != sorted(wanted):
        missing = "; ".join(
            f"'{name}'{suggest(name, found)}" for name in wanted if name not in found
        )
        extra = ", ".join(f"'{name}'" for name in found if name not in wanted)
        raise SourceChanged(
            f"The columns of '{card.id}' are not the ones on its card: "
            f"missing {missing or 'none'}; unexpected {extra or 'none'}.",
            where=where,
            next_step="Restore the figures, or describe the column in "
            f"data/snapshots/{card.id}.yaml.",
        )
    types = {name: _RAW_TYPES[reading.read_as] for name, reading in card.columns.items()}
    try:
        return read_csv(path, dtype=types)
    except InvalidTable as error:
        raise _mistyped_cells(path, card, where) or error from error


def _mistyped_cells(path: Path, card: Card, where: str) -> InvalidTable | None:
    """Return the error that names the cells that are not numbers, if there are any."""
    text = read_csv(path, dtype="str")
    problems = []
    for name, reading in card.columns.items():
        if reading.read_as not in ("integer", "number"):
            continue
        numbers = pd.to_numeric(text[name], errors="coerce")
        wrong = text[name].notna() & numbers.isna()
        if reading.read_as == "integer":
            wrong |= numbers.notna() & (numbers % 1 != 0)
        if wrong.any():
            rows = ", ".join(
                f"row {row} '{text[name].iloc[row]}'" for row in wrong.to_numpy().nonzero()[0][:2]
            )
            problems.append(
                f"column '{name}' has {int(wrong.sum())} cells that are not "
                f"{reading.read_as}s ({rows})"
            )
    if not problems:
        return None
    return InvalidTable(
        f"Raw figures of '{card.id}': " + "; ".join(problems) + ".",
        where=where,
        next_step="Restore the figures, or correct the column's reading on the card.",
    )


def clean_source(
    raw: pd.DataFrame,
    card: Card,
    countries: Countries,
    *,
    origin: Mapping[str, object] | None = None,
) -> Cleaned:
    """Return the declared table of a source and a note on corrections and rows left out.

    Parameters
    ----------
    raw : DataFrame
        Figures with the columns of ``card.columns``.
    card : Card
        Which columns become which, corrections, level shifts.
    countries : Countries
        Spellings to ISO3.
    origin : mapping, optional
        The note of the fetch stage: how and when the figures came here goes into the note.

    Raises
    ------
    UnknownCountry
        If a spelling is in neither reference table.
    SourceChanged
        If a correction no longer finds what it corrects.
    InvalidTable
        If rows repeat and the card does not say that repeats are added.
    """
    table = declared(card.table)
    where = f"data/raw/{card.id}.csv"
    note: dict[str, object] = {"source": card.id, "table": card.table, "rows_raw": len(raw)}

    corrected = raw
    for correction in card.corrections:
        corrected = _correct(corrected, correction, card)
    note["rows_dropped_by_correction"] = len(raw) - len(corrected)

    frame = pd.DataFrame(
        {
            reading.to: _read_column(
                corrected[name], reading.read_as, reading.times, countries, f"{where}: {name}"
            )
            for name, reading in card.columns.items()
        }
    )
    codes = [reading.to for reading in card.columns.values() if reading.read_as == "country"]
    not_countries = frame[codes].isna().any(axis=1)
    note["rows_of_aggregates_left_out"] = int(not_countries.sum())
    frame = frame.loc[~not_countries].reset_index(drop=True)

    if table.unordered_pair:
        frame = _order_pairs(frame)
    frame, repeats = _add_repeats(frame, table, card, where)
    note["rows_added_together"] = repeats
    if "level_shift" in table.column_names():
        whole = origin is None or origin["mode"] == "embedded"
        shifts = _shifts_of(card, origin)
        frame["level_shift"], unmet = _level_shifts(frame, shifts, card, whole=whole)
        note["level_shifts_left_out"] = unmet
    note["rows_clean"] = len(frame)
    if origin is not None:
        note |= {"mode": origin["mode"], "date": origin["date"]}
        note["terms"] = origin.get("terms", "card")
    note["countries"] = len(pd.unique(frame[country_columns(table)].to_numpy().ravel()))
    if "year" in frame and frame["year"].notna().any():
        note["first_year"] = int(frame["year"].min())
        note["last_year"] = int(frame["year"].max())
    return Cleaned(frame=frame, note=note)


def country_columns(table: Table) -> list[str]:
    """Return the names of the columns of a table that hold countries."""
    return [column.name for column in table.columns if column.kind == "country"]


def _read_column(
    values: pd.Series, read_as: str, times: float, countries: Countries, where: str
) -> pd.Series:
    """Return a raw column in ISO3 or in the declared unit."""
    if read_as == "country":
        return countries.translate(values, where=where)
    if read_as == "number" and times != 1.0:
        return values * times
    if read_as == "integer" and not values.isna().any():
        return values.astype("int64")
    return values


def _correct(raw: pd.DataFrame, correction: Correction, card: Card) -> pd.DataFrame:
    """Return the figures without the rows that a correction drops."""
    hit = pd.Series(True, index=raw.index)
    for column, value in correction.where.items():
        hit &= raw[column] == value
    if int(hit.sum()) != correction.expect_rows:
        raise SourceChanged(
            f"A correction of '{card.id}' ({correction.reason}) expects {correction.expect_rows} "
            f"rows with {correction.where} and finds {int(hit.sum())}.",
            where=f"data/snapshots/{card.id}.yaml: corrections",
            next_step="See whether the publisher has mended the error; then change the card.",
        )
    return raw.loc[~hit]


def _order_pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with the alphabetically first country first."""
    swap = frame["country"] > frame["partner"]
    ordered = frame.copy()
    ordered["country"] = frame["country"].where(~swap, frame["partner"])
    ordered["partner"] = frame["partner"].where(~swap, frame["country"])
    return ordered


def _add_repeats(
    frame: pd.DataFrame, table: Table, card: Card, where: str
) -> tuple[pd.DataFrame, int]:
    """Return the frame with repeated keys added together, and how many rows that took."""
    key = list(table.key)
    repeated = frame.duplicated(key, keep=False)
    if not repeated.any():
        return frame, 0
    if not card.sum_when_repeated:
        sample = frame.loc[repeated].sort_values(key).head(2).to_dict("records")
        raise InvalidTable(
            f"{int(repeated.sum())} rows of '{card.id}' repeat a key {tuple(key)}; "
            f"for example {sample}.",
            where=where,
            next_step="Remove the repeats; if they are parts of one country that add up, say "
            "sum_when_repeated: true on the card.",
        )
    amounts = [column.name for column in table.columns if column.kind == "number"]
    texts = {name: "first" for name in frame.columns if name not in (*key, *amounts)}
    added = frame.groupby(key, as_index=False, sort=True, dropna=False).agg(
        {**dict.fromkeys(amounts, "sum"), **texts}
    )
    return added, len(frame) - len(added)


def _shifts_of(card: Card, origin: Mapping[str, object] | None) -> list[LevelShift]:
    """Return the level shifts that hold for figures that came here in some way."""
    live = card.live.level_shifts if card.live is not None else None
    downloaded = origin is not None and origin["mode"] == "downloaded"
    return live if downloaded and live is not None else card.level_shifts


def _level_shifts(
    frame: pd.DataFrame, shifts: list[LevelShift], card: Card, *, whole: bool
) -> tuple[pd.Series, int]:
    """Return the reason of each level shift in its year, and how many shifts meet no row.

    In embedded figures each shift meets one; what was asked for or brought may cover less.
    """
    unmet = 0
    reasons = pd.Series(pd.NA, index=frame.index, dtype="str")
    for shift in shifts:
        hit = (frame["country"] == shift.country) & (frame["year"] == shift.year)
        for column, value in shift.where.items():
            hit &= frame[column] == value
        unmet += not hit.any()
        if whole and not hit.any():
            raise SourceChanged(
                f"A level shift of '{card.id}' ({shift.country}, {shift.year}) meets no row.",
                where=f"data/snapshots/{card.id}.yaml: level_shifts",
                next_step="Correct the country, year or condition of the level shift.",
            )
        reasons = reasons.mask(hit, shift.reason)
    return reasons, unmet
