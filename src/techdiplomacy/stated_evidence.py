"""Stated strengths beside figures: each statement graded, and how well all of them agree.

Knows: how statements, strengths by measure and conflicts between sources come together.
Must not know: files, names of countries and groups. May import: params (settings only),
technologies, technology_tables, agreement, group_strength, NumPy, pandas.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from techdiplomacy.agreement import grade_statements, stated_against_measured
from techdiplomacy.group_strength import share_interval
from techdiplomacy.params import RtaSettings, StatedSettings
from techdiplomacy.technologies import NONE, Taxonomy
from techdiplomacy.technology_tables import GRADES, INDICATORS, SHOWN_ONLY

_AMBIGUOUS = "AMBIGUOUS"
_PAIR = ["country", "group"]
_GRADE_CODES = {
    "supported": "supported",
    "partly": "partly",
    "not supported as worded": "not_supported",
    "cannot be measured": "cannot_be_measured",
}
_NO_RANK = ["rank_median", "rank_low", "rank_high", "ranked"]


def evidence_of_pairs(strength: pd.DataFrame) -> pd.DataFrame:
    """Return the evidence of every pair in the shape that the grades need.

    Measures that are only shown take no part.

    Parameters
    ----------
    strength : DataFrame
        Table ``technology_strength``.
    """
    graded = strength[~strength["measure"].isin(SHOWN_ONLY)]
    rows = graded.rename(columns={"group_id": "group", "world_share": "share"})
    return rows[
        [*_PAIR, "measure", "role", "status", *_NO_RANK, "probability_above", "share", "window"]
    ].astype({"ranked": "float64"})


def ledger(
    stated: pd.DataFrame,
    strength: pd.DataFrame,
    taxonomy: Taxonomy,
    limits: pd.DataFrame,
    links: pd.DataFrame,
    settings: StatedSettings,
) -> pd.DataFrame:
    """Return table ``stated_ledger``: every statement with its grade and what decided.

    Parameters
    ----------
    stated : DataFrame
        What ``statements.load_statements`` returns.
    strength : DataFrame
        Table ``technology_strength`` of the list in force.
    taxonomy : Taxonomy
        The list in force.
    limits : DataFrame
        What ``statements.load_statement_limits`` returns.
    links : DataFrame
        What ``statements.load_conflict_links`` returns.
    settings : StatedSettings
        Section ``stated`` of the parameters.

    Notes
    -----
    A statement that means no group, several, or a group of another list cannot be measured; the
    reason says which. A measure that counts something else than what is said takes no part in
    its grade; if no other is left, the reason is ``other_words``.
    """
    named = stated.rename(columns={"group_id": "group"})
    own = evidence_of_statements(named, strength, limits)
    each = named.assign(group=named["statement"].astype(str))
    graded = _graded(each, own.drop(columns="window"), settings)
    graded = graded.assign(group=named["group"])
    had = pd.MultiIndex.from_frame(named[_PAIR]).isin(
        pd.MultiIndex.from_frame(evidence_of_pairs(strength)[_PAIR])
    )
    graded["condition"] = graded["condition"].mask(
        (graded["condition"] == "no_rows") & had, "other_words"
    )
    outside = {NONE: "no_group", _AMBIGUOUS: "ambiguous"}
    known = graded["group"].isin(list(taxonomy.groups))
    reason = graded["group"].map(outside).fillna("other_list").where(~known, graded["condition"])
    windows = strength.set_index(["measure", "group_id", "country"])["window"]
    decided = pd.MultiIndex.from_frame(graded[["measure", "group", "country"]])
    ranked = strength.set_index(["measure", "group_id", "country"])["ranked"].reindex(decided)
    return graded.assign(
        group_id=graded["group"].where(~graded["group"].isin(list(outside))),
        grade=graded["grade"].map(_GRADE_CODES),
        reason=reason,
        measure=graded["measure"].replace("", None),
        role=graded["role"].replace("", None),
        window=windows.reindex(decided).to_numpy(),
        ranked=pd.array(ranked.to_numpy(), dtype="Int64"),
        supported_by_any=graded["nearer_met"] > 0,
        conflict=conflicts_of(graded, links),
    )[_LEDGER_COLUMNS]


_LEDGER_COLUMNS = [
    *("statement", "country", "group_id", "strength_en", "strength_vi", "grade", "reason", "firm"),
    *("measure", "role", "window", *_NO_RANK, "probability_above", "share"),
    *("nearer_met", "nearer", "supported_by_any", "conflict", "source_title", "source_url"),
]


def evidence_of_statements(
    stated: pd.DataFrame, strength: pd.DataFrame, limits: pd.DataFrame
) -> pd.DataFrame:
    """Return the evidence of each statement, its number as group, without what says nothing of it.

    Parameters
    ----------
    stated : DataFrame
        ``statement, country, group, strength_en``.
    strength : DataFrame
        Table ``technology_strength``.
    limits : DataFrame
        ``country, strength_en, measure``: measures that say nothing of a statement.
    """
    key = ["country", "strength_en", "measure"]
    rows = stated[["statement", "strength_en", *_PAIR]].merge(evidence_of_pairs(strength), on=_PAIR)
    silent = pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(limits[key]))
    return rows[~silent].assign(group=rows["statement"].astype(str)).drop(columns="strength_en")


def conflicts_of(graded: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    """Return the conflicts that touch each statement by country or group, semicolons between.

    Parameters
    ----------
    graded : DataFrame
        ``country, group``.
    links : DataFrame
        ``conflict_id, touches, key``.
    """
    found: pd.Series = pd.Series("", index=graded.index)
    ordered = links.sort_values(["conflict_id", "key"])
    for name, touches, key in ordered[["conflict_id", "touches", "key"]].itertuples(
        index=False, name=None
    ):
        if touches in _PAIR:
            found = found.where(graded[touches] != key, found + f";{name}")
    return found.str.removeprefix(";").replace("", None)


def _graded(stated: pd.DataFrame, evidence: pd.DataFrame, settings: StatedSettings) -> pd.DataFrame:
    """Return statements with their grades."""
    return grade_statements(
        stated,
        evidence,
        top_k=settings.top_k,
        min_share=settings.min_share,
        firm_probability=settings.firm_probability,
        min_ranked=settings.min_ranked,
        measures_at_least=settings.measures_at_least,
    )


def measured_values(strength: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return what is compared: one indicator of every measure that is no proxy.

    Parameters
    ----------
    strength : DataFrame
        Table ``technology_strength``.
    indicator : {"world_share", "probability_above"}
        Both mean the same in all groups, as counts do not.
    """
    near = strength[(strength["role"] != "proxy") & (strength["status"] == "ok")]
    named = near.rename(columns={"group_id": "group", indicator: "value"})
    return named[[*_PAIR, "measure", "value"]].dropna(subset="value")


