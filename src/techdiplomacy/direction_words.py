"""The words for where an interval lies beside the last observed value.

Knows: a last value, the ends of its intervals. Must not know: files, whose series it is, how a
result was computed. May import: texts.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy.texts import Sayable, Text, count, percent, say

NARROW, WIDE = 80, 95


def level_words(level: int) -> Sayable:
    """Return the level of an interval as it is said.

    Examples
    --------
    >>> level_words(80).say("en")
    '80%'
    """
    return percent(level / 100)


def direction(last: float, low: float, high: float) -> Text:
    """Return on which side of the last value an interval lies, or that the direction is open.

    Parameters
    ----------
    last : float
        The last observed value.
    low, high : float
        The ends of the interval, in the same unit.

    Examples
    --------
    >>> direction(10.0, 11.0, 15.0).say("en"), direction(10.0, 10.0, 15.0).say("en")
    ('above the last value', 'direction open')
    """
    if low > last:
        return say("above the last value")
    return say("below the last value") if high < last else say("direction open")


def known(table: pd.DataFrame, level: int = NARROW) -> pd.DataFrame:
    """Return the rows that have an interval of a level."""
    return table[table[f"low_{level}"].notna()]


def moves(table: pd.DataFrame) -> Text:
    """Return how many rows have left their last value by each of the two intervals.

    Parameters
    ----------
    table : DataFrame
        Columns ``last_observed``, ``low_80``, ``high_80``, ``low_95``, ``high_95``; rows without
        an interval are passed over.

    Returns
    -------
    Text
        The wider interval is told only where a row has one.
    """
    up, down = _sides(table, NARROW)
    values = {"up": count(up), "down": count(down), "level": level_words(NARROW)}
    if known(table, WIDE).empty:
        return say("{up} rise and {down} fall by their {level} interval", **values)
    wide_up, wide_down = _sides(table, WIDE)
    return say(
        "{up} rise and {down} fall by their {level} interval, {wide_up} and {wide_down} by the "
        "{wide} one",
        wide_up=count(wide_up),
        wide_down=count(wide_down),
        wide=level_words(WIDE),
        **values,
    )


def _sides(table: pd.DataFrame, level: int) -> tuple[int, int]:
    rows = known(table, level)
    up = int((rows[f"low_{level}"] > rows["last_observed"]).sum())
    return up, int((rows[f"high_{level}"] < rows["last_observed"]).sum())
