"""Where a country is represented, and where technology stands.

Knows: how missions, offices, instruments and leaders of technology are set side by side.
Must not know: files, names of countries, who stated how many offices there are.
May import: columns, scorecard_tables, pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from techdiplomacy.columns import PARTNERSHIP_LEVELS
from techdiplomacy.scorecard_tables import CONFIRMED, MISSIONS

NOT_LISTED = MISSIONS[-1]
STALE_AFTER = 10  # years without a page or document that mentions an office

_RANKS = {"embassies": "embassy", "other_missions": "other_mission", "consulates": "consulate"}
_DATED = (  # the dates of each list of facts
    ("offices", ("since", "last_confirmed")),
    ("agreements", ("signed",)),
    ("levels", ("since",)),
)


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
    mission = highest_missions(known.missions, viewpoint).reindex(code).fillna(NOT_LISTED)
    mission = mission.set_axis(table.index)
    confirmed = last_confirmations(known, viewpoint)
    sent = known.offices["country"] == viewpoint
    hosted = known.offices["partner"] == viewpoint
    offices = _count(code, known.offices.loc[sent, "partner"])
    groups = leaders.groupby("partner")["group_id"].agg(list)
    led = [groups.get(one, []) for one in everyone]
    table = table.assign(
        listed_partner=code.isin(own),
        mission=mission,
        consulates=code.map(missions["consulates"]).fillna(0).astype("int64"),
        st_offices_known=offices,
        last_confirmed=code.map(confirmed["last_confirmed"]).astype("str"),
        confirmed=code.map(confirmed["confirmed"]).astype("str"),
        inbound_offices_known=_count(code, known.offices.loc[hosted, "country"]),
        instruments_known=_count(code, _others(known.agreements, viewpoint)),
        level=code.map(highest_levels(known.levels, viewpoint)).astype("str"),
        groups_led=[len(one) for one in led],
        groups=pd.Series([";".join(sorted(one)) or None for one in led], dtype="str"),
        verdict=_words(
            offices > 0,
            "represented",
            _words(mission != NOT_LISTED, "mission_listed", "nothing_listed"),
        ),
    )
    return {
        "representation": table,
        "representation_matrix": _matrix(table, technology_ranks, leaders, viewpoint),
        "representation_totals": _totals(known.offices[sent], viewpoint, stated),
    }


def highest_missions(missions: pd.DataFrame, viewpoint: str) -> pd.Series:
    """Return the highest rank of mission that a country is listed with, by partner.

    Parameters
    ----------
    missions : DataFrame
        Feature ``known_missions``.
    viewpoint : str
        The country.

    Examples
    --------
    >>> rows = pd.DataFrame({"country": ["AAA"] * 2, "partner": ["BBB", "CCC"]})
    >>> rows = rows.assign(embassies=[1, 0], consulates=[2, 1], other_missions=0)
    >>> highest_missions(rows, "AAA").to_dict()
    {'BBB': 'embassy', 'CCC': 'consulate'}
    """
    own = missions[missions["country"] == viewpoint].set_index("partner")
    found = pd.Series(NOT_LISTED, index=own.index, dtype="object")
    for column, word in reversed(_RANKS.items()):
        found = found.mask(own[column] > 0, word)
    return found


def last_confirmations(known: Known, viewpoint: str) -> pd.DataFrame:
    """Return when the offices of a country were last confirmed, by host country.

    Parameters
    ----------
    known : Known
        Facts; the newest date among all offices, instruments and levels stands for the day of the
        lists, since results do not know today.
    viewpoint : str
        The country.

    Returns
    -------
    DataFrame
        Index host country: ``last_confirmed`` (text, missing where no date is known; an opening
        is a date too) and ``confirmed`` (recent, or stale).
    """
    own = known.offices[known.offices["country"] == viewpoint]
    dates = own[["last_confirmed", "since"]].fillna("").astype("str").max(axis=1)
    newest = dates.groupby(own["partner"]).max()
    newest = newest.where(newest != "")
    told = [getattr(known, facts)[column] for facts, columns in _DATED for column in columns]
    years = pd.to_numeric(pd.concat(told).dropna().astype("str").str[:4])
    age = years.max() - pd.to_numeric(newest.str[:4])
    recent, stale = CONFIRMED
    return pd.DataFrame(
        {"last_confirmed": newest, "confirmed": _words(age <= STALE_AFTER, recent, stale)}
    )


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
    """Return every group and country of the table with rank, office and mission."""
    lists = ranks[["framework", "group_id"]].drop_duplicates()
    cells = lists.merge(table[["partner", "mission", "st_offices_known"]], how="cross")
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