def agreement_by_measure(
    stated: pd.DataFrame,
    strength: pd.DataFrame,
    settings: StatedSettings,
    rta: RtaSettings,
    seed: int,
) -> pd.DataFrame:
    """Return table ``stated_agreement``: how well each measure puts the stated pairs first.

    Parameters
    ----------
    stated : DataFrame
        Statements; those of groups that the list does not have are left out.
    strength : DataFrame
        Table ``technology_strength``.
    settings, rta : StatedSettings, RtaSettings
        Sections of the parameters.
    seed : int
        Seed of the resamples.

    Notes
    -----
    Proxies take no part: what they count is not what was said. Nor does a measure with too few
    groups to choose from: one for the area under the curve, `recall_k` for the recall.
    """
    said = stated.rename(columns={"group_id": "group"})
    said = said[said["group"].isin(strength["group_id"])]
    found = []
    for indicator in INDICATORS:
        values = measured_values(strength, indicator)
        groups = values["measure"].map(values.groupby("measure")["group"].nunique())
        # one group says nothing of a choice of groups; a first k needs more than k to choose from
        for statistic, least in (("auc", 2), ("recall", settings.recall_k + 1)):
            compared = values[groups >= least]
            if said.empty or compared.empty:
                found.append(_nothing(statistic, settings.recall_k).assign(indicator=indicator))
                continue
            table = stated_against_measured(
                said,
                compared,
                seed=seed,
                k=settings.recall_k,
                resamples=settings.resamples,
                interval=rta.interval,
            )
            kept = table[table["statistic"] == statistic]
            found.append(kept.assign(indicator=indicator))
    table = pd.concat(found, ignore_index=True)
    table["statistic"] = table["statistic"].replace({"recall": "recall_at_k"})
    return table.assign(n_pairs=table["stated_covered"] + table["unstated"]).rename(
        columns={"stated_covered": "n_stated", "countries": "n_countries"}
    )[_AGREEMENT_COLUMNS]


