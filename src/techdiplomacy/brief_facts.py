"""One partner as the viewpoint country sees it: what many tables know of it, brought together.

Knows: which tables are needed, what makes a brief full or thin, its row in the index.
Must not know: files, words of pages, countries and groups by name.
May import: errors, params (settings only), gap_tables, priority_tables, brief_rows, pandas.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from techdiplomacy.brief_rows import (
    Ages,
    Known,
    Row,
    Tables,
    age_facts,
    first_row,
    gap_changes,
    group_rows,
    known_facts,
    newest_gaps,
    of_partner,
    other_fits,
    pool_rows,
    rank_windows,
    reading,
    tie_rows,
)
from techdiplomacy.errors import InvalidParams
from techdiplomacy.gap_tables import AI, WITH_PAST, WITHOUT_PAST, WORKS
from techdiplomacy.params import Params
from techdiplomacy.priority_tables import ALL_GROUPS

# tables that a notebook reads for build_brief
NEEDED = (
    *("group_coverage", "technology_ranks", "technology_strength", "stated_ledger"),
    *("partner_values", "partner_ranks"),
    *("tie_measures", "tie_coverage", "cooperation_gaps", "gap_changes", "gap_sensitivity"),
    *("known_levels", "known_agreements", "known_offices", "known_missions"),
    *("age_flows", "ageing_years", "demographic_pairs", "population_check"),
    *("pool_bases", "training_needs", "workforce_series"),
)


@dataclass(frozen=True)
class BriefFacts:
    """All that a brief says of one partner, before it is put into words.

    Attributes
    ----------
    groups : DataFrame
        One row for each group of the list: ``group_id``, the rank by size with its interval,
        ``label``, ``n_measures, n_possible, best_role, measures, status`` (``no_rows``: no source
        lists the partner), ``n_ranked`` (countries), ``leads, leads_surely``, the probabilities
        that partner and viewpoint country are specialised, ``complementarity`` and ``own_side``.
    windows : DataFrame
        Years of the measures that enter the rank of each group: ``group_id, window``.
    overall : mapping
        Row of ``partner_ranks`` over all groups; empty where the partner has no place.
    stated : DataFrame
        Rows of ``stated_ledger`` about the partner.
    gaps : DataFrame
        Newest rows of ``cooperation_gaps`` without the past, one a kind, with ``ratio`` and ends.
    fits : mapping
        Ends of the ratio of joint works under the other fits; empty where there is none.
    past : mapping
        The same row of joint works with the past; empty where there is none.
    changes : DataFrame
        Rows of ``gap_changes`` of joint works, the earliest window first.
    works : mapping
        Newest row of joint works in ``tie_measures``; empty where there is none.
    ties : DataFrame
        Newest volume by kind and direction; a source that would list a tie says 0 by silence.
    ages, known : Ages, Known
        See there.
    pools : DataFrame
        Rows of ``training_needs`` with figures, once a pool, with ``match`` and ``base_year``.
    pools_all : int
        Pools that there are.
    """

    viewpoint: str
    partner: str
    groups: pd.DataFrame
    windows: pd.DataFrame
    overall: Row
    stated: pd.DataFrame
    gaps: pd.DataFrame
    fits: Row
    past: Row
    changes: pd.DataFrame
    works: Row
    works_window: str
    ties: pd.DataFrame
    ages: Ages
    known: Known
    pools: pd.DataFrame
    pools_all: int

    @property
    def gap(self) -> Row:
        """Return the newest gap of joint works with other fits; empty if it is not estimable."""
        rows = self.gaps[(self.gaps["kind"] == WORKS) & (self.gaps["status"] == "ok")]
        return {**first_row(rows), **self.fits} if len(rows) else {}

    @property
    def ai_gap(self) -> Row:
        """Return the gap of joint AI articles; empty where it cannot be estimated."""
        rows = self.gaps[(self.gaps["kind"] == AI) & (self.gaps["status"] == "ok")]
        return first_row(rows)

    @property
    def ranked(self) -> pd.DataFrame:
        """Return the groups in which the partner has a rank."""
        rows: pd.DataFrame = self.groups[self.groups["status"] == "ok"]
        return rows


def build_brief(tables: Tables, partner: str, params: Params) -> BriefFacts:
    """Return what is known of a partner; what no table holds is empty, not an error.

    Parameters
    ----------
    tables : mapping of DataFrame
        Tables by name, those of ``NEEDED``.
    partner : str
        ISO3 code.
    params : Params
        Viewpoint, taxonomy and settings.

    Raises
    ------
    InvalidParams
        If the partner is the viewpoint country itself.
    """
    viewpoint = params.viewpoint
    if partner == viewpoint:
        raise InvalidParams(
            f"The partner of the brief is the viewpoint country itself, '{partner}'.",
            where="params.yaml: briefs.partner, viewpoint",
            next_step="Name another partner.",
        )
    list_of = {
        name: tables[name][tables[name]["framework"] == params.taxonomy]
        for name in ("group_coverage", "technology_ranks", "technology_strength", "partner_values")
    }
    places = tables["partner_ranks"]
    place = places[
        (places["framework"] == params.taxonomy)
        & (places["group_id"] == ALL_GROUPS)
        & (places["status"] == "ok")
    ]
    measures = tables["tie_measures"]
    works = measures[(measures["kind"] == WORKS) & (measures["direction"] == "both")]
    window = "" if works.empty else str(works["window"].max())
    gaps = tables["cooperation_gaps"]
    return BriefFacts(
        viewpoint=viewpoint,
        partner=partner,
        groups=group_rows(list_of, partner, params.priorities.leader_rank),
        windows=rank_windows(list_of["group_coverage"], list_of["technology_strength"]),
        overall=first_row(of_partner(place, partner)),
        stated=tables["stated_ledger"][tables["stated_ledger"]["country"] == partner],
        gaps=of_partner(newest_gaps(gaps, WITHOUT_PAST), partner),
        fits=other_fits(tables["gap_sensitivity"], partner),
        past=first_row(of_partner(newest_gaps(gaps, WITH_PAST), partner)),
        changes=gap_changes(tables["gap_changes"], partner),
        works=first_row(of_partner(works[works["window"] == window], partner)),
        works_window=window,
        ties=tie_rows(measures, tables["tie_coverage"], partner),
        ages=age_facts(tables, partner, params),
        known=known_facts(tables, viewpoint, partner),
        pools=pool_rows(tables, partner),
        pools_all=int(tables["pool_bases"]["pool"].nunique()),
    )


# --- what is missing ----------------------------------------------------------------------------


def missing_sides(facts: BriefFacts) -> list[str]:
    """Return why a brief is not full, as codes of ``brief_tables.WHY_NOT_FULL``."""
    ranked, ages = len(facts.ranked), facts.ages
    told = []
    if ranked == 0:
        told.append("no_groups")
    elif 2 * ranked < len(facts.groups):
        told.append("few_groups")
    if not facts.gap:
        told.append("no_gap")
    if facts.partner not in set(ages.table["country"]):
        told.append("no_ages")
    elif facts.partner in set(ages.disputed["country"]):
        told.append("disputed_ages")
    if facts.pools.empty:
        told.append("no_pools")
    return told


def coverage_of(missing: list[str]) -> str:
    """Return how much of a brief the tables carry: thin without strength, or two sides short.

    Examples
    --------
    >>> coverage_of([]), coverage_of(["no_pools"]), coverage_of(["few_groups", "no_pools"])
    ('full', 'partial', 'thin')
    """
    if "no_groups" in missing or len(missing) > 1:
        return "thin"
    return "partial" if missing else "full"


def index_row(facts: BriefFacts, *, opportunities: int, cautions: int) -> pd.DataFrame:
    """Return the row of table ``brief_index``.

    Parameters
    ----------
    facts : BriefFacts
        What is known of the partner.
    opportunities, cautions : int
        How many of each the figures carry.
    """
    groups, gap, known, ages = facts.groups, facts.gap, facts.known, facts.ages
    missing = missing_sides(facts)
    agreed = "disputed_ages" not in missing
    marks = ages.marks[(ages.marks["country"] == facts.partner) & ages.marks["year"].notna()]
    reached = first_row(marks.sort_values("mark", ascending=False)) if agreed else {}
    balance = first_row(ages.table[ages.table["country"] == facts.partner]) if agreed else {}
    row = {
        "country": facts.viewpoint,
        "partner": facts.partner,
        "groups": len(groups),
        "groups_ranked": len(facts.ranked),
        "groups_led": int(groups["leads"].sum()),
        "groups_led_surely": int(groups["leads_surely"].sum()),
        "window": facts.works_window or None,
        "joint_works": facts.works.get("volume", 0.0 if facts.works_window else None),
        "times_expected": gap.get("ratio"),
        "times_expected_low": gap.get("ratio_low"),
        "times_expected_high": gap.get("ratio_high"),
        "reading": reading(gap),
        "level": known.level if known.collected else None,
        "instruments_known": len(known.instruments) if known.collected else None,
        "offices_known": len(known.offices) if known.collected else None,
        "older_mark": reached.get("mark"),
        "older_year": reached.get("year"),
        "balance_persons": balance.get("balance"),
        "balance_share": balance.get("balance_share"),
        "opportunities": opportunities,
        "cautions": cautions,
        "coverage": coverage_of(missing),
        "why": ";".join(missing) or None,
    }
    whole = ["instruments_known", "offices_known", "older_year"]
    texts = ["window", "reading", "level", "why"]
    numbers = ["joint_works", "times_expected", "times_expected_low", "times_expected_high"]
    numbers += ["older_mark", "balance_persons", "balance_share"]
    kinds = {**dict.fromkeys(whole, "Int64"), **dict.fromkeys(texts, "str")}
    return pd.DataFrame([row]).astype({**kinds, **dict.fromkeys(numbers, "float")})
