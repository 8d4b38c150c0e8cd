"""How and when the figures of each source came here, for the words beside whatever uses them.

Knows: the feature table ``source_states`` and the notes that it is made of. Must not know: how a
source is fetched. May import: paths, files, tables, cards.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pandas as pd

from techdiplomacy.cards import Card, Obtained, as_obtained, load_card
from techdiplomacy.files import read_json
from techdiplomacy.paths import clean_note_file, feature_file
from techdiplomacy.tables import read_table

_FIELDS = ("table", "mode", "date", "terms", "countries")
_YEARS = ("first_year", "last_year")


def source_states(sources: Iterable[str]) -> pd.DataFrame:
    """Return one row for each source: how its figures came here, of which day, which years.

    Parameters
    ----------
    sources : iterable of str
        Ids of sources whose figures have been cleaned.

    Raises
    ------
    TechDiplomacyError
        If the note of one of them is missing.
    """
    notes = {source: read_json(clean_note_file(source)) for source in sources}
    rows = [
        {
            "source": source,
            **{name: note[name] for name in _FIELDS},
            "rows": note["rows_clean"],
            **{name: note.get(name) for name in _YEARS},
        }
        for source, note in notes.items()
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(_YEARS, "Int64"))


def card_in_use(source: str) -> Card:
    """Return the card of a source with the words, day and terms of the figures that are in use.

    Where another source stands in for it, having been listed in its place with the same table, its
    card is returned. A source that has not been through the pipeline has the card of its file.
    """
    card = load_card(source)
    path = feature_file("source_states")
    if not path.is_file():
        return card
    states = _states(path, path.stat().st_mtime_ns)
    if source not in states.index:
        givers = [str(name) for name in states.index[states["table"] == card.table]]
        if len(givers) != 1:
            return card
        source, card = givers[0], load_card(givers[0])
    state = states.loc[[source]].to_dict("records")[0]
    years = [int(state[name]) for name in _YEARS if not pd.isna(state[name])]
    return as_obtained(
        card,
        Obtained(
            mode=state["mode"],
            day=str(state["date"]),
            years=years,
            economies=int(state["countries"]),
            terms=state["terms"],
        ),
    )


@lru_cache(maxsize=2)
def _states(path: Path, changed: int) -> pd.DataFrame:
    """Return the table by source; it is read again when the file has changed."""
    return read_table("source_states").set_index("source")
