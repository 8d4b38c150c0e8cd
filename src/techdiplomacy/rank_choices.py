"""The first countries of each group when one choice is made otherwise, beside those as used.

Knows: which choices there are, and which groups of two lists mean the same.
Must not know: files, names of countries and groups. May import: errors, params (settings only),
technology_tables, group_strength, group_ranks, pandas.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from techdiplomacy.group_ranks import rank_over_measures, ranked_measures
from techdiplomacy.group_strength import of_window
from techdiplomacy.params import RankSettings, RtaSettings
from techdiplomacy.technology_tables import MEASURES, RULES, VARIANTS

_ONE_OFFICE = {"families": "uspto_fields"}
_WHOLE = {"articles": "articles_whole"}
_FAMILIES = "families"
_WITHOUT = "without_"
# groups of two lists are compared if at least this part of their fields is shared
_SAME_FROM = 0.5


def choices_compared(
    evidence: pd.DataFrame,
    strength: pd.DataFrame,
    framework: str,
    rta: RtaSettings,
    ranks: RankSettings,
    seed: int,
) -> pd.DataFrame:
    """Return table ``rank_sensitivity``: the first countries of each group, choice by choice.

    Parameters
    ----------
    evidence : DataFrame
        Feature ``group_evidence``, all lists and rules.
    strength : DataFrame
        Table ``technology_strength`` of the list in force.
    framework : str
        The list in force.
    rta, ranks : RtaSettings, RankSettings
        Sections of the parameters.
    seed : int
        Seed of the draws behind nothing but ties: the places are those of equal weights.

    Notes
    -----
    A variant that does not differ for a group by construction has no rows for it: one office,
    whole counts and the window before need such figures of a measure in the rank, and leaving one
    measure out needs two.
    """
    listed = evidence[evidence["framework"] == framework]
    own = listed[listed["rule"] == RULES[0]]
    newest, before = of_window(own), of_window(own, 1)
    together = of_window(listed[listed["rule"] == RULES[1]])
    variants: dict[str, Callable[[str], pd.DataFrame]] = {
        "as_used": lambda group: _of(newest, group),
        "one_office": lambda group: _exchanged(_of(newest, group), _ONE_OFFICE, ranks),
        "whole_counts": lambda group: _exchanged(_of(newest, group), _WHOLE, ranks),
        "window_before": lambda group: _moved(_of(newest, group), _of(before, group), ranks),
        "direct_and_partial": lambda group: _replaced(_of(newest, group), _of(together, group)),
        "other_taxonomy": lambda group: _elsewhere(evidence, framework, group),
    }
    found = []
    for group in sorted(newest["group_id"].unique()):
        entering = _entering(variants["as_used"](group), ranks)
        used = _first_by_rank(entering, rta, ranks, seed)
        for name in VARIANTS:
            if name in variants:
                rows = _entering(variants[name](group), ranks)
                if name != VARIANTS[0] and rows.equals(entering):
                    continue
                first = _first_by_rank(rows, rta, ranks, seed)
            elif name.startswith(_WITHOUT):
                left = name.removeprefix(_WITHOUT)
                rows = entering[entering["measure"] != left]
                if len(rows) in (0, len(entering)):
                    continue
                first = _first_by_rank(rows, rta, ranks, seed)
            else:
                first = _first_by_measure(strength[strength["group_id"] == group], name, ranks)
            if first.empty:
                continue
            overlap = first["country"].isin(used["country"]).sum()
            changes = len(used) > 0 and first["country"].iloc[0] != used["country"].iloc[0]
            found.append(
                first.assign(group_id=group, variant=name, overlap=overlap, first_changes=changes)
            )
    return pd.concat(found, ignore_index=True).assign(framework=framework)


def matching_group(evidence: pd.DataFrame, framework: str, group: str) -> tuple[str, str] | None:
    """Return the list and group that shares most fields with a group, if it shares enough.

    Parameters
    ----------
    evidence : DataFrame
        Feature ``group_evidence``, all lists.
    framework, group : str
        List and group to match.

    Returns
    -------
    tuple of str, or None
        None where no group of another list shares at least half of the fields of both.
    """
    rows = evidence[evidence["rule"] == RULES[0]]
    rows = rows[rows["measure"].isin(MEASURES) & (rows["role"] != "proxy")]
    used = rows[["framework", "group_id", "measure", "fields"]].drop_duplicates()
    fields = used.assign(field=used["fields"].str.split("; ")).explode("field")
    sets: dict[tuple[str, str], set[tuple[str, str]]] = {}
    columns = ["framework", "group_id", "measure", "field"]
    for of_list, of_group, measure, field in fields[columns].itertuples(index=False, name=None):
        sets.setdefault((of_list, of_group), set()).add((measure, field))
    own = sets.get((framework, group), set())
    likeness = {
        name: len(own & other) / len(own | other)
        for name, other in sorted(sets.items())
        if name[0] != framework and own
    }
    best = max(likeness, key=lambda name: likeness[name], default=None)
    return best if best is not None and likeness[best] >= _SAME_FROM else None


def _of(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the rows of a group."""
    return rows[rows["group_id"] == group]


