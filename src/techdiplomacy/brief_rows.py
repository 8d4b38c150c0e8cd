"""Rows of many tables about one partner: groups, gaps, ties, ages, workers, known facts.

Knows: which rows of which table are about a partner, and which absence means unknown.
Must not know: files, words of pages, countries and groups by name.
May import: params (settings only), gap_tables, tie_tables, demography, representation,
workforce_outlook, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.demography import disputed_ages
from techdiplomacy.gap_tables import AS_USED, WITHOUT_PAST, WORKS
from techdiplomacy.params import Params
from techdiplomacy.representation import NOT_LISTED, highest_levels, highest_missions
from techdiplomacy.tie_tables import KIND
from techdiplomacy.workforce_outlook import newest_year

NO_ROWS = "no_rows"
# ties that are counted; facts that were collected by hand and missions stand elsewhere
COUNTED = (
    *("joint_works", "joint_ai_articles", "joint_projects", "software_events"),
    *("students", "migrants"),
)
_DRAWN = ("ok", "no_gap")
_NO_POOL = "no_pool"

Tables = Mapping[str, pd.DataFrame]
Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Ages:
    """Ages of the partner and of the viewpoint country; empty where there are no figures.

    Attributes
    ----------
    now : int
        Newest year of any series on workers, which counts as the present.
    table : DataFrame
        ``country, share_now, share_end`` (people of 65 and older), ``balance`` (entrants less
        leavers of working life from the year after now to the end), ``balance_share`` (over the
        persons of working life) and ``core_change``; the partner first.
    marks : DataFrame
        Rows of ``ageing_years`` of both.
    pair : mapping
        Row of ``demographic_pairs``; empty where there is none.
    disputed : DataFrame
        Rows of ``demography.disputed_ages`` of both countries.
    revised : mapping
        Row of ``population_check`` of the partner at the end; empty where there is none.
    """

    now: int
    estimated_to: int
    until: int
    countries: int
    table: pd.DataFrame
    marks: pd.DataFrame
    pair: Row
    disputed: pd.DataFrame
    revised: Row


@dataclass(frozen=True)
class Known:
    """What lists that were collected by hand know of both countries.

    ``collected`` tells whether these lists are about one of both countries: they name it with two
    others or more. Where they are not, nothing follows from their silence.
    """

    collected: bool
    level: str | None
    levels: pd.DataFrame
    instruments: pd.DataFrame
    offices: pd.DataFrame
    mission_out: str
    mission_in: str
    newest_year: int | None


def of_partner(rows: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the rows of a partner."""
    return rows[rows["partner"] == partner]


def first_row(rows: pd.DataFrame) -> dict[Any, Any]:
    """Return the first row, empty if there is none."""
    return dict(rows.iloc[0]) if len(rows) else {}


# --- strength -----------------------------------------------------------------------------------


def group_rows(list_of: Tables, partner: str, leader_rank: float) -> pd.DataFrame:
    """Return strength and complementarity of a partner in every group of the list.

    Parameters
    ----------
    list_of : mapping of DataFrame
        Tables ``group_coverage``, ``technology_ranks`` and ``partner_values`` of one list.
    partner : str
        ISO3 code.
    leader_rank : float
        Last rank that leads.
    """
    ranks, values = list_of["technology_ranks"], list_of["partner_values"]
    ranked = ranks[ranks["country"] == partner]
    rank_columns = ["rank_median", "rank_low", "rank_high", "label", "n_measures"]
    side_columns = ["partner_probability", "own_probability", "complementarity", "own_side"]
    rows = (
        list_of["group_coverage"][["group_id", "n_ranked"]]
        .merge(
            ranked[["group_id", *rank_columns, "n_possible", "measures", "best_role", "status"]],
            on="group_id",
            how="left",
        )
        .merge(of_partner(values, partner)[["group_id", *side_columns]], on="group_id", how="left")
    )
    status = rows["status"].astype(object).where(rows["status"].notna(), NO_ROWS)
    known = status == "ok"
    rows = rows.assign(
        status=status,
        leads=known & (rows["rank_median"] <= leader_rank),
        leads_surely=known & (rows["rank_high"] <= leader_rank),
    )
    # a rank that rests on too few items is none
    ends = ["rank_median", "rank_low", "rank_high"]
    rows[ends] = rows[ends].where(known)
    return rows.sort_values("group_id", ignore_index=True)


