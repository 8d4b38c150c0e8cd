"""Where a country is represented, and where technology stands.

Knows: how missions, offices, instruments and leaders of technology are set side by side.
Must not know: files, names of countries, who stated how many offices there are.
May import: scorecard_tables, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from techdiplomacy.columns import PARTNERSHIP_LEVELS


@dataclass(frozen=True)
class Known:
    """Features ``known_missions, known_offices, known_agreements`` and ``known_levels``."""

    missions: pd.DataFrame
    offices: pd.DataFrame
    agreements: pd.DataFrame
    levels: pd.DataFrame


@dataclass(frozen=True)
class Stated:
    """How many offices a text says there are, in how many countries, and the ids of both."""

    offices: int
    host_countries: int
    offices_claim: str
    host_countries_claim: str


def build_representation(
    known: Known,
    technology_ranks: pd.DataFrame,
    *,
    viewpoint: str,
    partners: Sequence[str],
    leader_rank: float,
    stated: Stated | None,
) -> dict[str, pd.DataFrame]:
    """Return tables ``representation, representation_matrix`` and ``representation_totals``.

    Parameters
    ----------
    known : Known
        Facts, embedded ones and those of the registers.
    technology_ranks : DataFrame
        Result ``technology_ranks`` of the list in force.
    viewpoint : str
        The country that is represented.
    partners : sequence of str
        Partners that are listed in any case; countries that lead a group join them.
    leader_rank : float
        A leader of a group has a median rank up to this one (``priorities.leader_rank``).
    stated : Stated, optional
        What is stated of the offices of this country; none for other countries.

    Notes
    -----
    The list of missions is incomplete, and so are offices and instruments: ``not_listed`` and
    ``not_known`` are never 'none'. An office that is known completes the matrix by itself.
    """
    leaders = leaders_of_groups(technology_ranks, leader_rank)
    leaders = leaders[leaders["partner"] != viewpoint]
    own = [code for code in dict.fromkeys(partners) if code != viewpoint]
    everyone = [*own, *sorted(set(leaders["partner"]) - set(own))]
    table = pd.DataFrame({"partner": everyone, "country": viewpoint})
    code = table["partner"]
    missions = known.missions[known.missions["country"] == viewpoint].set_index("partner")
    listed = code.map(missions["embassies"]).fillna(0) > 0
    consulates = code.map(missions["consulates"]).fillna(0).astype("int64")
    other = code.map(missions["other_missions"]).fillna(0) > 0
    sent = known.offices["country"] == viewpoint
    hosted = known.offices["partner"] == viewpoint
    offices = _count(code, known.offices.loc[sent, "partner"])
    groups = leaders.groupby("partner")["group_id"].agg(list)
    led = [groups.get(one, []) for one in everyone]
    table = table.assign(
        listed_partner=code.isin(own),
        embassy=_words(listed, "listed", "not_listed"),
        consulates=consulates,
        st_offices_known=offices,
        inbound_offices_known=_count(code, known.offices.loc[hosted, "country"]),
        instruments_known=_count(code, _others(known.agreements, viewpoint)),
        level=code.map(highest_levels(known.levels, viewpoint)).astype("str"),
        groups_led=[len(one) for one in led],
        groups=pd.Series([";".join(sorted(one)) or None for one in led], dtype="str"),
        verdict=_words(
            offices > 0,
            "represented",
            _words(listed | other | (consulates > 0), "embassy_only", "nothing_listed"),
        ),
    )
    return {
        "representation": table,
        "representation_matrix": _matrix(table, technology_ranks, leaders, viewpoint),
        "representation_totals": _totals(known.offices[sent], viewpoint, stated),
    }


def leaders_of_groups(technology_ranks: pd.DataFrame, leader_rank: float) -> pd.DataFrame:
    """Return which countries lead which group: ``partner, group_id``.

    Examples
    --------
    >>> ranks = pd.DataFrame({"group_id": ["G1", "G1"], "country": ["AAA", "BBB"]})
    >>> ranks = ranks.assign(rank_median=[5.0, 5.5], status="ok")
    >>> leaders_of_groups(ranks, 5)["partner"].tolist()
    ['AAA']
    """
    first = technology_ranks[
        (technology_ranks["status"] == "ok") & (technology_ranks["rank_median"] <= leader_rank)
    ]
    return first.rename(columns={"country": "partner"})[["partner", "group_id"]]


def highest_levels(levels: pd.DataFrame, viewpoint: str) -> pd.Series:
    """Return the highest level known to hold, by partner.

    Parameters
    ----------
    levels : DataFrame
        Feature ``known_levels``; steps that no longer hold are left out.
    viewpoint : str
        The country.
    """
    current = levels[levels["current"] == 1]
    height = pd.Series(
        pd.Categorical(current["level"], categories=PARTNERSHIP_LEVELS, ordered=True).codes,
        index=_others(current, viewpoint, keep=True),
    )
    top = height[height.index.notna()].groupby(level=0).max()
    return top.map(dict(enumerate(PARTNERSHIP_LEVELS)))


def _matrix(
    table: pd.DataFrame, ranks: pd.DataFrame, leaders: pd.DataFrame, viewpoint: str
) -> pd.DataFrame:
    """Return every group and country of the table with rank, office and embassy."""
    lists = ranks[["framework", "group_id"]].drop_duplicates()
    cells = lists.merge(table[["partner", "embassy", "st_offices_known"]], how="cross")
    shown = ranks.rename(columns={"country": "partner"})
    columns = ["framework", "group_id", "partner", "rank_median", "rank_low", "rank_high"]
    cells = cells.merge(shown[columns], how="left")
    led = pd.MultiIndex.from_frame(leaders[["partner", "group_id"]])
    return cells.assign(
        country=viewpoint,
        leader=pd.MultiIndex.from_frame(cells[["partner", "group_id"]]).isin(led),
        office=_words(cells["st_offices_known"] > 0, "known", "not_known"),
    ).drop(columns="st_offices_known")


def _totals(offices: pd.DataFrame, viewpoint: str, stated: Stated | None) -> pd.DataFrame:
    """Return the offices of the country that are known, beside what is stated."""
    registered = offices[offices["origin"] == "register"]
    return pd.DataFrame(
        {
            "what": ["offices", "host_countries"],
            "country": viewpoint,
            "known": [len(offices), offices["partner"].nunique()],
            "from_register": [len(registered), registered["partner"].nunique()],
            "stated": pd.array(
                [stated.offices, stated.host_countries] if stated else [None, None], dtype="Int64"
            ),
            "claim_id": pd.array(
                [stated.offices_claim, stated.host_countries_claim] if stated else [None, None],
                dtype="str",
            ),
        }
    )


def _others(facts: pd.DataFrame, viewpoint: str, *, keep: bool = False) -> pd.Series:
    """Return the other country of facts of the viewpoint; with `keep`, missing in all others."""
    other = facts["partner"].where(facts["country"] == viewpoint, facts["country"])
    named = (facts["country"] == viewpoint) | (facts["partner"] == viewpoint)
    return other.where(named) if keep else other[named]


def _count(codes: pd.Series, found: pd.Series) -> pd.Series:
    """Return how often each code was found."""
    return codes.map(found.value_counts()).fillna(0).astype("int64")


def _words(flags: pd.Series, yes: str, no: str | pd.Series) -> pd.Series:
    """Return one word where a flag is up and another, or those of a column, elsewhere."""
    return pd.Series(yes, index=flags.index).where(flags, no)