_AGREEMENT_COLUMNS = [
    *("measure", "indicator", "statistic", "k", "value", "low", "high"),
    *("null_mean", "null_low", "null_high", "p_value"),
    *("n_stated", "n_pairs", "n_countries", "status"),
]


def _nothing(statistic: str, k: int) -> pd.DataFrame:
    """Return the row of a comparison for which nothing is stated or measured."""
    numbers = ["value", "low", "high", "null_mean", "null_low", "null_high", "p_value"]
    counts = ["stated_covered", "unstated", "countries"]
    rows = pd.DataFrame({"measure": "pooled", "statistic": [statistic], "k": k})
    empty = {**dict.fromkeys(numbers, np.nan), **dict.fromkeys(counts, 0)}
    return rows.assign(**empty, status="not_estimable")


def rates_of_grades(
    stated: pd.DataFrame,
    strength: pd.DataFrame,
    taxonomy: Taxonomy,
    limits: pd.DataFrame,
    settings: StatedSettings,
    rta: RtaSettings,
) -> pd.DataFrame:
    """Return table ``grade_rates``: grades of stated pairs beside those of all other pairs.

    Parameters
    ----------
    stated, strength, taxonomy, limits, settings
        As in `ledger`.
    rta : RtaSettings
        Its interval.

    Notes
    -----
    Every pair of a country with statements and a group of the list is graded once, by the same
    rule. Without the second column a rule that supports everything would look like agreement.
    A measure that says nothing of any statement on a stated pair is left out of its grade; the
    other pairs, of which no words are known, use the measures of the group as they are.
    """
    said = stated.rename(columns={"group_id": "group"})
    said = said[said["group"].isin(list(taxonomy.groups))]
    countries = sorted(stated["country"].unique())
    pairs = pd.MultiIndex.from_product([countries, list(taxonomy.groups)], names=_PAIR)
    evidence = evidence_of_pairs(strength).drop(columns="window")
    silent = silent_measures(said, limits)
    cells = pd.MultiIndex.from_frame(evidence[[*_PAIR, "measure"]])
    graded = _graded(pairs.to_frame(index=False), evidence[~cells.isin(silent)], settings)
    any_met = graded["nearer_met"] > 0
    named = pd.MultiIndex.from_frame(graded[_PAIR]).isin(pd.MultiIndex.from_frame(said[_PAIR]))
    grades = graded["grade"].map(_GRADE_CODES)
    table = pd.DataFrame({"grade": GRADES})
    for name, rows in (("stated", grades[named]), ("unstated", grades[~named])):
        counts = rows.value_counts().reindex(list(GRADES), fill_value=0).to_numpy()
        n = np.full(len(counts), float(counts.sum()))
        ends = share_interval(counts.astype(float), n, *rta.interval)
        table[name] = counts
        table[f"share_{name}"] = counts / n if n[0] else np.nan
        for end in ("low", "high"):
            table[f"share_{name}_{end}"] = ends[f"share_{end}"]
    by_any = grades[named & any_met].value_counts()
    table["supported_by_any"] = by_any.reindex(list(GRADES), fill_value=0).to_numpy()
    return table


def silent_measures(stated: pd.DataFrame, limits: pd.DataFrame) -> pd.MultiIndex:
    """Return the measures of each pair that say nothing of any statement on it.

    Parameters
    ----------
    stated : DataFrame
        ``country, group, strength_en``.
    limits : DataFrame
        ``country, strength_en, measure``.
    """
    on_pair = stated[[*_PAIR, "strength_en"]].drop_duplicates()
    limited = on_pair.merge(limits[["country", "strength_en", "measure"]].drop_duplicates())
    times = limited.groupby([*_PAIR, "measure"]).size().rename("times").reset_index()
    wordings = on_pair.groupby(_PAIR).size().rename("wordings").reset_index()
    both = times.merge(wordings, on=_PAIR)
    silent = both[both["times"] == both["wordings"]]
    return pd.MultiIndex.from_frame(silent[[*_PAIR, "measure"]])