def rank_windows(coverage: pd.DataFrame, strength: pd.DataFrame) -> pd.DataFrame:
    """Return the years of the measures that enter the rank of each group: ``group_id, window``."""
    entering = coverage[["group_id", "measures_ranked"]].dropna()
    pairs = entering.assign(measure=entering["measures_ranked"].str.split(";")).explode("measure")
    found = strength.merge(pairs[["group_id", "measure"]], on=["group_id", "measure"])
    windows = found[["group_id", "window"]].drop_duplicates()
    return windows.sort_values(["group_id", "window"], ignore_index=True)


def entering_measures(coverage: pd.DataFrame) -> list[str]:
    """Return the measures that enter the rank of any group, each once."""
    return sorted(set(coverage["measures_ranked"].dropna().str.split(";").explode()))


# --- ties ---------------------------------------------------------------------------------------


def newest_gaps(gaps: pd.DataFrame, specification: str) -> pd.DataFrame:
    """Return the rows of the newest window of each kind, with ratios of observed and expected."""
    rows = gaps[gaps["specification"] == specification]
    rows = rows[rows["window"] == rows.groupby("kind")["window"].transform("max")]
    return rows.assign(
        ratio=np.exp(rows["gap"].astype(float)),
        ratio_low=np.exp(rows["gap_low"].astype(float)),
        ratio_high=np.exp(rows["gap_high"].astype(float)),
    )


