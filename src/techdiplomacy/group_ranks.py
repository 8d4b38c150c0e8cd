"""Ranks of countries over all measures of a group, what they rest on, and how firm they are.

Knows: which measures enter a rank, concentration by measure, other choices side by side.
Must not know: files, names of countries and groups, what texts state.
May import: params (settings only), technologies, technology_tables, ranks, concentration,
group_strength, NumPy, pandas.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from techdiplomacy.concentration import group_concentration
from techdiplomacy.group_strength import few_listed, of_window, seed_of, share_draws
from techdiplomacy.params import ConcentrationSettings, RankSettings, RtaSettings
from techdiplomacy.ranks import uncertain_ranks
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_tables import MEASURES, SAME_OFFICE, SHOWN_ONLY

ROLES = ("direct", "partial", "proxy")
_CELL = ["measure", "group_id"]


def ranked_measures(rows: pd.DataFrame, ranks: RankSettings) -> list[str]:
    """Return the measures that enter the rank of a group, in the order in which they are shown.

    Parameters
    ----------
    rows : DataFrame
        Evidence of one group in one window: ``measure, role, count_items``.
    ranks : RankSettings
        A measure that lists fewer than ``countries_at_least`` countries stays out, as does a
        proxy beside something nearer if proxies are a last resort.

    Notes
    -----
    Measures of one office are not independent: where a window of an office would enter
    (``uspto_topics``), the stock of all years of the same office (``uspto_domains``) stays out.
    What is only shown (``developers``) never enters.
    """
    chosen = _near_enough(rows, ranks)
    return [measure for measure in chosen if SAME_OFFICE.get(measure) not in chosen]


def _near_enough(rows: pd.DataFrame, ranks: RankSettings) -> list[str]:
    """Return the measures that list enough countries and are near enough, of whatever office."""
    rows = rows[~rows["measure"].isin(SHOWN_ONLY)]
    listed = rows[rows["count_items"] > 0].groupby("measure")["country"].nunique()
    wide = set(listed.index[listed >= ranks.countries_at_least])
    roles = rows.groupby("measure")["role"].agg(strongest)
    entering = [measure for measure in roles.index if measure in wide]
    near = [measure for measure in entering if roles[measure] != ROLES[-1]]
    chosen = near if near and ranks.proxies == "last_resort" else entering
    return sorted(chosen, key=_place)


def strongest(roles: pd.Series) -> str:
    """Return the strongest of some roles."""
    return ROLES[min(ROLES.index(role) for role in roles)]


def rank_over_measures(
    rows: pd.DataFrame,
    measures: Sequence[str],
    ranks: RankSettings,
    interval: Sequence[float],
    seed: int,
    draws: int,
) -> pd.DataFrame:
    """Return the rank of countries in one group by their shares in several measures.

    Parameters
    ----------
    rows : DataFrame
        Evidence of one group in one window.
    measures : sequence of str
        What enters.
    ranks, interval
        Settings of the draws.
    seed, draws : int
        Seed, and number of draws.

    Returns
    -------
    DataFrame
        What ``ranks.uncertain_ranks`` returns, for countries listed in enough measures.

    Notes
    -----
    Rank by size: a large country stands before a small one that does little else. A country
    that a source does not list because it is below the least count listed enters with a share
    drawn between 0 and that count; leaving it out there would rank it by what it is good at.
    """
    taken = rows[rows["measure"].isin(measures)]
    needed = measures_needed(len(measures), ranks)
    seen = taken[taken["count_items"].notna()].groupby("country")["measure"].nunique()
    able = sorted(seen.index[seen >= needed])
    values, posterior = {}, {}
    for measure in measures:
        own = taken[taken["measure"] == measure]
        point = own["count_items"].fillna(own["below"] / 2) / own["world_items"].where(
            own["world_items"] > 0
        )
        values[measure] = pd.Series(point.to_numpy(), index=own["country"]).reindex(able)
        drawn = pd.DataFrame(
            share_draws(own, draws, seed_of(seed, measure, str(own["group_id"].iloc[0]))),
            index=own["country"],
        )
        posterior[measure] = drawn.reindex(able).to_numpy()
    return uncertain_ranks(
        pd.DataFrame(values, index=able),
        {measure: 1 / len(measures) for measure in measures},
        seed=seed,
        draws=draws,
        posterior=posterior,
        weight_draws=ranks.weights,
        normalisations=ranks.normalisations,
        aggregations=ranks.aggregations,
        interval=interval,
        firm_span=ranks.firm_span,
        leaning_span=ranks.leaning_span,
        allow_missing=True,
    )


def measures_needed(measures: int, ranks: RankSettings) -> int:
    """Return in how many measures of a group a country must be listed to be ranked."""
    return max(1, math.ceil(ranks.measures_at_least * measures - 1e-9))


def ranks_by_group(
    evidence: pd.DataFrame, rta: RtaSettings, ranks: RankSettings, seed: int
) -> pd.DataFrame:
    """Return table ``technology_ranks``: the rank of each country in each group.

    Parameters
    ----------
    evidence : DataFrame
        Rows of one list of technologies and one rule of feature ``group_evidence``.
    rta, ranks : RtaSettings, RankSettings
        Sections of the parameters.
    seed : int
        Seed of the draws.

    Notes
    -----
    A rank over fewer than two measures is never firm: only counts were drawn anew, nothing says
    what another measure would show. A first place is held (``holds_first``) only by a country
    that is first at both ends of its interval and stays first by median when any one measure is
    left out; a country with few items in every measure is ranked, and marked ``small_n``.
    """
    found = []
    for group, measures, rows in groups_with_measures(of_window(evidence), ranks):
        drawn = rank_over_measures(rows, measures, ranks, rta.interval, seed, ranks.draws)
        listed = rows[rows["measure"].isin(measures) & rows["count_items"].notna()]
        countries = listed.groupby("country").agg(
            n_measures=("measure", "nunique"),
            largest=("count_items", "max"),
            measures=("measure", lambda names: ";".join(sorted(set(names), key=_place))),
            best_role=("role", strongest),
        )
        table = countries.reset_index().merge(
            drawn.drop(columns=["measures", "complete", "ranked", "tied"]), how="left"
        )
        firm = (table["label"] == "firm") & (len(measures) < ranks.firm_measures)
        table["label"] = table["label"].fillna("do not conclude").mask(firm, "leaning")
        few = (table["status"] == "ok") & (table["largest"] < rta.min_families)
        table["status"] = table["status"].fillna("not_estimable").mask(few, "small_n")
        first = _first_without_one(rows, measures, rta, ranks, seed)
        stays = table["country"].map(lambda name, first=first: first == {name})
        table["holds_first"] = (table["rank_high"] < 2) & (len(measures) > 1) & stays
        found.append(
            table.assign(
                framework=rows["framework"].iloc[0],
                group_id=group,
                n_possible=len(measures),
            ).drop(columns="largest")
        )
    return pd.concat(found, ignore_index=True)


def _first_without_one(
    rows: pd.DataFrame, measures: list[str], rta: RtaSettings, ranks: RankSettings, seed: int
) -> set[str | None]:
    """Return who is first by median when each measure in turn is left out; None: nobody alone."""
    found: set[str | None] = set()
    for left in measures if len(measures) > 1 else []:
        kept = [measure for measure in measures if measure != left]
        drawn = rank_over_measures(rows, kept, ranks, rta.interval, seed, ranks.draws)
        first = drawn.loc[drawn["rank_median"] == drawn["rank_median"].min(), "country"]
        found.add(str(first.iloc[0]) if len(first) == 1 else None)
    return found


def groups_with_measures(
    window: pd.DataFrame, ranks: RankSettings
) -> Iterator[tuple[str, list[str], pd.DataFrame]]:
    """Yield each group that has measures to rank by, these, and its rows of the measures shown."""
    shown = window[window["measure"].isin(MEASURES)]
    for group, rows in shown.groupby("group_id"):
        measures = ranked_measures(rows, ranks)
        if measures:
            yield str(group), measures, rows


def coverage(evidence: pd.DataFrame, taxonomy: Taxonomy, ranks: RankSettings) -> pd.DataFrame:
    """Return table ``group_coverage``: how each group of the list is measured, or that it is not.

    Parameters
    ----------
    evidence : DataFrame
        Rows of that list and one rule of feature ``group_evidence``.
    taxonomy : Taxonomy
        The list of technologies.
    ranks : RankSettings
        Section ``ranks`` of the parameters.

    Notes
    -----
    ``same_office`` names the stock of all years of an office that stays out of the rank because a
    window of the same office enters: the two count the same patents in part.
    """
    window = of_window(evidence)
    entering = {group: measures for group, measures, _ in groups_with_measures(window, ranks)}
    found = []
    for group in taxonomy.groups.values():
        own = window[(window["group_id"] == group.id) & window["measure"].isin(MEASURES)]
        listed = own[own["count_items"].notna()]
        measures = entering.get(group.id, [])
        taken = listed[listed["measure"].isin(measures)]
        needed = measures_needed(len(measures), ranks) if measures else 0
        seen = taken.groupby("country")["measure"].nunique()
        best = strongest(own["role"]) if len(own) else None
        near = _near_enough(own, ranks) if measures else []
        found.append(
            {
                "framework": taxonomy.framework,
                "group_id": group.id,
                "established": group.established,
                "confidence": group.confidence,
                "measures": ";".join(sorted(set(own["measure"]), key=_place)) or None,
                "measures_ranked": ";".join(measures) or None,
                "same_office": ";".join(name for name in near if name not in measures) or None,
                "best_role": best,
                "measures_needed": needed,
                "n_countries": listed["country"].nunique(),
                "n_ranked": int((seen >= needed).sum()) if measures else 0,
                "status": "no_evidence"
                if best is None
                else "proxies_only"
                if best == ROLES[-1]
                else "ok",
            }
        )
    return pd.DataFrame(found)


def _place(measure: str) -> tuple[int, str]:
    """Return where a measure stands in the order in which measures are shown."""
    return (MEASURES.index(measure) if measure in MEASURES else len(MEASURES), measure)


# --- concentration --------------------------------------------------------------------------


def concentration_by_group(
    evidence: pd.DataFrame,
    flags: ConcentrationSettings,
    rta: RtaSettings,
    ranks: RankSettings,
    seed: int,
) -> pd.DataFrame:
    """Return table ``group_concentration``: how much of each group few countries hold.

    Parameters
    ----------
    evidence : DataFrame
        Rows of one list of technologies and one rule of feature ``group_evidence``.
    flags, rta, ranks : settings
        Sections ``concentration``, ``rta`` and ``ranks`` of the parameters.
    seed : int
        Seed of the draws.

    Notes
    -----
    Shares are of the countries that a source lists. A measure that lists fewer than
    ``ranks.countries_at_least`` of them because it has a limit shows its counts only: the rest of
    the world is not zero.
    """
    found = []
    window = of_window(evidence)
    for (measure, group), rows in window[window["measure"].isin(MEASURES)].groupby(_CELL):
        listed = rows[rows["count_items"].notna()]
        # all counts over one number, so that shares stay what they are
        several = listed.loc[listed["upper_bound"], "n_fields"].max()
        counts = listed.set_index("country")["count_items"] / (1 if pd.isna(several) else several)
        row = group_concentration(
            counts.rename(str(group)).to_frame(),
            top_share_flag=flags.top_share,
            hhi_flag=flags.hhi,
            seed=seed_of(seed, str(measure)),
            min_items=rta.min_families,
            draws=ranks.draws,
            interval=rta.interval,
        )
        if few_listed(rows, ranks.countries_at_least):
            of_estimate = row.columns.str.startswith(("top_share", "lead", "hhi"))
            row.loc[:, of_estimate] = np.nan
            row["status"] = "few_listed"
            row[["dominated", "concentrated"]] = False
        role, name, framework = rows[["role", "window", "framework"]].iloc[0]
        found.append(row.assign(measure=str(measure), role=role, window=name, framework=framework))
    table = pd.concat(found, ignore_index=True)
    flagged = ["dominated", "concentrated"]
    table[flagged] = table[flagged].fillna(value=False).astype(bool)
    renamed = {
        "group": "group_id",
        "countries": "n_countries",
        "lead_ratio": "lead",
        "lead_ratio_low": "lead_low",
        "lead_ratio_high": "lead_high",
        "dominated": "flag_top",
        "concentrated": "flag_hhi",
    }
    unbiased = {f"hhi_unbiased{end}": f"hhi{end}" for end in ("", "_low", "_high")}
    return table.drop(columns="hhi").rename(columns=renamed | unbiased)[_CONCENTRATION_COLUMNS]


_CONCENTRATION_COLUMNS = [
    *("framework", "measure", "group_id", "window", "role", "n_countries", "top_country"),
    *("top_share", "top_share_low", "top_share_high", "second_country"),
    *("lead", "lead_low", "lead_high", "hhi", "hhi_low", "hhi_high"),
    *("flag_top", "flag_hhi", "status"),
]
