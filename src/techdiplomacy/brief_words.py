"""Words that all sections of a partner brief share.

Knows: names of both countries, groups and pools, how ratios and growth are said. Must not know:
files, any single section. May import: texts, countries, technologies, vocabulary, params (settings
only), tie_tables, brief_rows, brief_facts, technology_charts, technology_words, pool_words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from techdiplomacy.brief_facts import BriefFacts
from techdiplomacy.brief_rows import reading
from techdiplomacy.countries import Countries
from techdiplomacy.params import Params
from techdiplomacy.pool_words import Pools, Wide
from techdiplomacy.technologies import Taxonomy
from techdiplomacy.technology_charts import rank_ends
from techdiplomacy.technology_words import data_span
from techdiplomacy.texts import (
    Number,
    Sayable,
    Text,
    count,
    percent,
    say,
    year,
)
from techdiplomacy.tie_tables import KIND
from techdiplomacy.vocabulary import GAPS, times

Figures = Mapping[str, Any]
READINGS = {**GAPS, "depends": say("depends on the fit")}


@dataclass(frozen=True)
class Spoken:
    """Whatever the words of a brief need: facts, settings, and names of things."""

    facts: BriefFacts
    params: Params
    names: Countries
    taxonomy: Taxonomy
    pools: Pools
    wide: Wide

    @property
    def them(self) -> Sayable:
        """Return the name of the partner."""
        return self.names.text(self.facts.partner)

    @property
    def us(self) -> Sayable:
        """Return the name of the viewpoint country."""
        return self.names.text(self.facts.viewpoint)

    @property
    def level(self) -> Number:
        """Return the mass of the intervals of counts and ranks."""
        low, high = self.params.rta.interval
        return percent(high - low)

    @property
    def strength_years(self) -> Text:
        """Return the years behind the ranks."""
        if self.facts.windows.empty:
            return say("{year}", year=year(self.facts.ages.now))
        return data_span(self.facts.windows)

    @property
    def population(self) -> Text:
        """Return up to when ages are estimates."""
        return say("estimates to {last}", last=year(self.facts.ages.estimated_to))

    @property
    def lists_to(self) -> Text:
        """Return of which year the lists of levels are."""
        return say("{year}", year=year(KIND["partnership_level"].state_year))

    def group(self, code: str, low: float, high: float) -> Text:
        """Return a group with its ranks."""
        name, ends = self.taxonomy.short_name(code), rank_ends(low, high)
        return say("{group} ({ends})", group=name, ends=ends)

    def pool(self, code: str) -> Sayable:
        """Return what is counted for a pool of the partner."""
        return self.wide.get((self.facts.partner, code), self.pools[code])


def persons(number: float) -> Number:
    """Return a number of persons at three significant digits, and never a part of one.

    Examples
    --------
    >>> persons(13271274.3).say("en"), persons(-67.6).say("en")
    ('13,300,000', '-68')
    """
    return count(float(f"{number:.2e}")) if np.isfinite(number) else count(number)


def rate(growth: float) -> Number:
    """Return a log rate as growth a year."""
    return percent(float(np.expm1(growth)))


def ratio_words(found: Figures) -> Text:
    """Return a ratio of observed and expected ties with its interval."""
    return say(
        "{ratio} times ({low}\u2013{high})",
        ratio=times(found["ratio"]),
        low=times(found["ratio_low"]),
        high=times(found["ratio_high"]),
    )


def reading_words(facts: BriefFacts) -> Text:
    """Return on which side of the expectation the tie lies, and whether other fits agree."""
    told = str(reading(facts.gap))
    if told in ("above", "below") and pd.notna(facts.gap["holds"]):
        return say("{reading}, in every other fit", reading=READINGS[told])
    return say("{reading}", reading=READINGS[told])


def growth_words(found: Figures) -> Text:
    """Return the growth of joint works with its interval, beside that with all partners."""
    return say(
        "{rate} a year ({low} to {high}), with all partners together {all}",
        rate=rate(found["growth"]),
        low=rate(found["growth_low"]),
        high=rate(found["growth_high"]),
        all=rate(found["growth_of_all"]),
    )