def gap_changes(changes: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the changes of a partner's gap of joint works, since the earliest window first."""
    rows = of_partner(changes, partner)
    rows = rows[(rows["kind"] == WORKS) & (rows["specification"] == WITHOUT_PAST)]
    return rows.sort_values("from_window", ignore_index=True)


def other_fits(sensitivity: pd.DataFrame, partner: str) -> dict[str, float]:
    """Return the lowest and highest ratio of a partner's joint works under the other fits.

    Returns
    -------
    dict
        ``fits_low, fits_high``; empty where no other fit has a ratio.
    """
    rows = of_partner(sensitivity, partner)
    gaps = rows.loc[rows["variant"] != AS_USED, "gap"].dropna().astype(float)
    if gaps.empty:
        return {}
    return {"fits_low": float(np.exp(gaps.min())), "fits_high": float(np.exp(gaps.max()))}


def reading(gap: Row) -> str | None:
    """Return above, below or open; depends, where not every other fit gives the same side.

    Examples
    --------
    >>> reading({"verdict": "above", "holds": 0}), reading({"verdict": "below", "holds": None})
    ('depends', 'below')
    """
    if not gap or pd.isna(gap["verdict"]):
        return None
    turns = gap["verdict"] != "open" and pd.notna(gap["holds"]) and gap["holds"] == 0
    return "depends" if turns else str(gap["verdict"])


def tie_rows(measures: pd.DataFrame, coverage: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the newest volume of a partner by kind and direction.

    Returns
    -------
    DataFrame
        ``kind, direction, window, volume, place, of``: the place among the partners with such a
        tie, by volume. A tie that a source would list is 0 where it does not; where a source may
        miss it, ``volume`` is missing.
    """
    listed = coverage.set_index("kind")["listed"]
    rows = []
    for kind in COUNTED:
        own = measures[measures["kind"] == kind]
        if own.empty:
            continue
        for direction in ("out", "in") if KIND[kind].directed else ("both",):
            sided = own[own["direction"] == direction]
            if sided.empty:
                continue
            newest = sided[sided["window"] == sided["window"].max()]
            tied = newest[newest["volume"] > 0].set_index("partner")["volume"]
            absent = 0.0 if KIND[kind].absent_is_zero and bool(listed.get(kind, False)) else np.nan
            known = partner in tied.index
            rows.append(
                {
                    "kind": kind,
                    "direction": direction,
                    "window": str(newest["window"].iloc[0]),
                    "volume": float(tied[partner]) if known else absent,
                    "place": int((tied > tied[partner]).sum()) + 1 if known else pd.NA,
                    "of": len(tied),
                }
            )
    columns = ["kind", "direction", "window", "volume", "place", "of"]
    return pd.DataFrame(rows, columns=columns).astype({"place": "Int64"})


# --- ages and workers ---------------------------------------------------------------------------


def age_facts(tables: Tables, partner: str, params: Params) -> Ages:
    """Return the ages of partner and viewpoint country; of one that has none, no row.

    Parameters
    ----------
    tables : mapping of DataFrame
        Tables on ages, and feature ``workforce_series``.
    partner : str
        ISO3 code.
    params : Params
        ``viewpoint`` and section ``workforce`` are used.
    """
    both = [partner, params.viewpoint]
    flows, now = tables["age_flows"], newest_year(tables["workforce_series"])
    until = int(flows["year"].max())
    estimated = flows.loc[flows["projection"] == "estimate", "year"]
    rows = []
    for code in both:
        own = flows[flows["country"] == code]
        first, last = (first_row(own[own["year"] == one]) for one in (now, until))
        if not first or not last:
            continue
        balance = float(own.loc[own["year"] > now, "balance"].sum())
        rows.append(
            {
                "country": code,
                "share_now": first["older_share"],
                "share_end": last["older_share"],
                "balance": balance,
                "balance_share": balance / first["core"],
                "core_change": last["core"] / first["core"] - 1,
            }
        )
    columns = ["country", "share_now", "share_end", "balance", "balance_share", "core_change"]
    marks, check = tables["ageing_years"], tables["population_check"]
    disputed = disputed_ages(check, margin=params.workforce.ages_disputed)
    return Ages(
        now=now,
        estimated_to=int(estimated.max()) if len(estimated) else now,
        until=until,
        countries=int(flows["country"].nunique()),
        table=pd.DataFrame(rows, columns=columns),
        marks=marks[marks["country"].isin(both)],
        pair=first_row(of_partner(tables["demographic_pairs"], partner)),
        disputed=disputed[disputed["country"].isin(both)],
        revised=first_row(check[(check["country"] == partner) & (check["year"] == until)]),
    )


def pool_rows(tables: Tables, partner: str) -> pd.DataFrame:
    """Return need and gap of the partner's pools that have figures, each pool once."""
    rows = tables["training_needs"]
    rows = rows[(rows["country"] == partner) & (rows["status"] != _NO_POOL)]
    rows = rows.drop_duplicates("pool")
    bases = tables["pool_bases"][["country", "pool", "series", "match", "base_year", "stock"]]
    joined = rows.merge(bases, on=["country", "pool"], how="left")
    kept = joined["status"].isin(_DRAWN) & joined["openings"].notna()
    return joined[kept].reset_index(drop=True)


# --- facts collected by hand --------------------------------------------------------------------


def known_facts(tables: Tables, viewpoint: str, partner: str) -> Known:
    """Return level, instruments, offices and missions that are known between two countries."""
    lists = {name: tables[f"known_{name}"] for name in ("levels", "agreements", "offices")}
    own = {name: _between(rows, viewpoint, partner) for name, rows in lists.items()}
    # results do not know today: the newest date of all lists stands for it
    dates = pd.concat(
        [
            *(lists["agreements"][name] for name in ("signed", "in_force")),
            *(lists["offices"][name] for name in ("since", "last_confirmed")),
            lists["levels"]["since"],
        ]
    ).dropna()
    level = highest_levels(own["levels"], viewpoint).get(partner)
    missions = tables["known_missions"]
    return Known(
        collected=any(len(_named_with(lists, one)) > 1 for one in (viewpoint, partner)),
        level=None if level is None else str(level),
        levels=own["levels"].sort_values("since_year", ignore_index=True),
        instruments=own["agreements"].sort_values(
            ["signed_year", "title"], ascending=[False, True], ignore_index=True
        ),
        offices=own["offices"].assign(own=own["offices"]["country"] == viewpoint),
        mission_out=str(highest_missions(missions, viewpoint).get(partner, NOT_LISTED)),
        mission_in=str(highest_missions(missions, partner).get(viewpoint, NOT_LISTED)),
        newest_year=int(dates.astype(str).str[:4].max()) if len(dates) else None,
    )


def _named_with(lists: Tables, country: str) -> set[str]:
    """Return the countries that lists name together with one."""
    return {
        str(code)
        for rows in lists.values()
        for code in [
            *rows.loc[rows["country"] == country, "partner"],
            *rows.loc[rows["partner"] == country, "country"],
        ]
    }


def _between(rows: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Return the facts of a pair of countries, whichever of them stands first."""
    forth = (rows["country"] == one) & (rows["partner"] == other)
    back = (rows["country"] == other) & (rows["partner"] == one)
    return rows[forth | back]
