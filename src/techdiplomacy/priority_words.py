"""Words and choices that the sections of the priorities page share.

Knows: what the page rests on, which partners are shown, how ranks, ratios and reasons are said.
Must not know: any single section, files.
May import: texts, countries, technologies, vocabulary, params (settings only), priority_tables,
technology_tables, tie_tables, gap_tables, tie_measures, group_strength, group_ranks,
technology_charts, technology_words, partnership, partnership_charts, NumPy, pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.countries import Countries
from techdiplomacy.gap_tables import GAP_KINDS
from techdiplomacy.group_ranks import groups_with_measures
from techdiplomacy.group_strength import of_window
from techdiplomacy.params import Params
from techdiplomacy.partnership import Partnership
from techdiplomacy.partnership_charts import BY_PLACE
from techdiplomacy.priority_tables import ALL_GROUPS, FOR_IT
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import rank_ends
from techdiplomacy.technology_tables import RULES
from techdiplomacy.technology_words import sources_of, span_words
from techdiplomacy.texts import (
    Sayable,
    Text,
    commas,
    count,
    listing,
    period,
    say,
    verbatim,
)
from techdiplomacy.tie_measures import spans
from techdiplomacy.tie_tables import KIND
from techdiplomacy.vocabulary import GAP_SOURCES, PARTNER_REASONS

WORKS, AI = GAP_KINDS
# cards behind the joint works that are expected, and behind facts that are known
AI_SOURCE = "ncses_ai_coauthorship"
STEP_SOURCES = ("openalex_coauthorship", "vietnam_partnerships", "vietnam_st_agreements")
OFFICE_SOURCES = (
    *("vietnam_st_offices", "wikidata_missions", "vietnam_st_agreements", "vietnam_partnerships"),
)
# partners listed in the parameters are shown, and so many of the first
FIRST_SHOWN = 20


@dataclass(frozen=True)
class Basis:
    """What the page rests on: periods in words, cards of sources, and counts of joint works.

    ``strength`` are the windows of the measures behind strength, ``works`` and ``ai`` the years of
    joint works and joint AI articles; ``joint_works`` are those of the newest window by partner.
    """

    strength: Sayable
    works: Sayable
    ai: Sayable
    strength_sources: tuple[str, ...]
    joint_works: Mapping[str, float]

    @property
    def works_to(self) -> Sayable:
        """Return the newest year of joint works."""
        return verbatim(self.works.say("en")[-4:])

    @property
    def sources(self) -> list[str]:
        """Return the cards behind all four sides."""
        return list(dict.fromkeys([*self.strength_sources, *GAP_SOURCES, AI_SOURCE]))

    @property
    def four_sides(self) -> Text:
        """Return of which years the four sides are, for a subtitle."""
        return say(
            "strength {strength} (patents by year of grant), joint works {works}, joint AI "
            "articles {ai}",
            strength=self.strength,
            works=self.works,
            ai=self.ai,
        )


def basis(features: Mapping[str, pd.DataFrame], taxonomy: Taxonomy, params: Params) -> Basis:
    """Return what the page rests on.

    Parameters
    ----------
    features : mapping of DataFrame
        Features ``group_evidence`` and ``ties`` are used.
    taxonomy : Taxonomy
        The list in force.
    params : Params
        ``viewpoint`` and the sections of ranks and cooperation are used.
    """
    evidence, ties = features["group_evidence"], features["ties"]
    own = evidence[(evidence["framework"] == taxonomy.framework) & (evidence["rule"] == RULES[0])]
    window = of_window(own)
    entering = {
        measure
        for _, measures, _ in groups_with_measures(window, params.ranks)
        for measure in measures
    }
    windows = window.loc[window["measure"].isin(entering), "window"]
    spans_of = {
        kind: spans(ties[ties["kind"] == kind], KIND[kind], params.cooperation.window_years)[0]
        for kind in GAP_KINDS
    }
    pair = ties[
        (ties["kind"] == WORKS)
        & ties["year"].between(*spans_of[WORKS])
        & ((ties["country"] == params.viewpoint) | (ties["partner"] == params.viewpoint))
    ]
    other = pair["partner"].where(pair["country"] == params.viewpoint, pair["country"])
    return Basis(
        strength=span_words(windows),
        works=period(spans_of[WORKS].name),
        ai=period(spans_of[AI].name),
        strength_sources=tuple(sources_of(pd.Series(sorted(entering)))),
        joint_works={str(code): float(n) for code, n in pair.groupby(other)["value"].sum().items()},
    )


def with_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with ``ratio, ratio_low, ratio_high``: the log gap as observed over expected."""
    return rows.assign(
        ratio=np.exp(rows["gap"].astype(float)),
        ratio_low=np.exp(rows["gap_low"].astype(float)),
        ratio_high=np.exp(rows["gap_high"].astype(float)),
    )


