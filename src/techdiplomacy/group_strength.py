"""Strength of countries in groups of technologies, one measure at a time.

Knows: how evidence by group becomes shares, advantages, growth and ranks by share.
Must not know: files, names of countries and groups, what texts state.
May import: params (settings only), technology_tables, strength, ranks, concentration, NumPy,
pandas, SciPy.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd

from techdiplomacy.concentration import count_draws
from techdiplomacy.params import RankSettings, RtaSettings
from techdiplomacy.ranks import uncertain_ranks
from techdiplomacy.strength import Array, fit_prior_strength, log_ratio_of_counts, size_tiers
from techdiplomacy.technology_tables import SHOWN_ONLY

_CELL = ["measure", "group_id"]
_RATIO = ["rta", "rta_shrunk", "rta_low", "rta_high", "probability_above"]
_RANK = ["rank_median", "rank_low", "rank_high", "ranked"]


def of_window(evidence: pd.DataFrame, back: int = 0) -> pd.DataFrame:
    """Return the rows of the newest window of each measure, or of one so many windows before.

    Parameters
    ----------
    evidence : DataFrame
        Feature ``group_evidence``; names of windows sort by time.
    back : int
        0: the newest; 1: the one before. A measure without it has no rows.
    """
    place = evidence.groupby("measure")["window"].rank(method="dense", ascending=False)
    return evidence[place == back + 1].reset_index(drop=True)


def years_between(newer: pd.Series, older: pd.Series) -> pd.Series[float]:
    """Return the years from the end of one window to that of another.

    Examples
    --------
    >>> years_between(pd.Series(["2016-2020", "2024Q4-2025Q3"]),
    ...               pd.Series(["2011-2015", "2023Q4-2024Q3"])).tolist()
    [5.0, 1.0]
    """
    return _end(newer) - _end(older)


def _end(windows: pd.Series) -> pd.Series[float]:
    """Return the end of each window in years."""
    last = windows.str.split("-").str[-1].str.extract(r"^(\d{4})(?:Q(\d))?$").astype(float)
    return last[0] + last[1].fillna(4.0) / 4.0


def strength_by_measure(
    evidence: pd.DataFrame, rta: RtaSettings, ranks: RankSettings, seed: int
) -> pd.DataFrame:
    """Return the strength of each country in each group by each measure, in the newest window.

    Parameters
    ----------
    evidence : DataFrame
        Rows of one list of technologies and one rule of feature ``group_evidence``.
    rta, ranks : RtaSettings, RankSettings
        Sections ``rta`` and ``ranks`` of the parameters.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        The columns of table ``technology_strength``.

    Notes
    -----
    Counts are taken as Poisson. Where fields were added that share what they count, the items
    behind a sum are at least the sum over the number of fields; that smallest number is used for
    every interval, which makes it wide rather than narrow.

    Share: x/X with the interval of Jeffreys, Beta(x + .5, X - x + .5); 0 items have a lower end
    of 0. Advantage: posterior of the group's share in the country, Beta(x + A w, n - x + A(1-w)),
    over w, the part of the group in the world; A is fitted by measure and group. Growth:
    the yearly rate ((x + .5)/(x' + .5))^(1/years) - 1; given x + x' the ratio of two rates is a
    Beta variable, so the interval needs no draws. It is left out where the fields that list a
    country changed.
    Rank: by share, over draws of all counts. Where a source lists countries only from some count
    on and lists few of them, the unlisted rest of the world is too large for shares, advantages
    and ranks; the counts alone are given (``few_listed``), and nothing of whom it does not list.
    So it is with developers: sums over the topics that list a country favour one with many topics.
    """
    table = of_window(evidence)
    low, high = rta.interval
    items = _items_behind(table, "count_items")
    table = table.assign(
        world_share=table["count_items"] / table["world_items"].where(table["world_items"] > 0),
        size_tier=_tiers(table["count_items"]),
        **share_interval(items, _items_behind(table, "world_items"), low, high),
    )
    bound = table["below"] / table["world_items"].where(table["world_items"] > 0)
    unlisted = table["below"].notna()
    table["share_low"] = table["share_low"].mask(unlisted, 0.0)
    table["share_high"] = table["share_high"].mask(unlisted, bound.clip(upper=1.0))
    table = table.assign(status=_status(table, rta.min_families, ranks.countries_at_least))
    few = _few_listed_cells(table, ranks.countries_at_least)
    table.loc[few, ["world_share", "share_low", "share_high"]] = np.nan
    table = pd.concat([table, _advantages(table, rta)], axis=1)
    table = table.merge(_measure_ranks(table, rta, ranks, seed), on=[*_CELL, "country"])
    growth = growth_since(table, of_window(evidence, 1), low, high)
    return pd.concat([table, growth], axis=1)[_STRENGTH_COLUMNS]


_STRENGTH_COLUMNS = [
    *("framework", "measure", "group_id", "country", "role", "window", "count_items", "below"),
    *("world_share", "share_low", "share_high", "size_tier", *_RANK, *_RATIO),
    *("growth", "growth_low", "growth_high", "status"),
]


def share_interval(items: Array, world: Array, low: float, high: float) -> dict[str, Array]:
    """Return both ends of the interval of each share; it always holds the share itself.

    Parameters
    ----------
    items, world : array
        Items of the country and of the world, one a row.
    low, high : float
        Quantiles.
    """
    from scipy.stats import beta

    share = np.divide(items, world, out=np.full_like(items, np.nan), where=world > 0)
    posterior = beta(items + 0.5, np.maximum(world - items, 0.0) + 0.5)
    lower, upper = np.asarray(posterior.ppf(low)), np.asarray(posterior.ppf(high))
    return {
        "share_low": np.where(np.isnan(share), np.nan, np.minimum(lower, share)),
        "share_high": np.where(np.isnan(share), np.nan, np.maximum(upper, share)),
    }


def advantage(
    items: Array, base: Array, mix: Array, strength: Array, rta: RtaSettings
) -> dict[str, Array]:
    """Return raw and shrunk advantage with interval and P(advantage > threshold).

    Parameters
    ----------
    items, base : array
        Items of the country in the group and in all fields.
    mix : array
        Part of the group in the world.
    strength : array
        A, how firmly shares are drawn towards the world's.
    rta : RtaSettings
        Interval and threshold.
    """
    from scipy.stats import beta

    low, high = rta.interval
    posterior = beta(items + strength * mix, base - items + strength * (1.0 - mix))
    return {
        "rta": np.divide(items, base, out=np.full_like(items, np.nan), where=base > 0) / mix,
        "rta_shrunk": (items + strength * mix) / (base + strength) / mix,
        "rta_low": np.asarray(posterior.ppf(low)) / mix,
        "rta_high": np.asarray(posterior.ppf(high)) / mix,
        "probability_above": np.asarray(posterior.sf(np.minimum(rta.threshold * mix, 1.0))),
    }


def growth_since(newer: pd.DataFrame, older: pd.DataFrame, low: float, high: float) -> pd.DataFrame:
    """Return the yearly rate of growth of the items since the window before, with its interval.

    Parameters
    ----------
    newer, older : DataFrame
        Rows of two windows; ``measure, group_id, country, window, count_items, n_fields,
        upper_bound``.
    low, high : float
        Quantiles.

    Returns
    -------
    DataFrame
        ``growth, growth_low, growth_high`` in the order of `newer`; missing where a window is,
        where both are empty, or where the fields that list the country changed in number.
    """
    old = older.assign(before=_items_behind(older, "count_items"))
    named = {"window": "window_before", "n_fields": "n_before"}
    kept = [*_CELL, "country", "before", *named]
    pairs = newer.merge(
        old[kept].rename(columns=named), on=[*_CELL, "country"], how="left", validate="1:1"
    )
    x, y = _items_behind(newer, "count_items"), pairs["before"].to_numpy(dtype=float)
    years = np.ones(len(pairs))
    there = pairs["window_before"].notna().to_numpy()
    pairs_there = pairs[there]
    years[there] = years_between(pairs_there["window"], pairs_there["window_before"])
    same = (pairs["n_fields"] == pairs["n_before"]).to_numpy()
    known = there & same & ~np.isnan(x) & ~np.isnan(y) & (x + np.nan_to_num(y) > 0)
    found = {name: np.full(len(pairs), np.nan) for name in ("growth", "growth_low", "growth_high")}
    ratios = log_ratio_of_counts(x[known], y[known], low, high)
    for name, ratio in zip(found, ratios, strict=True):
        found[name][known] = np.expm1(ratio / years[known])
    return pd.DataFrame(found, index=newer.index)


def _items_behind(rows: pd.DataFrame, column: str) -> Array:
    """Return counts, over the number of fields where fields share what they count."""
    counts = rows[column].to_numpy(dtype=np.float64)
    fields = np.maximum(rows["n_fields"].to_numpy(dtype=np.float64), 1.0)
    scaled: Array = counts / np.where(rows["upper_bound"].to_numpy(dtype=bool), fields, 1.0)
    return scaled


def _tiers(counts: pd.Series) -> pd.Series:
    """Return the size tier of each count in words; empty where there is no count."""
    known = counts.dropna().reset_index(drop=True)
    if known.empty:
        return pd.Series(pd.NA, index=counts.index, dtype="object")
    labels = size_tiers(known, bounds=(10, 100, 1_000, 10_000, 100_000))["label"].to_numpy()
    return pd.Series(labels, index=counts.dropna().index).reindex(counts.index)


def few_listed(rows: pd.DataFrame, least: int) -> bool:
    """Return whether a source with a limit lists too few countries in a measure and group.

    A measure that is only shown counts as such whatever it lists.

    Parameters
    ----------
    rows : DataFrame
        Rows of one measure and group: ``measure, count_items, below``.
    least : int
        From so many countries on there are enough.
    """
    return bool(_few_listed_cells(rows.assign(group_id=""), least).any())


def _few_listed_cells(rows: pd.DataFrame, least: int) -> pd.Series[bool]:
    """Return for each row whether its measure lists too few countries in its group."""
    cells = rows.groupby(_CELL)
    limited = cells["below"].transform("count") > 0
    few: pd.Series[bool] = limited & (cells["count_items"].transform("count") < least)
    return few | rows["measure"].isin(SHOWN_ONLY)


def _status(rows: pd.DataFrame, minimum: float, least: int) -> pd.Series:
    """Return the status of each row: what a ratio, or without base a share, rests on."""
    rests_on = rows["base_items"].where(rows["base_items"].notna(), rows["count_items"])
    status = np.select(
        [
            _few_listed_cells(rows, least) & rows["below"].isna(),
            rows["below"].notna(),
            (rows["world_items"] == 0) | (rows["base_items"] == 0),
            rests_on < minimum,
        ],
        ["few_listed", "below_limit", "not_estimable", "small_n"],
        default="ok",
    )
    return pd.Series(status, index=rows.index)


def _advantages(table: pd.DataFrame, rta: RtaSettings) -> pd.DataFrame:
    """Return the columns of the advantage, empty where it is not shown."""
    found = pd.DataFrame(np.nan, index=table.index, columns=_RATIO)
    based = table[table["base_items"].notna() & table["count_items"].notna()]
    based = based[(based["base_items"] > 0) & (based["world_mix"] > 0) & (based["world_mix"] < 1)]
    for _, rows in based.groupby(_CELL):
        items, base = _items_behind(rows, "count_items"), _items_behind(rows, "base_items")
        base = np.maximum(base, items)
        two = pd.DataFrame({"inside": items, "outside": base - items}, index=rows["country"])
        total = rows["world_items"].iloc[0] / rows["world_base"].iloc[0]
        # one A for all countries of a panel, also where some are compared in fewer fields
        firmness = fit_prior_strength(two, pd.Series({"inside": total, "outside": 1.0 - total}))
        mix = rows["world_mix"].to_numpy(dtype=np.float64)
        own = advantage(items, base, mix, np.full(len(rows), firmness), rta)
        found.loc[rows.index] = pd.DataFrame(own, index=rows.index)[_RATIO]
    found[table["status"] != "ok"] = np.nan
    return found


def _measure_ranks(
    table: pd.DataFrame, rta: RtaSettings, ranks: RankSettings, seed: int
) -> pd.DataFrame:
    """Return the rank of each country by share in each measure and group."""
    found = []
    for (measure, group), rows in table.groupby(_CELL):
        listed = rows[rows["count_items"].notna() & (rows["status"] != "few_listed")]
        values = listed.set_index("country")["world_share"].rename("share").to_frame()
        if values["share"].isna().all():
            found.append(rows[[*_CELL, "country"]].assign(**dict.fromkeys(_RANK, np.nan)))
            continue
        drawn = uncertain_ranks(
            values,
            {"share": 1.0},
            seed=seed,
            draws=ranks.draws,
            posterior={
                "share": share_draws(listed, ranks.draws, seed_of(seed, str(measure), str(group)))
            },
            weight_draws="declared",
            normalisations=["none"],
            aggregations=["arithmetic"],
            interval=rta.interval,
            firm_span=ranks.firm_span,
            leaning_span=ranks.leaning_span,
        )
        drawn["ranked"] = drawn["ranked"].where(drawn["status"] == "ok")
        found.append(rows[[*_CELL, "country"]].merge(drawn[["country", *_RANK]], how="left"))
    joined = pd.concat(found, ignore_index=True)
    return joined.astype({"ranked": "Int64"})


def share_draws(rows: pd.DataFrame, draws: int, seed: int) -> Array:
    """Return draws of the shares behind the counts, shape (countries, draws).

    Parameters
    ----------
    rows : DataFrame
        Rows of one measure and group: ``country, count_items, n_fields, upper_bound, below``.
        Where a country is not listed its count lies anywhere between 0 and ``below``.
    draws, seed : int
        Number of draws, and seed.
    """
    counts = pd.Series(_items_behind(rows, "count_items"), index=rows["country"].to_numpy())
    listed = counts.notna().to_numpy()
    rates = np.zeros((len(rows), draws))
    rates[listed] = count_draws(counts[listed], draws=draws, seed=seed)
    scale = rows["count_items"].to_numpy(dtype=np.float64)[listed] / np.where(
        counts[listed] > 0, counts[listed], 1.0
    )
    rates[listed] *= scale[:, None]
    total = rates.sum(axis=0)
    if not listed.all():
        order = np.argsort(rows["country"].to_numpy(), kind="stable")
        absent = order[~listed[order]]
        below = rows["below"].to_numpy(dtype=np.float64)[absent, None]
        rng = np.random.default_rng([seed, 1])
        rates[absent] = below * rng.random((len(absent), draws))
    shares: Array = rates / np.where(total > 0, total, 1.0)
    return shares


def seed_of(seed: int, *names: str) -> int:
    """Return a seed of its own for a name, the same whatever else is in the table."""
    return int(
        np.random.SeedSequence([seed, *(crc32(n.encode()) for n in names)]).generate_state(1)[0]
    )
