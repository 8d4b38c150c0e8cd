"""The card of a partner: twelve indicators with their place among all, and what they add up to.

Knows: which column of which result is which indicator, what waits for other data, how a place is
drawn. Must not know: files, names of countries. May import: params (settings only),
scorecard_tables, ranks, group_strength, event_study, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from techdiplomacy.event_study import log_association, steps_of
from techdiplomacy.group_strength import share_interval
from techdiplomacy.params import RankSettings, RelatednessSettings
from techdiplomacy.ranks import uncertain_ranks
from techdiplomacy.scorecard_tables import INDICATORS

Array = npt.NDArray[np.float64]

KIND = "joint_works"
SPECIFICATION = "without_past"  # a lasting lack of ties shall count, so ties before are left out
EVIDENCE = "publications"  # of the fields over which absorbing capacity is taken
FOLLOWED_YEARS = 3  # years compared before and after an instrument
AGREEMENTS_AT_LEAST = 3  # a share of fewer instruments is no figure
RECENT_YEARS = 5  # years of exchanges added up

_NUMBERS = ["value", "low", "high"]
_COLUMNS = ["indicator", "partner", *_NUMBERS, "status"]


@dataclass(frozen=True)
class Results:
    """The tables that the card is read from.

    Results ``tie_measures, cooperation_gaps, gap_changes, partner_values, relatedness``; features
    ``ties, field_specialisation, known_agreements, known_exchanges``. ``brought`` holds indicators
    that live data or registers bring: indicator, partner, value, low, high, status.
    """

    tie_measures: pd.DataFrame
    cooperation_gaps: pd.DataFrame
    gap_changes: pd.DataFrame
    partner_values: pd.DataFrame
    relatedness: pd.DataFrame
    ties: pd.DataFrame
    field_specialisation: pd.DataFrame
    known_agreements: pd.DataFrame
    known_exchanges: pd.DataFrame
    brought: pd.DataFrame | None = None


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
    """
    values = indicator_values(
        results, viewpoint=viewpoint, ranks=ranks, relatedness=relatedness, interval=interval
    )
    values = values[values["partner"] != viewpoint]
    parts = [placed(rows, rubric) for _, rows in values.groupby("indicator")]
    scored = pd.concat(parts or [values.assign(score=np.nan)])
    grid = pd.MultiIndex.from_product([INDICATORS, partners], names=["indicator", "partner"])
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


