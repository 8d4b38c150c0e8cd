"""The card of a partner: twelve indicators with their place among all, and what they add up to.

Knows: how a place is taken and drawn, which indicators are added up. Must not know: files, names
of countries, how an indicator is computed. May import: params (settings only), scorecard_tables,
ranks, scorecard_values, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.params import RankSettings, RelatednessSettings
from techdiplomacy.ranks import uncertain_ranks
from techdiplomacy.scorecard_tables import INDICATORS
from techdiplomacy.scorecard_values import Results, indicator_values, shallow_partners

Array = npt.NDArray[np.float64]

_OPEN = "do not conclude"


def build_scorecard(
    results: Results,
    rubric: pd.DataFrame,
    *,
    viewpoint: str,
    partners: Sequence[str],
    ranks: RankSettings,
    relatedness: RelatednessSettings,
    interval: Sequence[float],
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return tables ``scorecard`` and ``scorecard_totals``.

    Parameters
    ----------
    results : Results
        The tables that the card is read from.
    rubric : DataFrame
        What ``registers.load_rubric`` returns.
    viewpoint : str
        The country whose partners are judged.
    partners : sequence of str
        Partners that get a card; places are taken among all countries with the indicator.
    ranks, relatedness : RankSettings, RelatednessSettings
        Draws, labels and least share of indicators; from when on a partner is surely specialised.
    interval : two floats
        Quantiles of the intervals in the tables (``gravity.interval``).
    seed : int
        Seed of the draws.

    Notes
    -----
    Every indicator is of a partner, none of a partner in one group of technologies: ties carry no
    technology, so that the same figure would stand in each group. ``scope`` says so by row.
    """
    values = indicator_values(
        results, viewpoint=viewpoint, ranks=ranks, relatedness=relatedness, interval=interval
    )
    values = values[values["partner"] != viewpoint]
    parts = [placed(rows, rubric) for _, rows in values.groupby("indicator")]
    scored = pd.concat(parts or [values.assign(score=np.nan)])
    others = [code for code in partners if code != viewpoint]
    grid = pd.MultiIndex.from_product([INDICATORS, others], names=["indicator", "partner"])
    card = scored.set_index(["indicator", "partner"]).reindex(grid).reset_index()
    told = rubric.set_index("indicator")
    waits = "needs_" + told["needs"]
    status = card["status"].fillna(card["indicator"].map(waits)).fillna("not_enough_data")
    pools = scored.dropna(subset="score").groupby("indicator").size()
    card = card.assign(
        country=viewpoint,
        status=status,
        scope=card["indicator"].map(told["scope"]),
        pool=card["indicator"].map(pools).fillna(0).astype("int64"),
        groups=card["groups"].astype("Int64"),
        own_groups=card["own_groups"].astype("Int64"),
    )
    return {
        "scorecard": card,
        "scorecard_totals": totals(
            card,
            scored,
            rubric,
            results.tie_measures,
            viewpoint=viewpoint,
            settings=ranks,
            interval=interval,
            seed=seed,
        ),
    }