def _exchanged(rows: pd.DataFrame, other: dict[str, str], ranks: RankSettings) -> pd.DataFrame:
    """Return the rows with other figures for a measure in the rank; none if there are none."""
    back = {new: old for old, new in other.items()}
    figures = rows[rows["measure"].isin(list(back))]
    return _moved(rows, figures.assign(measure=figures["measure"].replace(back)), ranks)


def _moved(rows: pd.DataFrame, other: pd.DataFrame, ranks: RankSettings) -> pd.DataFrame:
    """Return the measures in the rank with other figures for some; none if none can be moved."""
    entering = _entering(rows, ranks)
    return _replaced(entering, other[other["measure"].isin(entering["measure"])])


def _replaced(rows: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with those of other measures put in their place; none if there are none."""
    if other.empty:
        return other
    return pd.concat([rows[~rows["measure"].isin(other["measure"])], other], ignore_index=True)


def _elsewhere(evidence: pd.DataFrame, framework: str, group: str) -> pd.DataFrame:
    """Return the rows of the matching group of another list."""
    found = matching_group(evidence, framework, group)
    if found is None:
        return evidence.iloc[:0]
    rows = evidence[(evidence["framework"] == found[0]) & (evidence["rule"] == RULES[0])]
    return _of(of_window(rows), found[1])


def _entering(rows: pd.DataFrame, ranks: RankSettings) -> pd.DataFrame:
    """Return the rows of the measures that enter the rank, in a fixed order."""
    shown = rows[rows["measure"].isin(MEASURES)]
    measures = ranked_measures(shown, ranks) if len(shown) else []
    taken = shown[shown["measure"].isin(measures)]
    return taken.sort_values(["measure", "country"], ignore_index=True)


def _first_by_rank(
    rows: pd.DataFrame, rta: RtaSettings, ranks: RankSettings, seed: int
) -> pd.DataFrame:
    """Return the first countries by the rank over the measures of these rows, equal weights."""
    measures = ranked_measures(rows, ranks) if len(rows) else []
    if not measures:
        return _places(pd.DataFrame({"country": [], "value": []}), measures, ranks)
    drawn = rank_over_measures(rows, measures, ranks, rta.interval, seed, draws=1)
    ordered = drawn[drawn["status"] == "ok"].sort_values(["rank", "country"])
    return _places(ordered.rename(columns={"score": "value"}), measures, ranks)


def _first_by_measure(rows: pd.DataFrame, variant: str, ranks: RankSettings) -> pd.DataFrame:
    """Return the first countries by one number of the measure of families."""
    column = {
        "raw_share_of_families": "world_share",
        "specialisation": "rta_low",  # surely specialised first, not those with few items
        "specialisation_raw": "rta",
    }[variant]
    own = rows[(rows["measure"] == _FAMILIES) & rows[column].notna()]
    ordered = own.sort_values([column, "country"], ascending=[False, True])
    return _places(ordered.assign(value=ordered[column]), [_FAMILIES], ranks)


def _places(ordered: pd.DataFrame, measures: list[str], ranks: RankSettings) -> pd.DataFrame:
    """Return the first countries with their places."""
    first = ordered[["country", "value"]].head(ranks.first).reset_index(drop=True)
    return first.assign(position=range(1, len(first) + 1), compared=";".join(measures))
