"""Words that the sections of the technology page share: windows, sources, measures, shares.

Knows: how windows, kinds of measures and flags are said. Must not know: any single section, files.
May import: texts, technologies, vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from techdiplomacy.technologies import Taxonomy
from techdiplomacy.texts import (
    Sayable,
    Spelled,
    Text,
    commas,
    listing,
    period,
    say,
    verbatim,
)
from techdiplomacy.vocabulary import (
    BRIEF_MEASURES,
    LISTS,
    MEASURE_SOURCES,
    MEASURES,
)

_NEAR = ("direct", "partial")
_LAST_YEAR = re.compile(r"(\d{4})(?:Q\d)?$")
_FIRST_YEAR = re.compile(r"^\d{4}")


def list_words(taxonomy: Taxonomy) -> Sayable:
    """Return which list of technologies the page uses, and whether it is in force."""
    return LISTS.get(taxonomy.framework, verbatim(taxonomy.framework))


def window_words(rows: pd.DataFrame) -> Text:
    """Return the years that each kind of measure covers, said of every kind by itself.

    Examples
    --------
    >>> window_words(
    ...     pd.DataFrame(
    ...         {
    ...             "measure": ["articles", "uspto_domains", "uspto_topics"],
    ...             "window": ["2018-2022", "1976-2025", "2018-2022"],
    ...         }
    ...     )
    ... ).say("en")
    'US-office patents 1976\u20132025 and 2018\u20132022, articles 2018\u20132022'
    """
    pairs = rows[["measure", "window"]].dropna().drop_duplicates()
    kinds: dict[str, list[str]] = {}
    for measure in MEASURES:
        for window in sorted(pairs.loc[pairs["measure"] == measure, "window"]):
            spans = kinds.setdefault(BRIEF_MEASURES[measure].template, [])
            if window not in spans:
                spans.append(window)
    said = {text.template: text for text in BRIEF_MEASURES.values()}
    parts = commas(
        say("{measure} {windows}", measure=said[kind], windows=listing(map(period, spans)))
        for kind, spans in kinds.items()
    )
    return say("{parts}", parts=parts)


def data_span(windows: pd.Series) -> Text:
    """Return the years from the first to the last of some windows, for a finding.

    Examples
    --------
    >>> data_span(pd.Series(["2016-2020", "1976-2025"])).say("en")
    '1976\u20132025'
    """
    return say("{parts}", parts=span_words(windows))


def span_words(windows: pd.Series) -> Sayable:
    """Return the years from the first to the last of some windows."""
    first = min(int(match[0]) for window in windows if (match := _FIRST_YEAR.match(window)))
    return period(f"{first}-{max(_end(window) for window in windows)}")


def _end(window: str) -> int:
    match = _LAST_YEAR.search(window)
    return int(match[1]) if match else 0


def sources_of(measures: pd.Series) -> list[str]:
    """Return the cards of the sources behind some measures, each once."""
    return sorted({MEASURE_SOURCES[name] for name in measures.unique()})


def sources_of_ranks(coverage: pd.DataFrame) -> list[str]:
    """Return the cards of the sources whose measures enter a rank."""
    return sources_of(coverage["measures_ranked"].dropna().str.split(";").explode())


def short_names(groups: Sequence[str], taxonomy: Taxonomy) -> Sayable:
    """Return groups by short name, semicolons between where a name holds a comma."""
    found = [taxonomy.short_name(group) for group in groups]
    if any("," in name.say("en") for name in found):
        forms = {tongue: "; ".join(name.say(tongue) for name in found) for tongue in ("en", "vi")}
        return Spelled(forms)
    return listing(found)


def near_shares(concentration: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``group_concentration`` with a share and nearer than a proxy."""
    return concentration[
        concentration["role"].isin(_NEAR)
        & (concentration["status"] == "ok")
        & concentration["top_share"].notna()
    ]


def held_by_one(concentration: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that one country holds by every near measure, with that country.

    Returns
    -------
    DataFrame
        ``group_id, country``: groups of two measures or more that are all flagged, and agree.
    """
    near = near_shares(concentration)
    flagged = near["flag_top"].astype("boolean").fillna(False).astype(bool)
    by_group = near.assign(flagged=flagged).groupby("group_id")
    agree = (
        by_group["flagged"].all()
        & (by_group["measure"].nunique() > 1)
        & (by_group["top_country"].nunique() == 1)
    )
    first = by_group["top_country"].first()[agree]
    return first.rename("country").reset_index()


def flagged_kinds(flagged: pd.DataFrame) -> list[tuple[str, Text, int]]:
    """Return by country and kind of measure in how many groups it is flagged, most first."""
    words = {text.template: text for text in BRIEF_MEASURES.values()}
    kinds = flagged.assign(kind=flagged["measure"].map(lambda code: BRIEF_MEASURES[code].template))
    number = kinds.groupby(["top_country", "kind"])["group_id"].nunique().rename("n").reset_index()
    ordered = number.sort_values("n", ascending=False, kind="stable").to_dict("records")
    return [(str(row["top_country"]), words[str(row["kind"])], int(row["n"])) for row in ordered]


def measure_names(codes: Any) -> Sayable:
    """Return measures, semicolons between, as a list in words."""
    return commas(MEASURES[code] for code in str(codes).split(";"))