def placed(rows: pd.DataFrame, rubric: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one indicator with their place among all, from 0 to 1 (best).

    Parameters
    ----------
    rows : DataFrame
        ``indicator, partner, value, low, high, status``.
    rubric : DataFrame
        Direction, and whether the value or the lower end is ranked.

    Examples
    --------
    >>> rubric = pd.DataFrame([("gap", "higher", "low")])
    >>> rubric.columns = ["indicator", "direction", "ranked_by"]
    >>> rows = pd.DataFrame({"indicator": "gap", "value": [9.0, 2, 3], "low": [0.0, 1, 2]})
    >>> placed(rows, rubric)["score"].tolist()
    [0.0, 0.5, 1.0]
    """
    ranked = _signed(rows, rubric)
    known = ranked.notna().sum()
    score = (ranked.rank() - 1) / (known - 1) if known > 1 else ranked * np.nan
    return rows.assign(score=score)


def totals(
    card: pd.DataFrame,
    scored: pd.DataFrame,
    rubric: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    viewpoint: str,
    settings: RankSettings,
    interval: Sequence[float],
    seed: int,
) -> pd.DataFrame:
    """Return table ``scorecard_totals``: the mean of the places, and how far its rank moves.

    Parameters
    ----------
    card : DataFrame
        Table ``scorecard``.
    scored : DataFrame
        Values and places of all countries that places are taken among.
    rubric : DataFrame
        Direction, and what is ranked.
    measures : DataFrame
        Table ``tie_measures``, which says which ties are shallow.
    viewpoint, settings, interval, seed
        As in `build_scorecard`.

    Notes
    -----
    A partner with fewer than ``measures_at_least`` of the indicators that any partner has gets no
    rank. The score is the arithmetic mean over the indicators that all the others have, so that
    nobody gains by what is not measured and no single place of 0 decides; indicators that one of
    them lacks stay on the card. Draws move the weights, and each ranked figure (the value, or the
    lower end of its interval) by what the interval leaves open, taken as normal; it is placed
    between the ranked figures of all countries, as the nominal one is. However little it moves,
    nothing is concluded from fewer than ``measures_at_least`` of the indicators of the rubric:
    those left out could turn the order round.
    """
    wide = card.pivot(index="partner", columns="indicator", values="score").dropna(
        axis=1, how="all"
    )
    partners = list(dict.fromkeys(card["partner"]))
    wide = wide.reindex(partners)
    measured = wide.notna().sum(axis=1)
    enough = measured >= max(1, settings.measures_at_least * wide.shape[1])
    shown = wide[enough].dropna(axis=1)
    enough &= shown.shape[1] > 0
    ranked = [one for one in INDICATORS if one in shown] if enough.any() else []
    base = pd.DataFrame(
        {
            "partner": partners,
            "country": viewpoint,
            "measured": measured.to_numpy(dtype="int64"),
            "of": len(rubric),
            "ranked": int(enough.sum()),
            "indicators_ranked": pd.Series([";".join(ranked) or None] * len(wide), dtype="str"),
            "shallow": pd.Series(partners).isin(shallow_partners(measures)).to_numpy(),
            "status": np.where(enough, "ok", "not_enough_data"),
        }
    )
    columns = ["score", "rank", "rank_median", "rank_low", "rank_high", "label"]
    if not enough.any():
        return base.reindex(columns=[*base.columns, *columns]).assign(label=_OPEN)
    rng = np.random.default_rng([seed, len(INDICATORS)])
    posterior = {
        str(name): drawn
        for name in shown.columns
        if (drawn := _drawn_places(str(name), shown, scored, rubric, settings.draws, interval, rng))
        is not None
    }
    # one is added and taken off again: nothing but zeros would have no rank, not the last
    found = uncertain_ranks(
        shown + 1,
        {str(name): 1 / shown.shape[1] for name in shown.columns},
        seed=seed,
        draws=settings.draws,
        posterior={name: drawn + 1 for name, drawn in posterior.items()},
        weight_draws=settings.weights,
        normalisations=("none",),
        aggregations=("arithmetic",),
        interval=interval,
        firm_span=settings.firm_span,
        leaning_span=settings.leaning_span,
    )
    found = found.assign(partner=found["country"], score=found["score"] - 1)
    table = base.merge(found[["partner", *columns]], how="left")
    few = len(ranked) < settings.measures_at_least * len(rubric)
    return table.assign(label=_OPEN if few else table["label"].fillna(_OPEN))


def _drawn_places(
    name: str,
    shown: pd.DataFrame,
    scored: pd.DataFrame,
    rubric: pd.DataFrame,
    draws: int,
    interval: Sequence[float],
    rng: np.random.Generator,
) -> Array | None:
    """Return drawn places of an indicator with intervals, partners x draws, or nothing."""
    from scipy.special import ndtri

    rows = scored[scored["indicator"] == name].set_index("partner")
    own = rows.reindex(shown.index)
    if own[["low", "high"]].isna().all(axis=None):
        return None
    pool = _signed(rows, rubric).dropna()
    place = pool.rank().sub(1).groupby(pool.to_numpy()).first() / max(len(pool) - 1, 1)
    spread = (own["high"] - own["low"]) / (ndtri(interval[1]) - ndtri(interval[0]))
    noise = rng.standard_normal((len(own), draws)) * spread.fillna(0.0).to_numpy()[:, None]
    drawn = _signed(own, rubric).to_numpy(dtype=float)[:, None] + noise
    places = np.interp(drawn, place.index.to_numpy(dtype=float), place.to_numpy(dtype=float))
    return np.asarray(places)


def _signed(rows: pd.DataFrame, rubric: pd.DataFrame) -> pd.Series:
    """Return what is ranked, the better the higher."""
    name = str(rows["indicator"].iloc[0])
    told = rubric.set_index("indicator").loc[name]
    ranked = rows["low"] if told["ranked_by"] == "low" else rows["value"]
    return -ranked if told["direction"] == "lower" else ranked