def over_all(ranks: pd.DataFrame, framework: str) -> pd.DataFrame:
    """Return the rows of ``partner_ranks`` over all groups that have a rank, the first on top."""
    rows = ranks[
        (ranks["framework"] == framework)
        & (ranks["group_id"] == ALL_GROUPS)
        & (ranks["status"] == "ok")
    ]
    return rows.sort_values(BY_PLACE, ignore_index=True)


def shown_partners(ranks: pd.DataFrame, params: Params, framework: str) -> list[str]:
    """Return the partners that tables show: the ranked by rank, then those listed without one.

    Ranked partners are shown if they are listed in the parameters or among the first
    `FIRST_SHOWN`.
    """
    listed = params.others
    ordered = [str(code) for code in over_all(ranks, framework)["partner"]]
    chosen = [code for place, code in enumerate(ordered) if place < FIRST_SHOWN or code in listed]
    return [*chosen, *(code for code in listed if code not in ordered)]


def some(codes: Sequence[str], names: Countries, most: int) -> Sayable:
    """Return the first names of a list, and how many more there are.

    Examples
    --------
    >>> from techdiplomacy.countries import load_countries
    >>> some(["JPN", "KOR", "IND"], load_countries(), 2).say("en")
    'Japan, South Korea and India'
    """
    if len(codes) <= most + 1:
        return listing(names.text(code) for code in codes)
    first, more = names.texts(codes[:most]), count(len(codes) - most)
    return say("{first} and {more} more", first=first, more=more)


def placed_names(rows: pd.DataFrame, names: Countries, mark: str = "") -> Sayable:
    """Return partners with the interval of their rank, and a mark on the front.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``partner_ranks``.
    names : Countries
        Names.
    mark : str
        Sign of who is on the front.
    """
    return commas(
        say(
            "{country} ({ends}{mark})",
            country=names.text(row["partner"]),
            ends=rank_ends(row["rank_low"], row["rank_high"]),
            mark=verbatim(f" {mark}" if mark and row["front_shown"] else ""),
        )
        for row in rows.to_dict("records")
    )


def codes_in_words(codes: Any, vocabulary: Mapping[str, Text], without: Sequence[str] = ()) -> Text:
    """Return codes, semicolons between, as a list in words; a dash where none is left."""
    told = [] if codes is None or pd.isna(codes) else str(codes).split(";")
    kept = [vocabulary[code] for code in told if code not in without]
    return say("{words}", words=commas(kept)) if kept else say("{none}", none=verbatim("\u2013"))


def for_and_against(codes: Any, without: Sequence[str] = ()) -> Text:
    """Return the reasons of a partner: a plus before what speaks for it, a minus before cautions.

    Examples
    --------
    >>> for_and_against("close_tie;above_expected").say("en")
    '+ close tie, \u2212 tie surely above expected'
    """
    signed = {
        code: say("{sign} {words}", sign=verbatim("+" if code in FOR_IT else "\u2212"), words=words)
        for code, words in PARTNER_REASONS.items()
    }
    return codes_in_words(codes, signed, without)


def ratios_of(results: Partnership, partners: Sequence[str]) -> pd.DataFrame:
    """Return observed over expected joint works by partner, also of those without strength.

    Returns
    -------
    DataFrame
        ``ratio, ratio_low, ratio_high``, a row for each partner.
    """
    values = results.partner_values
    sides = values[values["tie_kind"] == WORKS][["partner", "gap", "gap_low", "gap_high"]]
    card = results.scorecard[results.scorecard["indicator"] == "gap"]
    named = {"value": "gap", "low": "gap_low", "high": "gap_high"}
    both = pd.concat([sides, card[["partner", *named]].rename(columns=named)], ignore_index=True)
    once = with_ratios(both.dropna(subset="gap").drop_duplicates("partner"))
    found = once.set_index("partner").reindex(list(partners))
    return found[["ratio", "ratio_low", "ratio_high"]]


def codes_of_all(codes: pd.Series) -> list[str]:
    """Return the codes that stand in every row, in the order of the first.

    Examples
    --------
    >>> codes_of_all(pd.Series(["a;b;c", "b;c"]))
    ['b', 'c']
    """
    told = [str(row).split(";") for row in codes.dropna()]
    if not told or len(told) < len(codes):
        return []
    return [code for code in told[0] if all(code in row for row in told)]
