"""The indicators of the card of a partner, each read from the result that holds it.

Knows: which column of which result is which indicator, and what waits for other data.
Must not know: files, names of countries, how indicators are placed and added up.
May import: params (settings only), group_strength, event_study, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from techdiplomacy.event_study import log_association, steps_of
from techdiplomacy.gap_tables import WORKS
from techdiplomacy.group_strength import share_interval
from techdiplomacy.params import RankSettings, RelatednessSettings

SPECIFICATION = "without_past"  # a lasting lack of ties shall count, so ties before are left out
EVIDENCE = "publications"  # of the fields over which absorbing capacity is taken
FOLLOWED_YEARS = 3  # years compared before and after an instrument
AGREEMENTS_AT_LEAST = 3  # a share of fewer instruments is no figure
RECENT_YEARS = 5  # years of exchanges added up

_NUMBERS = ["value", "low", "high"]
_COUNTS = ["groups", "own_groups"]
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
        ``indicator, partner, value, low, high, status``, and for a mean over groups ``groups`` and
        ``own_groups``; a value is missing unless the status is ok or incomplete.
    """
    measures = _newest(results.tie_measures[results.tie_measures["kind"] == WORKS], "window")
    gaps, changes = (
        rows[(rows["kind"] == WORKS) & (rows["specification"] == SPECIFICATION)]
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
        parts.append(results.brought)
    filled = [part for part in parts if len(part)]
    found = pd.concat(filled or parts[:1], ignore_index=True)
    found = found.reindex(columns=[*_COLUMNS, *_COUNTS])
    return found.drop_duplicates(["indicator", "partner"], keep="last", ignore_index=True)


def shallow_partners(measures: pd.DataFrame) -> list[str]:
    """Return partners whose newest window holds next to no joint work."""
    rows = _newest(measures[measures["kind"] == WORKS], "window")
    return [str(code) for code in rows.loc[rows["shallow"], "partner"]]


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

    Returns
    -------
    DataFrame
        Rows of the card with ``groups``, over how many the mean is, and ``own_groups``, in how
        many of them the viewpoint country is measured as well: in the others the value is the
        probability that the partner is specialised and nothing more.
    """
    known = values.dropna(subset="complementarity")
    by_partner = known.groupby("partner")
    enough = by_partner["group_id"].nunique() >= at_least * known["group_id"].nunique()
    mean = by_partner["complementarity"].mean().where(enough)
    table = _read("complementarity", mean.rename("value").reset_index())
    own = (known["own_side"] == "measured").groupby(known["partner"]).sum()
    groups = pd.DataFrame({"groups": by_partner.size(), "own_groups": own}).where(enough)
    return table.join(groups, on="partner")


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
