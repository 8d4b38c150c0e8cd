"""Words that the sections of the country groups page share: windows, members, fields, redraws.

Knows: how periods, groups and their strong fields are said. Must not know: any single section,
files. May import: texts, countries, labels, evidence, page_columns.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups
from techdiplomacy.labels import load_labels
from techdiplomacy.page_columns import Columns
from techdiplomacy.texts import Sayable, Text, commas, count, percent, period, say

# a sentence names a group of so many members in full, of a larger one the first few
MOST_NAMED = 5
FIRST_FEW = 3
SUPPORTS = ("jaccard_families", "jaccard_countries", "jaccard_fields")


def row_of(groups: EvidenceGroups, country: str) -> dict[Any, Any]:
    """Return the row of a country in ``country_groups``."""
    return groups.countries.set_index("country").to_dict("index")[country]


def has_group(groups: EvidenceGroups, country: str) -> bool:
    """Return whether a country stands in a group."""
    own = groups.countries
    return bool(((own["country"] == country) & own["group"].notna()).any())


def window_words(groups: EvidenceGroups) -> Text:
    """Return the period of the evidence, and how its years are counted."""
    return _dated(groups.evidence, groups.window)


def span_words(groups: EvidenceGroups) -> Text:
    """Return the period of all windows of the evidence, and how its years are counted."""
    windows = [str(window).split(";") for window in groups.windows["window"].unique()]
    spans = (f"{min(own)[:4]}-{max(own)[-4:]}" for own in zip(*windows, strict=True))
    return _dated(groups.evidence, ";".join(spans))


def _dated(evidence: str, window: str) -> Text:
    if evidence == "both":
        granted, published = window.split(";")
        return say(
            "families granted {granted}, articles of {published}",
            granted=period(granted),
            published=period(published),
        )
    if evidence == "patents":
        return say("families granted {window}", window=period(window))
    return say("articles of {window}", window=period(window))


def periods(window: str) -> Sayable:
    """Return a window as it stands in a cell; of two parts, both periods."""
    return commas(period(part) for part in str(window).split(";"))


def fields_in_words(codes: Any, most: int | None = None) -> Sayable:
    """Return names of fields, semicolons between, as a list in words; the first ones, if many."""
    if pd.isna(codes):
        return say("no field in common")
    return commas(load_labels().text(name) for name in str(codes).split(";")[:most])


def members_in_words(codes: str, names: Countries) -> Sayable:
    """Return the members of a group as a list in words; of a large group only the first few."""
    members = codes.split(";")
    if len(members) <= MOST_NAMED:
        return names.texts(members)
    first = members[:FIRST_FEW]
    return say("{some} and {n} more", some=names.texts(first), n=count(len(members) - len(first)))


def redrawn_columns(prefix: str) -> Columns:
    """Return the columns of what happens when each part of the data is drawn anew."""
    return (
        cells.statistic(f"{prefix}_families", say("items redrawn"), percent),
        cells.statistic(f"{prefix}_countries", say("countries redrawn"), percent),
        cells.statistic(f"{prefix}_fields", say("fields redrawn"), percent),
    )