def indicator_values(
    results: Results,
    *,
    viewpoint: str,
    ranks: RankSettings,
    relatedness: RelatednessSettings,
    interval: Sequence[float],
) -> pd.DataFrame:
    """Return every indicator that the tables give, for all countries that have it.

    Returns
    -------
    DataFrame
        ``indicator, partner, value, low, high, status``; a value is missing unless the status is
        ok or incomplete.
    """
    measures = _newest(results.tie_measures[results.tie_measures["kind"] == KIND], "window")
    gaps, changes = (
        rows[(rows["kind"] == KIND) & (rows["specification"] == SPECIFICATION)]
        for rows in (results.cooperation_gaps, results.gap_changes)
    )
    parts = [
        _read(
            "preference",
            measures.assign(
                **{
                    new: np.log(measures[old].where(measures[old] > 0))
                    for new, old in zip(
                        _NUMBERS,
                        ("association", "association_low", "association_high"),
                        strict=True,
                    )
                }
            ),
        ),
        _read("gap", _renamed(_newest(gaps, "window"), "gap", "gap_low", "gap_high")),
        _read(
            "gap_growth",
            _renamed(_newest(changes, "from_window"), "change", "change_low", "change_high"),
        ),
        _read("persistence", measures.assign(value=measures["active_of_10"], status="ok")),
        complementarity(results.partner_values, ranks.measures_at_least),
        absorption(results.relatedness, results.field_specialisation, relatedness),
        conversion(results.ties, results.known_agreements, viewpoint, interval),
        people(results.known_exchanges, viewpoint),
    ]
    if results.brought is not None:
        parts.append(results.brought[_COLUMNS])
    filled = [part for part in parts if len(part)]
    found = pd.concat(filled or parts[:1], ignore_index=True)
    return found.drop_duplicates(["indicator", "partner"], keep="last", ignore_index=True)


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
    Indicators weigh alike; draws move their weights, the aggregation, and each value within its
    interval, taken as normal; its place is read between the values of all countries. A partner
    with fewer than ``measures_at_least`` of the indicators that any partner has gets no rank.
    """
    wide = card.pivot(index="partner", columns="indicator", values="score").dropna(
        axis=1, how="all"
    )
    partners = list(dict.fromkeys(card["partner"]))
    wide = wide.reindex(partners)
    measured = wide.notna().sum(axis=1)
    enough = measured >= max(1, settings.measures_at_least * wide.shape[1])
    shown = wide[enough].dropna(axis=1, how="all")
    base = pd.DataFrame(
        {
            "partner": partners,
            "country": viewpoint,
            "measured": measured.to_numpy(dtype="int64"),
            "of": len(rubric),
            "ranked": len(shown),
            "shallow": pd.Series(partners).isin(_shallow(measures)).to_numpy(),
            "status": np.where(enough, "ok", "not_enough_data"),
        }
    )
    columns = ["score", "rank", "rank_median", "rank_low", "rank_high", "label"]
    if shown.empty:
        return base.reindex(columns=[*base.columns, *columns]).assign(label="do not conclude")
    rng = np.random.default_rng([seed, len(INDICATORS)])
    posterior = {
        str(name): drawn
        for name in shown.columns
        if (drawn := _drawn_places(str(name), shown, scored, rubric, settings.draws, interval, rng))
        is not None
    }
    found = uncertain_ranks(
        shown,
        {str(name): 1 / shown.shape[1] for name in shown.columns},
        seed=seed,
        draws=settings.draws,
        posterior=posterior,
        weight_draws=settings.weights,
        normalisations=("none",),
        aggregations=settings.aggregations,
        interval=interval,
        firm_span=settings.firm_span,
        leaning_span=settings.leaning_span,
        allow_missing=True,
    )
    table = base.merge(
        found[["country", *columns]].rename(columns={"country": "partner"}), how="left"
    )
    return table.assign(label=table["label"].fillna("do not conclude"))


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
    sign = -1.0 if _direction(name, rubric) == "lower" else 1.0
    pool = (sign * rows["value"]).dropna()
    place = pool.rank().sub(1).groupby(pool.to_numpy()).first() / max(len(pool) - 1, 1)
    spread = (own["high"] - own["low"]) / (ndtri(interval[1]) - ndtri(interval[0]))
    noise = rng.standard_normal((len(own), draws)) * spread.fillna(0.0).to_numpy()[:, None]
    drawn = sign * own["value"].to_numpy(dtype=float)[:, None] + noise
    places = np.interp(drawn, place.index.to_numpy(dtype=float), place.to_numpy(dtype=float))
    return np.where(shown[name].isna().to_numpy()[:, None], np.nan, places)


# --- single indicators ----------------------------------------------------------------------


def absorption(
    relatedness: pd.DataFrame, specialisation: pd.DataFrame, settings: RelatednessSettings
) -> pd.DataFrame:
    """Return how near the fields of each partner lie to what the viewpoint country is strong in.

    Parameters
    ----------
    relatedness : DataFrame
        Result ``relatedness`` of the viewpoint country: its density in each field.
    specialisation : DataFrame
        Feature ``field_specialisation``.
    settings : RelatednessSettings
        From which probability on a partner is surely specialised.

    Notes
    -----
    The density is the same for all partners; what differs is over which fields it is averaged:
    those in which the partner is surely specialised. Without any, nothing is said.
    """
    own = relatedness[(relatedness["evidence"] == EVIDENCE) & relatedness["density"].notna()]
    window = own["window"].max() if len(own) else ""
    rows = specialisation[
        (specialisation["evidence"] == EVIDENCE) & (specialisation["window"] == window)
    ]
    sure = rows[rows["probability_above"] >= settings.partner_probability]
    density = sure["field"].map(own.set_index("field")["density"])
    mean = density.groupby(sure["country"]).mean()
    return _read("absorption", mean.rename("value").rename_axis("partner").reset_index())


def conversion(
    ties: pd.DataFrame, agreements: pd.DataFrame, viewpoint: str, interval: Sequence[float]
) -> pd.DataFrame:
    """Return the share of instruments after which joint work was higher than before.

    Parameters
    ----------
    ties, agreements : DataFrame
        Features ``ties`` and ``known_agreements``.
    viewpoint : str
        The country.
    interval : two floats
        Quantiles of the interval of a share.

    Notes
    -----
    Higher: mean log association of the three following years above that of the three years
    before, so that growth of either country alone does not count. Some joint work follows nearly
    every instrument, which would tell nothing apart. Instruments of one year are one.
    """
    association, _ = log_association(ties, viewpoint)
    steps = steps_of(agreements, "signed_year", viewpoint).dropna(subset="year")
    found = []
    for partner, rows in steps.groupby("partner"):
        rises = [_rise(association, str(partner), int(str(year))) for year in rows["year"].unique()]
        known = [rise for rise in rises if np.isfinite(rise)]
        followed = np.array([float(sum(rise > 0 for rise in known))])
        number = np.array([float(len(known))])
        ends = share_interval(followed, number, interval[0], interval[1])
        found.append(
            {
                "partner": str(partner),
                "value": followed[0] / number[0] if len(known) else np.nan,
                "low": ends["share_low"][0],
                "high": ends["share_high"][0],
                "status": "incomplete" if len(known) >= AGREEMENTS_AT_LEAST else "not_enough_data",
            }
        )
    return _read("conversion", pd.DataFrame(found, columns=_COLUMNS[1:]))


def _rise(association: pd.DataFrame, partner: str, year: int) -> float:
    """Return the mean of the years after less that of the years before, if all are there."""
    if partner not in association:
        return float("nan")
    series = association[partner]
    before = series.reindex(range(year - FOLLOWED_YEARS, year))
    after = series.reindex(range(year + 1, year + FOLLOWED_YEARS + 1))
    return float(after.mean(skipna=False) - before.mean(skipna=False))


def people(exchanges: pd.DataFrame, viewpoint: str) -> pd.DataFrame:
    """Return persons exchanged with each partner in the newest years of the register.

    Parameters
    ----------
    exchanges : DataFrame
        Feature ``known_exchanges``; it may have no rows.
    viewpoint : str
        The country.
    """
    known = exchanges[(exchanges["country"] == viewpoint) | (exchanges["partner"] == viewpoint)]
    recent = known[known["year"] > known["year"].max() - RECENT_YEARS] if len(known) else known
    other = recent["partner"].where(recent["country"] == viewpoint, recent["country"])
    persons = recent["persons"].groupby(other.rename("partner")).sum().rename("value")
    return _read("people", persons.reset_index().assign(status="incomplete"))


def complementarity(values: pd.DataFrame, at_least: float) -> pd.DataFrame:
    """Return the mean over groups of what could be learnt from a partner.

    Parameters
    ----------
    values : DataFrame
        Table ``partner_values``.
    at_least : float
        Share of the measured groups that a partner must be measured in.
    """
    known = values.dropna(subset="complementarity")
    by_partner = known.groupby("partner")
    enough = by_partner["group_id"].nunique() >= at_least * known["group_id"].nunique()
    mean = by_partner["complementarity"].mean().where(enough)
    return _read("complementarity", mean.rename("value").reset_index())


# --- reading --------------------------------------------------------------------------------


def _read(indicator: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in the shape of the card; what has no value says why."""
    table = rows.reindex(columns=_COLUMNS).assign(indicator=indicator)
    table[_NUMBERS] = table[_NUMBERS].astype("float64")
    status = table["status"].astype("object").fillna("ok")
    kept = status.isin(["ok", "incomplete"]) & table["value"].notna()
    reason = status.where(status == "small_n", "not_enough_data")
    table[_NUMBERS] = table[_NUMBERS].where(kept)
    return table.assign(status=status.where(kept, reason))


def _renamed(rows: pd.DataFrame, value: str, low: str, high: str) -> pd.DataFrame:
    """Return rows with the columns of the card."""
    return rows.rename(columns={value: "value", low: "low", high: "high"})


def _newest(rows: pd.DataFrame, window: str) -> pd.DataFrame:
    """Return the rows of the newest window."""
    return rows[rows[window] == rows[window].max()] if len(rows) else rows


def _shallow(measures: pd.DataFrame) -> list[str]:
    """Return partners whose newest window holds next to no joint work."""
    rows = _newest(measures[measures["kind"] == KIND], "window")
    return [str(code) for code in rows.loc[rows["shallow"], "partner"]]


def _signed(rows: pd.DataFrame, rubric: pd.DataFrame) -> pd.Series:
    """Return what is ranked, the better the higher."""
    name = str(rows["indicator"].iloc[0])
    told = rubric.set_index("indicator").loc[name]
    ranked = rows["low"] if told["ranked_by"] == "low" else rows["value"]
    return -ranked if told["direction"] == "lower" else ranked


def _direction(name: str, rubric: pd.DataFrame) -> str:
    """Return whether more or less is better."""
    return str(rubric.set_index("indicator").at[name, "direction"])
