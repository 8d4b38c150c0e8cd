"""The section of the country groups page on windows: what persists, who moves, what is chance.

Knows: which sentence says which result. Must not know: files, how a result was computed.
May import: params (settings only), texts, countries, vocabulary, windows, evidence, page_columns,
cluster_words.
"""

from __future__ import annotations

import pandas as pd

from techdiplomacy import page_columns as cells
from techdiplomacy.cluster_words import members_in_words, periods, span_words
from techdiplomacy.countries import Countries
from techdiplomacy.evidence import EvidenceGroups, stacked
from techdiplomacy.page_columns import Columns
from techdiplomacy.params import ClusterSettings
from techdiplomacy.texts import Text, count, decimal, percent, say
from techdiplomacy.vocabulary import BY_EVIDENCE, EVIDENCE, GROUP_LABELS
from techdiplomacy.windows import moves

# two windows differ beyond chance if no more redraws of one window look as different
AS_ALIKE = 0.05


def windows_headline(groups: EvidenceGroups) -> Text:
    """Return how many economies keep their group through all windows."""
    kept, everyone = _kept(groups)
    return say(
        "{kept} of {n} economies keep their group in all {windows} windows",
        kept=count(kept),
        n=count(everyone),
        windows=count(groups.windows["window"].nunique()),
    )


def windows_subtitle(groups: EvidenceGroups) -> Text:
    """Return what the tiles are made of."""
    return say(
        "Groups of the main cut, as many in each window, numbered as in the newest, {span}",
        span=span_words(groups),
    )


def windows_alt(groups: EvidenceGroups, settings: ClusterSettings) -> Text:
    """Return the tiles in words."""
    kept, everyone = _kept(groups)
    found = moves(groups.windows, settings)
    return say(
        "Rows of {n} economies by window, each tile numbered and coloured by group. {kept} keep "
        "one number; of {moves} changes {firm} are firm and {leaning} leaning, the others lie on "
        "a border.",
        n=count(everyone),
        kept=count(kept),
        moves=count(len(found)),
        firm=count((found["label"] == "firm").sum()),
        leaning=count((found["label"] == "leaning").sum()),
    )


def _kept(groups: EvidenceGroups) -> tuple[int, int]:
    """Return how many countries keep their group, of how many fitted in every window."""
    fitted = groups.windows[groups.windows["status"] == "ok"]
    seen = fitted.groupby("country")["group"].agg(["size", "nunique"])
    whole = seen[seen["size"] == groups.windows["window"].nunique()]
    return int((whole["nunique"] == 1).sum()), len(whole)


def core_table(*groups: EvidenceGroups) -> pd.DataFrame:
    """Return the sets of countries that share a group in every window."""
    return stacked("cores", *groups)


def core_headline(groups: EvidenceGroups, names: Countries) -> Text:
    """Return how many sets persist, and the largest firm one."""
    firm = groups.cores[groups.cores["label"] == "firm"]
    if firm.empty:
        return say(
            "{by}, no set of countries stays firmly together through all windows",
            by=BY_EVIDENCE[groups.evidence],
        )
    ordered = firm.sort_values(["n_countries", "coassignment"], ascending=False)
    return say(
        "{by}, sets that stay firmly together: {firm}, the largest {members}",
        by=BY_EVIDENCE[groups.evidence],
        firm=count(len(firm)),
        members=members_in_words(str(ordered["members"].iloc[0]), names),
    )


def core_columns(names: Countries) -> Columns:
    """Return how `core_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.countries("members", say("countries"), names),
        cells.words("label", say("label"), GROUP_LABELS),
        cells.observed("n_windows", say("windows together"), count),
        cells.statistic("coassignment", say("together"), percent),
        cells.statistic("lowest_coassignment", say("worst pair, worst window"), percent),
    )


def move_table(groups: EvidenceGroups, settings: ClusterSettings) -> pd.DataFrame:
    """Return the countries that change their group between windows, the firmest moves first."""
    return moves(groups.windows, settings)


def move_headline(groups: EvidenceGroups, settings: ClusterSettings, names: Countries) -> Text:
    """Return who moved firmly."""
    found = move_table(groups, settings)
    firm = found[found["label"] == "firm"]
    if firm.empty:
        return say(
            "Firm changes of group: none of {n}; the countries lie on borders",
            n=count(len(found)),
        )
    return say(
        "Firm changes of group: {firm} of {n} ({members})",
        n=count(len(found)),
        firm=count(len(firm)),
        members=members_in_words(";".join(dict.fromkeys(firm["country"])), names),
    )


def move_columns(names: Countries) -> Columns:
    """Return how `move_table` reads."""
    return (
        cells.country("country", say("country"), names),
        cells.said("previous", say("from window"), periods),
        cells.said("window", say("to window"), periods),
        cells.observed("group_before", say("group before"), count),
        cells.observed("group", say("group after"), count),
        cells.words("label", say("label"), GROUP_LABELS),
        cells.statistic("coassignment_before", say("with its group before"), percent),
        cells.statistic("coassignment", say("with its group after"), percent),
    )


def agreement_table(*groups: EvidenceGroups) -> pd.DataFrame:
    """Return how far the groups of each pair of windows agree."""
    return stacked("agreement", *groups)


def agreement_headline(*groups: EvidenceGroups) -> Text:
    """Return in how many pairs of windows the groups differ by more than redraws do."""
    pairs = agreement_table(*groups)
    return say(
        "Windows agree less than one window drawn twice: beyond chance in {n} of {all} pairs",
        n=count((pairs["share_as_alike"] <= AS_ALIKE).sum()),
        all=count(len(pairs)),
    )


def agreement_columns() -> Columns:
    """Return how `agreement_table` reads."""
    return (
        cells.words("evidence", say("evidence"), EVIDENCE),
        cells.said("window", say("window"), periods),
        cells.said("previous", say("earlier window"), periods),
        cells.observed("n_common", say("countries in both"), count),
        cells.statistic("adjusted_rand", say("agreement"), decimal),
        cells.statistic("adjusted_rand_between", say("both redrawn"), decimal),
        cells.statistic("adjusted_rand_within", say("one drawn twice"), decimal),
        cells.statistic("share_as_alike", say("as alike when redrawn"), percent),
    )
